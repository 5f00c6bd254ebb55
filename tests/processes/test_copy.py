"""`qfbot db copy`: what it prints, what it ends with, and that it never shows a password."""

import asyncio
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.store.opening import open_store
from tests.contract.store.values import HandClock, asked, look, watch
from tests.processes.test_serve import environment, run

GIVEN = {
    "SLACK_BOT_TOKEN": "xoxb-1-2-token",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "QIANFAN_ACCESS_KEY": "access-key",
    "QIANFAN_SECRET_KEY": "secret-key",
    "QFBOT_DATABASE_URL": "sqlite:///old.db",
}
NEW = "sqlite:///new.db"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a bot whose database holds a watch and an attempt."""
    monkeypatch.chdir(tmp_path)
    asyncio.run(_make(f"sqlite:///{tmp_path / 'old.db'}"))
    return tmp_path


async def _make(url: str) -> None:
    async with open_store(url, HandClock()) as store:
        await store.watches.begin(watch(), look())
        await store.audit.asked(asked())


def copied(to: str, source: str = GIVEN["QFBOT_DATABASE_URL"]) -> Result:
    """What came of the command, run in this process, which is a good deal faster."""
    given = environment(**GIVEN | {"QFBOT_DATABASE_URL": source})
    clean = {name: given.get(name) for name in os.environ.keys() | given.keys()}
    return CliRunner().invoke(app, ["db", "copy", "--to", to], env=clean)


def test_a_copy_tells_how_much_there_was_and_what_to_do_next(folder: Path) -> None:
    code, out, err = asyncio.run(run("db", "copy", "--to", NEW, cwd=folder, **GIVEN))

    assert (code, err) == (0, "")
    *counts, next_ = out.splitlines()
    assert {"watches: 1", "audit: 1", "follows: 0"} < set(counts)
    assert next_.startswith("Now set QFBOT_DATABASE_URL to the new database")
    assert (folder / "new.db").exists()


def test_a_copy_that_takes_long_says_how_far_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.exports.PROGRESS_SECONDS", 0)

    result = copied(NEW)

    assert result.exit_code == 0
    assert "copying: 1 rows of watches so far" in result.stderr.splitlines()
    assert "copying" not in result.stdout


def test_a_database_in_use_is_refused_with_its_path_and_process(folder: Path) -> None:
    async def refused() -> Result:
        async with open_store("sqlite:///old.db", HandClock()):
            return await asyncio.to_thread(copied, NEW)

    result = asyncio.run(refused())

    in_use = f"old.db is in use by process {os.getpid()}"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"qfbot: the copy failed: {in_use}\n"


@pytest.mark.parametrize(
    ("to", "code", "sentence"),
    [
        ("postgresql://ada:canary@127.0.0.1:9/qfbot", 1, "the copy failed: the target: "),
        ("postgresql://ada:can/ary@127.0.0.1/qfbot", 2, "--to cannot be taken apart"),
        ("mysql://ada:canary@127.0.0.1/qfbot", 2, "--to is no address of a database that qfbot"),
        ("sqlite:///:memory:", 2, "--to names no file"),
        ("sqlite:///old.db", 1, "old.db: the source and the target are one file"),
        ("sqlite:///old.db/new.db", 1, "new.db: "),
    ],
)
def test_a_wrong_target_is_told_in_a_sentence_without_its_password(
    folder: Path, to: str, code: int, sentence: str
) -> None:
    result = copied(to)

    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "ary" not in result.stderr


@pytest.mark.parametrize(
    ("source", "code", "sentence"),
    [
        ("sqlite:///nowhere/qfbot.db", 1, "nowhere/qfbot.db: there is no such database"),
        ("postgresql://ada:canary@127.0.0.1/qfbot", 2, "QFBOT_DATABASE_URL has to be the SQLite"),
    ],
)
def test_what_cannot_be_copied_is_told_in_a_sentence(
    folder: Path, source: str, code: int, sentence: str
) -> None:
    result = copied(NEW, source)

    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "canary" not in result.stderr
    assert not (folder / "new.db").exists()
    assert not (folder / "nowhere").exists()
