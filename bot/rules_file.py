"""`qfbot.toml`: what the team decides about people, and the language of announcements."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.domain.access import Grant, Role, Rules, Scope
from bot.domain.secrets import strike_out
from bot.settings import SettingsError

Language = Literal["auto", "en", "zh"]

#: The account that is meant where no `[accounts.NAME]` says otherwise.
ONLY_ACCOUNT = "default"


@dataclass(frozen=True)
class RulesFile:
    """What `qfbot.toml` says; without a file, what is meant."""

    rules: Rules = field(default_factory=Rules)
    language: Language = "auto"


def read_rules_file(path: Path | None, commands: Iterable[str]) -> RulesFile:
    """The rules in the file at the path; `commands` are the names that a denial may use.

    Raises SettingsError with a sentence for each thing that is wrong, and where it stands.
    """
    if path is None:
        return RulesFile()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([f"QFBOT_CONFIG names {path}, and there is no such file."]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path} cannot be read: {type(error).__name__}."]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([strike_out(f"{path} is no TOML: {error}.")]) from None
    try:
        found = _File.model_validate(content, context=frozenset(commands))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise SettingsError(_sentence(path, one) for one in problems) from None
    return RulesFile(found.rules(), found.language)


def rules_hash(rules: Rules) -> str:
    """Twelve hexadecimal digits that are the same wherever the rules are."""
    text = json.dumps(asdict(rules), default=sorted, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _wrong(fragment: str) -> PydanticCustomError:
    return PydanticCustomError("rule", "{fragment}", {"fragment": fragment})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # on one line, whatever it holds


def _id(*shapes: str, how: str) -> AfterValidator:
    """A check for ids with one of the first letters, and at least one digit: no names."""
    shape = re.compile(rf"[{''.join(shapes)}](?=[A-Z]*\d)[A-Z0-9]+")

    def check(text: str) -> str:
        if not shape.fullmatch(text):
            what = "a name, and an id" if text.startswith(("#", "@")) else "not the id that"
            raise _wrong(f"{_quoted(text)} is {what} is needed here; {how}")
        return text

    return AfterValidator(check)


def _one_of(kind: str, known: Callable[[ValidationInfo], Iterable[str]]) -> AfterValidator:
    def check(word: str, info: ValidationInfo) -> str:
        names = sorted(known(info))
        if word not in names:
            raise _wrong(f"{_quoted(word)} is no {kind}{_nearest(word, names)}")
        return word

    return AfterValidator(check)


def _nearest(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    found = get_close_matches(word, names, n=1)
    return f"; perhaps {found[0]} is meant" if found else f"; known: {', '.join(names)}"


def _refuse_section(section: Any) -> Any:
    if isinstance(section, dict):
        raise _wrong("takes two brackets on each side, since there can be more than one")
    return section


def _refuse_account(_: Any) -> None:
    raise _wrong("other Qianfan accounts are not supported by this version yet: remove it")


def _refuse_approvals(count: int) -> int:
    if count != 0:
        raise _wrong("approvals are not supported by this version yet: remove it")
    return count


# How an id begins, and where a person finds it. https://docs.slack.dev/reference/objects
_PERSON = "a person's id begins with U or W; in Slack: their profile, More, Copy member ID"
_GROUP = "a user group's id begins with S; in Slack: the group's page, More, Copy group ID"
_CHANNEL = "a channel's id begins with C, G or D; in Slack: the channel's details, at the end"

_Person = Annotated[str, _id("U", "W", how=f"{_PERSON}; a group takes a grant")]
_Subject = Annotated[str, _id("U", "W", "S", how=f"{_PERSON}; {_GROUP}")]
_Channel = Annotated[str, _id("C", "G", "D", how=_CHANNEL)]
_Account = Annotated[str, _one_of("account", lambda _: (ONLY_ACCOUNT,))]
_Command = Annotated[str, _one_of("command", lambda info: info.context or ())]
_Everybodys = Annotated[str, _one_of("role", lambda _: map(str, Role))]
_Granted = Annotated[str, _one_of("role", lambda _: map(str, set(Role) - {Role.NONE}))]

_Name = TypeVar("_Name", bound=str)
# What is left out concerns all; an emptied list must not come to mean that.
_Some = Annotated[list[_Name], Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Grant(_Section):
    role: _Granted
    subjects: _Some[_Subject]
    channels: _Some[_Channel] | None = None
    accounts: _Some[_Account] | None = None

    def rule(self) -> Grant:
        scope = Scope(_set(self.subjects), _set(self.channels), _set(self.accounts))
        return Grant(Role[self.role.upper()], scope)


class _Denial(_Section):
    commands: _Some[_Command] | None = None
    subjects: _Some[_Subject] | None = None
    channels: _Some[_Channel] | None = None
    accounts: _Some[_Account] | None = None

    @model_validator(mode="after")
    def _check_named(self) -> Self:
        if not self.model_fields_set:
            raise _wrong('names nothing, and so all; default_role = "none" closes the bot')
        return self

    def rule(self) -> Scope:
        lists = (self.subjects, self.channels, self.accounts, self.commands)
        return Scope(*map(_set, lists))


class _File(_Section):
    default_role: _Everybodys = "viewer"
    admins: list[_Person] = []
    language: Language = "auto"
    grants: Annotated[list[_Grant], BeforeValidator(_refuse_section)] = []
    denials: Annotated[list[_Denial], BeforeValidator(_refuse_section)] = []
    approvals: dict[_Command, Annotated[int, AfterValidator(_refuse_approvals)]] = {}
    accounts: dict[str, Annotated[Any, AfterValidator(_refuse_account)]] = {}

    def rules(self) -> Rules:
        return Rules(
            default_role=Role[self.default_role.upper()],
            admins=tuple(self.admins),
            grants=tuple(grant.rule() for grant in self.grants),
            denials=tuple(denial.rule() for denial in self.denials),
        )


def _set(names: list[str] | None) -> frozenset[str]:
    return frozenset(names or ())


_TABLES: dict[str | int, type[_Section]] = {"grants": _Grant, "denials": _Denial}

_FRAGMENTS = {
    "rule": "{fragment}",
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "list_type": "must be a list in brackets",
    "int_type": "must be a whole number",
    "dict_type": "must be a section of its own",
    "model_type": "must be a section of its own",
    "too_short": "is empty; name at least one, or remove it",
    "literal_error": "must be {expected}",
}


def _sentence(path: Path, error: ErrorDetails) -> str:
    loc = error["loc"]
    if error["type"] == "extra_forbidden":
        *loc_of_section, key = loc
        known = _TABLES.get(loc[0], _File).model_fields
        fragment = f"{_quoted(str(key))} is no key that is known here{_nearest(str(key), known)}"
        loc = tuple(loc_of_section)
    else:
        fragment = _FRAGMENTS[error["type"]].format(**error.get("ctx", {}))
    where = ", ".join(filter(None, (str(path), _place(loc))))
    return strike_out(f"{where}: {fragment}.")


def _place(loc: tuple[int | str, ...]) -> str:
    """Where in the file: `admins`, `approvals.stop`, `[[grants]] number 2, subjects`."""
    match loc:
        case (str(table), int(index), *keys) if table in _TABLES:
            return ", ".join((f"[[{table}]] number {index + 1}", *_names(keys)))
    return ".".join(_names(loc))


def _names(loc: Iterable[int | str]) -> Iterator[str]:
    return (step for step in loc if isinstance(step, str) and step != "[key]")
