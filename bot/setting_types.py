"""What the value of a setting may be, and what is wrong with one that may not."""

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

_DAY_SECONDS = 86_400
_CENTURY_DAYS = 36_525

# https://docs.slack.dev/authentication/tokens
_TOKENS = {
    "xoxb-": "a bot token",
    "xoxp-": "a user token",
    "xapp-": "an app-level token",
    "xoxe": "a rotated token, which qfbot does not renew",
}
_KEY = re.compile(r"[\w.~:;,@!?#$%&*+/=|^<>(){}\[\]-]+", re.ASCII)


def wrong(fragment: str) -> PydanticCustomError:
    """An error whose text goes on after a setting's name, and never holds the value."""
    return PydanticCustomError("setting", "{fragment}", {"fragment": fragment})


def check_key(secret: SecretStr) -> SecretStr:
    """The key again; raises PydanticCustomError where it cannot be one."""
    if not _KEY.fullmatch(secret.get_secret_value()):
        raise wrong("holds a space, or another character that no key has")
    return secret


def check_access_key(secret: SecretStr) -> SecretStr:
    """The access key again; raises PydanticCustomError where it cannot be one."""
    if "/" in secret.get_secret_value():  # it stands between slashes in a signature
        raise wrong("holds a slash, which no access key has")
    return check_key(secret)


def _token(prefix: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefix):
            raise wrong(f"is {_kind_of(secret) or 'no such token'}")
        return secret

    return AfterValidator(check)


def _no_token(secret: SecretStr) -> SecretStr:
    if kind := _kind_of(secret):
        raise wrong(f"is {kind}")
    return secret


def _kind_of(secret: SecretStr) -> str | None:
    text = secret.get_secret_value()
    return next((kind for prefix, kind in _TOKENS.items() if text.startswith(prefix)), None)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read only now, and wrong where a password holds a bare / or #
    except ValueError:
        raise wrong("cannot be taken apart; write what is special in it percent-encoded") from None
    return parts


def _web_address(url: str) -> str:
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise wrong("is no address that begins with https:// or http://")
    if parts.username or parts.query or parts.fragment:
        raise wrong("has more than a host and a path")
    return url


def _slack_methods(url: str) -> str:
    if not url.endswith("/api/"):
        raise wrong("does not end in /api/")
    return url


def _without_last_slash(url: str) -> str:
    return url.rstrip("/")


def _database(url: SecretStr) -> SecretStr:
    parts = _parts(url.get_secret_value())
    if parts.scheme not in ("sqlite", "postgresql"):
        raise wrong("is no address of a database that qfbot knows")
    if parts.scheme == "sqlite" and (parts.netloc or parts.path in ("", "/", "/:memory:")):
        raise wrong("names no file, so that nothing would outlive a restart")
    return url


Key = Annotated[SecretStr, AfterValidator(check_key)]
AccessKey = Annotated[SecretStr, AfterValidator(check_access_key)]
BotToken = Annotated[Key, _token("xoxb-")]
AppToken = Annotated[Key, _token("xapp-")]
SigningSecret = Annotated[Key, AfterValidator(_no_token)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
SlackAddress = Annotated[WebAddress, AfterValidator(_slack_methods)]
QianfanAddress = Annotated[WebAddress, AfterValidator(_without_last_slash)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_database)]
Days = Annotated[int, Field(ge=0, le=_CENTURY_DAYS)]
Pause = Annotated[float, Field(ge=0, le=_DAY_SECONDS, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=_DAY_SECONDS, allow_inf_nan=False)]
RequestRate = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
