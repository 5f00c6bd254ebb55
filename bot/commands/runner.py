"""Running a call: bound, decided on, written down, and given to its handler."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.commands.attempt import Attempt, NotStarted
from bot.commands.command import Command
from bot.commands.context import Context, Services
from bot.commands.shares import Shares
from bot.commands.signature import ACCOUNT, nearest
from bot.domain.access import Actor
from bot.domain.approvals import Request
from bot.domain.calls import Call, Confirmation, Origin, Reply
from bot.domain.errors import PersonUnknown, Refused, UnknownAccount, UnknownCommand
from bot.domain.ports import Window
from bot.wording.buttons import on_account

#: How long a handler may take: what takes longer is cut off, and looked into like after a kill.
LONGEST_RUN = timedelta(minutes=4)


@dataclass(frozen=True)
class Asking:
    """A call with who asks, and what has been answered and agreed to before it is run."""

    call: Call
    origin: Origin
    window: Window
    confirmed: Confirmation | None = None
    approved: Request | None = None


class Runner:
    """Runs calls, each once."""

    def __init__(self, commands: Mapping[str, Command], services: Services, shares: Shares) -> None:
        self._commands = commands
        self._services = services
        self._shares = shares

    async def run(self, asking: Asking) -> Reply:
        """What the handler replies.

        Raises QfbotError where the call is not understood, not allowed or not served, and
        NotStarted for an approved one that is not to be run here and now.
        """
        command = self.command(asking.call.command)
        if asking.approved is None:
            self._shares.take(asking.origin.user_id)
        args, kwargs = command.signature.bind(asking.call)
        account = self._account(asking)
        actor = await self._actor(asking)
        rules, place = self._services.rules(), asking.origin.place
        decision = rules.decide(actor, command.right, place, account)
        context = self._context(asking, command, actor, account)
        async with Attempt(self._services, command, context, decision, asking.approved) as attempt:
            if not decision.allowed:
                raise Refused(decision)
            async with asyncio.timeout(LONGEST_RUN.total_seconds()):
                attempt.reply = await command.handler(context, *args, **kwargs)
        if account == rules.home(place):
            return attempt.reply
        return replace(attempt.reply, message=on_account(attempt.reply.message, account))

    def command(self, name: str) -> Command:
        """The command of that name. Raises UnknownCommand."""
        if name not in self._commands:
            raise UnknownCommand(name, nearest(name, self._commands))
        return self._commands[name]

    def _account(self, asking: Asking) -> str:
        """The account that a call is about. Raises UnknownAccount."""
        home = self._services.rules().home(asking.origin.place)
        named = str(asking.call.arguments.get(ACCOUNT) or home)
        if named not in self._services.platforms:
            raise UnknownAccount(named)
        return named

    async def _actor(self, asking: Asking) -> Actor:
        origin = asking.origin
        try:
            return await self._services.people.actor(origin.user_id, origin.team_id)
        except PersonUnknown:
            if asking.approved is not None:
                raise NotStarted from None
            raise

    def _context(self, asking: Asking, command: Command, actor: Actor, account: str) -> Context:
        return Context(
            actor=actor,
            origin=asking.origin,
            account=account,
            call=asking.call,
            right=command.right,
            services=self._services,
            commands=self._commands,
            window=asking.window,
            confirmed=asking.confirmed,
            approved=asking.approved is not None,
        )
