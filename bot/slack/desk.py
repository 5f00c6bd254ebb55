"""Where listeners hand over: each question is answered in a task of its own."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from bot.commands.router import Router
from bot.commands.sent_forms import Filled, Wrong
from bot.crew import Crew
from bot.domain.access import Place
from bot.domain.calls import Origin, Reply, Way
from bot.domain.errors import QfbotError
from bot.domain.languages import Language
from bot.domain.ports import Clock, People
from bot.slack.forms import errors_of, options_of, reply_view, working_view
from bot.slack.home import HomeTabs, Visit
from bot.slack.replies import Replies, ReplyPath
from bot.slack.unfolding import SharedLinks, Unfolding
from bot.slack.windows import SlackWindow
from bot.wording import errors, forms

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Question:
    """Something that somebody asked: what was typed, or what the pressed button carries.

    Of a message that somebody pointed at it is all that stands in it. `visit` is the Home that it
    was asked from.
    """

    text: str
    way: Way
    user_id: str
    team_id: str
    path: ReplyPath
    visit: Visit | None = None


@dataclass(frozen=True)
class OpenForm:
    """A form as it stands on somebody's screen: its name, and what was put into its fields.

    `shown` are the fields that it has there. The path leads to its view, in the state `view_hash`.
    """

    name: str
    values: Mapping[str, str]
    shown: frozenset[str]
    team_id: str
    path: ReplyPath
    view_hash: str = ""


@dataclass(frozen=True)
class Patience:
    """How long Slack is kept waiting for an answer that it takes within three seconds, in seconds.

    `ack` is how long an acknowledgement may be on its way: where it changes a view, nothing else
    is shown there before, as it would be overwritten.
    """

    review: float = 1.8
    options: float = 2.5
    ack: float = 0.5


#: Sees to a channel that the bot was brought into: its id, who brought it, the event's id.
Arrive = Callable[[str, str, str], Coroutine[Any, Any, None]]


class Desk:
    """Takes questions in without waiting, and owns the tasks that answer them."""

    def __init__(
        self,
        router: Router,
        people: People,
        replies: Replies,
        clock: Clock,
        homes: HomeTabs,
        unfolding: Unfolding,
        arrive: Arrive,
        patience: Patience = Patience(),
    ) -> None:
        self._router = router
        self._people = people
        self._replies = replies
        self._clock = clock
        self._homes = homes
        self._unfolding = unfolding
        self._arrive = arrive
        self._patience = patience
        self._crew = Crew("answer")

    @property
    def idle(self) -> bool:
        """Whether every question has been answered."""
        return self._crew.idle

    def take(self, question: Question) -> None:
        """Begin to answer a question."""
        self._crew.start(self._serve(question))

    def reshape(self, form: OpenForm) -> None:
        """Begin to show the fields that fit what was put into a form."""
        self._crew.start(self._reshape(form))

    async def submit(self, form: OpenForm) -> Mapping[str, Any]:
        """What Slack is to make of a form that was sent, told within the patience for a review.

        Errors at its fields, the same form with more to say, an answer; or that it is worked on,
        and then what comes of it is shown later.
        """
        language = await self._people.language(form.path.user_id)
        told: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._crew.start(self._work_on(form, told, language))
        await asyncio.wait([told], timeout=self._patience.review)
        if told.done():
            return told.result()
        told.cancel()
        return _working(form, language)

    async def options(
        self, name: str, field: str, query: str, user_id: str
    ) -> list[dict[str, Any]]:
        """What a menu offers for what was typed into it; nothing where that takes too long."""
        try:
            async with asyncio.timeout(self._patience.options):
                language = await self._people.language(user_id)
                offered = await self._router.options(name, field, query, user_id)
                return options_of(offered, language)
        except TimeoutError:
            log.warning("no options in time", field=field)
            return []

    def open_home(self, visit: Visit) -> None:
        """Begin to show somebody their Home, who comes to it."""
        self._crew.start(self._homes.opened(visit))

    def show_home(self, visit: Visit) -> None:
        """Begin to show somebody their Home as it is now."""
        self._crew.start(self._homes.show(visit))

    def unfold(self, shared: SharedLinks) -> None:
        """Begin to show what the links in a message lead to."""
        self._crew.start(self._unfolding.unfold(shared))

    def arrive(self, channel_id: str, inviter: str, event_id: str) -> None:
        """Begin to see to a channel that the bot was brought into."""
        self._crew.start(self._arrive(channel_id, inviter, event_id))

    def groups_changed(self) -> None:
        """From the next question on, user groups are looked up anew."""
        self._people.forget_groups()

    async def deliver(self, reply: Reply, origin: Origin) -> None:
        """Tell somebody what came of a call of theirs that nobody waits for any more."""
        path = ReplyPath(origin.user_id, origin.place.channel_id)
        await self._replies.deliver(reply, path, await self._replies.window(path))

    async def drain(self, patience: timedelta) -> None:
        """Let the questions in hand be answered."""
        await self._crew.drain(patience)

    async def _serve(self, question: Question) -> None:
        if question.visit is not None:
            question = replace(question, path=await self._path_from(question.visit, question.path))
        window = await self._replies.window(question.path)
        reply = await self._answer(question, window)
        await self._replies.deliver(reply, question.path, window)
        if question.visit is not None:
            await self._homes.show(question.visit)

    async def _path_from(self, visit: Visit, path: ReplyPath) -> ReplyPath:
        """What is asked in a Home is answered in the direct messages beside it."""
        try:
            return replace(path, channel_id=await self._people.direct_channel(visit.user_id))
        except QfbotError:
            return path

    async def _answer(self, question: Question, window: SlackWindow) -> Reply:
        try:
            origin = await self._origin(question.way, question.team_id, question.path)
        except QfbotError as error:
            return Reply(errors.explain(error))
        match question.way:
            case Way.BUTTON:
                return await self._router.pressed(question.text, origin, window)
            case Way.SHORTCUT:
                return await self._router.watched(question.text, origin, window)
            case _:
                return await self._router.typed(question.text, origin, window)

    async def _reshape(self, form: OpenForm) -> None:
        shape = await self._router.reshaped(form.name, form.values, form.path.user_id)
        if shape is not None:
            window = await self._replies.window(form.path)
            await window.reshape(shape, form.name, form.view_hash)

    async def _work_on(
        self, form: OpenForm, told: asyncio.Future[Mapping[str, Any]], language: Language
    ) -> None:
        """Tell what becomes of the view while Slack waits for it; show later what comes later."""
        here = self._origin_at(Place(""), Way.FORM, form.path.user_id, form.team_id)
        outcome = await self._router.review(form.name, form.values, here)
        if isinstance(outcome, Wrong):
            if not told.done() and form.shown.issuperset(outcome.told):
                at_fields = errors_of(outcome.told, language)
                told.set_result({"response_action": "errors", "errors": at_fields})
                return
            outcome = await self._corrected(form, outcome)
        if isinstance(outcome, Reply) and not told.done():
            told.set_result(_update(reply_view(form.path.view_title, outcome, language)))
            return
        if not told.done():
            told.set_result(_working(form, language))
        await self._finish(form, outcome)

    async def _corrected(self, form: OpenForm, wrong: Wrong) -> Reply:
        """The form with what is wrong told in it, where the view has no field to tell it at."""
        shape = await self._router.reshaped(form.name, form.values, form.path.user_id)
        message = forms.not_sent(wrong.told.values())
        telling = None if shape is None else shape.telling(wrong.told)
        return Reply(message, form=telling, form_name=form.name)

    async def _finish(self, form: OpenForm, outcome: Filled | Reply) -> None:
        """Show what comes of a form in the place of "working", or where it was asked for."""
        path = form.path
        if isinstance(outcome, Filled):
            path = replace(path, channel_id=outcome.question.channel_id)
        window = await self._replies.window(path)
        reply, _ = await asyncio.gather(
            self._outcome(form, outcome, path, window), asyncio.sleep(self._patience.ack)
        )
        await self._replies.deliver(reply, path, window)
        if isinstance(outcome, Filled):
            await self._homes.refresh(Visit(path.user_id, form.team_id))

    async def _outcome(
        self, form: OpenForm, reviewed: Filled | Reply, path: ReplyPath, window: SlackWindow
    ) -> Reply:
        if isinstance(reviewed, Reply):
            return reviewed
        try:
            origin = await self._origin(Way.FORM, form.team_id, path)
        except QfbotError as error:
            return Reply(errors.explain(error))
        return await self._router.submitted(reviewed, origin, window)

    async def _origin(self, way: Way, team_id: str, path: ReplyPath) -> Origin:
        place = await self._people.place(path.channel_id)
        origin = self._origin_at(place, way, path.user_id, team_id)
        return replace(origin, thread_ts=path.thread_ts)

    def _origin_at(self, place: Place, way: Way, user_id: str, team_id: str) -> Origin:
        return Origin(
            user_id=user_id, team_id=team_id, place=place, way=way, at=self._clock.world()
        )


def _working(form: OpenForm, language: Language) -> Mapping[str, Any]:
    return _update(working_view(form.path.view_title, language))


def _update(view: Mapping[str, Any]) -> Mapping[str, Any]:
    # https://docs.slack.dev/surfaces/modals/#updating_views
    return {"response_action": "update", "view": view}
