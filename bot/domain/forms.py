"""Forms as values: what is asked, what was typed, and what is wrong with it.

A form makes the same Call as typed text: each field fills the argument of its name. What a field
may hold is said once, here, for a form that is sent and for a command line alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from bot.domain.errors import (
    FieldMissing,
    NoNumber,
    NotApplicable,
    NotOffered,
    OutOfRange,
    TooLong,
    Unfit,
    WrongCharacter,
)
from bot.domain.messages import Sentence

_NUMBER = re.compile(r"-?\d{1,18}")


class Menu(StrEnum):
    """A list of what is at Qianfan, searched while one types."""

    MODEL_SETS = "model sets"
    RUNS = "runs"
    RUNNING = "running"


@dataclass(frozen=True)
class When:
    """Another field has one of these values, or any at all where none is named."""

    field: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Field:
    """What all fields share; `applies` are the conditions under which the field is asked."""

    name: str
    label: Sentence
    help: Sentence | None = None
    required: bool = False
    applies: tuple[When, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TextField(_Field):
    """A text, taken byte for byte; none of the `forbidden` characters may be in it."""

    longest: int = 3000
    multiline: bool = False
    forbidden: str = ""
    type: Literal["text"] = "text"

    def unfit(self, text: str) -> Unfit | None:
        """What is wrong with the text."""
        if len(text) > self.longest:
            return TooLong(self.name, self.longest, len(text))
        for character in self.forbidden:
            if character in text:
                return WrongCharacter(self.name, character)
        return None


@dataclass(frozen=True, kw_only=True)
class NumberField(_Field):
    """A whole number between two, both allowed."""

    least: int
    most: int
    type: Literal["number"] = "number"

    def unfit(self, text: str) -> Unfit | None:
        """What is wrong with the number."""
        if not _NUMBER.fullmatch(text):
            return NoNumber(self.name, text)
        if not self.least <= int(text) <= self.most:
            return OutOfRange(self.name, self.least, self.most, text)
        return None


@dataclass(frozen=True)
class Option:
    """One of the things to choose from; `note` says more of it."""

    value: str
    label: Sentence
    note: Sentence | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceField(_Field):
    """One of a few. Where the list is `open`, something else is a doubt, and no mistake."""

    options: tuple[Option, ...]
    open: bool = False
    type: Literal["choice"] = "choice"

    def offers(self, text: str) -> bool:
        """Whether the text is one of the options."""
        return any(option.value == text for option in self.options)

    def unfit(self, text: str) -> Unfit | None:
        """What is wrong with the choice."""
        if self.open or self.offers(text):
            return None
        return NotOffered(self.name, text, tuple(option.value for option in self.options))


@dataclass(frozen=True, kw_only=True)
class SearchField(_Field):
    """One of what is at Qianfan, found while one types, or an id typed whole."""

    menu: Menu
    type: Literal["search"] = "search"

    def unfit(self, _text: str) -> Unfit | None:
        """Nothing: only Qianfan knows."""
        return None


@dataclass(frozen=True, kw_only=True)
class FileField(_Field):
    """A file that is given in the form; its value is the chat service's id of the file."""

    endings: tuple[str, ...]
    type: Literal["file"] = "file"

    def unfit(self, _text: str) -> Unfit | None:
        """Nothing: the file has to be read first."""
        return None


Field = TextField | NumberField | ChoiceField | SearchField | FileField


@dataclass(frozen=True)
class Form:
    """Fields for the arguments of a command that somebody still has to fill in.

    `settled` are the arguments that are not asked for. `told` is what was found wrong with the
    values, by field, and by "" what concerns them all; `warnings` are doubts that a person may
    dismiss by sending the form as it is.
    """

    command: str
    title: Sentence
    submit: Sentence
    fields: tuple[Field, ...]
    settled: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    intro: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    told: Mapping[str, Sentence] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields that apply to the values as they are, in order."""
        return tuple(each for each in self.fields if self._applies(each))

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    @property
    def deciders(self) -> frozenset[str]:
        """The fields whose values decide which others are asked."""
        return frozenset(when.field for each in self.fields for when in each.applies)

    def filled(self, values: Mapping[str, str]) -> "Form":
        """The form with these values in the place of those it had; what is empty is none."""
        known = {each.name for each in self.fields}
        kept = {name: text for name, text in values.items() if name in known and text}
        return replace(self, values=kept)

    def telling(
        self, told: Mapping[str, Sentence] | None = None, warnings: Iterable[Sentence] = ()
    ) -> "Form":
        """The form with what was found wrong, and nothing told before."""
        return replace(self, told=dict(told or {}), warnings=tuple(warnings))

    def arguments(self) -> dict[str, str]:
        """The arguments of the call that the form makes."""
        asked = {each.name for each in self.shown}
        return {**self.settled, **{n: text for n, text in self.values.items() if n in asked}}

    def unfits(self) -> Mapping[str, Unfit]:
        """What keeps the form from being sent, by field."""
        return {error.field: error for error in self._unfits()}

    def doubts(self) -> tuple[tuple[ChoiceField, str], ...]:
        """The values that no open list has."""
        return tuple(
            (each, self.values[each.name])
            for each in self.shown
            if isinstance(each, ChoiceField)
            and each.name in self.values
            and not each.offers(self.values[each.name])
        )

    def _unfits(self) -> Iterator[Unfit]:
        asked = {each.name for each in self.shown}
        for each in self.fields:
            text = self.values.get(each.name, "")
            if each.name not in asked:
                if text:
                    missing = self._missing(each)
                    yield NotApplicable(each.name, missing.field, missing.values)
            elif not text:
                if each.required:
                    yield FieldMissing(each.name)
            elif error := each.unfit(text):
                yield error

    def _applies(self, wanted: Field) -> bool:
        return all(self._holds(when) for when in wanted.applies)

    def _missing(self, wanted: Field) -> When:
        """The first condition that keeps a field from being asked, of those it hangs on too."""
        when = next(when for when in wanted.applies if not self._holds(when))
        decider = self.field(when.field)
        return when if decider is None or self._applies(decider) else self._missing(decider)

    def _holds(self, when: When) -> bool:
        decider = self.field(when.field)
        # What hangs on a field that is not asked is not asked either.
        if decider is None or not self._applies(decider):
            return False
        text = self.values.get(when.field, "")
        return text in when.values if when.values else bool(text)
