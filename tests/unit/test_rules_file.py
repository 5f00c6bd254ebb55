"""`qfbot.toml`: what it may say, and the one sentence that each mistake in it gets."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.account_settings import AccountSettings, KeyPair, KeySource
from bot.domain.access import Grant, Role, Rules, Scope
from bot.rules_file import RulesFile, read_account_keys, read_rules_file, rules_hash
from bot.settings import SettingsError

COMMANDS = {"status": False, "stop": True, "watch": False, "unwatch": False, "publish": True}

ACCESS_KEY = "ALTAKcanaryaccess0001"
SECRET_KEY = "canary-secret-0001"

PROD = """
[accounts.prod]
access_key_env = "QF_PROD_AK"
secret_key_env = "QF_PROD_SK"
"""
DEV = """
[accounts.dev]
access_key_file = "keys/access"
secret_key_file = "/run/secrets/qianfan/secret"
channels = ["C0DEV1", "G0DEV2"]
requests_per_second = 2
"""

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


@pytest.mark.parametrize(
    "text", ["", "[approvals]\nstop = 0", "admins = []", "[accounts]", "[roles]\nviewer = []"]
)
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
        stop = 1
        publish = 0

        [roles]
        operator = ["watch", "unwatch"]
        admin = ["stop"]
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
            roles={"watch": Role.OPERATOR, "unwatch": Role.OPERATOR, "stop": Role.ADMIN},
            approvals={"stop": 1},
        ),
        "zh",
    )


def test_accounts_become_settings_and_the_homes_of_their_channels(written: Write) -> None:
    file = written(PROD + DEV)

    read = read_rules_file(file, COMMANDS)

    assert read.accounts == (
        AccountSettings(
            "dev",
            KeySource("accounts.dev.access_key_file", file.parent / "keys/access"),
            KeySource("accounts.dev.secret_key_file", Path("/run/secrets/qianfan/secret")),
            ("C0DEV1", "G0DEV2"),
            2.0,
        ),
        AccountSettings(
            "prod",
            KeySource("accounts.prod.access_key_env", "QF_PROD_AK"),
            KeySource("accounts.prod.secret_key_env", "QF_PROD_SK"),
        ),
    )
    assert read.rules.homes == {"C0DEV1": "dev", "G0DEV2": "dev"}
    assert [account.files for account in read.accounts] == [
        (file.parent / "keys/access", Path("/run/secrets/qianfan/secret")),
        (),
    ]


def test_the_home_folder_may_be_written_as_a_tilde(written: Write) -> None:
    text = DEV.replace("keys/access", "~/access").replace("dev", "own")

    (account,) = read_rules_file(written(text), COMMANDS).accounts

    assert account.access_key.place == Path.home() / "access"


def test_rules_may_name_the_accounts_of_the_file_and_the_default_one(written: Write) -> None:
    rule = '[[denials]]\ncommands = ["stop"]\naccounts = ["prod", "default"]\n'

    (denial,) = read_rules_file(written(rule + PROD), COMMANDS).rules.denials

    assert denial.accounts == {"prod", "default"}


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
        (
            PROD + 'channel = ["C01"]',
            'accounts.prod: "channel" is no key that is known here; perhaps channels is meant.',
        ),
        (
            '[roles]\nnone = ["stop"]',
            'roles: "none" is no key that is known here; '
            "known: admin, operator, publisher, viewer.",
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
        ("[approvals]\nstop = 6", "approvals.stop: must be at most 5."),
        ("[approvals]\nstop = -1", "approvals.stop: must be at least 0."),
        (
            "[approvals]\nstatus = 1",
            'approvals.status: "status" changes nothing; approvals are for publish, stop.',
        ),
        (
            '[roles]\nviewer = ["stpo"]',
            'roles.viewer: "stpo" is no command; perhaps stop is meant.',
        ),
        (
            '[roles]\nviewer = ["stop"]\noperator = ["watch", "stop"]',
            'roles: "stop" is named more than once.',
        ),
        (
            '[roles]\nviewer = ["stop", "watch", "stop", "watch"]',
            'roles: "stop", "watch" are named more than once.',
        ),
        ('[roles]\nviewer = "stop"', "roles.viewer: must be a list in brackets."),
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
    ("text", "told"),
    [
        ("accounts = 1", "accounts: must be a section of its own."),
        ("[accounts]\nprod = 1", "accounts.prod: must be a section of its own."),
        (
            "[accounts.prod]",
            "accounts.prod: needs either access_key_env or access_key_file and needs either "
            "secret_key_env or secret_key_file.",
        ),
        (
            PROD + 'secret_key_file = "secret"',
            "accounts.prod: needs either secret_key_env or secret_key_file.",
        ),
        (
            PROD.replace("prod", "default"),
            "accounts.default: is the account of QIANFAN_ACCESS_KEY and has no section; take "
            "another name.",
        ),
        (
            PROD.replace("prod", "Prod"),
            "accounts.Prod: is no name of an account, which has lower-case letters, digits, "
            "dashes and underscores, at most 64, and begins with a letter or a digit.",
        ),
        (
            PROD + 'channels = ["C01"]\n' + DEV.replace("C0DEV1", "C01"),
            'accounts: "C01" is a channel of prod and of dev, and can be one of one account alone.',
        ),
        (
            PROD + "requests_per_second = 0",
            "accounts.prod.requests_per_second: must be more than 0.",
        ),
        (
            PROD + "requests_per_second = nan",
            "accounts.prod.requests_per_second: must be a number.",
        ),
        (
            PROD + 'requests_per_second = "1"',
            "accounts.prod.requests_per_second: must be a number.",
        ),
        (
            PROD + "requests_per_second = 1e9",
            "accounts.prod.requests_per_second: must be at most 1000.",
        ),
        (DEV.replace("keys/access", ""), "accounts.dev.access_key_file: is empty."),
        (
            DEV.replace("keys/access", "~nobody-of-that-name/access"),
            "accounts.dev.access_key_file: begins with the home folder of somebody who is not "
            "known here.",
        ),
        (
            PROD.replace("QF_PROD_AK", "canary-key"),
            "accounts.prod.access_key_env: is no name of an environment variable, in which the "
            "key has to be.",
        ),
    ],
)
def test_an_account_that_cannot_be_is_refused(written: Write, text: str, told: str) -> None:
    assert refusal(written(text)) == told


def test_direct_messages_are_no_channel_of_an_account(written: Write) -> None:
    sentence = refusal(written(PROD + 'channels = ["D0123ABCD"]'))

    assert sentence.startswith('accounts.prod.channels: "D0123ABCD"')
    assert "in direct messages the default account is meant" in sentence


def test_a_name_that_would_break_the_line_is_quoted(written: Write) -> None:
    assert refusal(written(PROD.replace("prod", '"a\\nb"'))).startswith('accounts."a\\nb": ')


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


def test_the_keys_of_accounts_are_read_from_environment_and_files(written: Write) -> None:
    file = written(PROD + DEV.replace("/run/secrets/qianfan/secret", "keys/secret"))
    keep_keys(file.parent / "keys")
    environ = {"QF_PROD_AK": ACCESS_KEY, "QF_PROD_SK": f" {SECRET_KEY}\n"}

    keys = read_account_keys(read_rules_file(file, COMMANDS).accounts, environ)

    pair = KeyPair(SecretStr(ACCESS_KEY), SecretStr(SECRET_KEY))
    assert keys == {"prod": pair, "dev": pair}
    assert pair.secrets == {ACCESS_KEY, SECRET_KEY}
    assert "canary" not in repr(keys)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, "names an environment variable that is not set; what belongs there is"),
        ({"QF_PROD_AK": " "}, "names an environment variable that is empty."),
        (
            {"QF_PROD_AK": "canary key"},
            "names an environment variable whose content holds a space, or another character "
            "that no key has.",
        ),
        (
            {"QF_PROD_AK": "canary/key"},
            "names an environment variable whose content holds a slash, which no access key has.",
        ),
    ],
)
def test_a_key_that_is_not_in_the_environment_is_told_by_its_setting(
    written: Write, environ: dict[str, str], told: str
) -> None:
    accounts = read_rules_file(written(PROD), COMMANDS).accounts

    with pytest.raises(SettingsError) as caught:
        read_account_keys(accounts, {"QF_PROD_SK": SECRET_KEY} | environ)

    (sentence,) = caught.value.sentences
    assert sentence.startswith(f"accounts.prod.access_key_env {told}")
    assert "canary" not in sentence


def test_each_key_that_cannot_be_read_is_told_at_once(written: Write) -> None:
    file = written(PROD + DEV.replace("/run/secrets/qianfan/secret", "keys"))
    (file.parent / "keys").mkdir()

    with pytest.raises(SettingsError) as caught:
        read_account_keys(read_rules_file(file, COMMANDS).accounts, {})

    assert [sentence.split(" names ")[0] for sentence in caught.value.sentences] == [
        "accounts.dev.access_key_file",
        "accounts.dev.secret_key_file",
        "accounts.prod.access_key_env",
        "accounts.prod.secret_key_env",
    ]
    assert "a file that cannot be read: FileNotFoundError." in caught.value.sentences[0]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"canary secret", b"canary\nsecret"])
def test_a_file_that_holds_no_key_is_told_without_what_it_holds(
    written: Write, content: bytes
) -> None:
    file = written(DEV.replace("/run/secrets/qianfan/secret", "keys/secret"))
    keep_keys(file.parent / "keys")
    (file.parent / "keys/secret").write_bytes(content)

    with pytest.raises(SettingsError) as caught:
        read_account_keys(read_rules_file(file, COMMANDS).accounts, {})

    (sentence,) = caught.value.sentences
    assert sentence.startswith("accounts.dev.secret_key_file names a file ")
    assert "canary" not in sentence


def test_without_further_accounts_there_are_no_keys_to_read() -> None:
    assert read_account_keys((), {}) == {}


toml_texts = st.recursive(
    st.integers(-2, 7).map(str) | st.sampled_from(["true", "nan", '"stop"', '"C01"', '"U01"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(["stop", "viewer", "prod", "access_key_env", "secret_key_file", "x"]),
            inner,
            max_size=4,
        ).map(lambda pairs: "{" + ", ".join(f"{k} = {v}" for k, v in pairs.items()) + "}")
    ),
    max_leaves=8,
)
sections = st.sampled_from(
    ["default_role", "admins", "grants", "denials", "approvals", "roles", "accounts"]
)


@given(st.dictionaries(sections, toml_texts))
def test_any_toml_makes_rules_or_sentences(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text("\n".join(f"{name} = {value}" for name, value in content.items()))

    sentences: tuple[str, ...] = ()
    try:
        read_rules_file(file, COMMANDS)
    except SettingsError as error:
        sentences = error.sentences

    assert all(each.startswith(str(file)) and each.endswith(".") for each in sentences)


def test_the_hash_tells_files_apart(written: Write) -> None:
    texts = (
        "",
        'language = "zh"',
        '[[denials]]\ncommands = ["stop"]',
        '[roles]\nviewer = ["stop"]',
        "[approvals]\nstop = 1",
        PROD,
        PROD.replace("prod", "dev"),
        PROD.replace("QF_PROD_AK", "QF_PROD_AK2"),
        PROD + 'channels = ["C01"]',
        PROD + "requests_per_second = 0.5",
        DEV,
    )
    files = [read_rules_file(written(text), COMMANDS) for text in texts]

    hashes = list(map(rules_hash, files))

    assert len(set(hashes)) == len(texts)
    assert {len(each) for each in hashes} == {12}
    assert hashes[0] == rules_hash(RulesFile())


def test_the_hash_is_the_same_in_every_process() -> None:
    program = (
        "from bot.domain.access import *; from bot.rules_file import *;"
        "rules = Rules(denials=(Scope(frozenset({'U01', 'U02', 'S03', 'W04'})),));"
        "print(rules_hash(RulesFile(rules)))"
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


def keep_keys(folder: Path) -> None:
    """A folder with the two keys, as editors write them: with an end of line."""
    folder.mkdir()
    (folder / "access").write_text(ACCESS_KEY + "\n")
    (folder / "secret").write_text(SECRET_KEY + "\n")
