"""Every command, for everybody, everywhere: the document says what the rules decide."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.commands.command import Command
from bot.commands.contents import COMMANDS
from bot.domain.access import DEFAULT_ACCOUNT, Place, Role, Scope, Standing, Why
from tests.unit import decision_table
from tests.unit.decision_table import ADA, HOLDING, PLACES, PROD, PROD_CHANNEL, Case

DOCUMENT = Path(__file__).parents[2] / "docs" / "decisions.md"

#: Ways to hold a role, by the accounts on which it then counts away from home.
REACH = {
    "`default_role`": set(),
    "a grant that names no account": set(),
    "a grant on the account `default`": {DEFAULT_ACCOUNT},
    "a grant on the account `prod`": {PROD},
    "`admins`": {DEFAULT_ACCOUNT, PROD},
}
#: Ways to hold a role that count on no account but the one that they name.
BOUND = {"a grant on the account `default`", "a grant on the account `prod`"}

#: They need the right to what was requested, too.
OF_A_REQUEST = {"approve", "decline"}

CASES = list(product(Role, Standing, PLACES.values(), (DEFAULT_ACCOUNT, PROD), HOLDING))


def written_rows() -> dict[str, list[bool]]:
    """The first table of the document: for each command, whether each role may run it."""
    rows = re.findall(
        r"^\| `(\w+)` \|(( (?:yes|–) \|)+)$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    return {
        name: [cell.strip() == "yes" for cell in cells.split("|")[:-1]] for name, cells, _ in rows
    }


WRITTEN = written_rows()


def said_in_words(
    command: Command, role: Role, standing: Standing, place: Place, account: str, way: str
) -> bool:
    """What the document says below its first table, without the rules that it speaks of."""
    if standing is not Standing.MEMBER:
        return False
    if place.shared and not command.right.tells_nothing:
        return False
    home = PROD if place == PROD_CHANNEL else DEFAULT_ACCOUNT
    held = Role.ADMIN if way == "`admins`" else role
    counts = account in REACH[way] or (account == home and way not in BOUND)
    return WRITTEN[command.name][held if counts else Role.NONE]


def test_the_document_is_what_the_rules_decide() -> None:
    assert DOCUMENT.read_text("utf-8") == decision_table.page(), (
        "write it anew: uv run python -m tests.unit.decision_table > docs/decisions.md"
    )


def test_the_document_has_every_command_and_no_other() -> None:
    assert list(WRITTEN) == [each.name for each in COMMANDS]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_decided_as_the_document_says(command: Command) -> None:
    for role, standing, place, account, way in CASES:
        case = Case(HOLDING[way](role), place, account, replace(ADA, standing=standing))
        allowed = case.decide(command.right).allowed
        said = said_in_words(command, role, standing, place, account, way)
        assert allowed == said, (command.name, role, standing, place, account, way)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_denial_of_a_command_leaves_nobody_who_may_run_it(command: Command) -> None:
    denial = Scope(commands=frozenset({command.name}))
    for role, standing, place, account, way in CASES:
        rules = replace(HOLDING[way](role), denials=(denial,))
        decision = Case(rules, place, account, replace(ADA, standing=standing)).decide(
            command.right
        )
        assert not decision.allowed
        assert decision.why in (Why.DENIED, Why.NOT_A_MEMBER, Why.SHARED_CHANNEL)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_role_that_the_rules_name_for_a_command_is_the_one_that_counts(
    command: Command,
) -> None:
    for needed, (role, standing, place, account, way) in product(Role, CASES):
        rules = replace(HOLDING[way](role), roles={command.name: needed})
        case = Case(rules, place, account, replace(ADA, standing=standing))
        heard = standing is Standing.MEMBER and (not place.shared or command.right.tells_nothing)
        assert case.decide(command.right).allowed == (heard and case.role >= needed)


def test_what_changes_something_is_not_for_everyone_to_run() -> None:
    for command in COMMANDS:
        if command.changes:
            assert command.right.role > Role.VIEWER or command.name in OF_A_REQUEST, command.name
            assert not command.right.tells_nothing, command.name


def test_the_accounts_of_the_document_are_at_home_where_it_says() -> None:
    rules = HOLDING["`default_role`"](Role.VIEWER)
    homes = {name: rules.home(place) for name, place in PLACES.items()}
    assert {name for name, home in homes.items() if home == PROD} == {
        "a channel of the account `prod`"
    }
