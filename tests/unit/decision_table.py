"""Who may do what, worked out by the rules themselves and written as docs/decisions.md.

To write it anew: `uv run python -m tests.unit.decision_table > docs/decisions.md`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.commands.contents import COMMANDS
from bot.domain.access import (
    DEFAULT_ACCOUNT,
    Actor,
    Decision,
    Grant,
    Place,
    Right,
    Role,
    Rules,
    Scope,
    Standing,
)

ADA = Actor("U0ADA")
GROUP = "S0OPS"
PROD = "prod"

OWN = Place("C0RUNS")
PROD_CHANNEL = Place("C0PROD")
SHARED = Place("C0SHARED", shared=True)
DIRECT = Place("D0ADA", direct=True)
UNSEEN = Place("C0UNSEEN", known=False)

#: Every place that differs, as the table names it.
PLACES: Mapping[str, Place] = {
    "a channel": OWN,
    "a channel of the account `prod`": PROD_CHANNEL,
    "a channel shared with another organisation": SHARED,
    "a direct message": DIRECT,
    "a private channel without the bot": UNSEEN,
}

_ANY = Right("any", Role.NONE)
_NOBODY = Rules(default_role=Role.NONE, homes={PROD_CHANNEL.channel_id: PROD})

#: Every way to hold a role, as the table names it.
HOLDING: Mapping[str, Callable[[Role], Rules]] = {
    "`default_role`": lambda role: replace(_NOBODY, default_role=role),
    "a grant that names no account": lambda role: _granted(role),
    "a grant on the account `default`": lambda role: _granted(role, DEFAULT_ACCOUNT),
    "a grant on the account `prod`": lambda role: _granted(role, PROD),
    "`admins`": lambda role: replace(_NOBODY, admins=(ADA.user_id,)),
}


def _granted(role: Role, *accounts: str) -> Rules:
    scope = Scope(subjects=frozenset({ADA.user_id}), accounts=frozenset(accounts))
    return replace(_NOBODY, grants=(Grant(role, scope),))


@dataclass(frozen=True)
class Case:
    """Somebody somewhere, and what they may run there on an account."""

    rules: Rules
    place: Place = OWN
    account: str = DEFAULT_ACCOUNT
    actor: Actor = ADA

    def decide(self, right: Right) -> Decision:
        """What the rules say of one command."""
        return self.rules.decide(self.actor, right, self.place, self.account)

    @property
    def role(self) -> Role:
        """The role that they have there."""
        return self.decide(_ANY).role

    @property
    def allowed(self) -> frozenset[str]:
        """The commands that they may run."""
        return frozenset(each.name for each in COMMANDS if self.decide(each.right).allowed)


def ordinary(role: Role) -> Case:
    """A member with a role, in a channel of their own workspace, on the account at home there."""
    return Case(_granted(role))


def page() -> str:
    """The whole document."""
    return "\n".join((*_ordinary(), *_by_standing(), *_by_place(), *_by_account(), *_denied()))


def _ordinary() -> Iterator[str]:
    yield from (
        "# Who may do what",
        "",
        "Worked out by the rules themselves, for every command; a test keeps it true. To write it",
        "anew: `uv run python -m tests.unit.decision_table > docs/decisions.md`.",
        "",
        "## In the ordinary case",
        "",
        "A member of the workspace asks in one of its own channels, and means the account that is",
        "at home there. Each role may do all that the ones before it may. `roles` in the rules can",
        "ask another role for a command; then that one counts here. Whoever approves or declines",
        "what another asked for has to be allowed to run that, too, where it was asked for.",
        "",
    )
    rows = ([f"`{each.name}`", *(_mark(each.name, role) for role in Role)] for each in COMMANDS)
    yield from _table(["command", *map(str, Role)], rows)


def _by_standing() -> Iterator[str]:
    yield from (
        "## By who asks",
        "",
        "Only full members are served, whatever is granted to others, an admin's role too.",
        "",
    )
    yield from _by_role("who asks", {str(each): _standing(each) for each in Standing})


def _standing(standing: Standing) -> Callable[[Role], Case]:
    return lambda role: replace(ordinary(role), actor=replace(ADA, standing=standing))


def _by_place() -> Iterator[str]:
    yield from (
        "## By where it is asked",
        "",
        "On the account that is at home there. Where another organisation reads along, nothing is",
        "told of any run. Of a private channel without the bot the rules cannot know whether it is",
        "shared; an answer there is for the eyes of the asker alone, without a Share button.",
        "",
    )
    yield from _by_role("place", {name: _at(place) for name, place in PLACES.items()})


def _at(place: Place) -> Callable[[Role], Case]:
    def case(role: Role) -> Case:
        rules = _granted(role)
        return Case(rules, place, rules.home(place))

    return case


def _by_account() -> Iterator[str]:
    yield from (
        "## By the account that is meant",
        "",
        "The account `prod` is at home in the channels that it lists, `default` everywhere else,",
        "in direct messages too. `account=` leads to another: there only a grant that names it",
        "counts, and the `admins` of the file. A cell is the role of somebody who was made an",
        "operator, or an admin of the file.",
        "",
    )
    asked = [
        (f"{name}, `{account}`", place, account)
        for name, place in (
            ("a channel", OWN),
            ("a channel of `prod`", PROD_CHANNEL),
            ("a direct message", DIRECT),
        )
        for account in (DEFAULT_ACCOUNT, PROD)
    ]
    rows = (
        [
            name,
            *(_as_role(Case(rules(Role.OPERATOR), place, account)) for _, place, account in asked),
        ]
        for name, rules in HOLDING.items()
    )
    yield from _table(["made so by", *(title for title, _, _ in asked)], rows)


def _denied() -> Iterator[str]:
    yield from (
        "## Denials",
        "",
        "A denial wins over every grant and over the `admins`. Here it is an admin of the file who",
        "asks. Where Slack does not tell somebody's user groups, a denial of a group counts as",
        "theirs, and a grant to a group does not.",
        "",
    )
    columns: Mapping[str, Callable[[Case], Case]] = {
        "in a channel": lambda case: case,
        "in a direct message": lambda case: replace(case, place=DIRECT),
        "on `prod`, in a channel of it": lambda case: replace(
            case, place=PROD_CHANNEL, account=PROD
        ),
        "on `prod`, in a direct message": lambda case: replace(case, place=DIRECT, account=PROD),
    }
    rows = (
        [name, *(_told(turn(case)) for turn in columns.values())]
        for name, case in _denial_cases().items()
    )
    yield from _table(["denied", *columns], rows)


def _denial_cases() -> Mapping[str, Case]:
    stop = frozenset({"stop"})
    scopes = {
        "`stop`": Scope(commands=stop),
        "`stop` in that channel": Scope(commands=stop, channels=frozenset({OWN.channel_id})),
        "`stop` on `prod`": Scope(commands=stop, accounts=frozenset({PROD})),
        "everything on `prod`": Scope(accounts=frozenset({PROD})),
        "everything, to this person": Scope(subjects=frozenset({ADA.user_id})),
        "everything, to somebody else": Scope(subjects=frozenset({"U0BO"})),
    }
    of_group = Scope(subjects=frozenset({GROUP}))
    cases = {name: _admin_denied(scope) for name, scope in scopes.items()}
    for told, groups in (
        ("and this person is in it", frozenset({GROUP})),
        ("and this person is not in it", frozenset[str]()),
        ("and Slack does not tell who is in it", None),
    ):
        case = _admin_denied(of_group)
        cases[f"everything, to a group, {told}"] = replace(case, actor=replace(ADA, groups=groups))
    return cases


def _admin_denied(scope: Scope) -> Case:
    return Case(replace(_NOBODY, admins=(ADA.user_id,), denials=(scope,)))


def _by_role(title: str, cases: Mapping[str, Callable[[Role], Case]]) -> Iterator[str]:
    rows = ([name, *(_as_role(case(role)) for role in Role)] for name, case in cases.items())
    yield from _table([title, *map(str, Role)], rows)


def _mark(command: str, role: Role) -> str:
    return "yes" if command in ordinary(role).allowed else "–"


def _as_role(case: Case) -> str:
    """The role that may ordinarily run just the same, their own first; else what may be run."""
    same = (role for role in (case.role, *Role) if ordinary(role).allowed == case.allowed)
    return next(map(str, same), _told(case))


def _told(case: Case) -> str:
    """What may be run, told by what is more easily told."""
    every = frozenset(each.name for each in COMMANDS)
    missing = every - case.allowed
    if not case.allowed:
        return "nothing"
    if not missing:
        return "all"
    if len(missing) < len(case.allowed):
        return f"all but {_names(missing)}"
    return _names(case.allowed)


def _names(commands: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(commands))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (_row(titles), _row(["---"] * len(titles)), *map(_row, rows), "")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(page(), end="")
