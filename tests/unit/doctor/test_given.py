"""What is set up, right or wrong, and where it came from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doctor.given import Origin, read_given
from bot.settings import NAMES, Mode
from tests.unit.test_settings import HTTP, SOCKET

NO_FILE = None


def test_what_is_right_is_read_beside_what_is_wrong() -> None:
    found = read_given(SOCKET | {"SLACK_BOT_TOKEN": "xapp-1-mixed-up"}, NO_FILE)

    assert set(found.wrong) == {"SLACK_BOT_TOKEN"}
    assert found.settings.mode is Mode.SOCKET
    assert found.settings.qianfan_secret_key.get_secret_value() == "skcanary"
    assert found.lacks("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN") == ("SLACK_BOT_TOKEN",)


def test_a_secret_is_known_where_it_stands_in_the_wrong_place_too() -> None:
    found = read_given(HTTP | {"QIANFAN_SECRET_KEY": "two canaries"}, NO_FILE)

    assert {"two canaries", "xoxb-1-canary"} <= found.secrets
    assert "stands-in" not in found.secrets


def test_each_setting_has_its_origin(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("QFBOT_POLL_MIN_SECONDS=20\nQFBOT_LOG_LEVEL=DEBUG\n")

    found = read_given(SOCKET | {"QFBOT_LOG_LEVEL": "ERROR", "QFBOT_LOG_FORMAT": " "}, file)

    assert found.origin("QFBOT_POLL_MIN_SECONDS") is Origin.FILE
    assert found.origin("QFBOT_LOG_LEVEL") is Origin.ENVIRONMENT
    assert found.origin("QFBOT_LOG_FORMAT") is Origin.DEFAULT


def test_a_file_that_cannot_be_read_is_one_of_the_things_that_are_wrong(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe")

    found = read_given(SOCKET, file)

    assert set(found.wrong) == {".env"}
    assert found.settings.slack_bot_token.get_secret_value() == "xoxb-1-canary"


def test_a_longest_pause_below_the_shortest_harms_no_other_setting() -> None:
    found = read_given(SOCKET | {"QFBOT_POLL_MIN_SECONDS": "400"}, NO_FILE)

    assert set(found.wrong) == {"QFBOT_POLL_MAX_SECONDS"}
    assert found.settings.qfbot_poll_min_seconds == 400


def test_the_keys_of_one_account_do_not_hinder_another(tmp_path: Path) -> None:
    (tmp_path / "ak").write_text("ALTAKlab")
    (tmp_path / "sk").write_text("sklab")
    rules = tmp_path / "qfbot.toml"
    rules.write_text(
        '[accounts.lab]\naccess_key_file = "ak"\nsecret_key_file = "sk"\n'
        '[accounts.prod]\naccess_key_env = "NOWHERE"\nsecret_key_file = "sk"\n'
    )

    found = read_given(SOCKET | {"QFBOT_CONFIG": str(rules)}, NO_FILE)

    assert set(found.keys) == {"lab"}
    assert "sklab" in found.secrets
    assert [len(sentences) for sentences in found.unreadable.values()] == [1]


def test_rules_in_this_folder_that_nothing_names_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not read_given(SOCKET, NO_FILE).unnamed_rules
    (tmp_path / "qfbot.toml").touch()
    assert read_given(SOCKET, NO_FILE).unnamed_rules
    assert not read_given(SOCKET | {"QFBOT_CONFIG": "qfbot.toml"}, NO_FILE).unnamed_rules


@given(st.dictionaries(st.sampled_from([*NAMES, "SLACK_CLIENT_ID"]), st.text(max_size=20)))
def test_any_texts_are_read(texts: dict[str, str]) -> None:
    found = read_given(texts, NO_FILE)

    assert set(found.wrong) <= {*NAMES, "SLACK_CLIENT_ID"}
