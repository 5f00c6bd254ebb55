"""How fast an account may be asked: a token for each request, and who gets the next one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

# Timers may fire a little early; below this a further wait would only spin.
_SHORTEST_WAIT = 0.001


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


class TokenBucket:
    """`per_second` requests a second in the long run, `burst` at once after a rest.

    Both may be fractions; since a request takes a whole token, a burst below one is one. Urgent
    errands go first, each kind in order; but urgent ones in bulk take turns with those that are
    not urgent, so that no list leaves the watcher less than half of what it waits for. Raises
    ValueError for a rate that would never give a token.
    """

    def __init__(self, per_second: float, burst: float, wall: Callable[[], datetime]) -> None:
        if per_second <= 0:
            raise ValueError("the requests per second must be more than 0")
        self._per_second = per_second
        self._burst = max(burst, 1.0)
        self._wall = wall
        self._tokens = self._burst
        self._filled_at = wall()
        self._waiting: dict[asyncio.Future[None], Errand] = {}
        self._served_last = Sort.PATIENT
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, errand: Errand) -> None:
        """Return when the errand's request may be sent."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = errand
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            self._hand_back(turn)
            raise

    def _serve(self) -> None:
        self._fill()
        while self._waiting and self._tokens >= 1:
            turn = self._next()
            errand = self._waiting.pop(turn)
            if not turn.done():
                self._tokens -= 1
                self._note_turn(errand.sort)
                turn.set_result(None)
        self._set_timer()

    def _next(self) -> asyncio.Future[None]:
        first: dict[Sort, asyncio.Future[None]] = {}
        for turn, errand in self._waiting.items():
            first.setdefault(errand.sort, turn)
        in_turns = [Sort.LIST, Sort.PATIENT]
        if self._served_last is Sort.LIST:
            in_turns.reverse()
        return next(first[sort] for sort in (Sort.QUESTION, *in_turns) if sort in first)

    def _note_turn(self, sort: Sort) -> None:
        """A question goes before both, and takes nobody's turn."""
        if sort is not Sort.QUESTION:
            self._served_last = sort

    def _fill(self) -> None:
        """The wall clock may be set back; then this much is not filled, and nothing is taken."""
        now = self._wall()
        gained = max((now - self._filled_at).total_seconds(), 0.0) * self._per_second
        self._tokens = min(self._tokens + gained, self._burst)
        self._filled_at = now

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            wait = max((1 - self._tokens) / self._per_second, _SHORTEST_WAIT)
            self._timer = asyncio.get_running_loop().call_later(wait, self._serve)

    def _hand_back(self, turn: asyncio.Future[None]) -> None:
        """Whoever is cancelled leaves the queue, and leaves a token just given to the next."""
        self._waiting.pop(turn, None)
        if turn.done() and not turn.cancelled():
            self._tokens += 1
        self._serve()
