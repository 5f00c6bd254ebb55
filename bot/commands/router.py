"""The one door: a call is bound, decided on, written down, run, and answered."""

import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.commands import confirmations, menus, sent_forms
from bot.commands.attempt import NotStarted
from bot.commands.command import Command
from bot.commands.context import Services
from bot.commands.named import runs_named
from bot.commands.parsing import parse
from bot.commands.runner import Asking, Runner
from bot.commands.sent_forms import Filled, Wrong
from bot.commands.shares import ASKS_PER_MINUTE, Shares
from bot.commands.signature import ACCOUNT
from bot.commands.windows import NoWindow
from bot.domain.approvals import Request
from bot.domain.calls import Call, Confirmation, Origin, Reply, Way
from bot.domain.errors import (
    ButtonUsed,
    OutcomeUnknown,
    PersonUnknown,
    PlatformError,
    QfbotError,
    StoreError,
    TooFast,
)
from bot.domain.forms import Form, Option
from bot.domain.id_grammar import id_in_word
from bot.domain.messages import Message
from bot.domain.ports import Window
from bot.happenings import UNREAD, CommandEnded, Tell, nobody
from bot.wording import buttons, errors, watches

log = structlog.get_logger(__name__)

#: What stands before a command line on the button that repeats its answer for all.
SHARE = "share "


