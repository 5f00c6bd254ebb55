"""Keys in files: read again when they change, kept when they cannot be read, never shown."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.domain.errors import PlatformError
from bot.domain.id_grammar import read_id
from bot.qianfan.client import QianfanClient, open_account_with
from bot.qianfan.credentials import FileKeys, FixedKeys
from bot.qianfan.signing import Credentials

from .conftest import QUICK, HandClock
from .scripted import ScriptedQianfan

OLD = Credentials("AKcanary-old", SecretStr("SKcanary-old"))
NEW = Credentials("AKcanary-new", SecretStr("SKcanary-new"))


@dataclass
class Folder:
    """A folder with the two keys."""

    path: Path

    @property
    def files(self) -> tuple[Path, Path]:
        return self.path / "access", self.path / "secret"

    def holds(self, credentials: Credentials) -> None:
        self.path.mkdir(exist_ok=True)
        texts = (credentials.access_key, credentials.secret_key.get_secret_value())
        for file, text in zip(self.files, texts, strict=True):
            file.write_text(text)

    def read(self) -> Credentials:
        try:
            access_key, secret_key = (file.read_text() for file in self.files)
        except OSError as error:
            raise ValueError(f"a key cannot be read: {type(error).__name__}.") from None
        return Credentials(access_key, SecretStr(secret_key))

    def grows_old(self) -> None:
        """The keys were written long ago."""
        for file in self.files:
            os.utime(file, (0, 0))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "keys")
    made.holds(OLD)
    return made


@pytest.fixture
def keys(folder: Folder) -> FileKeys:
    return FileKeys("prod", folder.files, folder.read)


def test_fixed_keys_are_their_own_secrets() -> None:
    keys = FixedKeys(OLD)

    assert keys.current == OLD
    assert keys.secrets == {"AKcanary-old", "SKcanary-old"}


async def test_replaced_keys_count_from_the_next_tick_on(keys: FileKeys, folder: Folder) -> None:
    folder.holds(NEW)
    assert keys.current == OLD

    await keys.tick()

    assert keys.current == NEW


async def test_the_old_keys_stay_secrets(keys: FileKeys, folder: Folder) -> None:
    folder.holds(NEW)
    await keys.tick()

    assert keys.secrets == {"AKcanary-old", "SKcanary-old", "AKcanary-new", "SKcanary-new"}


async def test_a_replacement_of_the_same_size_a_moment_later_is_seen(
    keys: FileKeys, folder: Folder
) -> None:
    for credentials in (NEW, OLD, NEW, OLD, NEW):
        folder.holds(credentials)
        await keys.tick()
        assert keys.current == credentials


async def test_another_target_of_a_link_is_a_change(tmp_path: Path) -> None:
    volume, link = tmp_path / "volume", tmp_path / "link"
    volume.mkdir()
    for name, credentials in (("1", OLD), ("2", NEW)):
        version = Folder(volume / name)
        version.holds(credentials)
        version.grows_old()
    link.symlink_to(volume / "1")
    keys = FileKeys("prod", Folder(link).files, Folder(link).read)
    (tmp_path / "next").symlink_to(volume / "2")

    (tmp_path / "next").replace(link)
    await keys.tick()

    assert keys.current == NEW


async def test_what_does_not_change_is_not_read_again(folder: Folder) -> None:
    folder.grows_old()
    readings = 0

    def read() -> Credentials:
        nonlocal readings
        readings += 1
        return folder.read()

    keys = FileKeys("prod", folder.files, read)
    for _ in range(3):
        await keys.tick()

    assert readings == 1


@pytest.mark.parametrize("broken", ["", "two words", None])
async def test_keys_that_break_leave_the_old_ones_and_are_told_once(
    keys: FileKeys, folder: Folder, broken: str | None
) -> None:
    folder.grows_old()
    access = folder.files[0]
    access.unlink() if broken is None else access.write_text(broken)

    with capture_logs() as logs:
        for _ in range(3):
            await keys.tick()

    assert keys.current == OLD
    (told,) = logs
    assert (told["event"], told["account"]) == ("keys not read, the old ones stay", "prod")
    assert "canary" not in str(logs)


async def test_mended_keys_count_and_the_end_of_the_trouble_is_told(
    keys: FileKeys, folder: Folder
) -> None:
    folder.files[1].unlink()
    await keys.tick()
    folder.holds(NEW)

    with capture_logs() as logs:
        await keys.tick()

    assert keys.current == NEW
    assert [line["event"] for line in logs] == ["keys can be read again", "keys replaced"]
    assert "canary" not in str(logs)


def test_keys_that_cannot_be_read_at_the_start_are_refused(tmp_path: Path) -> None:
    nowhere = Folder(tmp_path / "nowhere")

    with pytest.raises(ValueError, match="cannot be read"):
        FileKeys("prod", nowhere.files, nowhere.read)


def test_no_key_is_seen_in_a_repr(keys: FileKeys) -> None:
    assert "canary" not in repr(keys) + repr(FixedKeys(OLD)) + repr(keys.current)


@pytest.fixture
async def account(
    qianfan: ScriptedQianfan, clock: HandClock, keys: FileKeys
) -> AsyncIterator[QianfanClient]:
    opened = open_account_with(
        qianfan.url, keys, clock, requests_per_second=1000, burst=100, patience=QUICK
    )
    yield opened
    await opened.aclose()


async def test_an_account_signs_with_the_keys_of_the_moment_and_strikes_out_all(
    qianfan: ScriptedQianfan, account: QianfanClient, keys: FileKeys, folder: Folder
) -> None:
    qianfan.refuses(400, "BadRequest", "no such key: AKcanary-old, AKcanary-new, SKcanary-new")
    task = read_id("task-2jsaaaa0i9aa")
    assert task is not None

    with pytest.raises(PlatformError):
        await account.look(task)
    folder.holds(NEW)
    await keys.tick()
    with pytest.raises(PlatformError) as caught:
        await account.look(task)

    signatures = [seen.headers["Authorization"] for seen in qianfan.seen]
    assert [signature.split("/")[1] for signature in signatures] == [
        "AKcanary-old",
        "AKcanary-new",
    ]
    assert "canary" not in str(caught.value) + repr(vars(caught.value))
