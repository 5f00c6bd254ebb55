"""`qfbot.toml`: what it may say, and the one sentence that each mistake in it gets."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.access import Grant, Role, Rules, Scope
from bot.rules_file import RulesFile, read_rules_file, rules_hash
from bot.settings import SettingsError

COMMANDS = frozenset({"status", "stop", "watch", "unwatch", "watches"})

Write = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        file = tmp_path / "qfbot.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def refusals(file: Path) -> list[str]:
    """The sentences, each without the path that it begins with."""
    with pytest.raises(SettingsError) as caught:
        read_rules_file(file, COMMANDS)
    assert all(sentence.startswith(str(file)) for sentence in caught.value.sentences)
    return [sentence.removeprefix(str(file)).lstrip(",: ") for sentence in caught.value.sentences]


def refusal(file: Path) -> str:
    (sentence,) = refusals(file)
    return sentence


@pytest.mark.parametrize("text", ["", "[approvals]\nstop = 0", "admins = []", "[accounts]"])
def test_an_empty_file_means_what_no_file_means(written: Write, text: str) -> None:
    assert read_rules_file(written(text), COMMANDS) == read_rules_file(None, COMMANDS)
    assert read_rules_file(None, COMMANDS) == RulesFile(Rules(), "auto")


def test_a_whole_file_becomes_rules(written: Write) -> None:
    file = written(
        """
        default_role = "none"
        admins = ["U0123ABCD", "W0123ABCD"]
        language = "zh"

        [[grants]]
        role = "operator"
        subjects = ["U0123ABCD", "S0123ABCD"]
        channels = ["C0123ABCD", "G0123ABCD", "D0123ABCD"]
        accounts = ["default"]

        [[grants]]
        role = "publisher"
        subjects = ["U0123ABCE"]

        [[denials]]
        commands = ["stop"]
        accounts = ["default"]

        [[denials]]
        subjects = ["U0123ABCE"]
        channels = ["C0123ABCD"]

        [approvals]
        stop = 0
        """
    )

    assert read_rules_file(file, COMMANDS) == RulesFile(
        Rules(
            default_role=Role.NONE,
            admins=("U0123ABCD", "W0123ABCD"),
            grants=(
                Grant(
                    Role.OPERATOR,
                    Scope(
                        subjects=frozenset({"U0123ABCD", "S0123ABCD"}),
                        channels=frozenset({"C0123ABCD", "G0123ABCD", "D0123ABCD"}),
                        accounts=frozenset({"default"}),
                    ),
                ),
                Grant(Role.PUBLISHER, Scope(subjects=frozenset({"U0123ABCE"}))),
            ),
            denials=(
                Scope(commands=frozenset({"stop"}), accounts=frozenset({"default"})),
                Scope(
                    subjects=frozenset({"U0123ABCE"}),
                    channels=frozenset({"C0123ABCD"}),
                ),
            ),
        ),
        "zh",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('langauge = "en"', '"langauge" is no key that is known here; perhaps language is meant.'),
        (
            '[[grants]]\nrole = "admin"\nsubjects = ["U01"]\nchannel = ["C01"]',
            '[[grants]] number 1: "channel" is no key that is known here; '
            "perhaps channels is meant.",
        ),
        (
            '[[denials]]\ncommands = ["stop"]\n[[denials]]\nxyz = 1\nsubjects = ["U01"]',
            '[[denials]] number 2: "xyz" is no key that is known here; '
            "known: accounts, channels, commands, subjects.",
        ),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(
    written: Write, text: str, told: str
) -> None:
    assert refusal(written(text)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('default_role = "viewr"', 'default_role: "viewr" is no role; perhaps viewer is meant.'),
        (
            '[[grants]]\nrole = "none"\nsubjects = ["U01"]',
            '[[grants]] number 1, role: "none" is no role; '
            "known: admin, operator, publisher, viewer.",
        ),
        ('language = "fr"', "language: must be 'auto', 'en' or 'zh'."),
        (
            '[[denials]]\ncommands = ["/qf stop"]',
            '[[denials]] number 1, commands: "/qf stop" is no command; perhaps stop is meant.',
        ),
        (
            '[[denials]]\naccounts = ["prod"]\ncommands = ["stop"]',
            '[[denials]] number 1, accounts: "prod" is no account; known: default.',
        ),
        ('admins = "U0123ABCD"', "admins: must be a list in brackets."),
        ("admins = [5]", "admins: must be text in quotation marks."),
        ("approvals = 1", "approvals: must be a section of its own."),
        ("[approvals]\nstop = true", "approvals.stop: must be a whole number."),
        (
            "[approvals]\nstopp = 0",
            'approvals.stopp: "stopp" is no command; perhaps stop is meant.',
        ),
        ("grants = [1]", "[[grants]] number 1: must be a section of its own."),
    ],
)
def test_a_wrong_value_is_told_with_its_place(written: Write, text: str, told: str) -> None:
    assert refusal(written(text)) == told


@pytest.mark.parametrize(
    ("text", "named", "how"),
    [
        ('admins = ["@ada"]', '"@ada" is a name', "Copy member ID"),
        ('admins = ["ADA"]', '"ADA"', "Copy member ID"),
        ('admins = ["S0123ABCD"]', '"S0123ABCD"', "a group takes a grant"),
        ('[[denials]]\nsubjects = ["C0123ABCD"]', '"C0123ABCD"', "Copy group ID"),
        ('[[denials]]\nsubjects = ["SUSAN"]', '"SUSAN"', "Copy member ID"),
        ('[[denials]]\nsubjects = ["u0123abcd"]', '"u0123abcd"', "begins with U or W"),
        ('[[denials]]\nchannels = ["#ops"]', '"#ops" is a name', "the channel's details"),
        ('[[denials]]\nchannels = ["U0123ABCD"]', '"U0123ABCD"', "begins with C, G or D"),
    ],
)
def test_a_name_where_an_id_belongs_gets_the_way_to_the_id(
    written: Write, text: str, named: str, how: str
) -> None:
    sentence = refusal(written(text))

    assert named in sentence
    assert how in sentence


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[accounts.prod]\naccess_key_env = "QF_PROD_AK"', "accounts.prod"),
        ("[approvals]\nstop = 1", "approvals.stop"),
    ],
)
def test_what_is_not_built_yet_is_refused_and_never_ignored(
    written: Write, text: str, place: str
) -> None:
    sentence = refusal(written(text))

    assert sentence.startswith(place)
    assert sentence.endswith("not supported by this version yet: remove it.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[grants]]\nrole = "admin"', "[[grants]] number 1, subjects: is missing."),
        (
            '[[grants]]\nrole = "admin"\nsubjects = []',
            "[[grants]] number 1, subjects: is empty; name at least one, or remove it.",
        ),
        (
            '[[denials]]\ncommands = []\nsubjects = ["U01"]',
            "[[denials]] number 1, commands: is empty; name at least one, or remove it.",
        ),
        (
            "[[denials]]",
            '[[denials]] number 1: names nothing, and so all; default_role = "none" '
            "closes the bot.",
        ),
        (
            '[grants]\nrole = "admin"\nsubjects = ["U01"]',
            "grants: takes two brackets on each side, since there can be more than one.",
        ),
    ],
)
def test_a_rule_that_would_mean_everybody_by_accident_is_refused(
    written: Write, text: str, told: str
) -> None:
    assert refusal(written(text)) == told


def test_every_mistake_is_told_at_once(written: Write) -> None:
    file = written('admins = ["ada"]\nfoo = 1\n[[grants]]\nrole = "boss"\nsubjects = ["#x"]')

    assert len(refusals(file)) == 4


def test_a_sentence_stays_on_one_line_and_holds_no_token(written: Write) -> None:
    sentence = refusal(written('admins = ["a\\nb xoxb-1-canary-token"]'))

    assert "\n" not in sentence
    assert "canary" not in sentence


def test_a_file_that_is_no_toml_is_refused_with_the_line(written: Write) -> None:
    assert refusal(written("\nadmins = nobody\n")).startswith("is no TOML: ")
    assert "line 2" in refusal(written("\nadmins = nobody\n"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)
    with pytest.raises(SettingsError, match=r"QFBOT_CONFIG names .* there is no such file"):
        read_rules_file(tmp_path / "qfbot.toml", COMMANDS)


def test_the_hash_tells_rules_apart() -> None:
    denied = Rules(denials=(Scope(commands=frozenset({"stop"})),))

    assert rules_hash(Rules()) == rules_hash(Rules())
    assert rules_hash(Rules()) != rules_hash(denied)
    assert len(rules_hash(denied)) == 12


def test_the_hash_is_the_same_in_every_process() -> None:
    program = (
        "from bot.domain.access import *; from bot.rules_file import rules_hash;"
        "print(rules_hash(Rules(denials=(Scope(frozenset({'U01', 'U02', 'S03', 'W04'})),))))"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(hashes) == 1
