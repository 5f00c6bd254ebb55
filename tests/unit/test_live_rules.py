"""The rules in force: a changed file, a broken one, and roles that were given in chats."""

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.access import DEFAULT_ACCOUNT, Actor, Grant, Place, Right, Role, Rules, Scope, Why
from bot.domain.errors import StoreError
from bot.domain.ports import ChatGrant
from bot.live_rules import LiveFile, LiveRules
from bot.rules_file import RulesFile, rules_hash
from bot.settings import SettingsError

COMMANDS = {"status": False, "stop": True}
STOP = Right("stop", Role.OPERATOR)
ADA = Actor("U0ADA")
HERE = Place("C0HERE")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

PROD = """
[accounts.prod]
access_key_env = "QF_PROD_AK"
secret_key_env = "QF_PROD_SK"
channels = ["C0PROD1"]
"""

Write = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        file = tmp_path / "qfbot.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


class ChatGrants:
    """What was granted in chats, as a store has it; `trouble` is what it raises.

    A reading that finds the gate shut waits with its answer until it is opened.
    """

    def __init__(self, *grants: Grant) -> None:
        self.given = list(grants)
        self.trouble: StoreError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = asyncio.Event()

    async def all(self) -> Sequence[ChatGrant]:
        if self.trouble:
            raise self.trouble
        found = [ChatGrant(number, grant, NOON) for number, grant in enumerate(self.given, 1)]
        if not self.gate.is_set():
            gate, self.gate = self.gate, asyncio.Event()
            self.gate.set()
            self.waiting.set()
            await gate.wait()
        return found

    async def give(self, grant: Grant, at: datetime) -> bool:
        self.given.append(grant)
        return True

    async def take(self, subject: str, role: Role | None, by: str, at: datetime) -> int:
        raise NotImplementedError


def operator(*subjects: str) -> Grant:
    return Grant(Role.OPERATOR, Scope(subjects=frozenset(subjects)), granted_by="U0ROOT")


async def test_a_changed_file_counts_from_the_next_tick_on(written: Write) -> None:
    file = LiveFile(written('default_role = "viewer"'), COMMANDS)
    before = file.hash
    written('default_role = "none"\nlanguage = "zh"')
    assert file.current == RulesFile()

    with capture_logs() as logs:
        await file.tick()

    assert file.rules.default_role is Role.NONE
    assert file.current.language == "zh"
    assert file.hash != before
    assert [(line["event"], line["hash"]) for line in logs] == [("rules read", file.hash)]


async def test_a_change_of_the_same_size_a_moment_later_is_seen(written: Write) -> None:
    file = LiveFile(written('language = "en"'), COMMANDS)
    for language in ("zh", "en", "zh", "en"):
        written(f'language = "{language}"')
        await file.tick()
        assert file.current.language == language


async def test_a_file_that_is_put_in_the_place_of_the_other_is_seen(written: Write) -> None:
    path = written('language = "en"')
    file = LiveFile(path, COMMANDS)
    (path.parent / "new").write_text('language = "zh"')
    for each in (path, path.parent / "new"):
        os.utime(each, (0, 0))
    (path.parent / "new").replace(path)

    await file.tick()

    assert file.current.language == "zh"


async def test_a_volume_of_kubernetes_that_points_elsewhere_is_seen(tmp_path: Path) -> None:
    for version, language in (("1", "en"), ("2", "zh")):
        (tmp_path / version).mkdir()
        old = tmp_path / version / "qfbot.toml"
        old.write_text(f'language = "{language}"')
        os.utime(old, (0, 0))
    (tmp_path / "..data").symlink_to("1")
    (tmp_path / "qfbot.toml").symlink_to("..data/qfbot.toml")
    file = LiveFile(tmp_path / "qfbot.toml", COMMANDS)

    (tmp_path / "..data_tmp").symlink_to("2")
    (tmp_path / "..data_tmp").replace(tmp_path / "..data")
    await file.tick()

    assert file.current.language == "zh"


