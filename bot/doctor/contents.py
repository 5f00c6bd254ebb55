"""All checks, in the order in which they are told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.doctor import machine_checks as machine
from bot.doctor import qianfan_checks as qianfan
from bot.doctor import setting_checks as setup
from bot.doctor import slack_checks as slack
from bot.doctor.findings import Finding
from bot.doctor.seen import NotSeen, Seen
from bot.doctor.wording import general as words


@dataclass(frozen=True)
class Check:
    """A question, by a name that stays, and what answers it from what was seen."""

    name: str
    judge: Callable[[Seen], Iterable[Finding]]


CHECKS = (
    Check("settings", setup.settings),
    Check("rules", setup.rules),
    Check("slack-token", slack.token),
    Check("slack-scopes", slack.scopes),
    Check("slack-manifest", slack.manifest),
    Check("slack-app-token", slack.app_token),
    Check("slack-signing-secret", slack.signing_secret),
    Check("slack-clock", machine.slack_clock),
    Check("qianfan-accounts", qianfan.accounts),
    Check("qianfan-clock", machine.qianfan_clock),
    Check("database", machine.database),
    Check("database-tables", machine.tables),
    Check("database-lock", machine.lock),
    Check("disk", machine.disk),
    Check("channels", slack.channels),
    Check("replicas", setup.replicas),
)


def judged(seen: Seen, checks: Iterable[Check] = CHECKS) -> tuple[Finding, ...]:
    """What all checks find; one that fails is a finding like the others."""
    told: dict[Finding, str] = {}
    return tuple(
        replace(finding, check=check.name)
        for check in checks
        for finding in _found(check, seen, told)
    )


def _found(check: Check, seen: Seen, told: dict[Finding, str]) -> Iterator[Finding]:
    """What a check finds; that something is missing is told by the first that needs it."""
    try:
        yield from check.judge(seen)
    except NotSeen as missing:
        first = told.setdefault(missing.finding, check.name)
        yield missing.finding if first == check.name else words.told_already(first)
    except Exception as problem:
        yield words.unforeseen(problem)