class Router:
    """Knows all commands; every way in ends here."""

    def __init__(
        self,
        commands: Iterable[Command],
        services: Services,
        per_minute: int = ASKS_PER_MINUTE,
        *,
        tell: Tell = nobody,
    ) -> None:
        """`per_minute` is how often one person may ask."""
        self._tell = tell
        self._commands = {command.name: command for command in commands}
        self._signatures = {name: each.signature for name, each in self._commands.items()}
        self._services = services
        shares = Shares(per_minute, services.clock.wall)
        self._runner = Runner(self._commands, services, shares)

    async def typed(self, text: str, origin: Origin, window: Window) -> Reply:
        """Answer what somebody typed."""
        began = time.perf_counter()
        try:
            call = parse(text, self._signatures)
        except QfbotError as error:
            return self._ended(UNREAD, origin, began, _explained(error))
        return await self.route(call, origin, window)

    async def watched(self, text: str, origin: Origin, window: Window) -> Reply:
        """Watch the runs that a message names; the text is all that stands in it."""
        ids = runs_named(text)
        if not ids:
            return Reply(watches.none_named())
        return await self.route(Call("watch", {"ids": ids}), origin, window)

    async def unfolded(self, url: str, origin: Origin) -> Message | None:
        """The state of what a link leads to, as all may read it where somebody posted the link.

        None where that is nothing, or not for this person or this place: nobody has asked.
        """
        named = id_in_word(url)
        if named is None or origin.place.direct or not origin.place.known:
            return None
        call = Call("status", {"ids": (str(named),)})
        asking = Asking(call, replace(origin, seen_by_all=True), NoWindow())
        try:
            return (await self._runner.run(asking)).message
        except QfbotError as error:
            log.debug("link not unfolded", error=type(error).__name__)
        except Exception:
            log.exception("link not unfolded")
        return None

    async def pressed(self, press: str, origin: Origin, window: Window) -> Reply:
        """Answer a click: on the answer to a question, on Share, or on a command line."""
        if press.startswith(SHARE):
            shared = replace(origin, seen_by_all=True)
            return await self.typed(press.removeprefix(SHARE), shared, window)
        if press.startswith(sent_forms.OPEN):
            return await self._opened(press.removeprefix(sent_forms.OPEN), origin.user_id)
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
        except Exception:
            log.exception("form not reviewed")
            return Reply(errors.unforeseen())

    async def submitted(self, filled: Filled, origin: Origin, window: Window) -> Reply:
        """Make the call of a form that was looked over.

        Where something kept it from being made that may pass, the form comes back as it was.
        """
        question = replace(filled.question, form=filled.form)
        asking = Asking(filled.call, origin, window, question)
        return await self._answered(self._or_again(asking, filled), asking)

    async def reshaped(self, name: str, values: Mapping[str, str], user_id: str) -> Form | None:
        """The form as it is with these values; None where it is not this person's."""
        try:
            return (await self._filled(name, values, user_id)).form
        except Exception:
            log.debug("form not reshaped", exc_info=True)
            return None

    async def options(self, name: str, field: str, query: str, user_id: str) -> Sequence[Option]:
        """What a menu of a form offers for what was typed into it so far; nothing to strangers."""
        try:
            filled = await self._filled(name, {}, user_id)
            place = await self._services.people.place(filled.question.channel_id)
            account = filled.form.settled.get(ACCOUNT) or self._services.rules().home(place)
            actor = await self._services.people.actor(user_id, "")
            right = self._runner.command(filled.form.command).right
            if not self._services.rules().decide(actor, right, place, account).allowed:
                return ()
        except Exception:
            log.debug("no options", exc_info=True)
            return ()
        return menus.offered(filled.form.field(field), query, self._services.catalogue, account)

    async def route(
        self, call: Call, origin: Origin, window: Window, confirmed: Confirmation | None = None
    ) -> Reply:
        """Run a call and answer it, whatever happens."""
        asking = Asking(call, origin, window, confirmed)
        return await self._answered(self._runner.run(asking), asking)

    async def approved(self, request: Request) -> Reply | None:
        """Run a call to which all others have agreed; it is decided on again, for its asker.

        None where another process runs it, or where it cannot be begun now.
        """
        asked = Confirmation(request.call, request.origin.user_id, "", request.origin.at, "")
        origin = replace(request.origin, way=Way.OWN)
        asking = Asking(request.call, origin, NoWindow(), asked, request)
        try:
            return await self._answered(self._runner.run(asking), asking)
        except NotStarted:
            return None

    async def _answered(self, running: Awaitable[Reply], asking: Asking) -> Reply:
        began, command = time.perf_counter(), asking.call.command
        try:
            reply = self._shareable(await running, asking.call, asking.origin)
        except NotStarted:
            raise
        except QfbotError as error:
            reply = _explained(error)
        except Exception:
            log.exception("command failed", command=command)
            reply = Reply(errors.unforeseen(), outcome="unforeseen")
        return self._ended(command, asking.origin, began, reply)

    def _ended(self, command: str, origin: Origin, began: float, reply: Reply) -> Reply:
        took = timedelta(seconds=time.perf_counter() - began)
        self._tell(CommandEnded(command, origin, reply.outcome, took, reply.request_id))
        return reply

    async def _filled(self, name: str, values: Mapping[str, str] | None, user_id: str) -> Filled:
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

    async def _opened(self, name: str, user_id: str) -> Reply:
        """A form that was offered by a button, as it was."""
        try:
            return sent_forms.shown(name, (await self._filled(name, None, user_id)).form)
        except QfbotError as error:
            return Reply(errors.explain(error))

    async def _or_again(self, asking: Asking, filled: Filled) -> Reply:
        try:
            return await self._runner.run(asking)
        except OutcomeUnknown:
            raise
        except (PlatformError, PersonUnknown, StoreError, TooFast) as error:
            told = {"": errors.explain(error).summary}
            return await self._offered_again(filled, filled.form.telling(told))

    async def _offered_again(self, sent: Filled, form: Form) -> Reply:
        """The same form, filled, under a new name."""
        question = replace(sent.question, asked_at=self._services.clock.world(), form=form)
        return sent_forms.shown(await self._services.confirmations.keep(question), form)

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


def _explained(error: QfbotError) -> Reply:
    request_id = error.request_id if isinstance(error, PlatformError) else None
    return Reply(errors.explain(error), outcome=type(error).__name__, request_id=request_id)
