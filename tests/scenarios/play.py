"""The verbs of the conversations: people ask, time passes, channels hear."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.domain.access import Grant, Role, Rules, Scope
from bot.domain.ports import Charts
from bot.playground.clock import WorldClock
from bot.playground.dialog import Dialog
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.scene import Prop
from bot.playground.slack import Exchange, LocalSlack, Message, Person
from bot.playground.slack.readable import message_lines, view_lines
from bot.playground.stage import Stage, open_stage
from bot.settings import Mode
from bot.terms import Tempo
from tests.pencil import Pencil

#: The world's first moment in every conversation.
MONDAY = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

TEMPO = Tempo(
    tick=timedelta(seconds=0.05),
    posts=timedelta(0),
    card_edits=timedelta(0),
    settle=timedelta(seconds=0.2),
    checks=(timedelta(seconds=0.2), timedelta(seconds=0.5)),
    gathering=timedelta(0),
    posts_a_second=1000,
    edits_a_minute=60_000,
    acks=timedelta(seconds=0.02),
    homes=timedelta(0),
    asks_per_minute=10_000,
)


@dataclass
class Asker:
    """Somebody of the team, who asks in a channel and reads what they alone are told."""

    play: "Play"
    name: str

    @property
    def person(self) -> Person:
        return self.play.slack.person(self.name)

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def dialog(self) -> str:
        """What the open form shows; nothing where none is open."""
        view = self.person.open_view
        return "\n".join(view_lines(view, self.play.slack.workspace)) if view else ""

    async def asks(self, text: str, channel: str = "training") -> str:
        """Type a command, and read the answer to its end; the form where one opens instead."""
        return await self._does(lambda: self.person.types(text, channel), channel)

    async def clicks(self, label: str, channel: str = "training") -> str:
        """Press a button of the newest message in sight that has it, and read what comes of it."""
        message = self.sight_of(label, channel)
        return await self._does(lambda: self.person.clicks(message, label), channel)

    def sight_of(self, label: str, channel: str = "training") -> Message:
        """The newest message in sight that has such a button."""
        for message in reversed(self.person.sees(channel)):
            if label in [button.label for button in message.buttons]:
                return message
        raise LookupError(f"{self.name} sees no button {label!r} in #{channel}")

    async def points_at(self, message: Message) -> str:
        """Choose the message shortcut on a message, and read the answer; the form where one opens."""
        return await self._does(
            lambda: self.person.uses_shortcut("watch_runs", message), message.channel
        )

    async def writes(self, text: str, thread_ts: str | None = None) -> str:
        """Write to the bot in its own messages, and read what it writes back."""
        channel = self.play.slack.workspace.open_dm(self.id).id
        return await self._does(lambda: self.person.types(text, channel, thread_ts), channel)

    async def comes_home(self) -> str:
        """Open the app's Home tab, and read it."""
        exchange = await self.person.opens_home()
        assert exchange.problem is None, exchange.problem
        await self.play.settles()
        return self.home

    @property
    def home(self) -> str:
        """What the Home tab shows."""
        view = self.person.sees_home()
        return "\n".join(view_lines(view, self.play.slack.workspace)) if view else ""

    async def clicks_at_home(self, label: str) -> str:
        """Press a button of the Home tab, and read what comes of it beside the Home."""
        view = self.person.sees_home()
        assert view is not None
        direct = self.play.slack.workspace.open_dm(self.id).id
        return await self._does(lambda: self.person.clicks(view, label), direct)

    def reads(self, channel: str = "training") -> str:
        """The last that this person alone was told there."""
        private = [each for each in self.person.sees(channel) if each.ephemeral_to]
        return self.play.text_of(private[-1], self.name) if private else ""

    async def submits(self, **values: Any) -> str:
        """Fill the open form and send it, to the end of what comes of it.

        What is read then: the form, where one is still open, else what is new and private.
        """
        before = self._private()
        exchange = await self._form.submits(_fields(values))
        assert exchange.problem is None, exchange.problem
        await self.play.settles()
        return self.dialog or self._new_since(before)

    async def picks(self, **values: Any) -> str:
        """Change fields of the open form without sending it; what the form shows then."""
        exchange = await self._form.picks(_fields(values))
        return await self._shown_after(exchange)

    async def searches(self, field: str, query: str = "") -> list[str]:
        """Type into a menu of the open form; the labels that it offers."""
        return [each["text"]["text"] for each in await self._form.options(field, query)]

    async def gives(self, field: str, name: str, content: bytes | str) -> str:
        """Put a file into a field of the open form; what the form shows then."""
        data = content.encode() if isinstance(content, str) else content
        return await self._shown_after(await self._form.gives(field, name, data))

    async def closes(self) -> None:
        """Close the open form."""
        await self._shown_after(await self._form.closes())

    @property
    def _form(self) -> Dialog:
        return Dialog(self.person)

    async def _shown_after(self, exchange: Exchange) -> str:
        assert exchange.problem is None, exchange.problem
        await self.play.settles()
        return self.dialog

    async def _does(self, act: Callable[[], Awaitable[Exchange]], channel: str) -> str:
        before, open_before = self._private(channel), self.person.open_view
        exchange = await act()
        assert exchange.acked, exchange.problem
        await self.play.settles()
        is_another = self.person.open_view != open_before
        return self._new_since(before, channel) or (self.dialog if is_another else "")

    def _private(self, *channels: str) -> dict[tuple[str, str], Message]:
        """What this person alone is told in these channels, or everywhere."""
        workspace = self.play.slack.workspace
        places = {workspace.channel(each).id for each in channels} or set(workspace.channels)
        return {
            (each.channel, each.ts): each
            for place in sorted(places)
            for each in self.person.sees(place)
            if each.ephemeral_to
            or (workspace.channels[place].kind == "im" and each.user == workspace.bot.id)
        }

    def _new_since(self, before: dict[tuple[str, str], Message], *channels: str) -> str:
        now = self._private(*channels)
        told = [
            each
            for key, each in now.items()
            if key not in before or before[key].revision != each.revision
        ]
        return "\n".join(self.play.text_of(each, self.name) for each in told)


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    """Field names as forms have them: those that are Python's own words end with "_" in a test."""
    return {name.removesuffix("_"): value for name, value in values.items()}


