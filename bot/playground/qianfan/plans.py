"""Plans of whole lives: how long a thing waits, how its work advances, how it ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from bot.playground.qianfan import chance
from bot.playground.qianfan.lives import (
    Checkpoint,
    Done,
    End,
    Failed,
    Plan,
    Stage,
    Stopped,
    Training,
    Words,
    held,
)

EndWord = Literal["Done", "Stopped", "chance"]


def whole_life(
    words: Words,
    created: datetime,
    queue: timedelta,
    training: Training,
    end: End,
    checkpoints: tuple[Checkpoint, ...] = (),
) -> Plan:
    """Queued, running until the training's length is over, then its end."""
    running = replace(training, goal=_goal(end))
    started = created + queue
    ended = started + running.length
    stages = (
        Stage(created, words.queued),
        Stage(started, words.running, running),
        ending(words, ended, end, running.goal),
    )
    return Plan(stages, checkpoints)


def drawn_end(draw: Random, ends: End | EndWord) -> End:
    """The end that is meant; what it leaves open (whether, how, how far) is drawn."""
    match ends:
        case "Done":
            return Done()
        case "Stopped":
            return Stopped(at=chance.percent_of_an_end(draw))
        case "chance":
            return chance.an_end(draw)
        case Failed(at=None) | Stopped(at=None):
            return replace(ends, at=chance.percent_of_an_end(draw))
        case _:
            return ends


def ending(words: Words, at: datetime, end: End, percent: float) -> Stage:
    """The final stage that `end` stands for, reached at `percent` of the work."""
    match end:
        case Done():
            return Stage(at, words.done, held(100.0), final=True)
        case Failed(message=message, code=code):
            return Stage(at, words.failed, held(percent), True, message, code)
        case Stopped():
            return Stage(at, words.stopped, held(percent), final=True)


def _goal(end: End) -> float:
    """How far the work comes; an end that does not say comes half the way."""
    if isinstance(end, Done):
        return 100.0
    return 50.0 if end.at is None else end.at
