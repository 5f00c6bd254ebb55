"""The kinds of arguments that a handler may ask for: how each is typed and how it is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, NewType

from bot.commands.argument import OFF, Argument
from bot.commands.day_arguments import DayTime, DayTimeOrOff, Hours, HoursOrOff, Zone, ZoneName
from bot.commands.words import Word
from bot.domain.access import Role
from bot.domain.errors import MentionsAll, NotAnId
from bot.domain.id_grammar import (
    id_in_word,
    ids_in,
    is_meant_as_id,
    is_spoilt_id,
    read_id,
    why_not_an_id,
)
from bot.domain.ids import Kind, ResourceId
from bot.domain.messages import Listing, Sentence, say

ChannelId = NewType("ChannelId", str)
CommandName = NewType("CommandName", str)
SubjectId = NewType("SubjectId", str)

#: Ids that are meant to be of one kind; an id of another raises WrongKind.
TaskId = NewType("TaskId", ResourceId)
ModelSetId = NewType("ModelSetId", ResourceId)


@dataclass(frozen=True)
class LongestTime:
    """A length of time as a limit; None: there is none."""

    length: timedelta | None


@dataclass(frozen=True)
class MostTimes:
    """A factor as a limit; None: there is none."""

    factor: float | None


@dataclass(frozen=True)
class Mention:
    """A person or a user group who is to be mentioned; None: nobody any more."""

    who: str | None


#: Stands for the asker's own direct messages with the bot.
ME = ChannelId("me")


@dataclass(frozen=True)
class Id(Argument):
    """The id of something at Qianfan; typed also in a link or within a sentence."""

    expected = say("an id such as task-0tgmn4a7h4i6")
    spreads = True
    kind: Kind | None = None

    @property
    def shown(self) -> str:  # type: ignore[override]
        return f"{self.kind}-…" if self.kind else "ID"

    def takes(self, text: str) -> bool:
        return self.kind is None or text.startswith(f"{self.kind}-")

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        texts = [str(named) for word in words for named in ids_of(word)]
        if not texts:
            texts = [word.plain for word in words if is_meant_as_id(word.plain)]
        else:
            texts += [word.plain for word in words if is_spoilt_id(word.plain)]
        if words and not texts:
            raise NotAnId(words[0].typed, why_not_an_id(words[0].plain))
        return tuple(dict.fromkeys(texts))

    def read(self, text: str) -> ResourceId:
        return read_id(text)


class Text(Argument):
    """Free text, byte for byte."""

    expected = say("a text in quotation marks")
    is_text = True
    shown = '"…"'

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        return tuple(word.typed for word in words)

    def read(self, text: str) -> str:
        return text


class WholeNumber(Argument):
    """A whole number from 0 on."""

    expected = say("a whole number, 0 or more")
    shown = "N"
    _shape = re.compile(r"\d{1,18}")

    def read(self, text: str) -> int:
        if not self._shape.fullmatch(text):
            raise ValueError(text)
        return int(text)


class Channel(Argument):
    """A channel, picked from Slack's list, or `me`."""

    expected = say("a channel picked from Slack's list, or me for your direct messages")
    shown = "#channel"
    _shape = re.compile(r"[CGD][A-Z0-9]{2,}")

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        return tuple(word.plain if word.plain == ME else word.plain.upper() for word in words)

    def read(self, text: str) -> ChannelId:
        if text != ME and not self._shape.fullmatch(text):
            raise ValueError(text)
        return ChannelId(text)


class Name(Argument):
    """A name of something that the installation has, such as an account."""

    expected = say("a name")
    shown = "NAME"

    def read(self, text: str) -> str:
        return text


class Subject(Argument):
    """A person or a user group, picked from Slack's list."""

    expected = say("a person or a user group picked from Slack's list, as in @ada")
    shown = "@who"
    # https://docs.slack.dev/reference/objects
    _shape = re.compile(r"[UWS][A-Z0-9]{2,}")

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        return tuple(word.plain.removeprefix("@").upper() for word in words)

    def takes(self, text: str) -> bool:
        return self._shape.fullmatch(text.upper()) is not None

    def read(self, text: str) -> SubjectId:
        if not self._shape.fullmatch(text):
            raise ValueError(text)
        return SubjectId(text)


