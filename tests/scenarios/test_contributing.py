"""The command that CONTRIBUTING adds: made out of the page, it does what the page says."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.commands.command import Command
from bot.commands.contents import COMMANDS
from tests.scenarios.play import open_play

PAGE = (Path(__file__).parents[2] / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")

#: The files that the page shows, each named at the start of its own paragraph.
FILES: dict[str, str] = dict(
    re.findall(
        r"^\*\*[^`]*`((?:bot|tests)/[\w/]+\.py)`(?:(?!^\*\*).)*?^```python\n(.*?)^```$",
        PAGE,
        re.DOTALL | re.MULTILINE,
    )
)
HANDLER, WORDING, CONVERSATION = (
    "bot/commands/why.py",
    "bot/wording/whys.py",
    "tests/scenarios/test_why.py",
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The page's files as modules of these names, its command in the table of contents."""
    modules = {}
    for path in (WORDING, HANDLER, CONVERSATION):
        name = path.removesuffix(".py").replace("/", ".")
        modules[path] = imported(written(tmp_path, path), name)
        monkeypatch.setitem(sys.modules, name, modules[path])
    # These snapshots are not to be written anew where they stand.
    monkeypatch.setattr(modules[CONVERSATION], "snapshot", lambda told: told)
    why = modules[HANDLER].why
    assert isinstance(why, Command)
    monkeypatch.setattr("bot.inside.COMMANDS", (*COMMANDS, why))
    return modules


def written(folder: Path, path: str) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FILES[path], encoding="utf-8")
    return file


def imported(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_a_handler_a_wording_and_a_conversation() -> None:
    assert list(FILES) == [HANDLER, WORDING, CONVERSATION]


async def test_the_conversation_of_the_page_is_held(
    made: dict[str, ModuleType], tmp_path: Path
) -> None:
    [hold] = [value for name, value in vars(made[CONVERSATION]).items() if name.startswith("test_")]
    async with open_play(data=tmp_path) as play:
        await hold(play)
        assert "/qf why ID" in await play.bo.asks("/qf help why")


@pytest.mark.parametrize("path", FILES)
def test_the_files_of_the_page_are_in_form(path: str, tmp_path: Path) -> None:
    file = written(tmp_path, path)
    for check in (["format", "--check"], ["check", "--select", "E,F,I,B,UP,RUF,D100"]):
        told = subprocess.run(
            ["ruff", *check, "--line-length", "100", "--isolated", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stdout
