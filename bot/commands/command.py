"""A command: its name, its handler, and what the handler's declaration says of it."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.commands.signature import Signature
from bot.domain.access import Right, Role
from bot.domain.calls import Reply
from bot.domain.creation import NewVersion
from bot.domain.ids import ResourceId

Handler = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True)
class Kept:
    """Something of qfbot's own, in its database: there is nothing to look at at Qianfan."""

    name: str


#: What a change is about, from the handler's own arguments: the version that it makes, the thing
#: that it changes, or what qfbot keeps; None where nothing is changed yet.
Target = Callable[..., NewVersion | ResourceId | Kept | None]


@dataclass(frozen=True)
class Command:
    """What people can ask.

    What has a `target` changes it, so that it needs its audit row, and is looked into where the
    process ended meanwhile.
    """

    name: str
    handler: Handler
    right: Right
    signature: Signature
    target: Target | None = None

    @property
    def changes(self) -> bool:
        """Whether it changes something."""
        return self.target is not None

    @property
    def summary(self) -> str:
        """The first sentence of the handler's docstring."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]

    @property
    def details(self) -> str:
        """The rest of the handler's docstring, a line a paragraph."""
        paragraphs = (inspect.getdoc(self.handler) or "").split("\n\n")[1:]
        return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def command(
    role: Role, *, name: str = "", changes: Target | None = None, tells_nothing: bool = False
) -> Callable[[Handler], Command]:
    """Make a handler a command, of the handler's own name where no other is given.

    The signature is the grammar, the docstring the help, `role` the least role that may run it,
    and `changes` tells what it changes, where it does.
    """

    def declare(handler: Handler) -> Command:
        typed = name or _name(handler)
        right = Right(typed, role, tells_nothing)
        return Command(typed, handler, right, Signature.of(typed, handler), changes)

    return declare


def _name(handler: Any) -> str:
    # `help_` may not hide Python's own `help`.
    return str(handler.__name__).rstrip("_")
