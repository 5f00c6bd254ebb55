"""The settings of one `qfbot` process: read once, checked, and frozen."""

import os
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.setting_types import (
    AccessKey,
    AppToken,
    BotToken,
    DatabaseAddress,
    Days,
    Key,
    Pause,
    QianfanAddress,
    RequestRate,
    Seconds,
    SigningSecret,
    SlackAddress,
    wrong,
)

#: How many requests an account may make at once, after a pause, whatever its rate is.
REQUESTS_BURST = 10


class SettingsError(Exception):
    """The start cannot go on: one sentence for each thing that is missing or wrong."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


class Mode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class LogFormat(StrEnum):
    """Who reads the log: people, or a machine."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """What the log leaves out: everything below."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


_QUOTED = re.compile(r"""(['"]).*\1""")


def _own_database() -> SecretStr:
    path = user_data_path("qfbot", appauthor=False) / "qfbot.db"
    return SecretStr(f"sqlite:///{path.as_posix()}")


class Settings(BaseSettings):
    """Everything that an installation decides, save the rules about people.

    Made directly it takes its arguments alone: no environment and no file is read. A field in
    capitals is the setting's name, its description says how to get it.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    mode: Mode = Mode.SOCKET
    slack_bot_token: BotToken = Field(
        description="the bot's token begins with xoxb-; it is on api.slack.com/apps, your app, "
        "OAuth & Permissions, once the app is installed to the workspace",
    )
    slack_app_token: AppToken | None = Field(
        None,
        description="socket mode needs an app-level token, which begins with xapp-; it is on "
        "api.slack.com/apps, your app, Basic Information, App-Level Tokens, made with the scope "
        "connections:write",
    )
    slack_signing_secret: SigningSecret | None = Field(
        None,
        description="http mode, which is meant where SLACK_APP_TOKEN is not set, needs the "
        "Signing Secret; it is on api.slack.com/apps, your app, Basic Information, "
        "App Credentials",
    )
    slack_api_url: SlackAddress = Field(
        "https://slack.com/api/",
        description="Slack's own is https://slack.com/api/, and is meant where this is not set",
    )
    qianfan_access_key: AccessKey = Field(
        description="it is the Access Key of Baidu AI Cloud; on console.bce.baidu.com, "
        "Security Authentication, Access Key",
    )
    qianfan_secret_key: Key = Field(
        description="it is the Secret Key that belongs to QIANFAN_ACCESS_KEY; on "
        "console.bce.baidu.com, Security Authentication, Access Key",
    )
    qianfan_console_api_base_url: QianfanAddress = Field(
        "https://qianfan.baidubce.com",
        description="Qianfan's own is https://qianfan.baidubce.com, and is meant where this is "
        "not set",
    )
    qfbot_database_url: DatabaseAddress = Field(
        default_factory=_own_database,
        description="write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME; where it is "
        "not set, a file in the user's data folder is meant",
    )
    qfbot_config: Path | None = Field(
        None,
        description="it is the path of qfbot.toml, the file of the rules",
    )
    qfbot_poll_min_seconds: Seconds = Field(
        15,
        description="it is the shortest time between two looks at one run, 15 where it is not set",
    )
    qfbot_poll_max_seconds: Seconds = Field(
        300,
        description="it is the longest time between two looks at one run, 300 where it is not set",
    )
    qfbot_requests_per_second: RequestRate = Field(
        1,
        description="it is how many requests a Qianfan account gets on average, 1 where it is "
        "not set",
    )
    qfbot_gather_seconds: Pause = Field(
        60,
        description="it is how long after an end further ends in the same channel are gathered "
        "into one message, 60 where it is not set; 0 tells each by itself",
    )
    qfbot_audit_days: Days = Field(
        0,
        description="it is how many days the audit is kept; 0, which is meant where it is not "
        "set, keeps it for ever",
    )
    qfbot_history_days: Days = Field(
        90,
        description="it is how many days what is over stays in the database, 90 where it is not "
        "set; 0 keeps everything",
    )
    qfbot_also_send_step: bool = Field(
        False,
        description="true sends a checkpoint that is published under the name step as well, which "
        "the examples of Qianfan's document use where its table says checkpointStep",
    )
    qfbot_log_format: LogFormat = Field(
        LogFormat.TEXT,
        description="text is for people, json for machines",
    )
    qfbot_log_level: LogLevel = Field(
        LogLevel.INFO,
        description="what is below it is left out of the log",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *others: Any,
        **named_others: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @field_validator("*", mode="before")
    @classmethod
    def _check_quotes(cls, value: Any) -> Any:
        # `docker run --env-file` hands quotation marks on, where a shell takes them away.
        if isinstance(value, str) and _QUOTED.fullmatch(value):
            raise wrong("has quotation marks around it, which are to be taken away")
        return value

    @field_validator("slack_app_token", "slack_signing_secret")
    @classmethod
    def _check_needed(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        needed = {Mode.SOCKET: "slack_app_token", Mode.HTTP: "slack_signing_secret"}
        if value is None and info.field_name == needed.get(info.data["mode"]):
            raise PydanticCustomError("missing", "is not set")
        return value

    @field_validator("qfbot_log_level", mode="before")
    @classmethod
    def _raise_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("qfbot_config")
    @classmethod
    def _find_home(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser()
        except RuntimeError:
            raise wrong("begins with the home folder of somebody who is not known here") from None

    @field_validator("qfbot_poll_max_seconds")
    @classmethod
    def _check_order(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("qfbot_poll_min_seconds", 0):
            raise wrong("is less than QFBOT_POLL_MIN_SECONDS")
        return value

    @property
    def secrets(self) -> frozenset[str]:
        """What must never be shown: the tokens, the keys, and the database's password."""
        values = {name: value for name, value in self if isinstance(value, SecretStr)}
        password = urlsplit(values.pop("qfbot_database_url").get_secret_value()).password or ""
        shown = {value.get_secret_value() for value in values.values()}
        return frozenset(filter(None, shown | {password, unquote(password)}))


