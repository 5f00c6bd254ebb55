"""What happens to the runs: each queues, runs and ends, at moments that a seed draws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from bot.playground.qianfan import Task

QUEUED, RUNNING = "Waiting", "Running"
#: A state that no document knows; the bot tells it by its own word and goes on watching.
UNKNOWN = "Evaluating"
ENDS = ("Done", "Failed", "Stopped")


@dataclass(frozen=True)
class Life:
    """A run and the states that it enters one after the other, the first one as it is watched."""

    run: str
    states: tuple[str, ...]

    @property
    def end(self) -> str:
        """How it ends."""
        return self.states[-1]


@dataclass(frozen=True)
class Change:
    """A run enters a state when so much (0 to 1) of the whole time is over."""

    at: float
    run: str
    state: str


def drawn_lives(dice: Random, runs: Iterable[str]) -> tuple[Life, ...]:
    """Lives in which every second run has a state that nobody knows, on average."""
    return tuple(Life(run, (QUEUED, RUNNING, *_middle(dice), dice.choice(ENDS))) for run in runs)


def drawn_changes(dice: Random, lives: Iterable[Life]) -> tuple[Change, ...]:
    """When each run enters each of its states, in the order of time."""
    changes = [
        Change(at, life.run, state)
        for life in lives
        for at, state in zip(_moments(dice, len(life.states) - 1), life.states[1:], strict=True)
    ]
    return tuple(sorted(changes, key=lambda change: change.at))


def enter(tasks: Mapping[str, Task], change: Change) -> None:
    """The change happens at the local Qianfan."""
    task = tasks[change.run]
    match change.state:
        case "Running":
            task.runs(progress=10)
        case "Done":
            task.finishes()
        case "Failed":
            task.fails("CUDA out of memory", code=336101)
        case "Stopped":
            task.is_stopped()
        case word:
            task.says_state(word)


def _middle(dice: Random) -> tuple[str, ...]:
    return (UNKNOWN,) if dice.random() < 0.5 else ()


def _moments(dice: Random, count: int) -> list[float]:
    return sorted(dice.random() for _ in range(count))
