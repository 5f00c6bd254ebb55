"""What a handler works with: who asks, from where, and the ports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands import sent_forms
from bot.domain.access import Actor, Place, Right, Rules
from bot.domain.calls import Call, Confirmation, Origin, Reply
from bot.domain.changes import Look
from bot.domain.errors import Refused
from bot.domain.forms import Form
from bot.domain.ids import ResourceId
from bot.domain.ports import (
    Audit,
    Catalogue,
    Clock,
    Confirmations,
    Files,
    Follows,
    Outbox,
    People,
    Platform,
    Watches,
    Window,
)
from bot.domain.watching import Thing
from bot.wording import forms

if TYPE_CHECKING:
    from bot.commands.command import Command

#: A person's question may be answered from a look this young.
FRESH = timedelta(seconds=15)

#: The account that is meant where nothing says otherwise.
DEFAULT_ACCOUNT = "default"


@dataclass(frozen=True)
class Services:
    """Everything outside that commands use, introduced by the wiring.

    `settle` is how long something that was asked for may take to be seen (wall time).
    """

    platforms: Mapping[str, Platform]
    people: People
    files: Files
    watches: Watches
    follows: Follows
    catalogue: Catalogue
    outbox: Outbox
    confirmations: Confirmations
    audit: Audit
    clock: Clock
    rules: Callable[[], Rules]
    last_tick: Callable[[], datetime | None]
    settle: timedelta


@dataclass(frozen=True)
class Context:
    """One call on its way. `confirmed` is the question that its asker has just answered.

    `window` is a dialog on the asker's screen, for what takes more than a line.
    """

    actor: Actor
    origin: Origin
    account: str
    call: Call
    right: Right
    services: Services
    commands: Mapping[str, "Command"]
    window: Window
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

    def lacking(self, form: Form) -> Form | None:
        """The form as it has to be shown before its call can be run; None where it can."""
        shown = self.confirmed.form if self.confirmed else None
        return sent_forms.lacking(form, self.commands[form.command].signature, shown)

    async def offer(self, form: Form) -> Reply:
        """Have the same person fill in a form, which then makes a call of this command."""
        name = await self.services.confirmations.keep(
            Confirmation(
                self.call.struck_out(), self.actor.user_id, self.channel_id, self.now, "", form
            )
        )
        line = self.commands[form.command].signature.line(Call(form.command, form.arguments()))
        return Reply(forms.offered(form, line), form=form, form_name=name, outcome="form offered")

    def require(self, place: Place) -> None:
        """Check the same right for another place. Raises Refused."""
        decision = self.services.rules().decide(self.actor, self.right, place, self.account)
        if not decision.allowed:
            raise Refused(decision)
