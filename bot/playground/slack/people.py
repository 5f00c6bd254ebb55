"""People at their Slack clients: what they do, and what they see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.checks import refused_fields
from bot.playground.slack.delivery import Courier, Delivery, Exchange, NotAnswered
from bot.playground.slack.elements import Ids, Interactive, meant
from bot.playground.slack.errors import SlackError
from bot.playground.slack.events import Events
from bot.playground.slack.happenings import HomeOpened
from bot.playground.slack.inputs import Entering, named_fields, own_options
from bot.playground.slack.limits import check_options
from bot.playground.slack.own_commands import OWN_COMMANDS
from bot.playground.slack.platform import Platform
from bot.playground.slack.responses import answer_command, follow_submission, slackbot_says
from bot.playground.slack.typed import encoded
from bot.playground.slack.values import Channel, File, Json, Message, User, View

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element/#external_select
_SHORTEST_QUERY = 3


class Person:
    """One person of the workspace; every verb is done as them."""

    def __init__(self, platform: Platform, courier: Courier, events: Events, user: User) -> None:
        self._platform = platform
        self._courier = courier
        self._events = events
        self._entering = Entering(
            platform.workspace, lambda file: platform.file_object(platform.files.find(file))
        )
        self._held: dict[tuple[str, str], Json] = {}
        self.id = user.id

    @property
    def user(self) -> User:
        """The person's present profile."""
        return self._platform.workspace.users[self.id]

    async def types(
        self, text: str, channel: str | Channel, thread_ts: str | None = None
    ) -> Exchange:
        """Send a line: a slash command where it begins with "/", else a message.

        `channel` is a name, an id, or "@name" for direct messages. A command goes to the app with
        the composer's channel; KeyError where the channel does not exist, PermissionError where
        the person could not write there.
        """
        where = self._writable(channel)
        if text.startswith("/"):
            return await self._commands(text, where, thread_ts)
        message = self._platform.workspace.post(
            where.id,
            self.id,
            text=encoded(text, self._platform.workspace, labels=False),
            thread_ts=thread_ts,
        )
        return replace(await self._events.settle(), message=message)

    async def clicks(self, place: Message | View, button: str | int) -> Exchange:
        """Click a button by its label, action id, or number (from 1) among the place's buttons.

        The click is on what the person sees: an older version of a message can be clicked as long
        as the message is there. LookupError where there is no such message or button.
        """
        self._still_there(place)
        used = _pick(place.buttons, button)
        return await self._acts(place, used, {}, {})

    async def selects(
        self, place: Message | View, menu: str | int, option: str | Sequence[str] | None
    ) -> Exchange:
        """Choose in a menu, named by placeholder, label or id, an option by text or value.

        None takes the choice back. Also for overflow menus, pickers, checkboxes, radio buttons
        and a form's fields, of which the app hears only where they dispatch their changes (else
        `acked` False, no `problem`). ValueError where there is no such option.
        """
        self._still_there(place)
        used = _pick(_fields(place), menu)
        chosen = self._entering.chosen(used, option)
        if isinstance(place, View) and not used.dispatches:
            self._enter(place, {used.ids: option})
            return Exchange()
        return await self._acts(place, used, chosen, {used.ids: option})

    async def options(
        self, place: Message | View, menu: str | int, query: str = ""
    ) -> tuple[Json, ...]:
        """Open a menu and type into it; return what it offers.

        The app is asked where its options come from there. ValueError where nothing can be chosen
        or too little was typed; NotAnswered where the app fails.
        """
        used = _pick(_fields(place), menu)
        if "external" not in used.type:
            return _own_options(used, query)
        least = used.element.get("min_query_length", _SHORTEST_QUERY)
        if len(query) < least:
            raise ValueError(f"type at least {least} characters to search there")
        present = self._present(place) if isinstance(place, View) else place
        payload = payloads.block_suggestion(self._platform, self.user, present, used, query)
        exchange = await self._interact("block_suggestion", payload)
        exchange = self._heeded(exchange, lambda answer: check_options(answer or {}))
        if exchange.problem is not None:
            raise NotAnswered(exchange.problem)
        offered = _offered(exchange.ack_payload or {})
        self._entering.offer(used, offered)
        return offered

    def uploads(self, name: str, content: bytes) -> File:
        """Give a file of one's own, to be put into a form by its id; ValueError if it is empty."""
        if not content:
            raise ValueError(f"{name} is empty")
        return self._platform.files.upload(name, content, self.id)

    def enters(self, view: View, values: Mapping[str, Any]) -> View:
        """Fill fields of a form, by block ids, action ids or labels; the app hears nothing of it.

        Fields that are not named keep what they hold.
        """
        return self._enter(view, named_fields(view.interactives, values))

    async def submits(self, view: View, values: Mapping[str, Any] | None = None) -> Exchange:
        """Fill a form as `enters` does, and send it.

        Where a required field is empty, or a number none, the client shows it and nothing is sent
        (`acked` False, no `problem`).
        """
        filled = self.enters(self._present(view), values or {})
        if refused := refused_fields(filled, filled.values or {}):
            self._platform.views.show_errors(filled, refused)
            return Exchange()
        payload = payloads.view_submission(self._platform, self.user, filled)
        exchange = await self._interact("view_submission", payload)
        return self._heeded(exchange, partial(follow_submission, self._platform, filled))

    async def closes(self, view: View) -> Exchange:
        """Close a modal; the app hears of it where the view asks for that."""
        present = self._present(view)
        self._platform.views.close(present)
        if not present.content.get("notify_on_close"):
            return Exchange()
        payload = payloads.view_closed(self._platform, self.user, present, cleared=False)
        return await self._interact("view_closed", payload)

    async def opens_home(self, tab: str = "home") -> Exchange:
        """Look at the app's Home tab, or its Messages tab."""
        self._platform.workspace.open_dm(self.id)
        self._platform.feed.write(HomeOpened(self.id, tab))
        return await self._events.settle()

    async def uses_shortcut(self, callback_id: str, message: Message | None = None) -> Exchange:
        """Choose a shortcut, of a message where one is given; LookupError if the app has none."""
        known = self._platform.installation.shortcuts
        if known is not None and callback_id not in known:
            raise LookupError(f"the app's manifest has no shortcut {callback_id!r}")
        if message is None:
            payload = payloads.global_shortcut(self._platform, self.user, callback_id)
        else:
            self._still_there(message)
            payload = payloads.message_shortcut(self._platform, self.user, callback_id, message)
        return await self._interact(payload["type"], payload)

    def sees(self, channel: str | Channel, thread_ts: str | None = None) -> list[Message]:
        """Return what this person can read there, threads included, oldest first.

        With `thread_ts` only that thread. Nothing where the person is not let in.
        """
        where = self._channel(channel)
        if where.is_private and self.id not in where.members:
            return []
        return [
            message
            for message in self._platform.workspace.messages(where.id)
            if message.ephemeral_to in (None, self.id)
            and (thread_ts is None or thread_ts in (message.ts, message.thread_ts))
        ]

    def sees_home(self) -> View | None:
        """Return the Home tab that the app published for this person."""
        return self._platform.views.home(self.id)

    @property
    def open_view(self) -> View | None:
        """The modal in front."""
        stack = self._platform.views.stack(self.id)
        return stack[-1] if stack else None

    async def _commands(self, text: str, channel: Channel, thread_ts: str | None) -> Exchange:
        command = text.split(maxsplit=1)[0]
        if thread_ts is not None:
            # https://docs.slack.dev/interactivity/implementing-slash-commands/
            slackbot_says(
                self._platform,
                channel.id,
                self.id,
                f"{command} is not supported in threads. Sorry!",
            )
            return Exchange()
        if command in OWN_COMMANDS:
            named = text.removeprefix(command).strip()
            OWN_COMMANDS[command](self._platform.workspace, channel, self.user, named)
            return Exchange()
        if not self._platform.installation.knows_command(command):
            slackbot_says(self._platform, channel.id, self.id, f"{command} is not a valid command.")
            return Exchange()
        key = self._platform.response_urls.issue(self.id, channel.id)
        payload = payloads.slash_command(self._platform, self.user, channel, text, key)
        exchange = await self._courier.deliver(Delivery("slash_commands", command, payload))
        exchange = self._heeded(
            exchange, partial(answer_command, self._platform, self.id, channel.id)
        )
        if exchange.problem is not None:
            failure = f'{command} failed with the error "{exchange.problem}"'
            slackbot_says(self._platform, channel.id, self.id, failure)
        return exchange

    async def _acts(
        self, place: Message | View, used: Interactive, chosen: Json, entered: Mapping[Ids, Any]
    ) -> Exchange:
        if isinstance(place, View):
            place, state = self._enter(place, entered), {}
        else:
            state = self._hold(place, entered)
        payload = payloads.block_actions(self._platform, self.user, place, used, chosen, state)
        return await self._interact("block_actions", payload)

    def _enter(self, view: View, entered: Mapping[Ids, Any]) -> View:
        """Return the view with its fields filled; it is kept so."""
        present = self._present(view)
        state = self._entering.state(present.interactives, present.values or {}, entered)
        return self._platform.views.enter(present, state)

    def _hold(self, place: Message, entered: Mapping[Ids, Any]) -> Json:
        """Return what the inputs of a message hold once `entered` is there, and remember it."""
        key = (place.channel, place.ts)
        state = self._entering.state(place.interactives, self._held.get(key, {}), entered)
        self._held[key] = state
        return state

    async def _interact(self, name: str, payload: Json) -> Exchange:
        if not self._platform.installation.is_interactive:
            raise PermissionError("the app's manifest does not enable interactivity")
        return await self._courier.deliver(Delivery("interactive", name, payload))

    def _heeded(self, exchange: Exchange, heed: Callable[[Any], None]) -> Exchange:
        """Do what an ack's payload asks for; where Slack could not, that is the problem."""
        if not exchange.acked:
            return exchange
        try:
            heed(exchange.ack_payload)
        except SlackError:
            return replace(exchange, problem="invalid_response")
        return exchange

    def _channel(self, channel: str | Channel) -> Channel:
        if isinstance(channel, str) and channel.startswith("@"):
            return self._platform.workspace.open_dm_between(self.id, channel)
        return self._platform.workspace.channel(channel)

    def _writable(self, channel: str | Channel) -> Channel:
        where = self._channel(channel)
        if where.is_archived:
            raise PermissionError(f"#{where.name} is archived")
        if self.id not in where.members and where.is_private:
            raise PermissionError(f"@{self.user.name} is not in #{where.name}")
        return where

    def _still_there(self, place: Message | View) -> None:
        if isinstance(place, View):
            self._present(place)
        elif self._platform.workspace.message(place.channel, place.ts) is None:
            raise LookupError("that message is no longer there")

    def _present(self, view: View) -> View:
        try:
            return self._platform.views.find(view.id)
        except SlackError:
            raise LookupError("that view is no longer there") from None


def _pick(among: Sequence[Interactive], which: str | int) -> Interactive:
    if isinstance(which, int):
        if 1 <= which <= len(among):
            return among[which - 1]
    elif (found := meant(among, which)) is not None:
        return found
    there = ", ".join(each.label or each.action_id for each in among) or "nothing"
    raise LookupError(f"no {which!r} there; there is: {there}")


def _fields(place: Message | View) -> list[Interactive]:
    return [each for each in place.interactives if not each.is_button]


def _own_options(used: Interactive, query: str) -> tuple[Json, ...]:
    """Return the options that an element brings along, as the client itself narrows them."""
    options = own_options(used.element)
    if not options:
        raise ValueError(f"{used.label or used.action_id!r} has nothing to choose from")
    return tuple(each for each in options if query.casefold() in each["text"]["text"].casefold())


def _offered(answer: Json) -> tuple[Json, ...]:
    groups = answer.get("option_groups") or ()
    grouped = [option for group in groups for option in group["options"]]
    return (*(answer.get("options") or ()), *grouped)