async def test_a_file_that_is_left_alone_is_left_unread(
    written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written('language = "zh"')
    os.utime(path, (0, 0))
    file = LiveFile(path, COMMANDS)
    monkeypatch.setattr(Path, "read_text", None)

    await file.tick()

    assert file.current.language == "zh"


async def test_nothing_is_told_of_a_file_that_says_the_same(written: Write) -> None:
    file = LiveFile(written('language = "zh"'), COMMANDS)
    written('# the announcements\nlanguage = "zh"')

    with capture_logs() as logs:
        await file.tick()

    assert logs == []


@pytest.mark.parametrize("broken", ["admins = nobody", 'admins = ["@ada"]', None])
async def test_a_broken_file_changes_nothing_and_is_told_once(
    written: Write, broken: str | None
) -> None:
    path = written('default_role = "none"')
    file = LiveFile(path, COMMANDS)
    before = file.hash
    path.unlink() if broken is None else written(broken)

    with capture_logs() as logs:
        for _ in range(3):
            await file.tick()

    assert file.rules.default_role is Role.NONE
    assert file.hash == before
    assert file.problem is not None
    assert str(path) in file.problem
    assert file.refusals == 1
    assert [line["event"] for line in logs] == ["rules refused, the old ones stay in force"]


async def test_another_mistake_is_told_anew(written: Write) -> None:
    file = LiveFile(written(""), COMMANDS)
    for text in ("foo = 1", "bar = 1"):
        written(text)
        await file.tick()

    assert file.refusals == 2
    assert file.problem is not None
    assert '"bar"' in file.problem


async def test_a_mended_file_ends_the_problem(written: Write) -> None:
    file = LiveFile(written('language = "zh"'), COMMANDS)
    written("language = zh")
    await file.tick()
    written('language = "zh"')

    with capture_logs() as logs:
        await file.tick()

    assert file.problem is None
    assert file.refusals == 1
    assert [line["event"] for line in logs] == ["rules read"]


def test_a_file_that_is_wrong_at_the_start_is_refused(written: Write) -> None:
    with pytest.raises(SettingsError, match='"foo" is no key'):
        LiveFile(written("foo = 1"), COMMANDS)


async def test_without_a_file_there_is_nothing_to_read_again() -> None:
    file = LiveFile(None, COMMANDS)

    await file.tick()

    assert file.current == RulesFile()
    assert file.hash == rules_hash(RulesFile())
    assert (file.problem, file.refusals, file.restart_needed) == (None, 0, False)


async def test_other_accounts_wait_for_a_restart_and_all_else_counts(written: Write) -> None:
    file = LiveFile(written(PROD), COMMANDS)
    opened = file.current.accounts
    changed = PROD.replace("QF_PROD_AK", "QF_OTHER_AK").replace("C0PROD1", "C0PROD2")
    written('default_role = "none"' + changed + PROD.replace("prod", "dev"))

    with capture_logs() as logs:
        for _ in range(2):
            await file.tick()

    assert file.current.accounts == opened
    assert file.rules.home(Place("C0PROD1")) == "prod"
    assert file.rules.home(Place("C0PROD2")) == DEFAULT_ACCOUNT
    assert file.rules.default_role is Role.NONE
    assert file.restart_needed
    assert [line["event"] for line in logs] == [
        "other accounts in the rules take effect with a restart",
        "rules read",
    ]


async def test_accounts_that_are_put_back_need_no_restart(written: Write) -> None:
    file = LiveFile(written(PROD), COMMANDS)
    for text in ("", PROD):
        written(text)
        await file.tick()

    assert not file.restart_needed


async def test_a_role_that_is_given_in_a_chat_counts_once_it_is_read() -> None:
    grants = ChatGrants()
    rules = LiveRules(Rules, grants)
    await rules.refresh()
    assert not rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT).allowed

    await grants.give(operator("U0ADA"), NOON)
    await rules.refresh()

    decision = rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT)
    assert decision.allowed
    assert decision.rule == operator("U0ADA")


async def test_a_role_that_is_taken_away_counts_no_more() -> None:
    grants = ChatGrants(operator("U0ADA"))
    rules = LiveRules(Rules, grants)
    await rules.refresh()
    assert rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT).allowed

    grants.given.clear()
    await rules.refresh()

    assert not rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT).allowed


async def test_a_role_of_a_chat_never_outlives_a_denial_in_the_file(written: Write) -> None:
    file = LiveFile(written(""), COMMANDS)
    rules = LiveRules(lambda: file.rules, ChatGrants(operator("U0ADA")))
    await rules.refresh()
    assert rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT).allowed

    written('[[denials]]\ncommands = ["stop"]')
    await file.tick()

    assert rules.current().decide(ADA, STOP, HERE, DEFAULT_ACCOUNT).why is Why.DENIED


async def test_the_groups_of_chats_are_looked_up_too() -> None:
    rules = LiveRules(Rules, ChatGrants(operator("S0OPS")))
    await rules.refresh()

    assert rules.current().groups == {"S0OPS"}


async def test_the_grants_of_the_file_stay_beside_those_of_chats() -> None:
    filed = Grant(Role.ADMIN, Scope(subjects=frozenset({"U0BO"})))
    rules = LiveRules(lambda: Rules(grants=(filed,)), ChatGrants(operator("U0ADA")))
    await rules.refresh()

    assert rules.current().grants == (filed, operator("U0ADA"))


async def test_a_store_in_trouble_leaves_the_roles_that_were_known() -> None:
    grants = ChatGrants(operator("U0ADA"))
    rules = LiveRules(Rules, grants)
    await rules.refresh()
    grants.trouble = StoreError("gone")

    with pytest.raises(StoreError):
        await rules.refresh()

    assert rules.current().grants == (operator("U0ADA"),)


async def test_an_older_reading_never_takes_the_place_of_a_newer_one() -> None:
    grants = ChatGrants(operator("U0ADA"))
    rules = LiveRules(Rules, grants)
    gate = grants.gate
    gate.clear()
    older = asyncio.create_task(rules.refresh())
    await grants.waiting.wait()
    grants.given.clear()
    newer = asyncio.create_task(rules.refresh())
    await asyncio.wait([newer], timeout=0)

    gate.set()
    await asyncio.gather(newer, older)

    assert rules.current().grants == ()
