"""The playground's prompt: a Slack client of a few words."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.playground.control import Playing
from bot.playground.dialog import Dialog
from bot.playground.fault_words import FAULTS, known
from bot.playground.form_words import field_values
from bot.playground.scene import FIRST_CHANNEL, FIRST_PERSON
from bot.playground.slack import Entry, Exchange, Message, NotAnswered, View
from bot.playground.slack.happenings import (
    MessageChanged,
    MessagePosted,
    ViewClosed,
    ViewShown,
)
from bot.playground.slack.values import Json
from bot.playground.transcript import Transcript

HELP = """\
/qf …             a slash command, as the person you act as, in the channel you are in
as @bo            act as somebody else: ada is admin, lin an operator, bo may look, gus is a guest
in #general       go to another channel (in @qfbot: your direct messages with the bot)
click Stop        press a button of the open form, else of the newest message that has it, by
                  its label or number
wait 10m          let the world's time pass (s, m, h, d) and see what happens
fault slack 429   something goes wrong from now on; fault alone lists what can, fault off ends it
submit            fill the form that is open and send it: submit name=v2 about="two words"
                  (in quotes \\n is a new line; a file: template=@chat.yaml)
pick              change one field of it, and send nothing yet: pick model=ERNIE
options           what a field offers, searched: options model erni
close             close the form
home              the app's Home tab; click then means its buttons, until you go on elsewhere
shortcut          what the app offers in the menu of the newest message: shortcut Watch these runs
invite, kick      bring the bot into the channel you are in, or take it out
quit              the end
Anything else is an ordinary message to the channel: mention @qfbot, or paste a console link."""

_SILENCE = "(qfbot has not answered)"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_PATH_MARK = "@"


class Prompt:
    """One person at a time in one channel; what they type is done, what is seen is returned."""

    def __init__(self, stage: Playing) -> None:
        self._stage = stage
        self._transcript = Transcript(stage.slack)
        self._who = stage.slack.person(FIRST_PERSON)
        self._channel = stage.slack.workspace.channel(FIRST_CHANNEL)
        self._is_at_home = False
        self.unanswered = 0
        self._words: dict[str, Callable[[str], Awaitable[list[str]]]] = {
            "as": self._act_as,
            "in": self._go_to,
            "click": self._click,
            "wait": self._wait,
            "fault": self._fault,
            "home": self._home,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "pick": self._pick,
            "options": self._options,
            "close": self._close,
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
        except NotAnswered as error:
            self.unanswered += 1
            return [f"({error})"]
        except OSError as error:
            return [f"({error.strerror or error}: {error.filename})"]
        except (LookupError, ValueError, PermissionError) as error:
            return [f"({error.args[0] if error.args else error})"]
        return [*told, *self.news()]

    def news(self) -> list[str]:
        """What has happened since it was last asked for."""
        return self._transcript.lines(self._who.user, at_home=self._is_at_home)

    def _says(self, line: str) -> Callable[[str], Awaitable[list[str]]]:
        async def say(_: str) -> list[str]:
            self._is_at_home = False
            typing = self._who.types(line.strip(), self._channel)
            return await self._asked(typing, is_question=self._is_for_bot(line.strip()))

        return say

    def _is_for_bot(self, line: str) -> bool:
        """Whether it is typed to the bot: a command, or anything in its own messages."""
        bot = self._stage.slack.bot_user_id
        is_direct = self._channel.kind == "im" and bot in self._channel.members
        return line.startswith("/qf") or (is_direct and not line.startswith("/"))

    async def _asked(
        self, act: Awaitable[Exchange], *, is_question: bool = True, may_be_silent: bool = False
    ) -> list[str]:
        """Act, and wait for what comes of it; a question that stays without answer is counted."""
        with self._stage.slack.feed.subscribe() as news:
            exchange = await act
            pending = await self._stage.settle(10.0)
            answered = may_be_silent or any(self._is_answer(entry) for entry in news.waiting())
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
        self._is_at_home = False
        return []

    async def _go_to(self, rest: str) -> list[str]:
        workspace = self._stage.slack.workspace
        self._is_at_home = False
        if rest.lstrip("@") == "qfbot":
            self._channel = workspace.open_dm(self._who.user)
        else:
            self._channel = workspace.channel(rest.lstrip("#"))
        return []

    async def _click(self, rest: str) -> list[str]:
        button: str | int = int(rest) if rest.isdigit() else rest
        return await self._asked(self._who.clicks(self._with_button(button), button))

    def _with_button(self, button: str | int) -> Message | View:
        """The open form, or the Home, or the newest message in sight, that has the button."""
        places: list[Message | View] = [*reversed(self._in_sight())]
        home = self._who.sees_home()
        if self._is_at_home and home is not None:
            places = [home]
        if self._who.open_view is not None:
            places.insert(0, self._who.open_view)
        for place in places:
            labels = [each.label.lower() for each in place.buttons]
            if isinstance(button, int) and 1 <= button <= len(labels):
                return place
            if isinstance(button, str) and button.lower() in labels:
                return place
        raise LookupError(f"nothing in sight has a button {button!r}")

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
        self._is_at_home = False
        await self._who.opens_home()
        await self._stage.settle(10.0)
        told = self.news()
        self._is_at_home = True
        view = self._who.sees_home()
        if view is None:
            return [*told, "(qfbot shows nothing in its Home yet)"]
        return [*told, *self._transcript.view(view)]

    async def _shortcut(self, rest: str) -> list[str]:
        names = self._stage.slack.installation.message_shortcuts
        chosen = [key for key, name in names.items() if rest.lower() in ("", name.lower())]
        public = [each for each in self._in_sight() if each.ephemeral_to is None]
        if len(chosen) != 1:
            raise LookupError(f"say which: shortcut {' | '.join(names.values())}")
        if not public:
            raise LookupError("there is no message yet")
        return await self._asked(self._who.uses_shortcut(chosen[0], public[-1]))

    async def _submit(self, rest: str) -> list[str]:
        values = await self._values(rest)
        return await self._asked(self._dialog.submits(values))

    async def _pick(self, rest: str) -> list[str]:
        values = await self._values(rest)
        if not values:
            raise ValueError("say what to pick: pick field=value")
        before = self._dialog.view
        told = await self._asked(self._dialog.picks(values), may_be_silent=True)
        after = self._who.open_view
        if after is None or after.hash != before.hash:
            return told  # What the bot made of the form is among the news.
        return [*told, *self._transcript.view(after)]

    async def _options(self, rest: str) -> list[str]:
        name, _, query = rest.partition(" ")
        offered = await self._dialog.options(name, query.strip())
        return [_option_line(each) for each in offered] or ["(nothing to choose from)"]

    async def _close(self, _: str) -> list[str]:
        return await self._asked(self._dialog.closes(), may_be_silent=True)

    @property
    def _dialog(self) -> Dialog:
        return Dialog(self._who)

    async def _values(self, rest: str) -> dict[str, Any]:
        """The values of fields as the form takes them; a file is read and uploaded first."""
        return {name: await self._value(name, text) for name, text in field_values(rest).items()}

    async def _value(self, name: str, text: str) -> Any:
        if self._dialog.field(name).type != "file_input" or not text:
            return text or None
        if not text.startswith(_PATH_MARK):
            raise ValueError(f"{name} takes a file: {name}=@path")
        file_name, content = await asyncio.to_thread(_read, text.removeprefix(_PATH_MARK))
        return [self._who.uploads(file_name, content).id]

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


def _read(path: str) -> tuple[str, bytes]:
    """A file's own name, and what is in it; OSError where it cannot be read."""
    file = Path(os.path.expanduser(path))
    return file.name, file.read_bytes()


def _option_line(option: Json) -> str:
    """An option as it can be picked, and what more is said of it."""
    text, value = str(option["text"]["text"]), str(option.get("value", ""))
    note = option.get("description", {}).get("text", "")
    said = "" if value == text or value in note else value
    return "  ".join(each for each in (f"· {text}", said, note) if each)
