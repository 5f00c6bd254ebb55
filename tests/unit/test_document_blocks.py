"""The documents' code is code: commands that parse, rules that load, links that lead somewhere."""

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import typer.main
import yaml

from bot.__main__ import app
from bot.commands.contents import COMMANDS
from bot.rules_file import read_rules_file
from bot.settings import NAMES
from bot.slack.manifest import BOT_SCOPES
from tests.unit.documents import DOCUMENTS, ROOT, anchors, blocks, named, prose

#: Tables that are written by programs, with command lines that are wrong on purpose.
WRITTEN = {"docs/errors.md"}
#: The command that CONTRIBUTING adds.
EXAMPLES = {"why"}
#: Names that begin like a setting's, and are none.
NO_SETTINGS = {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "QFBOT_TESTS_REQUIRE"}

_COMMAND_LINE = re.compile(r"(?:^|&& |\| |uv run )qfbot (.*)$", re.MULTILINE)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


def each_block(language: str) -> pytest.MarkDecorator:
    found = list(blocks(language))
    ids = [f"{named(path)}: {code.splitlines()[0]}" for path, code in found]
    return pytest.mark.parametrize("block", [code for _, code in found], ids=ids)


def command_lines(text: str) -> list[list[str]]:
    """What is given to `qfbot` in each line that runs it."""
    whole = text.replace("\\\n", " ")
    return [shlex.split(line, comments=True) for line in _COMMAND_LINE.findall(whole)]


CONSOLE = [line for _, code in blocks("console") for line in command_lines(code)]


def test_the_documents_run_the_command_line() -> None:
    assert len(CONSOLE) > 5


@pytest.mark.parametrize("words", CONSOLE, ids=" ".join)
def test_every_command_line_is_one_that_qfbot_takes(words: list[str]) -> None:
    command = typer.main.get_command(app)
    context = command.make_context("qfbot", list(words))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, list(words))
        assert command is not None, words
        context = command.make_context(name, list(rest), parent=context)
        words = rest


def test_every_command_of_the_command_line_is_in_the_documents_and_no_other() -> None:
    root = typer.main.get_command(app)
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    told = set(re.findall(r"`qfbot ([a-z]+)", text)) | {words[0] for words in CONSOLE}
    assert told == set(getattr(root, "commands"))  # noqa: B009 (a group's, not every command's)


@each_block("toml")
def test_every_block_of_rules_is_read(block: str, tmp_path: Path) -> None:
    file = tmp_path / "qfbot.toml"
    file.write_text(block, encoding="utf-8")
    read_rules_file(file, {each.name: each.changes for each in COMMANDS})


@each_block("yaml")
def test_every_block_of_yaml_is_yaml(block: str) -> None:
    assert yaml.safe_load(block)


@each_block("python")
def test_every_block_of_python_is_python(block: str) -> None:
    compile(block, "a document", "exec")


@each_document
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?://)([^)]+)\)", prose(document)):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@each_document
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    if named(document) in WRITTEN:
        return
    told = set(re.findall(r"/qf (\w+)", document.read_text("utf-8")))
    assert told <= {each.name for each in COMMANDS} | EXAMPLES


@each_document
def test_every_setting_that_a_document_names_exists(document: Path) -> None:
    told = set(re.findall(r"\b(?:SLACK|QIANFAN|QFBOT)_[A-Z_]+\b", document.read_text("utf-8")))
    assert told <= set(NAMES) | NO_SETTINGS


def test_the_backup_that_the_documents_make_is_whole(tmp_path: Path) -> None:
    [code] = [
        shlex.split(line)[-1]
        for _, block in blocks("console")
        for line in block.splitlines()
        if ".backup(" in line
    ]
    serving = sqlite3.connect(tmp_path / "qfbot.db")
    serving.execute("PRAGMA journal_mode = WAL")
    with serving:
        serving.execute("CREATE TABLE announcements (text)")
        serving.execute("INSERT INTO announcements VALUES ('not in the file itself yet')")
    code = code.replace("/data/qfbot/", f"{tmp_path}/").replace("/data/", f"{tmp_path}/")
    subprocess.run([sys.executable, "-c", code], check=True)
    serving.close()
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT count(*) FROM announcements").fetchone() == (1,)


def test_the_scopes_that_are_explained_are_those_that_are_asked_for() -> None:
    table = (ROOT / "docs" / "running.md").read_text("utf-8").partition("| scope |")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`([\w:]+)`", " ".join(rows))) == sorted(BOT_SCOPES)
