"""Settings: where they come from, and the one sentence that each wrong one gets."""

import os
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.settings import (
    NAMES,
    LogFormat,
    LogLevel,
    Mode,
    Settings,
    SettingsError,
    read_environment,
    read_settings,
)

SOCKET = {
    "SLACK_BOT_TOKEN": "xoxb-1-canary",
    "SLACK_APP_TOKEN": "xapp-1-canary",
    "QIANFAN_ACCESS_KEY": "ALTAKcanary",
    "QIANFAN_SECRET_KEY": "skcanary",
}
HTTP = {
    "SLACK_BOT_TOKEN": "xoxb-1-canary",
    "SLACK_SIGNING_SECRET": "8f742231b10ecanary",
    "QIANFAN_ACCESS_KEY": "ALTAKcanary",
    "QIANFAN_SECRET_KEY": "skcanary",
}
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def refusals(environ: dict[str, str], mode: Mode | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ, None, mode)
    return caught.value.sentences


def refusal(**wrong: str) -> str:
    (sentence,) = refusals(SOCKET | wrong)
    return sentence


def test_four_settings_are_enough_for_socket_mode() -> None:
    settings = read_settings(SOCKET, None)

    assert settings.mode is Mode.SOCKET
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.qianfan_console_api_base_url == "https://qianfan.baidubce.com"
    assert settings.qfbot_database_url.get_secret_value().startswith("sqlite:///")
    assert settings.qfbot_config is None
    assert (settings.qfbot_poll_min_seconds, settings.qfbot_poll_max_seconds) == (15, 300)
    assert settings.qfbot_requests_per_second == 1
    assert settings.qfbot_audit_days == 0
    assert (settings.qfbot_log_format, settings.qfbot_log_level) == (LogFormat.TEXT, LogLevel.INFO)


def test_without_an_app_token_http_mode_is_meant() -> None:
    assert read_settings(HTTP, None).mode is Mode.HTTP
    assert read_settings(HTTP | {"SLACK_APP_TOKEN": " "}, None).mode is Mode.HTTP


def test_the_mode_that_is_asked_for_wins() -> None:
    assert read_settings(SOCKET | HTTP, None, Mode.HTTP).mode is Mode.HTTP


def test_each_mode_needs_its_own_secret_alone() -> None:
    (app_token,) = refusals(HTTP, Mode.SOCKET)
    (signing_secret,) = refusals(SOCKET, Mode.HTTP)

    assert app_token.startswith("SLACK_APP_TOKEN is not set: ")
    assert signing_secret.startswith("SLACK_SIGNING_SECRET is not set: ")


def test_everything_that_is_missing_is_told_at_once() -> None:
    names = [sentence.split()[0] for sentence in refusals({})]

    assert names == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "QIANFAN_ACCESS_KEY",
        "QIANFAN_SECRET_KEY",
    ]


