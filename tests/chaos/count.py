"""What channels heard, against what happened: nothing lost, nothing twice, in order, all true."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.lives import Life

#: The state that a card counts as: it is told once too, whatever it shows.
CARD = "card"


@dataclass(frozen=True)
class Follow:
    """A channel that follows a run."""

    channel: str
    run: str

    def __str__(self) -> str:
        return f"{self.run} in {self.channel}"


@dataclass(frozen=True)
class Heard:
    """What a message that stands in a channel tells of a run, and the announcement's key.

    A message that tells of several runs counts for each. `shows` is what a card shows now.
    """

    follow: Follow
    state: str
    key: str
    ts: str
    shows: str = ""


@dataclass(frozen=True)
class Count:
    """How many messages there are, and what is wrong with them, each in a line."""

    heard: int
    ends: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    disordered: tuple[str, ...]
    untrue: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def all_well(self) -> bool:
        """Whether all was told, once and in order, and the cards show it."""
        return not (self.lost or self.twice or self.disordered or self.untrue or self.stale)


def count(lives: Mapping[Follow, Life], heard: Sequence[Heard]) -> Count:
    """Compare whole lives with what was told of them.

    The bot tells the net change between two looks, so that what lies between may be passed over;
    the card and the end may not.
    """
    by_follow: dict[Follow, list[Heard]] = defaultdict(list)
    for each in sorted(heard, key=lambda each: each.ts):
        by_follow[each.follow].append(each)
    told = [(life, follow, by_follow[follow]) for follow, life in lives.items()]
    return Count(
        heard=len(heard),
        ends=sum(each.state == life.end for life, _, mine in told for each in mine),
        lost=tuple(line for life, follow, mine in told for line in _lost(life, follow, mine)),
        twice=(*_same_key(heard), *_same_text(heard)),
        disordered=tuple(
            f"{follow}: {' after '.join(reversed(_states(mine)))}"
            for life, follow, mine in told
            if not _is_ordered(life, mine)
        ),
        untrue=tuple(
            f"{each.follow}: {each.state} at {each.ts}"
            for each in heard
            if each.follow not in lives or each.state not in (CARD, *lives[each.follow].states)
        ),
        stale=tuple(
            f"{follow}: the card shows {each.shows} and not {life.end}"
            for life, follow, mine in told
            for each in mine
            if each.state == CARD and each.shows != life.end
        ),
    )


def _lost(life: Life, follow: Follow, mine: Iterable[Heard]) -> Iterator[str]:
    states = _states(mine)
    return (f"{follow}: {each}" for each in (CARD, life.end) if each not in states)


def _same_key(heard: Iterable[Heard]) -> Iterator[str]:
    at: dict[str, list[Heard]] = defaultdict(list)
    for each in heard:
        at[each.key].append(each)
    for key, told in at.items():
        places = sorted({each.ts for each in told})
        if len(places) > 1:
            yield f"{told[0].follow}: key {key} at {', '.join(places)}"


def _same_text(heard: Iterable[Heard]) -> Iterator[str]:
    """What two announcements tell alike, each with a key of its own."""
    keys: dict[tuple[Follow, str], Counter[str]] = defaultdict(Counter)
    for each in heard:
        keys[each.follow, each.state][each.key] += 1
    for (follow, state), distinct in keys.items():
        if len(distinct) > 1:
            yield f"{follow}: {state} by keys {', '.join(distinct)}"


def _is_ordered(life: Life, mine: Sequence[Heard]) -> bool:
    order = (CARD, *life.states)
    places = [order.index(each.state) for each in mine if each.state in order]
    return places == sorted(places)


def _states(mine: Iterable[Heard]) -> list[str]:
    return [each.state for each in mine]