def read_environment(
    environ: Mapping[str, str] | None = None,
    env_file: str | os.PathLike[str] | None = ".env",
) -> dict[str, str]:
    """The environment as it is now, and the file where the environment has nothing.

    Raises SettingsError where the file cannot be read.
    """
    return _in_file(env_file) | dict(os.environ if environ is None else environ)


def read_settings(
    environ: Mapping[str, str] | None = None,
    env_file: str | os.PathLike[str] | None = ".env",
    mode: Mode | None = None,
) -> Settings:
    """The settings of the environment, and of the file where the environment has none.

    What is empty counts as not set. Where no mode is asked for, it is socket mode if there is a
    SLACK_APP_TOKEN. Raises SettingsError.
    """
    texts = read_environment(environ, env_file)
    sentences = [_OAUTH.format(name=name) for name in _STARTS_OAUTH if name in texts]
    given = {name.lower(): texts.get(name, "").strip() for name in NAMES}
    given = {name: text for name, text in given.items() if text}
    meant = Mode.SOCKET if "slack_app_token" in given else Mode.HTTP
    try:
        settings = Settings(mode=mode or meant, **given)  # type: ignore[arg-type]
    except ValidationError as error:
        sentences += map(_sentence, error.errors(include_url=False, include_input=False))
    if sentences:
        raise SettingsError(sentences)
    return settings


#: The names of all settings, as the environment has them.
NAMES = tuple(name.upper() for name in Settings.model_fields if name != "mode")

# Bolt looks whether both are there at all, empty ones too.
# https://github.com/slackapi/bolt-python/blob/main/slack_bolt/app/async_app.py
_STARTS_OAUTH = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
_OAUTH = (
    "{name} must not be set, not even empty: with it Slack's library may start OAuth and drop "
    "SLACK_BOT_TOKEN; remove it."
)

_FRAGMENTS = {
    "setting": "{fragment}",
    "missing": "is not set",
    "float_parsing": "is no number",
    "int_parsing": "is no whole number",
    "int_parsing_size": "is no whole number",
    "finite_number": "is no number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le:g}",
    "enum": "must be {expected}",
    "bool_parsing": "must be true or false",
}


def _in_file(path: str | os.PathLike[str] | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        found = DotEnvSettingsSource(Settings, Path(path), case_sensitive=True).env_vars
    except (OSError, ValueError) as error:
        raise SettingsError(
            [f"{path} cannot be read ({type(error).__name__}): mend or remove it."]
        ) from None
    return {name: text for name, text in found.items() if text is not None}


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    how = Settings.model_fields[name].description
    fragment = _FRAGMENTS[error["type"]].format(**error.get("ctx", {}))
    return f"{name.upper()} {fragment}: {how}."
