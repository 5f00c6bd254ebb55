"""The sections of `qfbot.toml`: what each may hold, and the rules that come of it."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.account_settings import AccountSettings, KeySource
from bot.domain.access import DEFAULT_ACCOUNT, Grant, Role, Rules, Scope
from bot.setting_types import RequestRate

Language = Literal["auto", "en", "zh"]

#: How many other people may have to agree to a command; more would never come together.
MOST_APPROVALS = 5


@dataclass(frozen=True)
class Known:
    """The names that a file may use: the commands, with whether each changes something, and the
    accounts."""

    commands: Mapping[str, bool]
    accounts: frozenset[str]


def quoted(text: str) -> str:
    """The text in quotation marks, on one line, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def nearest(word: str, known: Iterable[str]) -> str:
    """How a sentence about an unknown word ends: with the one that is meant, or with all."""
    names = sorted(known)
    found = get_close_matches(word, names, n=1)
    return f"; perhaps {found[0]} is meant" if found else f"; known: {', '.join(names)}"


def _wrong(fragment: str) -> PydanticCustomError:
    return PydanticCustomError("rule", "{fragment}", {"fragment": fragment})


def _id(*shapes: str, how: str) -> AfterValidator:
    """A check for ids with one of the first letters, and at least one digit: no names."""
    shape = re.compile(rf"[{''.join(shapes)}](?=[A-Z]*\d)[A-Z0-9]+")

    def check(text: str) -> str:
        if not shape.fullmatch(text):
            what = "a name, and an id" if text.startswith(("#", "@")) else "not the id that"
            raise _wrong(f"{quoted(text)} is {what} is needed here; {how}")
        return text

    return AfterValidator(check)


def _one_of(kind: str, known: Callable[[Known], Iterable[str]]) -> AfterValidator:
    def check(word: str, info: ValidationInfo[Known]) -> str:
        names = sorted(known(info.context))
        if word not in names:
            raise _wrong(f"{quoted(word)} is no {kind}{nearest(word, names)}")
        return word

    return AfterValidator(check)


def _check_changes(command: str, info: ValidationInfo[Known]) -> str:
    commands = info.context.commands
    if not commands[command]:
        changing = ", ".join(sorted(name for name, changes in commands.items() if changes))
        raise _wrong(f"{quoted(command)} changes nothing; approvals are for {changing}")
    return command


def _check_account_name(name: str) -> str:
    if name == DEFAULT_ACCOUNT:
        raise _wrong("is the account of QIANFAN_ACCESS_KEY and has no section; take another name")
    if not _ACCOUNT_NAME.fullmatch(name):
        raise _wrong(
            "is no name of an account, which has lower-case letters, digits, dashes and "
            "underscores, at most 64, and begins with a letter or a digit"
        )
    return name


def _check_variable(name: str) -> str:
    # Not quoted: it may be the key itself.
    if not _VARIABLE.fullmatch(name):
        raise _wrong("is no name of an environment variable, in which the key has to be")
    return name


def _check_path(path: str) -> str:
    try:
        Path(path).expanduser()
    except RuntimeError:
        raise _wrong("begins with the home folder of somebody who is not known here") from None
    return path


def _refuse_section(section: Any) -> Any:
    if isinstance(section, dict):
        raise _wrong("takes two brackets on each side, since there can be more than one")
    return section


_ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# How an id begins, and where a person finds it. https://docs.slack.dev/reference/objects
_PERSON = "a person's id begins with U or W; in Slack: their profile, More, Copy member ID"
_GROUP = "a user group's id begins with S; in Slack: the group's page, More, Copy group ID"
_CHANNEL = "a channel's id begins with C, G or D; in Slack: the channel's details, at the end"
_HOME = (
    "a channel's id begins with C or G; in Slack: the channel's details, at the end; in direct "
    "messages the default account is meant"
)

_Person = Annotated[str, _id("U", "W", how=f"{_PERSON}; a group takes a grant")]
_Subject = Annotated[str, _id("U", "W", "S", how=f"{_PERSON}; {_GROUP}")]
_Channel = Annotated[str, _id("C", "G", "D", how=_CHANNEL)]
_Home = Annotated[str, _id("C", "G", how=_HOME)]
_Account = Annotated[str, _one_of("account", lambda known: known.accounts)]
_Command = Annotated[str, _one_of("command", lambda known: known.commands)]
_Change = Annotated[_Command, AfterValidator(_check_changes)]
_Everybodys = Annotated[str, _one_of("role", lambda _: map(str, Role))]
_Granted = Annotated[str, _one_of("role", lambda _: map(str, set(Role) - {Role.NONE}))]
_AccountName = Annotated[str, AfterValidator(_check_account_name)]
_Variable = Annotated[str, AfterValidator(_check_variable)]
_FileName = Annotated[str, Field(min_length=1), AfterValidator(_check_path)]

