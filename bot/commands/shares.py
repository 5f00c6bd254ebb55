"""How much one person may ask, so that one script cannot spend what is there for all."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.errors import TooFast

#: Far more than a person types, and far less than a loop does.
ASKS_PER_MINUTE = 30

_MINUTE = timedelta(minutes=1)

# Who asked longest ago is forgotten first.
_PEOPLE = 5_000


class Shares:
    """Counts the questions of each person within the last minute (wall time)."""

    def __init__(self, per_minute: int, wall: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._wall = wall
        self._asked: OrderedDict[str, list[datetime]] = OrderedDict()

    def take(self, user_id: str) -> None:
        """Count one more question. Raises TooFast, which counts nothing."""
        now = self._wall()
        # A clock that was set back must not lock anybody out.
        asked = [at for at in self._asked.get(user_id, ()) if now - _MINUTE < at <= now]
        if len(asked) >= self._per_minute:
            raise TooFast(asked[0] + _MINUTE - now)
        self._asked[user_id] = [*asked, now]
        self._asked.move_to_end(user_id)
        if len(self._asked) > _PEOPLE:
            self._asked.popitem(last=False)
