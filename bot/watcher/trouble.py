"""Trouble with an account, told when it begins and when it is over, and not each time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    BrokenAnswer,
    ClockSkewed,
    PlatformError,
    Throttled,
    Unavailable,
)
from bot.domain.facts import Outage
from bot.domain.ports import Clock, Outages, Trouble

log = structlog.get_logger(__name__)

#: How long an account has to be out before its channels are told: most trouble is over by then.
TOLD_AFTER = timedelta(minutes=3)

_OUTAGES: Mapping[type[PlatformError], Outage] = {
    Unavailable: Outage.DOWN,
    Throttled: Outage.THROTTLED,
    BadCredentials: Outage.CREDENTIALS,
    AccessDenied: Outage.DENIED,
    ClockSkewed: Outage.CLOCK,
    BrokenAnswer: Outage.BROKEN,
}


# What may be the matter with one thing alone, as long as others of the account are answered.
_PERHAPS_ONE = (Outage.BROKEN, Outage.DENIED)

_NEVER = datetime.min.replace(tzinfo=UTC)


def outage(error: PlatformError) -> Outage | None:
    """What an error says of its account; None where it is about one thing alone."""
    for kind, sort in _OUTAGES.items():
        if isinstance(error, kind):
            return sort
    return None


class Troubles:
    """Which accounts are in trouble, and of what sort, for the log."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}

    def began(self, account: str, error: PlatformError) -> None:
        """A request failed; another sort of failure counts as new trouble."""
        sort = type(error).__name__
        if self._open.get(account) != sort:
            self._open[account] = sort
            log.warning(
                "Qianfan in trouble",
                account=account,
                trouble=sort,
                action=error.action,
                request_id=error.request_id,
            )

    def over(self, account: str) -> None:
        """A request was answered."""
        if (sort := self._open.pop(account, None)) is not None:
            log.warning("Qianfan well again", account=account, trouble=sort)


class AccountTroubles:
    """Which accounts do not serve, as all processes and in the end the channels know it."""

    def __init__(self, outages: Outages, clock: Clock) -> None:
        self._outages = outages
        self._clock = clock
        self._logged = Troubles()
        self._open: Mapping[str, Trouble] = {}
        self._served_at: dict[str, datetime] = {}

    @property
    def open(self) -> Mapping[str, Trouble]:
        """The accounts that do not serve, as of the last tick."""
        return self._open

    async def tick(self) -> None:
        """Learn what other processes found out, and tell channels what has lasted."""
        self._open = await self._outages.open()
        now = self._clock.world()
        for account, trouble in self._open.items():
            if not trouble.told and now - trouble.since >= TOLD_AFTER:
                await self._outages.tell(account, now)

    async def failed(self, account: str, error: PlatformError) -> None:
        """A request failed."""
        sort, now = outage(error), self._clock.world()
        if sort in _PERHAPS_ONE and now - self._served_at.get(account, _NEVER) < TOLD_AFTER:
            return
        self._logged.began(account, error)
        known = self._open.get(account)
        if sort is not None and (known is None or known.outage is not sort):
            await self._outages.began(account, sort, now)
            self._open = {**self._open, account: Trouble(sort, known.since if known else now)}

    async def served(self, account: str) -> None:
        """A request was answered."""
        self._logged.over(account)
        self._served_at[account] = self._clock.world()
        if account in self._open:
            self._open = {name: each for name, each in self._open.items() if name != account}
            await self._outages.over(account, self._clock.world())
