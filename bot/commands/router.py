"""The one door: a call is bound, decided on, written down, run, and answered."""

from collections.abc import Iterable
from dataclasses import replace

import structlog

from bot.commands import confirmations
from bot.commands.attempt import Attempt
from bot.commands.command import Command
from bot.commands.context import DEFAULT_ACCOUNT, Context, Services
from bot.commands.parsing import parse
from bot.commands.signature import nearest
from bot.domain.calls import Call, Confirmation, Origin, Reply, Way
from bot.domain.errors import QfbotError, Refused, UnknownCommand
from bot.wording import buttons, errors

log = structlog.get_logger(__name__)

#: What stands before a command line on the button that repeats its answer for all.
SHARE = "share "


class Router:
    """Knows all commands; every way in ends here."""

    def __init__(self, commands: Iterable[Command], services: Services) -> None:
        self._commands = {command.name: command for command in commands}
        self._signatures = {name: each.signature for name, each in self._commands.items()}
        self._services = services

    async def typed(self, text: str, origin: Origin) -> Reply:
        """Answer what somebody typed."""
        try:
            call = parse(text, self._signatures)
        except QfbotError as error:
            return Reply(errors.explain(error))
        return await self.route(call, origin)

    async def pressed(self, press: str, origin: Origin) -> Reply:
        """Answer a click: on the answer to a question, on Share, or on a command line."""
        if press.startswith(SHARE):
            return await self.typed(press.removeprefix(SHARE), replace(origin, seen_by_all=True))
        if not confirmations.is_answer(press):
            return await self.typed(press, origin)
        try:
            asked, yes = await confirmations.answer(
                press, origin.user_id, self._services.clock.world(), self._services.confirmations
            )
        except QfbotError as error:
            return Reply(errors.explain(error))
        return await self.route(asked.call, origin, asked) if yes else Reply(buttons.left_alone())

    async def route(
        self, call: Call, origin: Origin, confirmed: Confirmation | None = None
    ) -> Reply:
        """Run a call and answer it, whatever happens."""
        try:
            return self._shareable(await self._run(call, origin, confirmed), call, origin)
        except QfbotError as error:
            log.info("command not served", command=call.command, error=type(error).__name__)
            return Reply(errors.explain(error))
        except Exception:
            log.exception("command failed", command=call.command)
            return Reply(errors.unforeseen())

    async def _run(self, call: Call, origin: Origin, confirmed: Confirmation | None) -> Reply:
        command = self._command(call.command)
        args, kwargs = command.signature.bind(call)
        actor = await self._services.people.actor(origin.user_id, origin.team_id)
        decision = self._services.rules().decide(
            actor, command.right, origin.place, DEFAULT_ACCOUNT
        )
        context = Context(
            actor=actor,
            origin=origin,
            account=DEFAULT_ACCOUNT,
            call=call,
            right=command.right,
            services=self._services,
            commands=self._commands,
            confirmed=confirmed,
        )
        async with Attempt(self._services, command, context, decision) as attempt:
            if not decision.allowed:
                raise Refused(decision)
            attempt.reply = await command.handler(context, *args, **kwargs)
        return attempt.reply

    def _command(self, name: str) -> Command:
        if name not in self._commands:
            raise UnknownCommand(name, nearest(name, self._commands))
        return self._commands[name]

    def _shareable(self, reply: Reply, call: Call, origin: Origin) -> Reply:
        """The reply with a Share button, or for all to see where that was pressed."""
        place = origin.place
        if not reply.shareable or place.direct or not place.known or origin.way is Way.OWN:
            return reply
        if origin.seen_by_all:
            message = buttons.shared_by(reply.message, origin.user_id)
            return replace(reply, message=message, for_all=True)
        line = SHARE + self._signatures[call.command].line(call)
        return replace(reply, message=buttons.with_share(reply.message, line))
