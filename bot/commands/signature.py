"""A handler's signature is its command's grammar: what may be typed, and what the handler gets."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from bot.commands.argument import Argument
from bot.commands.arguments import Name, kind_of
from bot.domain import calls
from bot.domain.errors import (
    Misread,
    MissingArgument,
    TooManyIds,
    UnknownOption,
    WrongArgument,
    WrongKind,
)
from bot.domain.ids import ResourceId

#: How many ids one command takes.
MOST_IDS = 20

#: The option that names another Qianfan account than the one that is meant in a channel.
ACCOUNT = "account"

#: A usage line with more options than this is no help.
_MOST_SHOWN = 8


@dataclass(frozen=True)
class Parameter:
    """One argument of a command; an option is typed as `name=…`."""

    name: str
    python_name: str
    kind: Argument
    option: bool
    repeated: bool
    required: bool

    @property
    def usage(self) -> str:
        """The argument as a usage line shows it."""
        shown = f"{self.name}={self.kind.shown}" if self.option else self.kind.shown
        shown += "…" if self.repeated else ""
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True)
class Signature:
    """All arguments of a command, in order."""

    command: str
    parameters: tuple[Parameter, ...]

    @classmethod
    def of(cls, command: str, handler: Callable[..., Any]) -> Self:
        """What a handler's own signature says; its first parameter is the context."""
        hints = get_type_hints(handler)
        found = list(inspect.signature(handler).parameters.values())[1:]
        return cls(command, tuple(_parameter(each, hints[each.name]) for each in found))

    @property
    def usage(self) -> str:
        """The command line that one types, in short."""
        options = [each.usage for each in self.options.values()]
        if len(options) > _MOST_SHOWN:
            options = ["[OPTION=…]…"]
        return " ".join(["/qf", self.command, *(each.usage for each in self.positional), *options])

    @property
    def options(self) -> dict[str, Parameter]:
        """The arguments that are typed with their names."""
        return {each.name: each for each in self.parameters if each.option}

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """The arguments that are typed without a name, in order."""
        return tuple(each for each in self.parameters if not each.option)

    def line(self, call: calls.Call) -> str:
        """The command line that makes this call."""
        words = [self.command]
        for parameter in (*self.parameters, *_EVERYWHERE.values()):
            texts = _texts(call.arguments.get(parameter.name))
            start = f"{parameter.name}=" if parameter.option else ""
            words += [start + _quoted(text) for text in texts]
        return " ".join(words)

    def check_option(self, typed: str) -> Parameter:
        """The option of that name, as one types it: `objectPath` is `object_path`.

        Raises UnknownOption.
        """
        for name, parameter in {**self.options, **_EVERYWHERE}.items():
            if _plain(name) == _plain(typed):
                return parameter
        raise UnknownOption(self.command, typed, nearest(typed, self.options))

    def bind(self, call: calls.Call) -> tuple[list[Any], dict[str, Any]]:
        """The call's texts as the values that the handler takes.

        Raises UnknownOption, MissingArgument, WrongArgument, NotAnId or TooManyIds.
        """
        known = {each.name for each in self.parameters} | set(_EVERYWHERE)
        for name in call.arguments:
            if name not in known:
                raise UnknownOption(self.command, name, nearest(name, known))
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for parameter in self.parameters:
            self._bind_one(parameter, call.arguments, args, kwargs)
        return args, kwargs

    def misreads(self, call: calls.Call) -> Mapping[str, Misread]:
        """What cannot be read of the call's texts, by argument."""
        found: dict[str, Misread] = {}
        for parameter in self.parameters:
            try:
                self._bind_one(parameter, call.arguments, [], {})
            except Misread as error:
                found[parameter.name] = error
        return found

    def _bind_one(
        self,
        parameter: Parameter,
        given: Mapping[str, calls.Argument],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> None:
        texts = _texts(given.get(parameter.name))
        if not texts:
            if parameter.required:
                raise MissingArgument(self.command, parameter.kind.shown)
            return
        if len(texts) > (MOST_IDS if parameter.repeated else 1):
            raise TooManyIds(self.command, len(texts), MOST_IDS if parameter.repeated else 1)
        values = [self._read(parameter, text) for text in texts]
        if parameter.repeated:
            args += values
        else:
            kwargs[parameter.python_name] = values[0]

    def _read(self, parameter: Parameter, text: str) -> Any:
        try:
            value = parameter.kind.read(text)
        except ValueError:
            # Nobody types the name of what has its place without one.
            name = parameter.name if parameter.option else ""
            raise WrongArgument(self.command, name, text, parameter.kind.expected) from None
        if isinstance(value, ResourceId) and not parameter.kind.takes(text):
            raise WrongKind(self.command, value)
        return value


#: What goes with any command and is for the router, not for the handler.
_EVERYWHERE = {
    ACCOUNT: Parameter(ACCOUNT, ACCOUNT, Name(), option=True, repeated=False, required=False)
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was perhaps meant: the only one that begins so, or the most alike."""
    names = list(known)
    begins = [name for name in names if name.startswith(word)] if word else []
    if len(begins) == 1:
        return begins[0]
    alike = difflib.get_close_matches(word, names, n=1)
    return alike[0] if alike else None


def _parameter(parameter: inspect.Parameter, annotation: Any) -> Parameter:
    repeated = parameter.kind is inspect.Parameter.VAR_POSITIONAL
    return Parameter(
        name=parameter.name.rstrip("_"),  # `in` and `for` are words of Python
        python_name=parameter.name,
        kind=kind_of(_without_none(annotation)),
        option=parameter.kind is inspect.Parameter.KEYWORD_ONLY,
        repeated=repeated,
        required=parameter.default is inspect.Parameter.empty and not repeated,
    )


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    (only,) = (each for each in get_args(annotation) if each is not NoneType)
    return only


def _texts(argument: calls.Argument | None) -> tuple[str, ...]:
    if argument is None:
        return ()
    return argument if isinstance(argument, tuple) else (argument,)


def _quoted(text: str) -> str:
    """The text so that it is read as one word; a text with every sort of quote is not kept."""
    if text and not any(each.isspace() or each in "\"'“”‘’「『=" for each in text):
        return text
    for opening, closing in ('""', "''", "“”", "「」"):
        if closing not in text:
            return opening + text + closing
    return ""
