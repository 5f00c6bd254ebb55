"""The keys that an account has now: fixed ones, and ones in files that may be replaced."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import structlog

from bot.file_state import FilesSeen
from bot.qianfan.signing import Credentials

log = structlog.get_logger(__name__)


class Keys(Protocol):
    """The keys of one account."""

    @property
    def current(self) -> Credentials:
        """Those that sign a request now."""

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be shown: those, and those that they replaced."""


class FixedKeys:
    """Keys that stay as they are."""

    def __init__(self, credentials: Credentials) -> None:
        self.current = credentials
        self.secrets = _secrets(credentials)


class FileKeys:
    """Keys in files, read again when a tick finds that the files have changed.

    Where they cannot be read any more, or are no keys, the old ones stay.
    """

    def __init__(
        self, account: str, files: Iterable[Path], read: Callable[[], Credentials]
    ) -> None:
        """Reads them at once, and raises what `read` raises.

        `read` raises ValueError for keys that cannot be had, whose text holds none.
        """
        self._account = account
        self._files = FilesSeen(files)
        self._read = read
        self._problem = ""
        self._files.changed()
        self.current = read()
        self.secrets = _secrets(self.current)

    async def tick(self) -> None:
        """Read the keys again where their files have changed."""
        try:
            found = await asyncio.to_thread(self._changed)
        except ValueError as error:
            self._tell_problem(str(error))
        else:
            self._tell_problem("")
            self._take(found)

    def _changed(self) -> Credentials:
        if not self._files.changed():
            return self.current
        try:
            return self._read()
        except ValueError:
            self._files.forget()
            raise

    def _take(self, found: Credentials) -> None:
        if found != self.current:
            self.secrets |= _secrets(found)  # first: nothing may be shown once it is used
            self.current = found
            log.info("keys replaced", account=self._account)

    def _tell_problem(self, problem: str) -> None:
        """Log what is wrong, or nothing any more, where that is new."""
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            log.warning("keys not read, the old ones stay", account=self._account, why=problem)
        else:
            log.warning("keys can be read again", account=self._account)


def _secrets(credentials: Credentials) -> frozenset[str]:
    return frozenset({credentials.access_key, credentials.secret_key.get_secret_value()})
