"""The documents are true: what they name exists, and what exists they name."""

import re
from pathlib import Path

import pytest

from bot.commands.contents import COMMANDS
from bot.doctor.contents import CHECKS
from bot.doctor.sending import NAME as SEND_TEST
from bot.pulse import STUCK
from bot.settings import NAMES
from tests.unit.every_metric import registry

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def test_the_readme_has_every_setting_and_no_other() -> None:
    named = set(re.findall(r"`((?:SLACK|QIANFAN|QFBOT)_[A-Z_]+)`", README))
    assert named - {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} == set(NAMES)


def test_the_readme_has_every_command_with_every_option_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `/qf (\w+)([^`]*)`", README, re.MULTILINE))
    assert set(rows) == {command.name for command in COMMANDS}
    for command in COMMANDS:
        for option in command.signature.options:
            assert f"{option}=" in rows[command.name], f"{command.name} {option}"


def test_the_readme_names_the_role_of_each_command() -> None:
    for command in COMMANDS:
        row = next(
            line for line in README.splitlines() if line.startswith(f"| `/qf {command.name}")
        )
        role = "everyone" if command.right.role == 0 else str(command.right.role)
        assert row.endswith(f"| {role} |"), row


def test_the_documents_have_every_metric_with_its_labels_and_no_other() -> None:
    rows = re.findall(r"^\| `(qfbot_\w+)` \| (\w+)(?:: ([^|]+?))? \|", OPERATIONS, re.MULTILINE)
    told = {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert len(told) == len(rows)
    assert told == known_metrics()


def known_metrics() -> dict[str, tuple[str, set[str]]]:
    """The kind and the labels of every metric, by the name that one asks for."""
    known: dict[str, tuple[str, set[str]]] = {}
    for family in registry().collect():
        ending = {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        known[family.name + ending] = (family.type, labels)
    return known


def test_the_documents_have_every_exit_code_of_our_own() -> None:
    codes = set(re.findall(r"^\| (\d+) \|", RUNNING, re.MULTILINE))
    assert codes == {"0", "1", "2", str(STUCK)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:bot|tests|docs)/[\w/.-]+)`", text):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!https?://)([^)#]+)\)", text):
        assert (document.parent / path).exists(), path


def test_the_document_of_the_doctor_has_every_check_and_no_other() -> None:
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    assert names == [*(check.name for check in CHECKS), SEND_TEST]


def test_the_two_commands_stand_alone_in_the_readme() -> None:
    assert "\npip install -q uv && uv run qfbot playground\n" in README
    assert "\npip install -q uv && uv run pytest\n" in README