@dataclass
class Ear:
    """What a channel hears, each thing once."""

    play: "Play"
    name: str
    _heard: set[str] = field(default_factory=set)

    @property
    def messages(self) -> list[Message]:
        """Everything that the bot has ever posted there, threads too, in order."""
        workspace = self.play.slack.workspace
        return [
            each
            for each in workspace.messages(workspace.channel(self.name).id)
            if each.user == self.play.slack.bot_user_id and not each.ephemeral_to
        ]

    @property
    def card(self) -> str:
        """The newest card, as it shows now."""
        cards = [each for each in self.messages if not each.is_reply and each.buttons]
        return self.play.text_of(cards[-1])

    def hears(self) -> list[str]:
        """What is new since it was last asked, each message as its first line, with its place."""
        new = [each for each in self.messages if each.ts not in self._heard]
        self._heard |= {each.ts for each in new}
        return [self._line(each) for each in new]

    def _line(self, message: Message) -> str:
        text = self.play.text_of(message)
        first = text.splitlines()[0]
        if message.broadcast:
            return f"in the thread and the channel: {first}"
        if message.is_reply:
            return f"in the thread: {first}"
        return f"the card, now: {first}" if "Watched for" in text else first


@dataclass
class Play:
    """A conversation under way."""

    stage: Stage

    def __post_init__(self) -> None:
        self.ada, self.lin, self.bo, self.gus = (
            Asker(self, name) for name in ("ada", "lin", "bo", "gus")
        )
        self.training = Ear(self, "training")
        self.general = Ear(self, "general")

    @property
    def slack(self) -> LocalSlack:
        return self.stage.slack

    @property
    def qianfan(self) -> LocalQianfan:
        return self.stage.qianfan

    @property
    def world(self) -> World:
        return self.stage.world

    @property
    def app(self) -> App:
        return self.stage.app

    async def settles(self) -> None:
        """Everything that is due is done."""
        pending = await self.stage.settle(15.0)
        assert not pending, pending

    async def passes(self, **length: float) -> None:
        """Let the world's time pass."""
        pending = await self.stage.wait(timedelta(**length))
        assert not pending, pending

    def text_of(self, message: Message, reader: str = "ada") -> str:
        """A message as a person reads it."""
        workspace = self.slack.workspace
        return "\n".join(message_lines(message, workspace, workspace.user(reader)))

    def calls(self, action: str) -> int:
        """How often Qianfan was asked for an action."""
        return sum(each.action == action for each in self.qianfan.requests)


def team(
    *, denials: Iterable[Scope] = (), default_role: Role = Role.VIEWER
) -> Callable[[LocalSlack, World], tuple[Rules, tuple[Prop, ...]]]:
    """ada is admin, lin an operator by their group, bo may look, gus is a guest."""

    def scene(slack: LocalSlack, _world: World) -> tuple[Rules, tuple[Prop, ...]]:
        workspace = slack.workspace
        ada, lin, bo = (workspace.add_user(name) for name in ("ada", "lin", "bo"))
        gus = workspace.add_user("gus", is_restricted=True)
        training = workspace.add_channel("training", members=[ada, lin, bo, gus])
        workspace.add_channel("general", members=[ada, lin, bo])
        workspace.add_channel("secret", is_private=True, members=[ada])
        workspace.invite(training, slack.bot_user_id)
        group = workspace.add_user_group("ml-operators", [lin])
        rules = Rules(
            default_role=default_role,
            admins=(ada.id,),
            grants=(Grant(Role.OPERATOR, Scope(subjects=frozenset({group.id}))),),
            denials=tuple(denials),
        )
        return rules, ()

    return scene


@asynccontextmanager
async def open_play(
    scene: Callable[[LocalSlack, World], tuple[Rules, tuple[Prop, ...]]] | None = None,
    *,
    mode: Mode = Mode.SOCKET,
    data: Path | None = None,
    charts: Charts | None = None,
    tempo: Tempo = TEMPO,
) -> AsyncIterator[Play]:
    """A stage on which time stands still until a test lets it pass.

    Where no `charts` are given, pictures are drawn with a pencil.
    """
    async with open_stage(
        scene or team(),
        clock=WorldClock(0, MONDAY),
        data=data,
        mode=mode,
        tempo=tempo,
        rate_limits=False,
        charts=charts or Pencil(),
    ) as stage:
        stage.slack.files.processing_seconds = 0
        yield Play(stage)