def test_a_sentence_says_where_the_setting_is_to_be_found() -> None:
    assert refusal(SLACK_BOT_TOKEN="") == (
        "SLACK_BOT_TOKEN is not set: the bot's token begins with xoxb-; it is on "
        "api.slack.com/apps, your app, OAuth & Permissions, once the app is installed to the "
        "workspace."
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-canary", "is a user token"),
        ("SLACK_BOT_TOKEN", "xapp-1-canary", "is an app-level token"),
        ("SLACK_BOT_TOKEN", "canary", "is no such token"),
        ("SLACK_BOT_TOKEN", '"xoxb-1-canary"', "has quotation marks around it"),
        ("SLACK_BOT_TOKEN", "xoxb-1 canary", "holds a space"),
        ("SLACK_APP_TOKEN", "xoxb-1-canary", "is a bot token"),
        ("SLACK_SIGNING_SECRET", "xapp-1-canary", "is an app-level token"),
        ("SLACK_API_URL", "https://slack.com/api", "does not end in /api/"),
        ("SLACK_API_URL", "slack.com/api/", "is no address"),
        ("SLACK_API_URL", "wss://slack.com/api/", "is no address"),
        ("SLACK_API_URL", "https://u:canary@slack.com/api/", "has more than a host and a path"),
        ("QIANFAN_ACCESS_KEY", "can/ary", "holds a slash"),
        ("QIANFAN_SECRET_KEY", "can ary", "holds a space"),
        ("QIANFAN_CONSOLE_API_BASE_URL", "ftp://canary", "is no address"),
        ("QIANFAN_CONSOLE_API_BASE_URL", "http://canary:port", "cannot be taken apart"),
        ("QFBOT_DATABASE_URL", "mysql://u:canary@h/db", "is no address of a database"),
        ("QFBOT_DATABASE_URL", "postgres://u:canary@h/db", "is no address of a database"),
        ("QFBOT_DATABASE_URL", "postgresql://u:can#ary@h/db", "cannot be taken apart"),
        ("QFBOT_DATABASE_URL", "sqlite:///:memory:", "names no file"),
        ("QFBOT_DATABASE_URL", "sqlite://", "names no file"),
        ("QFBOT_POLL_MIN_SECONDS", "0", "must be more than 0"),
        ("QFBOT_POLL_MIN_SECONDS", "15s", "is no number"),
        ("QFBOT_POLL_MAX_SECONDS", "86401", "must be at most 86400"),
        ("QFBOT_GATHER_SECONDS", "-1", "must be at least 0"),
        ("QFBOT_POLL_MAX_SECONDS", "14.5", "is less than QFBOT_POLL_MIN_SECONDS"),
        ("QFBOT_REQUESTS_PER_SECOND", "-1", "must be more than 0"),
        ("QFBOT_REQUESTS_PER_SECOND", "nan", "is no number"),
        ("QFBOT_REQUESTS_PER_SECOND", "1001", "must be at most 1000"),
        ("QFBOT_AUDIT_DAYS", "-1", "must be at least 0"),
        ("QFBOT_AUDIT_DAYS", "0.5", "is no whole number"),
        ("QFBOT_AUDIT_DAYS", "for ever", "is no whole number"),
        ("QFBOT_AUDIT_DAYS", "9" * 5000, "is no whole number"),
        ("QFBOT_AUDIT_DAYS", "36526", "must be at most 36525"),
        ("QFBOT_LOG_FORMAT", "xml", "must be 'text' or 'json'"),
        ("QFBOT_LOG_LEVEL", "loud", "must be 'DEBUG', 'INFO'"),
        ("SLACK_CLIENT_ID", "123", "must not be set"),
        ("SLACK_CLIENT_SECRET", "", "must not be set, not even empty"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(name: str, value: str, told: str) -> None:
    sentence = refusal(**{name: value})

    assert sentence.startswith(f"{name} {told}")
    assert sentence.endswith(".")
    assert "canary" not in sentence


def test_fractions_are_numbers() -> None:
    settings = read_settings(
        SOCKET | {"QFBOT_POLL_MIN_SECONDS": "0.25", "QFBOT_REQUESTS_PER_SECOND": "0.5"}, None
    )

    assert settings.qfbot_poll_min_seconds == 0.25
    assert settings.qfbot_requests_per_second == 0.5


def test_values_are_brought_into_one_form() -> None:
    settings = read_settings(
        SOCKET
        | {
            "SLACK_BOT_TOKEN": " xoxb-1-canary\n",
            "QIANFAN_CONSOLE_API_BASE_URL": "http://127.0.0.1:8751/",
            "QFBOT_LOG_LEVEL": "warning",
            "QFBOT_CONFIG": "~/qfbot.toml",
        },
        None,
    )

    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-canary"
    assert settings.qianfan_console_api_base_url == "http://127.0.0.1:8751"
    assert settings.qfbot_log_level is LogLevel.WARNING
    assert settings.qfbot_config == Path.home() / "qfbot.toml"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "".join(f'{name}="{value}"\n' for name, value in SOCKET.items())
        + "QFBOT_POLL_MIN_SECONDS=20\nQFBOT_POLL_MAX_SECONDS=200\nSOMETHING_ELSE=1\n"
    )

    settings = read_settings({"QFBOT_POLL_MIN_SECONDS": "30"}, file)

    assert settings.slack_bot_token.get_secret_value() == SOCKET["SLACK_BOT_TOKEN"]
    assert (settings.qfbot_poll_min_seconds, settings.qfbot_poll_max_seconds) == (30, 200)


def test_the_environment_holds_what_the_file_has_beyond_settings(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("QF_PROD_AK=of-the-file\nqf_prod_sk=of-the-file\nEMPTY\n")
    environ = {"QF_PROD_AK": "of-the-process", "OTHER": "1"}

    assert read_environment(environ, file) == {
        "QF_PROD_AK": "of-the-process",
        "qf_prod_sk": "of-the-file",
        "OTHER": "1",
    }


def test_the_environment_is_as_it_was_when_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QF_PROD_AK", "before")
    environ = read_environment(env_file=None)
    monkeypatch.setenv("QF_PROD_AK", "after")

    assert environ["QF_PROD_AK"] == "before"


def test_what_is_emptied_in_the_environment_is_not_taken_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SLACK_APP_TOKEN=xapp-1-canary\n")

    assert read_settings(HTTP | {"SLACK_APP_TOKEN": ""}, file).mode is Mode.HTTP


def test_the_process_environment_is_read_where_none_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in SOCKET.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    assert read_settings().mode is Mode.SOCKET


def test_a_file_that_is_no_text_is_told_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(SOCKET, file)


def test_settings_made_directly_look_at_no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("QFBOT_POLL_MIN_SECONDS=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_API_URL", "https://elsewhere.example/api/")
    monkeypatch.setenv("qfbot_log_level", "DEBUG")

    settings = made_directly()

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.qfbot_poll_min_seconds == 15
    assert settings.qfbot_log_level is LogLevel.INFO


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        made_directly().qfbot_poll_min_seconds = 1  # type: ignore[misc]


def test_secrets_are_known_to_the_settings_and_shown_by_nothing() -> None:
    settings = read_settings(
        HTTP | {"QFBOT_DATABASE_URL": "postgresql://bot:can%40ary@db/qf"}, None
    )

    assert settings.secrets == {
        "xoxb-1-canary",
        "8f742231b10ecanary",
        "ALTAKcanary",
        "skcanary",
        "can%40ary",
        "can@ary",
    }
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert not [secret for secret in settings.secrets if secret in shown]


def test_a_traceback_holds_neither_the_value_nor_the_checkers_own_words() -> None:
    environ = SOCKET | {"QIANFAN_SECRET_KEY": " ".join(["two", "canaries"])}

    with pytest.raises(SettingsError) as caught:
        read_settings(environ, None)

    told = "".join(traceback.format_exception(caught.value))
    assert "two canaries" not in told
    assert "pydantic" not in told


def test_a_home_that_nobody_has_is_said_to_be_unknown() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings(SOCKET | {"QFBOT_CONFIG": "~nobody-here/qfbot.toml"}, None)

    assert "QFBOT_CONFIG begins with the home folder of somebody" in raised.value.sentences[0]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_any_texts_make_settings_or_sentences(texts: dict[str, str]) -> None:
    sentences: tuple[str, ...] = ()
    try:
        read_settings(SOCKET | texts, None)
    except SettingsError as error:
        sentences = error.sentences

    assert all(sentence.startswith(NAMES) and sentence.endswith(".") for sentence in sentences)


def test_no_setting_is_left_in_the_environment_by_reading(tmp_path: Path) -> None:
    before = dict(os.environ)
    (tmp_path / ".env").write_text("SLACK_CLIENT_X=1\n")
    read_settings(SOCKET, tmp_path / ".env")

    assert dict(os.environ) == before


def test_the_example_file_names_every_setting_and_no_other() -> None:
    assert sorted(example()) == sorted(NAMES)


def test_the_example_file_shows_the_defaults() -> None:
    shown = {name: text for name, text in example().items() if text and name not in SOCKET}

    assert shown
    assert read_settings(SOCKET | shown, None) == read_settings(SOCKET, None)


def test_the_example_file_needs_its_secrets_filled_in_and_nothing_else(tmp_path: Path) -> None:
    filled = EXAMPLE.read_text()
    for name, value in SOCKET.items():
        filled = filled.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    (tmp_path / ".env").write_text(filled)

    assert read_settings({}, tmp_path / ".env") == read_settings(SOCKET, None)


def example() -> dict[str, str]:
    """What `.env.example` sets, and what it shows as a comment."""
    lines = EXAMPLE.read_text().splitlines()
    pairs = [line.lstrip("#").partition("=") for line in lines if "=" in line.split(" ")[0]]
    return {name: value for name, _, value in pairs}


def made_directly(**more: Any) -> Settings:
    return Settings(
        slack_bot_token=SecretStr("xoxb-1-canary"),
        slack_app_token=SecretStr("xapp-1-canary"),
        qianfan_access_key=SecretStr("ALTAKcanary"),
        qianfan_secret_key=SecretStr("skcanary"),
        **more,
    )
