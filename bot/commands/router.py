"""The one door: a call is bound, decided on, written down, run, and answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.commands import confirmations, menus, sent_forms
from bot.commands.attempt import Attempt
from bot.commands.command import Command
from bot.commands.context import DEFAULT_ACCOUNT, Context, Services
from bot.commands.parsing import parse
from bot.commands.sent_forms import Filled, Wrong
from bot.commands.signature import nearest
from bot.domain.calls import Call, Confirmation, Origin, Reply, Way
from bot.domain.errors import ButtonUsed, QfbotError, Refused, UnknownCommand
from bot.domain.forms import Form, Option
from bot.domain.ports import Window
from bot.wording import buttons, errors, forms

log = structlog.get_logger(__name__)

#: What stands before a command line on the button that repeats its answer for all.
SHARE = "share "


class Router:
    """Knows all commands; every way in ends here."""

    def __init__(self, commands: Iterable[Command], services: Services) -> None:
        self._commands = {command.name: command for command in commands}
        self._signatures = {name: each.signature for name, each in self._commands.items()}
        self._services = services

    async def typed(self, text: str, origin: Origin, window: Window) -> Reply:
        """Answer what somebody typed."""
        try:
            call = parse(text, self._signatures)
        except QfbotError as error:
            return Reply(errors.explain(error))
        return await self.route(call, origin, window)

    async def pressed(self, press: str, origin: Origin, window: Window) -> Reply:
        """Answer a click: on the answer to a question, on Share, or on a command line."""
        if press.startswith(SHARE):
            shared = replace(origin, seen_by_all=True)
            return await self.typed(press.removeprefix(SHARE), shared, window)
        if not confirmations.is_answer(press):
            return await self.typed(press, origin, window)
        try:
            asked, yes = await confirmations.answer(
                press, origin.user_id, self._services.clock.world(), self._services.confirmations
            )
        except QfbotError as error:
            return Reply(errors.explain(error))
        if not yes:
            return Reply(buttons.left_alone())
        return await self.route(asked.call, origin, window, asked)

    async def review(
        self, name: str, values: Mapping[str, str], origin: Origin
    ) -> Filled | Wrong | Reply:
        """Look over a form that was sent, on local data alone.

        What may be sent is used up, so that it is sent once. A reply is what is to be shown in
        the form's place: the same form with a doubt, or why there is no sending it.
        """
        try:
            return await self._review(name, values, origin.user_id)
        except QfbotError as error:
            return Reply(errors.explain(error))

    async def submitted(self, filled: Filled, origin: Origin, window: Window) -> Reply:
        """Make the call of a form that was looked over."""
        question = replace(filled.question, form=filled.form)
        return await self.route(filled.call, origin, window, question)

    async def reshaped(self, name: str, values: Mapping[str, str], user_id: str) -> Form | None:
        """The form as it is with these values; None where it is not this person's."""
        try:
            return (await self._filled(name, values, user_id)).form
        except QfbotError:
            return None

    async def options(self, name: str, field: str, query: str, user_id: str) -> Sequence[Option]:
        """What a menu of a form offers for what was typed into it so far."""
        try:
            filled = await self._filled(name, {}, user_id)
        except QfbotError:
            return ()
        return menus.offered(
            filled.form.field(field), query, self._services.catalogue, DEFAULT_ACCOUNT
        )

    async def route(
        self, call: Call, origin: Origin, window: Window, confirmed: Confirmation | None = None
    ) -> Reply:
        """Run a call and answer it, whatever happens."""
        try:
            reply = await self._run(call, origin, window, confirmed)
            return self._shareable(reply, call, origin)
        except QfbotError as error:
            log.info("command not served", command=call.command, error=type(error).__name__)
            return Reply(errors.explain(error))
        except Exception:
            log.exception("command failed", command=call.command)
            return Reply(errors.unforeseen())

    async def _run(
        self, call: Call, origin: Origin, window: Window, confirmed: Confirmation | None
    ) -> Reply:
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
            window=window,
            confirmed=confirmed,
        )
        async with Attempt(self._services, command, context, decision) as attempt:
            if not decision.allowed:
                raise Refused(decision)
            attempt.reply = await command.handler(context, *args, **kwargs)
        return attempt.reply

    async def _filled(self, name: str, values: Mapping[str, str], user_id: str) -> Filled:
        return await sent_forms.filled(name, values, user_id, self._services.confirmations)

    async def _review(
        self, name: str, values: Mapping[str, str], user_id: str
    ) -> Filled | Wrong | Reply:
        sent, now = await self._filled(name, values, user_id), self._services.clock.world()
        if wrong := sent_forms.wrong(sent.form, self._signatures[sent.form.command]):
            return Wrong(wrong)
        again = sent_forms.doubted(sent)
        if sent.question.expired(now):
            again = sent_forms.too_old(sent)
        if not await self._services.confirmations.use(name, now):
            raise ButtonUsed(sent.form.command)
        return sent if again is None else await self._offered_again(sent, again)

    async def _offered_again(self, sent: Filled, form: Form) -> Reply:
        """The same form, filled, under a new name."""
        question = replace(sent.question, asked_at=self._services.clock.world(), form=form)
        name = await self._services.confirmations.keep(question)
        line = self._signatures[form.command].line(sent.call)
        return Reply(forms.offered(form, line), form=form, form_name=name)

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
