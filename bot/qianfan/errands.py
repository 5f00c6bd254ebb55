"""Who waits for a token, and who gets the next one."""

from asyncio import Future, get_running_loop
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Sort(Enum):
    """Who waits for the answer: a person for one thing, a person for a list, or nobody."""

    QUESTION = "question"
    LIST = "list"
    PATIENT = "patient"


@dataclass(eq=False)
class Errand:
    """What a request is made for. It may become urgent while it waits for its token.

    `bulk` is what one question may need many of, such as the parts of a list.
    """

    urgent: bool = False
    bulk: bool = False

    @property
    def sort(self) -> Sort:
        """As of now."""
        if not self.urgent:
            return Sort.PATIENT
        return Sort.LIST if self.bulk else Sort.QUESTION


#: Done when the errand's request may be sent; cancelled where nobody wants that any more.
Turn = Future[None]


@dataclass(frozen=True)
class _Place:
    errand: Errand
    since: datetime


class Queue:
    """Questions go first; lists take turns with what nobody waits for; each sort goes in order.

    So no list leaves the watcher less than half of what it waits for.
    """

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        self._places: dict[Turn, _Place] = {}
        self._served_last = Sort.PATIENT

    def join(self, errand: Errand) -> Turn:
        """Wait for a turn."""
        turn = get_running_loop().create_future()
        self._places[turn] = _Place(errand, self._wall())
        return turn

    def leave(self, turn: Turn) -> None:
        """Wait no more."""
        self._places.pop(turn, None)

    def pop(self) -> Turn:
        """Whose turn it is, who then waits no more; for a queue in which somebody waits."""
        first: dict[Sort, Turn] = {}
        for turn, place in self._waiting():
            first.setdefault(place.errand.sort, turn)
        sort = next(sort for sort in self._order() if sort in first)
        self._note_turn(sort)
        del self._places[first[sort]]
        return first[sort]

    def waiting(self) -> Counter[Sort]:
        """How many of each sort wait now."""
        return Counter(place.errand.sort for _, place in self._waiting())

    def longest_wait(self) -> timedelta:
        """How long (wall) the first has been waiting."""
        now = self._wall()
        return max((now - place.since for _, place in self._waiting()), default=timedelta(0))

    def dismiss(self) -> None:
        """Cancel everyone's wait."""
        for turn in self._places:
            turn.cancel()

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return any(True for _ in self._waiting())

    def _waiting(self) -> Iterator[tuple[Turn, _Place]]:
        """Without those who were cancelled, and will leave as soon as they notice."""
        return (each for each in self._places.items() if not each[0].done())

    def _order(self) -> tuple[Sort, ...]:
        if self._served_last is Sort.LIST:
            return Sort.QUESTION, Sort.PATIENT, Sort.LIST
        return Sort.QUESTION, Sort.LIST, Sort.PATIENT

    def _note_turn(self, sort: Sort) -> None:
        """A question goes before both, and takes nobody's turn."""
        if sort is not Sort.QUESTION:
            self._served_last = sort
