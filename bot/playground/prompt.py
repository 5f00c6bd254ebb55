"""The playground's prompt: a Slack client of a few words."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.playground.fault_words import FAULTS, known
from bot.playground.scene import FIRST_CHANNEL, FIRST_PERSON
from bot.playground.slack import Entry, Exchange, Message
from bot.playground.slack.happenings import (
    MessageChanged,
    MessagePosted,
    ViewClosed,
    ViewShown,
)
from bot.playground.slack.readable import view_lines
from bot.playground.stage import Stage
from bot.playground.transcript import Transcript

HELP = """\
/qf …             a slash command, as the person you act as, in the channel you are in
as @bo            act as somebody else: ada is admin, lin an operator, bo may look, gus is a guest
in #general       go to another channel (in @qfbot: your direct messages with the bot)
click Stop        press a button of the newest message that has it, by its label or number
wait 10m          let the world's time pass (s, m, h, d) and see what happens
fault slack 429   something goes wrong from now on; fault alone lists what can, fault off ends it
home              the app's Home tab
submit            send the form that is open: submit field=value …
invite, kick      bring the bot into the channel you are in, or take it out
quit              the end
Anything else is an ordinary message to the channel."""

_SILENCE = "(qfbot has not answered)"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_FIELD = re.compile(r"(\w+)=(\"[^\"]*\"|\S+)")


class Prompt:
    """One person at a time in one channel; what they type is done, what is seen is returned."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._transcript = Transcript(stage.slack)
        self._who = stage.slack.person(FIRST_PERSON)
        self._channel = stage.slack.workspace.channel(FIRST_CHANNEL)
        self.unanswered = 0
        self._words: dict[str, Callable[[str], Awaitable[list[str]]]] = {
            "as": self._act_as,
            "in": self._go_to,
            "click": self._click,
            "wait": self._wait,
            "fault": self._fault,
            "home": self._home,
            "submit": self._submit,
            "invite": self._invite,
            "kick": self._kick,
            "help": self._help,
        }

    @property
    def sign(self) -> str:
        """Who one is and where, as the prompt shows it."""
        name = self._channel.name
        place = "direct message" if self._channel.id.startswith("D") else f"#{name}"
        return f"{self._who.user.name} in {place}> "

    async def do(self, line: str) -> list[str]:
        """Do what a line says; the lines that answer it."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return self.news()
        try:
            told = await self._words.get(word.lower(), self._says(line))(rest.strip())
        except (LookupError, ValueError, PermissionError) as error:
            return [f"({error.args[0] if error.args else error})"]
        return [*told, *self.news()]

    def news(self) -> list[str]:
        """What has happened since it was last asked for."""
        return self._transcript.lines(self._who.user)

    def _says(self, line: str) -> Callable[[str], Awaitable[list[str]]]:
        async def say(_: str) -> list[str]:
            typing = self._who.types(line.strip(), self._channel)
            return await self._asked(typing, is_question=line.strip().startswith("/qf"))

        return say

    async def _asked(self, act: Awaitable[Exchange], *, is_question: bool = True) -> list[str]:
        """Act, and wait for what comes of it; a question that stays without answer is counted."""
        with self._stage.slack.feed.subscribe() as news:
            exchange = await act
            pending = await self._stage.settle(10.0)
            answered = any(self._is_answer(entry) for entry in news.waiting())
        told = [f"(pending: {pending})"] if pending else []
        if is_question and (exchange.problem or not answered):
            self.unanswered += 1
            told.append(f"(Slack shows: {exchange.problem})" if exchange.problem else _SILENCE)
        return told

    def _is_answer(self, entry: Entry) -> bool:
        match entry.what:
            case MessagePosted(message=message) | MessageChanged(message=message):
                return message.user == self._stage.slack.bot_user_id
            case ViewShown() | ViewClosed():
                return True
            case _:
                return False

    async def _act_as(self, rest: str) -> list[str]:
        self._who = self._stage.slack.person(rest.lstrip("@"))
        return []

    async def _go_to(self, rest: str) -> list[str]:
        workspace = self._stage.slack.workspace
        if rest.lstrip("@") == "qfbot":
            self._channel = workspace.open_dm(self._who.user)
        else:
            self._channel = workspace.channel(rest.lstrip("#"))
        return []

    async def _click(self, rest: str) -> list[str]:
        button: str | int = int(rest) if rest.isdigit() else rest
        return await self._asked(self._who.clicks(self._with_button(button), button))

    def _with_button(self, button: str | int) -> Message:
        """The newest message in sight that has the button."""
        for message in reversed(self._in_sight()):
            labels = [each.label.lower() for each in message.buttons]
            if isinstance(button, int) and 1 <= button <= len(labels):
                return message
            if isinstance(button, str) and button.lower() in labels:
                return message
        raise LookupError(f"no message in sight has a button {button!r}")

    def _in_sight(self) -> list[Message]:
        seen = self._who.sees(self._channel)
        threads = [
            reply
            for message in seen
            if not message.is_reply
            for reply in self._who.sees(self._channel, message.ts)
        ]
        return sorted({m.ts: m for m in (*seen, *threads)}.values(), key=lambda m: m.ts)

    async def _wait(self, rest: str) -> list[str]:
        found = _LENGTH.fullmatch(rest or "1m")
        if found is None:
            raise ValueError("say how long: wait 30s, wait 10m, wait 2h")
        pending = await self._stage.wait(timedelta(**{_UNITS[found[2]]: int(found[1])}))
        return [f"(pending: {pending})"] if pending else []

    async def _fault(self, rest: str) -> list[str]:
        words = " ".join(rest.lower().split())
        if words not in FAULTS:
            raise ValueError(f"what can go wrong: {known()}")
        FAULTS[words](self._stage.slack, self._stage.qianfan)
        return []

    async def _home(self, _: str) -> list[str]:
        await self._who.opens_home()
        await self._stage.settle(10.0)
        view = self._who.sees_home()
        if view is None:
            return ["(qfbot shows nothing in its Home yet)"]
        return view_lines(view, self._stage.slack.workspace)

    async def _submit(self, rest: str) -> list[str]:
        view = self._who.open_view
        if view is None:
            raise LookupError("no form is open")
        values = {name: value.strip('"') for name, value in _FIELD.findall(rest)}
        return await self._asked(self._who.submits(view, values))

    async def _invite(self, _: str) -> list[str]:
        slack = self._stage.slack
        self._channel = slack.workspace.invite(self._channel, slack.bot_user_id)
        return []

    async def _kick(self, _: str) -> list[str]:
        slack = self._stage.slack
        self._channel = slack.workspace.kick(self._channel, slack.bot_user_id)
        return []

    async def _help(self, _: str) -> list[str]:
        return HELP.splitlines()
