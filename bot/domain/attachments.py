"""The files that go with an announcement: which its fact wants, and how far they have come."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.curves import Curve, curve_of, short_names
from bot.domain.facts import ChartAsked, ComparisonAsked, Fact, Moved, RunAppeared
from bot.domain.messages import VERBATIM_CHARACTERS
from bot.domain.resources import FineTuningTask, Watchable
from bot.domain.secrets import strike_out

#: How often the files of one announcement are tried; then it goes without what is missing.
MOST_TRIES = 2


@dataclass(frozen=True)
class Chart:
    """A picture of curves is wanted."""

    curves: tuple[Curve, ...]

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"{'-'.join(curve.name for curve in self.curves)}.png"


@dataclass(frozen=True)
class WholeReason:
    """A failure's reason that is too long to be shown is wanted as a text."""

    name: str
    text: str


Wanted = Chart | WholeReason


class WhyMissing(StrEnum):
    """Why a file is not there. That it was not granted is for the bot's operator alone."""

    NOT_DRAWN = "not drawn"
    NOT_TAKEN = "not taken"
    NOT_GRANTED = "not granted"
    LATE = "late"


@dataclass(frozen=True)
class Attached:
    """A wanted file as far as it has come.

    `file_id` names it in the chat service, `permalink` is its address there, and `processed` says
    that a message can show it. `missing` says why there will be none.
    """

    file_id: str = ""
    permalink: str = ""
    processed: bool = False
    missing: WhyMissing | None = None


@dataclass(frozen=True)
class Preparation:
    """The files of an announcement, in the order in which its fact wants them.

    `tries` counts how often it was begun to make them, also where the process ended over it.
    """

    tries: int = 0
    files: tuple[Attached, ...] = ()

    def of(self, fact: Fact) -> tuple[tuple[Wanted, Attached], ...]:
        """What the fact wants, each with how far it has come."""
        wants = wanted(fact)
        unknown = (Attached(),) * (len(wants) - len(self.files))
        return tuple(zip(wants, (*self.files, *unknown), strict=False))


NOTHING_PREPARED = Preparation()


def wanted(fact: Fact) -> tuple[Wanted, ...]:
    """The files that a fact is told with.

    The curve of a run that has ended or that somebody asked for, and the reason of a failure where
    a message cannot hold all of it.
    """
    return tuple(_wanted(fact))


def is_settled(want: Wanted, file: Attached) -> bool:
    """Whether nothing more can be done for a file: a picture has to be processed to be shown."""
    if file.missing:
        return True
    return file.processed if isinstance(want, Chart) else bool(file.permalink)


def is_prepared(fact: Fact, preparation: Preparation) -> bool:
    """Whether a fact can be told: all that it wants is there, or was tried often enough."""
    if preparation.tries >= MOST_TRIES:
        return True
    return all(is_settled(want, file) for want, file in preparation.of(fact))


def _wanted(fact: Fact) -> Iterator[Wanted]:
    match fact:
        case Moved(resource=resource) | RunAppeared(resource=resource):
            if resource.phase.is_final:
                yield from _of_an_end(resource)
        case ChartAsked(resource=run):
            yield from _chart((run,))
        case ComparisonAsked(runs=runs):
            yield from _chart(runs)
        case _:
            return


def _of_an_end(resource: Watchable) -> Iterator[Wanted]:
    if isinstance(resource, FineTuningTask):
        yield from _chart((resource,))
    failure = resource.failure
    if failure is not None and len(failure.message) > VERBATIM_CHARACTERS:
        yield WholeReason(f"{resource.id}-reason.txt", strike_out(failure.message))


def _chart(runs: tuple[FineTuningTask, ...]) -> Iterator[Chart]:
    names = short_names(runs) if len(runs) > 1 else (runs[0].id.text,)
    curves = (curve_of(run, name) for run, name in zip(runs, names, strict=True))
    if drawn := tuple(curve for curve in curves if curve is not None):
        yield Chart(drawn)
