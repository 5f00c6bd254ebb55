"""`qfbot.toml`: what the team decides about people, language and further accounts."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.account_settings import AccountSettings, KeyPair, KeyUnreadable
from bot.domain.access import DEFAULT_ACCOUNT, Rules
from bot.domain.secrets import strike_out
from bot.rule_types import (
    AccountSection,
    DenialSection,
    FileSection,
    GrantSection,
    Known,
    Language,
    RolesSection,
    Section,
    nearest,
    quoted,
)
from bot.settings import SettingsError


@dataclass(frozen=True)
class RulesFile:
    """What `qfbot.toml` says; without a file, what is meant. It says where keys are, not which."""

    rules: Rules = field(default_factory=Rules)
    language: Language = "auto"
    accounts: tuple[AccountSettings, ...] = ()


def read_rules_file(path: Path | None, commands: Mapping[str, bool]) -> RulesFile:
    """What the file at the path says.

    `commands` are the names that it may use, with whether each command changes something. Raises
    SettingsError with a sentence for each thing that is wrong, and where it stands.
    """
    if path is None:
        return RulesFile()
    content = _content(path)
    try:
        found = FileSection.model_validate(content, context=_known(content, commands))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise SettingsError(_sentence(path, one) for one in problems) from None
    accounts = (
        section.settings(name, path.parent) for name, section in sorted(found.accounts.items())
    )
    return RulesFile(found.rules(), found.language, tuple(accounts))


def read_account_keys(
    accounts: Iterable[AccountSettings], environ: Mapping[str, str]
) -> dict[str, KeyPair]:
    """The keys of all the accounts, by name, as they are now.

    Raises SettingsError with a sentence for each that cannot be had.
    """
    keys: dict[str, KeyPair] = {}
    sentences: list[str] = []
    for account in accounts:
        try:
            keys[account.name] = account.read_keys(environ)
        except KeyUnreadable as error:
            sentences += str(error).splitlines()
    if sentences:
        raise SettingsError(sentences)
    return keys


def rules_hash(file: RulesFile) -> str:
    """Twelve hexadecimal digits that are the same wherever the file says the same."""
    text = json.dumps(asdict(file), default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([f"QFBOT_CONFIG names {path}, and there is no such file."]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([strike_out(f"{path} is no TOML: {error}.")]) from None
    except (OSError, ValueError) as error:
        raise SettingsError([f"{path} cannot be read: {type(error).__name__}."]) from None


def _known(content: dict[str, Any], commands: Mapping[str, bool]) -> Known:
    accounts = content.get("accounts")
    named = accounts if isinstance(accounts, dict) else ()
    return Known(commands, frozenset({DEFAULT_ACCOUNT, *named}))


_SECTIONS: dict[str | int, type[Section]] = {
    "grants": GrantSection,
    "denials": DenialSection,
    "roles": RolesSection,
    "accounts": AccountSection,
}

_FRAGMENTS = {
    "rule": "{fragment}",
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "string_too_short": "is empty",
    "list_type": "must be a list in brackets",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le:g}",
    "dict_type": "must be a section of its own",
    "model_type": "must be a section of its own",
    "too_short": "is empty; name at least one, or remove it",
    "literal_error": "must be {expected}",
}


def _sentence(path: Path, error: ErrorDetails) -> str:
    loc = error["loc"]
    if error["type"] == "extra_forbidden":
        *loc_of_section, key = loc
        known = _SECTIONS.get(loc[0], FileSection).model_fields
        fragment = f"{quoted(str(key))} is no key that is known here{nearest(str(key), known)}"
        loc = tuple(loc_of_section)
    else:
        fragment = _FRAGMENTS[error["type"]].format(**error.get("ctx", {}))
    where = ", ".join(filter(None, (str(path), _place(loc))))
    return strike_out(f"{where}: {fragment}.")


def _place(loc: tuple[int | str, ...]) -> str:
    """Where in the file: `admins`, `approvals.stop`, `[[grants]] number 2, subjects`."""
    match loc:
        case (str(table), int(index), *keys) if table in _SECTIONS:
            return ", ".join((f"[[{table}]] number {index + 1}", *_names(keys)))
    return ".".join(_names(loc))


def _names(loc: Iterable[int | str]) -> Iterator[str]:
    steps = (step for step in loc if isinstance(step, str) and step != "[key]")
    return (step if step.isprintable() else quoted(step) for step in steps)
