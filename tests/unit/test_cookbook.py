"""The permissions cookbook: what comes of each recipe is what the rules decide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.commands.contents import COMMANDS
from bot.domain.access import Actor, Place, Rules, Standing
from bot.rules_file import read_rules_file

DOCUMENT = (Path(__file__).parents[2] / "docs" / "permissions-cookbook.md").read_text("utf-8")

PEOPLE = {
    "ada": Actor("U0ADA"),
    "lin": Actor("U0LIN", groups=frozenset({"S0OPS"})),
    "bo": Actor("U0BO"),
    "eve": Actor("U0EVE", groups=frozenset({"S0PROD"})),
    "gus": Actor("U0GUS", Standing.GUEST),
}
PLACES = {
    "#training": Place("C0TRAIN"),
    "#prod": Place("C0PROD"),
    "directly": Place("D0SOMEBODY", direct=True),
}
RIGHTS = {each.name: each.right for each in COMMANDS}

_RECIPE = re.compile(r"^```toml\n(.*?)^```\n\n((?:\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (\w+) \| (\S+) \| `(\w+)(?: account=(\w+))?` \| (.+) \|$")


@dataclass(frozen=True)
class Claim:
    """A row of a table: who asks for what, where, and what the answer is."""

    title: str
    toml: str
    who: str
    where: str
    command: str
    account: str
    answer: str

    def __str__(self) -> str:
        return f"{self.title}: {self.who} {self.where} {self.command} {self.account}".strip()

    def decided(self, rules: Rules) -> str:
        """The answer of the rules, in the document's words."""
        place = PLACES[self.where]
        account = self.account or rules.home(place)
        if not rules.decide(PEOPLE[self.who], RIGHTS[self.command], place, account).allowed:
            return "no"
        others = rules.approvals.get(self.command, 0)
        return f"yes, once {others} other agrees" if others else "yes"


def claims() -> Iterator[Claim]:
    for section in DOCUMENT.split("\n## ")[1:]:
        title = section.partition("\n")[0]
        for toml, table in _RECIPE.findall(section):
            for line in table.splitlines()[2:]:
                row = _ROW.match(line)
                assert row, f"{title}: {line}"
                who, where, command, account, answer = row.groups()
                yield Claim(title, toml, who, where, command, account or "", answer)


CLAIMS = tuple(claims())


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_what_comes_of_a_recipe_is_what_the_rules_decide(claim: Claim, tmp_path: Path) -> None:
    file = tmp_path / "qfbot.toml"
    file.write_text(claim.toml, encoding="utf-8")
    rules = read_rules_file(file, {each.name: each.changes for each in COMMANDS}).rules
    assert claim.decided(rules) == claim.answer


def test_every_recipe_claims_something() -> None:
    assert {each.toml for each in CLAIMS} == set(
        re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    )


def test_the_people_and_places_are_those_that_the_document_names() -> None:
    introduced = DOCUMENT.partition("\n## ")[0]
    ids = {actor.user_id for actor in PEOPLE.values()}
    ids |= {group for actor in PEOPLE.values() for group in actor.groups or ()}
    ids |= {place.channel_id for place in PLACES.values() if not place.direct}
    assert ids == set(re.findall(r"`([A-Z0-9]{4,})`", introduced))


def test_without_a_file_the_rules_are_those_of_the_first_recipe(tmp_path: Path) -> None:
    file = tmp_path / "qfbot.toml"
    file.write_text(CLAIMS[0].toml, encoding="utf-8")
    assert CLAIMS[0].title == "Without a file"
    assert read_rules_file(file, {}) == read_rules_file(None, {})
