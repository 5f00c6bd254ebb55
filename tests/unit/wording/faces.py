"""Every card in every state, as short and as long as they come."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.facts import Actors
from bot.domain.glance import Glance, Range
from bot.domain.id_grammar import read_id
from bot.domain.moments import Happened
from bot.domain.resources import (
    Checkpoint,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    Watchable,
)
from bot.domain.track import Point, Track
from bot.domain.watching import THE_END, Face
from tests.unit.domain.samples import NOON, minutes, task
from tests.unit.qianfan.samples import described

#: Formats, links, pings, breaks out of code, reorders, and is longer than any message.
HOSTILE = "<!channel> <https://evil.example|*Done*> `&amp;` ```\n> _x_ \u202eDone\x00" * 500

QUEUED_AT, RAN_AT, SEEN_AT = NOON - minutes(90), NOON - minutes(70), NOON
TRACK = Track(QUEUED_AT, RAN_AT, (Point(RAN_AT, 1), Point(NOON, 41)), NOON)
ENDED = Happened(NOON - minutes(5), NOON, NOON - minutes(1))
CHECKPOINTS = (
    Checkpoint(32, 0.345, 1.412),
    Checkpoint(64, 0.2539, 1.289),
    Checkpoint(96, 0.3, 1.5),
)


def of(resource: Watchable, **more: object) -> Face:
    """A card of a thing of which all is known that can be."""
    glance = Glance(resource.phase, resource.state, resource.percent)
    face = Face(resource, "U0BO", SEEN_AT, TRACK, glance)
    shown = {name: value for name, value in more.items() if hasattr(glance, name)}
    rest = {name: value for name, value in more.items() if name not in shown}
    return replace(face, glance=replace(glance, **shown), **rest)  # type: ignore[arg-type]


def run(phase: Phase = Phase.RUNNING, percent: int | None = 41, **more: object) -> FineTuningTask:
    """A run as one knows it."""
    made = task(phase.name.title(), phase, progress=percent)
    return replace(made, created_at=QUEUED_AT, **more)  # type: ignore[arg-type]


def faces() -> dict[str, Face]:
    """Each state of a card by its name."""
    queued = Track(queued_since=QUEUED_AT)
    end = Range(NOON + minutes(65), NOON + minutes(100))
    return {
        "queued": replace(of(run(Phase.QUEUED, None)), track=queued),
        "running, its end unknown": of(run(percent=3)),
        "running": of(run(), end=end),
        "running, about to end": of(run(percent=97), end=Range(None, NOON + minutes(5))),
        "running, its end far off": of(run(), end=Range(NOON, NOON + timedelta(days=2))),
        "running, without progress": of(run(percent=None)),
        "standing": of(run(), stands_since=NOON - minutes(40)),
        "muted": of(run(), end=end, muted_until=NOON + minutes(60)),
        "muted to its end": of(run(), muted_until=THE_END),
        "not readable": of(run(), end=end, unread=True),
        "ending": of(run(Phase.ENDING)),
        "in a state that nobody knows": of(run(Phase.UNKNOWN, None)),
        "done": of(described("task-done"), ended=ENDED),
        "done, with checkpoints": of(run(Phase.DONE, checkpoints=CHECKPOINTS), ended=ENDED),
        "done, seen late": of(run(Phase.DONE), ended=Happened(NOON - minutes(300), NOON)),
        "failed": of(
            run(Phase.FAILED, failure=Failure("CUDA out of memory", "336101")), ended=ENDED
        ),
        "failed, its code explained": of(
            run(Phase.FAILED, failure=Failure("", "510403"), checkpoints=CHECKPOINTS), ended=ENDED
        ),
        "failed, without a reason": of(run(Phase.FAILED), ended=ENDED),
        "stopped": of(run(Phase.STOPPED), ended=ENDED, stopped_by=Actors("U0ADA", "wrong data")),
        "stopped outside qfbot": of(run(Phase.STOPPED), ended=ENDED),
        "gone": of(run(), gone=True, ended_at=NOON),
        "no longer watched": of(run(), end=end, ended_at=NOON + minutes(30)),
        "opened": Face(run(), "U0BO", SEEN_AT),
        "opened before this release": Face(run(), "U0BO"),
        "compression, running": of(_compression(Phase.RUNNING)),
        "compression, done": of(_compression(Phase.DONE), ended=ENDED),
        "compression, failed": of(described("compression-failed"), ended=ENDED),
        "compression, being stopped": of(_compression(Phase.ENDING)),
        "version, being made": of(_version(Phase.RUNNING), track=Track()),
        "version, ready": of(described("version-whole-by-table"), track=Track(), ended=ENDED),
        "version, failed": of(_version(Phase.FAILED), track=Track(), ended=ENDED),
    }


def longest() -> dict[str, Face]:
    """The same with the longest and worst texts that Qianfan and people can write."""
    return {name: _at_its_worst(face) for name, face in faces().items()}


def _compression(phase: Phase) -> CompressionTask:
    return CompressionTask(
        id=read_id("amva-abciuctdx15t"),
        state=phase.name.lower(),
        phase=phase,
        name="demo",
        source_version="amv-se1t8i4gr9fu",
        produced_version="amv-vnhxxj3crnsp" if phase is Phase.DONE else "",
        strategy="Quantization",
        weight="WINT8",
    )


def _version(phase: Phase) -> ModelVersion:
    return ModelVersion(
        id=read_id("amv-g73j3faikzpz"),
        state=phase.name.title(),
        phase=phase,
        name="V3",
        model_set_id="am-ashdagwfy234",
        model_set_name="support-bot",
        base_model="ERNIE-Speed-8K",
        source_type="Train",
        source="task-0tgmn4a7h4i6",
    )


def _at_its_worst(face: Face) -> Face:
    resource = replace(face.resource, name=HOSTILE, state=HOSTILE, description=HOSTILE)
    if resource.failure:
        resource = replace(resource, failure=Failure(HOSTILE, HOSTILE))
    if isinstance(resource, FineTuningTask):
        metrics = tuple((HOSTILE, HOSTILE) for _ in range(60))
        resource = replace(resource, model=HOSTILE, train_mode=HOSTILE, parameter_scale=HOSTILE)
        resource = replace(resource, job_id=HOSTILE, metrics=metrics, checkpoints=CHECKPOINTS * 500)
    if isinstance(resource, CompressionTask):
        resource = replace(resource, strategy=HOSTILE, weight=HOSTILE, source_version=HOSTILE)
        resource = replace(resource, produced_version=HOSTILE)
    if isinstance(resource, ModelVersion):
        resource = replace(resource, model_set_name=HOSTILE, model_set_id=HOSTILE, source=HOSTILE)
    glance = face.glance
    if glance and glance.stopped_by:
        glance = replace(glance, stopped_by=Actors(HOSTILE, HOSTILE))
    return replace(face, resource=resource, glance=glance)
