"""What a handler works with: who asks, from where, and the ports."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands import sent_forms
from bot.commands.signature import ACCOUNT
from bot.domain.access import Actor, Place, Right, Rules
from bot.domain.calls import Call, Confirmation, Origin, Reply
from bot.domain.changes import Look
from bot.domain.errors import Refused
from bot.domain.forms import Form
from bot.domain.ids import ResourceId
from bot.domain.languages import Language
from bot.domain.ports import (
    Approvals,
    Audit,
    Catalogue,
    Channels,
    Clock,
    Confirmations,
    Endings,
    Files,
    Follows,
    Grants,
    Outbox,
    People,
    Platform,
    Watches,
    Window,
)
from bot.domain.vitals import Vitals
from bot.domain.watching import Thing

if TYPE_CHECKING:
    from bot.commands.command import Command


@dataclass(frozen=True)
class Services:
    """Everything outside that commands use, introduced by the wiring.

    `settle` is how long something that was asked for may take to be seen (wall time). `rules` are
    those in force; `refresh_rules` reads again what was granted in chats. `house_language` is the
    one that was chosen for all channels. `vitals` tells how qfbot is doing. `permalink` is the
    address of a message, by its channel and its time there, and empty where none is known.
    """

    platforms: Mapping[str, Platform]
    people: People
    files: Files
    watches: Watches
    endings: Endings
    follows: Follows
    channels: Channels
    catalogue: Catalogue
    outbox: Outbox
    confirmations: Confirmations
    audit: Audit
    grants: Grants
    approvals: Approvals
    clock: Clock
    rules: Callable[[], Rules]
    rules_hash: Callable[[], str]
    house_language: Callable[[], Language | None]
    refresh_rules: Callable[[], Awaitable[None]]
    last_tick: Callable[[], datetime | None]
    vitals: Callable[[], Awaitable[Vitals]]
    permalink: Callable[[str, str], str]
    settle: timedelta


@dataclass(frozen=True)
class Context:
    """One call on its way. `confirmed` is the question that its asker has just answered.

    `window` is a dialog on the asker's screen, for what takes more than a line. `approved`: all
    others who have to agree have done so.
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
    approved: bool = False

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
        call = Call(self.call.command, {**self.call.arguments, ACCOUNT: self.account})
        confirmation = Confirmation(
            call.struck_out(),
            self.actor.user_id,
            self.channel_id,
            self.now,
            seen.resource.state,
        )
        return await self.services.confirmations.keep(confirmation)

    def lacking(self, form: Form) -> Form | None:
        """The form as it has to be shown before its call can be run; None where it can."""
        shown = self.confirmed.form if self.confirmed else None
        signature = self.commands[form.command].signature
        # Who asked has answered its doubts, and who agreed has seen what is asked for.
        if self.approved and not sent_forms.wrong(form, signature):
            return None
        return sent_forms.lacking(form, signature, shown)

    async def offer(self, form: Form) -> Reply:
        """Have the same person fill in a form, which then makes a call of this command."""
        form = replace(form, settled={**form.settled, ACCOUNT: self.account})
        question = Confirmation(
            self.call.struck_out(), self.actor.user_id, self.channel_id, self.now, "", form
        )
        return sent_forms.shown(await self.services.confirmations.keep(question), form)

    def require(self, place: Place) -> None:
        """Check the same right for another place. Raises Refused."""
        decision = self.services.rules().decide(self.actor, self.right, place, self.account)
        if not decision.allowed:
            raise Refused(decision)
