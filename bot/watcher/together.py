"""Runs of one job that are due together: one request lists them all, where that is enough.

A list says less of a run than a look at it. It is enough where it shows what was there before: a
run that still waits, or that still runs and is so far. What has changed is looked at by itself,
and so is every other time a run that runs: checkpoints are in no list.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.changes import Look
from bot.domain.listings import Listed
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.watching import Duty

_TOO_MANY = 1_000_000


def grouped(duties: Iterable[Duty]) -> Sequence[Sequence[Duty]]:
    """The duties that one list may serve stand together, each other duty alone."""
    jobs: defaultdict[tuple[str, str], list[Duty]] = defaultdict(list)
    alone: list[list[Duty]] = []
    for duty in duties:
        run = duty.last.resource
        if isinstance(run, FineTuningTask) and run.job_id and _may_be_listed(duty):
            jobs[duty.thing.account, run.job_id].append(duty)
        else:
            alone.append([duty])
    return [*jobs.values(), *alone]


def listed_look(listed: Listed[FineTuningTask], duty: Duty) -> Look | None:
    """What a list says of a duty's run; None where that is not enough."""
    last = duty.last.resource
    run = next((run for run in listed.items if run.id == duty.thing.id), None)
    if run is None or not isinstance(last, FineTuningTask):
        return None
    if (run.phase, run.state) != (last.phase, last.state):
        return None
    if run.phase is Phase.RUNNING and run.progress is None:
        return None
    return Look(replace(last, progress=run.progress), listed.at)


def price(listed: Listed[FineTuningTask], duties: Sequence[Duty]) -> int:
    """How many requests the list costs; more than it can save where it has none of the runs."""
    there = {run.id for run in listed.items}
    return listed.requests if any(duty.thing.id in there for duty in duties) else _TOO_MANY


def _may_be_listed(duty: Duty) -> bool:
    phase = duty.last.resource.phase
    every_other = duty.version % 2 == 0
    return phase is Phase.QUEUED or (phase is Phase.RUNNING and every_other)
