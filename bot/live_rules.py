"""The rules in force: those of the file, read again on change, and the roles given in chats."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import structlog

from bot.domain.access import Grant, Rules
from bot.domain.languages import Language
from bot.domain.ports import Grants
from bot.file_state import FilesSeen
from bot.rules_file import RulesFile, read_rules_file, rules_hash
from bot.settings import SettingsError

log = structlog.get_logger(__name__)


class LiveFile:
    """`qfbot.toml`, read again when a tick finds that it has changed.

    A file that is wrong changes nothing: the rules that were read before stay in force. Nor does
    a change of the accounts, which are opened at the start: they stay as they were, with their
    channels.
    """

    def __init__(self, path: Path | None, commands: Mapping[str, bool]) -> None:
        """Reads the file at once; `commands` as of `read_rules_file`. Raises SettingsError."""
        self._path = path
        self._commands = commands
        self._seen = FilesSeen([path] if path else [])
        self._seen.changed()
        self._take(self._read())
        self._accounts_told = self.current.accounts
        #: Why the last reading was refused: a sentence for each mistake, on one line each.
        self.problem: str | None = None
        #: How many times the file was refused since the start; a reading with the same mistakes
        #: as the one before does not count again.
        self.refusals = 0

    @property
    def rules(self) -> Rules:
        """The file's rules."""
        return self.current.rules

    @property
    def language(self) -> Language | None:
        """The language of all channels' announcements, where one was chosen for them."""
        chosen = self.current.language
        return None if chosen == "auto" else Language(chosen)

    @property
    def restart_needed(self) -> bool:
        """Whether the file has other accounts than those that were opened at the start."""
        return self._accounts_told != self.current.accounts

    async def tick(self) -> None:
        """Read the file again where it has changed."""
        try:
            found = await asyncio.to_thread(self._changed)
        except SettingsError as error:
            self._refuse(str(error))
        else:
            if found is not None:
                self._accept(found)

    def _changed(self) -> RulesFile | None:
        if not self._seen.changed():
            return None
        try:
            return self._read()
        except SettingsError:
            self._seen.forget()
            raise

    def _read(self) -> RulesFile:
        return read_rules_file(self._path, self._commands)

    def _refuse(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.refusals += 1
            log.error("rules refused, the old ones stay in force", why=problem)

    def _accept(self, found: RulesFile) -> None:
        mended, self.problem = self.problem is not None, None
        before, self._accounts_told = self._accounts_told, found.accounts
        if self.restart_needed and found.accounts != before:
            log.warning("other accounts in the rules take effect with a restart")
        kept = _with_accounts_of(self.current, found)
        if mended or kept != self.current:
            self._take(kept)
            log.info("rules read", hash=self.hash)

    def _take(self, file: RulesFile) -> None:
        #: What is in force of it.
        self.current = file
        #: Tells whether two processes have the same of it in force.
        self.hash = rules_hash(file)


class LiveRules:
    """Rules with the roles that were given in chats, which their denials win over too."""

    def __init__(self, rules: Callable[[], Rules], grants: Grants) -> None:
        """`rules` are those of the file at any time. No chat's role counts before `refresh`."""
        self._rules = rules
        self._grants = grants
        self._granted: tuple[Grant, ...] = ()
        self._one_reader = asyncio.Lock()

    def current(self) -> Rules:
        """What is in force now."""
        rules = self._rules()
        return replace(rules, grants=(*rules.grants, *self._granted))

    async def refresh(self) -> None:
        """Take over the roles as they are in the store now.

        To be awaited at the start, as a tick (for what other processes give and take), and where
        a role was just given or taken. Raises StoreError; then those that were known stay.
        """
        async with self._one_reader:  # what was read earlier must not be taken over later
            self._granted = tuple(given.grant for given in await self._grants.all())


def _with_accounts_of(running: RulesFile, found: RulesFile) -> RulesFile:
    """What was found, with the accounts that are running and their channels."""
    rules = replace(found.rules, homes=running.rules.homes)
    return replace(found, rules=rules, accounts=running.accounts)