class Mentioned(Argument):
    """A person or a user group who is to be mentioned, or off; never everybody at once."""

    expected = say("a person or a user group picked from Slack's list, as in @ada, or off")
    shown = "@who"
    # https://docs.slack.dev/messaging/formatting-message-text#special-mentions
    _everybody = ("channel", "here", "everyone")
    # A name that was typed and not picked has hardly a digit; every id has.
    _shape = re.compile(r"[UWS](?=[A-Z]*[0-9])[A-Z0-9]{2,}")

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        plain = (word.plain.removeprefix("@") for word in words)
        return tuple(text if text in (OFF, *self._everybody) else text.upper() for text in plain)

    def read(self, text: str) -> Mention:
        if text in self._everybody:
            raise MentionsAll(f"@{text}")
        if text != OFF and not self._shape.fullmatch(text):
            raise ValueError(text)
        return Mention(None if text == OFF else text)


class GivenRole(Argument):
    """A role that can be given."""

    _given: ClassVar = {str(role): role for role in Role if role is not Role.NONE}
    expected = say("one of {words}", words=Listing(tuple(_given)))
    shown = "|".join(_given)

    def takes(self, text: str) -> bool:
        return text in self._given

    def read(self, text: str) -> Role:
        if text not in self._given:
            raise ValueError(text)
        return Role(self._given[text])


class Duration(Argument):
    """A length of time: 30m, 12h, 14d, 2w."""

    expected = say("a length of time such as 12h, 14d or 2w")
    shown = "14d"
    _shape = re.compile(r"(\d{1,4})(m|h|d|w)")
    _units: ClassVar = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

    def read(self, text: str) -> timedelta:
        found = self._shape.fullmatch(text)
        if found is None or int(found[1]) == 0:
            raise ValueError(text)
        return timedelta(**{self._units[found[2]]: int(found[1])})


class TimeLimit(Argument):
    """A length of time as a limit, or off."""

    expected = say("a length of time such as 30m or 2h, or off")
    shown = "2h|off"
    _length = Duration()

    def read(self, text: str) -> LongestTime:
        return LongestTime(None if text == OFF else self._length.read(text))


class FactorLimit(Argument):
    """A factor as a limit, 2x or 1.5x, or off."""

    expected = say("a factor such as 2x or 1.5x, or off")
    shown = "2x|off"
    _shape = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)[x×]?")

    def read(self, text: str) -> MostTimes:
        if text == OFF:
            return MostTimes(None)
        found = self._shape.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return MostTimes(float(found[1]))


class Command(Argument):
    """The name of a command."""

    expected = say("the name of a command")
    shown = "COMMAND"

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        return tuple(word.plain.lstrip("/") for word in words if word.plain != "/qf")

    def read(self, text: str) -> CommandName:
        return CommandName(text)


@dataclass(frozen=True)
class Choice(Argument):
    """One of a few words."""

    words: type[StrEnum]

    @property
    def expected(self) -> Sentence:  # type: ignore[override]
        if len(self.words) == 1:
            return say("{word}", word=next(iter(self.words)))
        return say("one of {words}", words=Listing(tuple(self.words)))

    @property
    def shown(self) -> str:  # type: ignore[override]
        return "|".join(self.words)

    def read(self, text: str) -> StrEnum:
        return self.words(text)


_KINDS: dict[Any, Argument] = {
    ResourceId: Id(),
    TaskId: Id(Kind.TASK),
    ModelSetId: Id(Kind.MODEL_SET),
    str: Text(),
    int: WholeNumber(),
    ChannelId: Channel(),
    timedelta: Duration(),
    LongestTime: TimeLimit(),
    MostTimes: FactorLimit(),
    Hours: HoursOrOff(),
    DayTime: DayTimeOrOff(),
    ZoneName: Zone(),
    Mention: Mentioned(),
    CommandName: Command(),
    SubjectId: Subject(),
    Role: GivenRole(),
}


def kind_of(annotation: Any) -> Argument:
    """How an argument annotated so is typed and read. Raises TypeError for a type unknown here."""
    if annotation in _KINDS:
        return _KINDS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return Choice(annotation)
    raise TypeError(f"no argument can be read as {annotation!r}")


def ids_of(word: Word) -> tuple[ResourceId, ...]:
    """The ids in a word; of a link, the one thing that it leads to."""
    if "://" in word.plain:
        named = id_in_word(word.plain)
        return (named,) if named else ()
    return ids_in(word.plain)
