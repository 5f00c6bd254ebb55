"""How much there is to look at in each account, and how often each thing can be."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.domain import cadence
from bot.domain.cadence import Pace
from bot.domain.ports import Clock, Duties
from bot.domain.watching import Load, Window

log = structlog.get_logger(__name__)

#: How often it is counted (wall time).
_COUNTED = timedelta(seconds=10)


class Demand:
    """What is watched, counted now and then; trouble with it is logged when it begins and ends."""

    def __init__(
        self, duties: Duties, clock: Clock, pace: Pace, per_second: Mapping[str, float]
    ) -> None:
        """`per_second` is how many looks each account allows in the long run."""
        self._duties = duties
        self._clock = clock
        self._pace = pace
        self._per_second = per_second
        self._counted_at = clock.wall()
        self._loads: Mapping[str, Load] | None = None
        self._crowded: set[str] = set()
        self._unknown: set[str] = set()

    async def tick(self) -> None:
        """Count where it is time."""
        now = self._clock.wall()
        if self._loads is None or abs(now - self._counted_at) >= _COUNTED:
            self._counted_at = now
            self._loads = await self._duties.load(self._clock.world())
            self._note_unknown(self._loads)
            self._note_crowds()

    def window(self, now: datetime) -> Window:
        """What is due now (world time)."""
        farthest = [cadence.farthest(self.share(each), self._pace) for each in self._per_second]
        return Window(now, now + max(farthest, default=self._pace.longest))

    def share(self, account: str) -> timedelta:
        """The pause between two looks at each thing of the account if all were looked at alike."""
        load = (self._loads or {}).get(account, Load(1))
        return load.share(self._per_second[account])

    def _note_unknown(self, loads: Mapping[str, Load]) -> None:
        """Something is watched in an account that this process has no keys of."""
        for account in loads.keys() - self._per_second.keys() - self._unknown:
            self._unknown.add(account)
            log.error("an account with watches is not configured", account=account)

    def _note_crowds(self) -> None:
        for account in self._per_second:
            crowded = self.share(account) > self._pace.longest
            if crowded != (account in self._crowded):
                (self._crowded.add if crowded else self._crowded.discard)(account)
                log.warning(
                    "watches too many things for its budget" if crowded else "serves all in time",
                    account=account,
                    each_every_seconds=self.share(account).total_seconds(),
                )
