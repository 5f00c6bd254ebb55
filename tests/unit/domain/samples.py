"""Values that many tests need."""

from datetime import UTC, datetime, timedelta

from bot.domain.changes import Look
from bot.domain.id_grammar import read_id
from bot.domain.resources import Failure, FineTuningTask, Phase

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def task(
    state: str = "Running",
    phase: Phase = Phase.RUNNING,
    *,
    progress: int | None = None,
    finished_at: datetime | None = None,
    failure: Failure | None = None,
) -> FineTuningTask:
    return FineTuningTask(
        id=read_id("task-0tgmn4a7h4i6"),
        state=state,
        phase=phase,
        name="support-bot",
        job_id="job-ftp4icwebtnc",
        model="ERNIE-Speed-8K",
        train_mode="SFT",
        parameter_scale="LoRA",
        progress=progress,
        finished_at=finished_at,
        failure=failure,
    )


def look(resource: FineTuningTask, at: datetime = NOON) -> Look:
    return Look(resource, at)
