"""The watches and follows, and the things that they are about, as they are looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.changes import Look
from bot.domain.facts import Actors, Fact, Outage
from bot.domain.following import Follow, Selection
from bot.domain.glance import Known
from bot.domain.ids import ResourceId
from bot.domain.watching import Duty, Finished, Found, Load, Thing, Watch, Watched, Window


class Watches(Protocol):
    """The watches and the things that they follow."""

    async def begin(self, watch: Watch, look: Look, *, asked: bool = True) -> bool:
        """Follow a thing in a channel and open its card there; False where it was followed already.

        A watch that is there already gets the new time limit, level of notices and mention. The
        card of one that nobody `asked` for just now waits where the channel wants quiet.
        """

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        """Follow it there no more; the watch that was ended, where there was one."""

    async def mute(self, thing: Thing, channel_id: str, until: datetime | None) -> Watch | None:
        """Tell nothing of it there but its end until then (world time), or all again.

        The watch as it is from now on; None where the channel does not follow the thing.
        """

    async def known(self, thing: Thing) -> Known | None:
        """What is known of a thing that is watched; None where it is not."""

    async def in_channel(self, channel_id: str) -> Sequence[Watched]: ...

    async def of_owner(self, user_id: str) -> Sequence[Watched]: ...

    async def everywhere(self) -> Sequence[Watched]: ...

    async def channels_of(self, thing: Thing) -> Collection[str]:
        """The channels that follow a thing, or ever did."""

    async def note_stop(self, thing: Thing, by: Actors, *, accepted: bool) -> None:
        """Remember who asks to stop a thing, and have it looked at soon.

        Before it is `accepted`, nobody takes the place of one who asked before.
        """

    async def forget_stop(self, thing: Thing, by: Actors) -> None:
        """It was not stopped at this person's request; who else asked stays noted."""

    async def expired(self, world: datetime) -> Sequence[Watched]:
        """The watches whose time is up."""

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        """End one watch and tell its channel why, in one transaction."""


class Endings(Protocol):
    """What came of what people followed."""

    async def of_owner(self, user_id: str, since: datetime, last: int) -> Sequence[Finished]:
        """What ended since then (world) of what somebody followed, the newest first.

        Each thing once, however many channels followed it for them.
        """


class Duties(Protocol):
    """The things that are watched, as those who look at them need them."""

    async def load(self, world: datetime) -> Mapping[str, Load]:
        """How much there is to look at in each account."""

    async def is_any_due(self, window: Window) -> bool:
        """Whether something is due, in anybody's hands or nobody's."""

    async def claim_due(
        self, rooms: Mapping[str, int], window: Window, lease: timedelta
    ) -> Sequence[Duty]:
        """Things that are due, so many of each account, each claimed for so long.

        Leases are counted on the clock that all processes share. Those that should have ended
        go first, then the longest overdue; channels take turns.
        """

    async def renew(self, duties: Collection[Duty], lease: timedelta) -> None:
        """They are still in hand: nobody else is to look at them for so long."""

    async def record(self, duty: Duty, found: Found, facts: Sequence[Fact]) -> bool:
        """The new state and the announcements that it causes, in one transaction.

        Each channel gets the facts that it wants to hear, and of the symptoms those that are
        alarms by its settings. Where there is no next look, the thing's watches end. Nothing is
        written where a newer look was recorded meanwhile; False where somebody would have been
        told.
        """

    async def postpone(
        self,
        duty: Duty,
        next_look: datetime,
        failures: int,
        denials: int = 0,
        facts: Sequence[Fact] = (),
    ) -> None:
        """A look that failed: when to try again, how often in a row, and what is told of it.

        Where something is told, the cards show it as well.
        """


class Follows(Protocol):
    """Who wants to hear of runs that do not exist yet, and which runs are no news."""

    async def begin(self, follow: Follow) -> bool:
        """Follow; False where the channel followed the same already, and it is renewed."""

    async def end(self, account: str, channel_id: str, selection: Selection | None) -> int:
        """End the channel's follows, or the one of that selection; how many there were."""

    async def in_channel(self, channel_id: str) -> Sequence[Follow]: ...

    async def everywhere(self) -> Sequence[Follow]: ...

    async def expired(self, world: datetime) -> Sequence[Follow]:
        """The follows whose time is up."""

    async def news(self, account: str, runs: Sequence[ResourceId]) -> Sequence[ResourceId]:
        """Those of the runs that were never noted, in their order."""

    async def note(self, account: str, runs: Sequence[ResourceId], at: datetime) -> None:
        """They are no news any more (world time)."""

    async def appeared(
        self, account: str, run: ResourceId, at: datetime, facts: Sequence[tuple[str, Fact]]
    ) -> None:
        """Note a run, and owe channels what each is to hear of it, in one transaction.

        Nothing is owed where it was noted meanwhile.
        """

    async def end_with(self, follow: Follow, fact: Fact) -> None:
        """End one follow and tell its channel why, in one transaction."""


@dataclass(frozen=True)
class Trouble:
    """Why an account does not serve, since when (world time), and whether channels know it."""

    outage: Outage
    since: datetime
    told: bool = False


class Outages(Protocol):
    """The accounts that do not serve, as all processes know it."""

    async def open(self) -> Mapping[str, Trouble]:
        """Those that do not serve now."""

    async def began(self, account: str, outage: Outage, at: datetime) -> None:
        """An account does not serve (world time); a newer reason takes the place of an older."""

    async def tell(self, account: str, at: datetime) -> None:
        """Owe the account's channels the news that it does not serve, once (world time)."""

    async def over(self, account: str, at: datetime) -> None:
        """It serves again (world time): whoever was told otherwise is told, and all are looked at.

        What could not be looked at meanwhile is due at once.
        """


class Turns(Protocol):
    """Work that one process at a time does for all of them."""

    async def take(self, name: str, lease: timedelta) -> bool:
        """Take the turn, or keep it, for so long; False where another process has it."""
