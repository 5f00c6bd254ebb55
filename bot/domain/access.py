"""Who may do what: roles, grants, denials, and the one decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

#: The account that is meant where nothing says otherwise.
DEFAULT_ACCOUNT = "default"


class Role(IntEnum):
    """What somebody may do; each role may do all that the ones below it may."""

    NONE = 0
    VIEWER = 1
    OPERATOR = 2
    PUBLISHER = 3
    ADMIN = 4

    def __str__(self) -> str:
        return self.name.lower()


class Standing(StrEnum):
    """How somebody belongs to the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    DEACTIVATED = "deactivated"
    APP = "app"


@dataclass(frozen=True)
class Actor:
    """A person as Slack knows them. `groups` is None where the look-up failed.

    `zone` is the name of the time zone that they live in.
    """

    user_id: str
    standing: Standing = Standing.MEMBER
    groups: frozenset[str] | None = frozenset()
    locale: str = "en-US"
    zone: str = "UTC"


@dataclass(frozen=True)
class Place:
    """Where something was asked; `shared` with another organisation by Slack Connect.

    Of a private channel without the bot nothing is `known`, not even that.
    """

    channel_id: str
    direct: bool = False
    shared: bool = False
    known: bool = True


@dataclass(frozen=True)
class Right:
    """What a command asks of the one who runs it. `tells_nothing` of any run: fit for all eyes."""

    command: str
    role: Role
    tells_nothing: bool = False


@dataclass(frozen=True)
class Scope:
    """Whom and what a rule concerns; what is left empty concerns all."""

    subjects: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()

    def covers(self, right: Right, place: Place, account: str) -> bool:
        """Whether the rule speaks of this command, channel and account."""
        return (
            (not self.commands or right.command in self.commands)
            and (not self.channels or place.channel_id in self.channels)
            and (not self.accounts or account in self.accounts)
        )

    def names(self, actor: Actor) -> bool:
        """Whether the rule certainly means this person."""
        known = {actor.user_id} | (actor.groups or frozenset())
        return not self.subjects or not self.subjects.isdisjoint(known)

    def may_name(self, actor: Actor) -> bool:
        """Whether the rule could mean this person, if only their groups were known."""
        return self.names(actor) or (actor.groups is None and bool(self.groups))

    @property
    def groups(self) -> frozenset[str]:
        """The user groups among the subjects."""
        # User-group ids begin with S, user ids with U or W.
        # https://docs.slack.dev/reference/objects/usergroup-object
        return frozenset(subject for subject in self.subjects if subject.startswith("S"))


@dataclass(frozen=True)
class Grant:
    """A role for some people, in some channels and accounts.

    `granted_by` is who gave it in a chat; it is empty where the file of the rules gives it.
    """

    role: Role
    scope: Scope
    granted_by: str = ""


class Why(StrEnum):
    """What a decision rests on."""

    ROLE_SUFFICES = "role suffices"
    ROLE_MISSING = "role missing"
    DENIED = "denied"
    GROUPS_UNKNOWN = "groups unknown"
    NOT_A_MEMBER = "not a member"
    SHARED_CHANNEL = "shared channel"


@dataclass(frozen=True)
class Decision:
    """Yes or no, with the reason, the rule that decided, and who could change it."""

    allowed: bool
    why: Why
    right: Right
    role: Role
    rule: Grant | Scope | None = None
    who_can_help: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """All that is ruled about people. Denials win over every grant, an admin's too.

    `roles` are the least roles of commands where they are not the ones that the commands have by
    themselves. `homes` are the channels in which another account than the default one is meant.
    `approvals` says how many other people have to agree to a command.
    """

    default_role: Role = Role.VIEWER
    admins: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    denials: tuple[Scope, ...] = field(default=())
    roles: Mapping[str, Role] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    approvals: Mapping[str, int] = field(default_factory=dict)

    def home(self, place: Place) -> str:
        """The account that is meant there where none is named."""
        return self.homes.get(place.channel_id, DEFAULT_ACCOUNT)

    def needed(self, right: Right) -> Role:
        """The least role that may run the command."""
        return self.roles.get(right.command, right.role)

    def decide(self, actor: Actor, right: Right, place: Place, account: str) -> Decision:
        """Whether the actor may run the command there, on that account: the one door."""
        right = replace(right, role=self.needed(right))
        role, grant = self.role_of(actor, right, place, account)
        refusal = self._refusal(actor, right, place, account, role)
        if refusal is None:
            return Decision(True, Why.ROLE_SUFFICES, right, role, grant)
        why, rule = refusal
        return Decision(False, why, right, role, rule, self.admins)

    def role_of(
        self, actor: Actor, right: Right, place: Place, account: str
    ) -> tuple[Role, Grant | None]:
        """The highest role that the rules give there, and the grant that gives it.

        Where another account is at home, only what is granted on this one by its name counts, and
        the admins' own right.
        """
        if actor.standing is not Standing.MEMBER:
            return Role.NONE, None
        at_home = account == self.home(place)
        best: tuple[Role, Grant | None] = (self.default_role if at_home else Role.NONE, None)
        for grant in self._counting(place, account):
            fits = grant.scope.names(actor) and grant.scope.covers(right, place, account)
            if fits and grant.role > best[0]:
                best = (grant.role, grant)
        return best

    def _counting(self, place: Place, account: str) -> tuple[Grant, ...]:
        """The grants that count on an account there."""
        at_home = account == self.home(place)
        granted = (each for each in self.grants if at_home or account in each.scope.accounts)
        return (*self._admin_grants(), *granted)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that any rule speaks of; no others have to be looked up."""
        scopes = (*(grant.scope for grant in self.grants), *self.denials)
        return frozenset(group for scope in scopes for group in scope.groups)

    def _admin_grants(self) -> tuple[Grant, ...]:
        if not self.admins:  # an empty scope would mean everybody
            return ()
        return (Grant(Role.ADMIN, Scope(subjects=frozenset(self.admins))),)

    def _refusal(
        self, actor: Actor, right: Right, place: Place, account: str, role: Role
    ) -> tuple[Why, Grant | Scope | None] | None:
        """What speaks against it, the most final reason first."""
        if actor.standing is not Standing.MEMBER:
            return Why.NOT_A_MEMBER, None
        if place.shared and not right.tells_nothing:
            return Why.SHARED_CHANNEL, None
        denials = [rule for rule in self.denials if rule.covers(right, place, account)]
        for rule in denials:
            if rule.names(actor):
                return Why.DENIED, rule
        if any(rule.may_name(actor) for rule in denials):
            return Why.GROUPS_UNKNOWN, None
        if role >= right.role:
            return None
        if self._unknown_groups_matter(actor, right, place, account):
            return Why.GROUPS_UNKNOWN, None
        return Why.ROLE_MISSING, None

    def _unknown_groups_matter(
        self, actor: Actor, right: Right, place: Place, account: str
    ) -> bool:
        return any(
            grant.role >= right.role
            and not grant.scope.names(actor)
            and grant.scope.may_name(actor)
            and grant.scope.covers(right, place, account)
            for grant in self._counting(place, account)
        )
