"""Every sentence that the code can say, by where it is said."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import bot
from bot.commands.contents import COMMANDS

ROOT = Path(bot.__file__).parent

#: The function that a sentence is said with.
SAY = "say"

#: What is said on a terminal or a page of the playground, to whoever tries it, is English.
_LEFT_OUT = ("playground",)

Place = tuple[str, int]


class NotWhole(AssertionError):
    """A sentence that is put together where it is said: nobody could translate it."""


def sentences() -> dict[str, list[Place]]:
    """All of them with their files and lines."""
    found: dict[str, list[Place]] = {}
    for text, place in (*_said(), *_helps()):
        if text.strip():
            found.setdefault(text, []).append(place)
    return found


def _said() -> Iterator[tuple[str, Place]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT.parent).as_posix()
        if path.relative_to(ROOT).parts[0] not in _LEFT_OUT:
            for call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
                for text in _texts(call.args[0], name):
                    yield text, (name, call.lineno)


def _calls(tree: ast.AST) -> Iterable[ast.Call]:
    return (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == SAY
    )


def _texts(argument: ast.expr, file: str) -> Iterator[str]:
    """The sentence, or the two that a condition chooses from."""
    match argument:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, file)
            yield from _texts(orelse, file)
        # What the docstrings of the commands say is read from them.
        case ast.Attribute(attr="summary" | "details"):
            return
        case _:
            raise NotWhole(f"{file}:{argument.lineno}: {ast.unparse(argument)}")


def _helps() -> Iterator[tuple[str, Place]]:
    """What help says of the commands, which stands in their docstrings."""
    for command in COMMANDS:
        code = command.handler.__code__
        place = (Path(code.co_filename).relative_to(ROOT.parent).as_posix(), code.co_firstlineno)
        yield command.summary, place
        yield command.details, place
