"""A command: its name, its handler, and what the handler's declaration says of it."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.commands.signature import Signature
from bot.domain.access import Right, Role
from bot.domain.calls import Reply

Handler = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True)
class Command:
    """What people can ask. `changes`: it changes something, so that it needs its audit row."""

    name: str
    handler: Handler
    right: Right
    signature: Signature
    changes: bool

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
    role: Role, *, name: str = "", changes: bool = False, tells_nothing: bool = False
) -> Callable[[Handler], Command]:
    """Make a handler a command, of the handler's own name where no other is given.

    The signature is the grammar, the docstring the help, `role` the least role that may run it.
    """

    def declare(handler: Handler) -> Command:
        typed = name or _name(handler)
        right = Right(typed, role, tells_nothing)
        return Command(typed, handler, right, Signature.of(typed, handler), changes)

    return declare


def _name(handler: Any) -> str:
    # `help_` may not hide Python's own `help`.
    return str(handler.__name__).rstrip("_")