_Name = TypeVar("_Name", bound=str)
# What is left out concerns all; an emptied list must not come to mean that.
_Some = Annotated[list[_Name], Field(min_length=1)]


class Section(BaseModel):
    """A section of the file; it takes no key that it does not know."""

    model_config = ConfigDict(strict=True, extra="forbid")


class GrantSection(Section):
    """`[[grants]]`: a role for people."""

    role: _Granted
    subjects: _Some[_Subject]
    channels: _Some[_Channel] | None = None
    accounts: _Some[_Account] | None = None

    def rule(self) -> Grant:
        """What it grants."""
        scope = Scope(_set(self.subjects), _set(self.channels), _set(self.accounts))
        return Grant(Role[self.role.upper()], scope)


class DenialSection(Section):
    """`[[denials]]`: what is refused whatever is granted."""

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
        """What it refuses."""
        lists = (self.subjects, self.channels, self.accounts, self.commands)
        return Scope(*map(_set, lists))


class RolesSection(Section):
    """`[roles]`: the least role of commands, where it is not their own."""

    viewer: list[_Command] = []
    operator: list[_Command] = []
    publisher: list[_Command] = []
    admin: list[_Command] = []

    @model_validator(mode="after")
    def _check_once(self) -> Self:
        named = list(chain.from_iterable(commands for _, commands in self))
        if twice := sorted({command for command in named if named.count(command) > 1}):
            verb = "is" if len(twice) == 1 else "are"
            raise _wrong(f"{', '.join(map(quoted, twice))} {verb} named more than once")
        return self

    def by_command(self) -> dict[str, Role]:
        """The role of each command that is named."""
        return {command: Role[role.upper()] for role, commands in self for command in commands}


class AccountSection(Section):
    """`[accounts.NAME]`: a further Qianfan account."""

    access_key_env: _Variable | None = None
    access_key_file: _FileName | None = None
    secret_key_env: _Variable | None = None
    secret_key_file: _FileName | None = None
    channels: list[_Home] = []
    requests_per_second: RequestRate | None = None

    @model_validator(mode="after")
    def _check_one_way(self) -> Self:
        ways = {
            "access_key": (self.access_key_env, self.access_key_file),
            "secret_key": (self.secret_key_env, self.secret_key_file),
        }
        wrong = [key for key, (env, file) in ways.items() if (env is None) == (file is None)]
        if wrong:
            raise _wrong(" and ".join(f"needs either {key}_env or {key}_file" for key in wrong))
        return self

    def settings(self, name: str, folder: Path) -> AccountSettings:
        """The account; files are looked for in the folder where their paths begin nowhere."""

        def source(key: str, variable: str | None, file: str | None) -> KeySource:
            setting = f"accounts.{name}.{key}"
            if file is not None:
                return KeySource(f"{setting}_file", folder / Path(file).expanduser())
            return KeySource(f"{setting}_env", variable or "")

        return AccountSettings(
            name,
            source("access_key", self.access_key_env, self.access_key_file),
            source("secret_key", self.secret_key_env, self.secret_key_file),
            tuple(self.channels),
            self.requests_per_second,
        )


class FileSection(Section):
    """The whole file."""

    default_role: _Everybodys = "viewer"
    admins: list[_Person] = []
    language: Language = "auto"
    grants: Annotated[list[GrantSection], BeforeValidator(_refuse_section)] = []
    denials: Annotated[list[DenialSection], BeforeValidator(_refuse_section)] = []
    approvals: dict[_Change, Annotated[int, Field(ge=0, le=MOST_APPROVALS)]] = {}
    roles: RolesSection = RolesSection()
    accounts: dict[_AccountName, AccountSection] = {}

    @field_validator("accounts")
    @classmethod
    def _check_homes(cls, accounts: dict[str, AccountSection]) -> dict[str, AccountSection]:
        homes: dict[str, str] = {}
        for name, account in accounts.items():
            for channel in account.channels:
                if (other := homes.setdefault(channel, name)) != name:
                    raise _wrong(
                        f"{quoted(channel)} is a channel of {other} and of {name}, and can be "
                        "one of one account alone"
                    )
        return accounts

    def rules(self) -> Rules:
        """What the file says about people."""
        return Rules(
            default_role=Role[self.default_role.upper()],
            admins=tuple(self.admins),
            grants=tuple(grant.rule() for grant in self.grants),
            denials=tuple(denial.rule() for denial in self.denials),
            roles=self.roles.by_command(),
            homes={
                channel: name
                for name, account in self.accounts.items()
                for channel in account.channels
            },
            approvals={command: count for command, count in self.approvals.items() if count},
        )


def _set(names: list[str] | None) -> frozenset[str]:
    return frozenset(names or ())
