"""Checks of what is set up: the settings, the file of the rules, the replicas' rules."""

from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.doctor.findings import Finding
from bot.doctor.given import ENV_FILE, Given
from bot.doctor.seen import Seen
from bot.doctor.wording import general
from bot.doctor.wording import settings as words
from bot.rules_file import rules_hash
from bot.settings import NAMES

# What a token shows of its kind, without being one.
_PREFIX = 5


def settings(seen: Seen) -> Iterator[Finding]:
    """Every setting: what it is, or what is wrong with it, and where it came from."""
    given = seen.given
    for name in (ENV_FILE, *(each for each in given.others if each in given.wrong)):
        if name in given.wrong:
            yield words.setting_is_wrong(given.wrong[name], given.origin(name))
    for name in NAMES:
        origin = given.origin(name)
        if name in given.wrong:
            yield words.setting_is_wrong(given.wrong[name], origin)
        else:
            yield words.setting_is(name, _shown(given, name), origin)
    for name in given.others:
        if name not in given.wrong and (meant := get_close_matches(name, NAMES, n=1, cutoff=0.8)):
            yield words.perhaps_a_setting(name, meant[0])


def rules(seen: Seen) -> Iterator[Finding]:
    """The file of the rules."""
    given, path = seen.given, seen.given.settings.qfbot_config
    if lacking := given.lacks("QFBOT_CONFIG"):
        yield general.settings_first(lacking)
    elif given.rules is None:
        yield from map(words.rules_are_refused, given.refusals)
    elif path is not None:
        yield words.rules_are_read(path, rules_hash(given.rules))
    else:
        yield words.rules_are_not_named() if given.unnamed_rules else words.no_rules()


def replicas(seen: Seen) -> Iterator[Finding]:
    """Whether all that serve have read the same rules, as far as can be told."""
    given = seen.given
    if lacking := given.lacks("QFBOT_DATABASE_URL"):
        yield general.settings_first(lacking)
    elif given.rules is None:
        yield general.rules_first()
    else:
        url = given.settings.qfbot_database_url.get_secret_value()
        told = words.rules_of_one if url.startswith("sqlite:") else words.rules_of_several
        yield told(rules_hash(given.rules))


def _shown(given: Given, name: str) -> str:
    """A setting's value, of a secret no more than what it is."""
    value = getattr(given.settings, name.lower())
    if value is None:
        return ""
    if name == "QFBOT_DATABASE_URL":
        return without_password(value.get_secret_value())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, SecretStr):
        return str(value)
    text = value.get_secret_value()
    prefix = text[:_PREFIX] if text.startswith(("xoxb-", "xapp-")) else ""
    return f"{prefix}… ({len(text)} characters)"


def without_password(url: str) -> str:
    """A database's address without its password and its query, which may hold another."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return url
    user = f"{parts.username}:…@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    query = "?…" if parts.query else ""
    return f"{parts.scheme}://{user}{parts.hostname or ''}{port}{parts.path}{query}"
