"""The documents are true: what they name exists, and what exists they name."""

import re
from pathlib import Path

import pytest

from bot.commands.contents import COMMANDS
from bot.doctor.contents import CHECKS
from bot.doctor.sending import NAME as SEND_TEST
from bot.settings import NAMES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
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
