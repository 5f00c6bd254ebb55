"""The world as JSON: its time, and what lives in it."""

from collections.abc import Iterator

from bot.playground.clock import WorldClock
from bot.playground.control.verbs import Json
from bot.playground.qianfan import Compression, Task, Version, World
from bot.playground.qianfan.resources import Living

#: More than a person can look at; the newest are shown.
_SHOWN = 60


def living_things(world: World) -> Iterator[Living]:
    """Everything that has a life: runs, compressions, model versions."""
    yield from world.tasks.values()
    yield from world.compressions.values()
    yield from world.versions.values()


def time_of(clock: WorldClock) -> Json:
    """The world's time, and how fast it runs."""
    return {"time": clock.world().timestamp(), "speed": clock.speed}


def lives_of(world: World) -> list[Json]:
    """What lives in the world, with its past and its plan."""
    return [_life(each) for each in list(living_things(world))[-_SHOWN:]]


def _life(thing: Living) -> Json:
    moment = thing.moment
    return {
        "id": thing.id,
        "kind": _kind(thing),
        "name": _name(thing),
        "state": moment.state,
        "final": moment.final,
        "failed": moment.state == thing.words.failed,
        "progress": moment.progress,
        "message": moment.message,
        "stages": [
            {"state": stage.state, "since": stage.since.timestamp(), "final": stage.final}
            for stage in thing.plan.stages
        ],
    }


def _kind(thing: Living) -> str:
    return {Task: "run", Compression: "compression"}.get(type(thing), "model version")


def _name(thing: Living) -> str:
    match thing:
        case Task():
            return thing.job.name
        case Compression():
            return thing.name
        case Version():
            return f"{thing.model_set.name} {thing.name}"
    return ""
