"""What a handler works with: who asks, from where, and the ports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.access import Actor, Place, Right, Rules
from bot.domain.calls import Call, Confirmation, Origin
from bot.domain.changes import Look
from bot.domain.errors import Refused
from bot.domain.ids import ResourceId
from bot.domain.ports import (
    Audit,
    Clock,
    Confirmations,
    Outbox,
    People,
    Platform,
    Watches,
)
from bot.domain.watching import Thing

if TYPE_CHECKING:
    from bot.commands.command import Command

#: A person's question may be answered from a look this young.
FRESH = timedelta(seconds=15)

#: The account that is meant where nothing says otherwise.
DEFAULT_ACCOUNT = "default"


@dataclass(frozen=True)
class Services:
    """Everything outside that commands use, introduced by the wiring."""

    platforms: Mapping[str, Platform]
    people: People
    watches: Watches
    outbox: Outbox
    confirmations: Confirmations
    audit: Audit
    clock: Clock
    rules: Callable[[], Rules]
    last_tick: Callable[[], datetime | None]


@dataclass(frozen=True)
class Context:
    """One call on its way. `confirmed` is the question that its asker has just answered."""

    actor: Actor
    origin: Origin
    account: str
    call: Call
    right: Right
    services: Services
    commands: Mapping[str, "Command"]
    confirmed: Confirmation | None = None

    @property
    def platform(self) -> Platform:
        """The Qianfan account that is meant."""
        return self.services.platforms[self.account]

    @property
    def now(self) -> datetime:
        """World time."""
        return self.services.clock.world()

    @property
    def channel_id(self) -> str:
        """The channel in which it was asked."""
        return self.origin.place.channel_id

    def thing(self, resource: ResourceId) -> Thing:
        """What is meant by an id, in the account that is meant."""
        return Thing(self.account, resource)

    async def look(self, resource: ResourceId, *, max_age: timedelta = timedelta(0)) -> Look:
        """See how a thing is; somebody waits for the answer."""
        return await self.platform.look(resource, max_age=max_age, urgent=True)

    async def ask(self, seen: Look) -> str:
        """Have this very call made by a button, by the same person, once, within a while.

        Returns the name that the button carries.
        """
        confirmation = Confirmation(
            self.call.struck_out(),
            self.actor.user_id,
            self.channel_id,
            self.now,
            seen.resource.state,
        )
        return await self.services.confirmations.keep(confirmation)

    def require(self, place: Place) -> None:
        """Check the same right for another place. Raises Refused."""
        decision = self.services.rules().decide(self.actor, self.right, place, self.account)
        if not decision.allowed:
            raise Refused(decision)
