"""The decision: what the rules allow, and what nothing may change about it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import Actor, Grant, Place, Right, Role, Rules, Scope, Standing, Why

STATUS = Right("status", Role.VIEWER)
STOP = Right("stop", Role.OPERATOR)
HELP = Right("help", Role.NONE, tells_nothing=True)
HERE = Place("C1")
ADA = Actor("UADA")
ADMIN = Grant(Role.ADMIN, Scope(frozenset({"UADA"})))

USERS = st.sampled_from(["UADA", "UBO", "UCY"])
GROUPS = st.frozensets(st.sampled_from(["SOPS", "SML"]))
SUBJECTS = st.frozensets(st.sampled_from(["UADA", "UBO", "UCY", "SOPS", "SML"]), min_size=1)
CHANNELS = st.frozensets(st.sampled_from(["C1", "C2"]))
ACCOUNTS = st.frozensets(st.sampled_from(["default", "prod"]))
COMMANDS = st.frozensets(st.sampled_from(["status", "stop", "help"]))
ROLES = st.sampled_from(Role)

SCOPES = st.builds(Scope, SUBJECTS, CHANNELS, ACCOUNTS)
GRANTS = st.builds(Grant, ROLES, SCOPES)
DENIALS = st.builds(
    Scope, st.frozensets(st.sampled_from(["UADA", "SOPS"])), CHANNELS, ACCOUNTS, COMMANDS
)
RULES = st.builds(
    Rules,
    default_role=ROLES,
    admins=st.lists(USERS, max_size=2).map(tuple),
    grants=st.lists(GRANTS, max_size=4).map(tuple),
    denials=st.lists(DENIALS, max_size=3).map(tuple),
    roles=st.dictionaries(st.sampled_from(["status", "stop", "help"]), ROLES, max_size=2),
    homes=st.dictionaries(st.sampled_from(["C1", "C2"]), st.just("prod"), max_size=2),
)
ACTORS = st.builds(Actor, USERS, st.sampled_from(Standing), st.none() | GROUPS)
MEMBERS = st.builds(Actor, USERS, st.just(Standing.MEMBER), st.none() | GROUPS)
RIGHTS = st.sampled_from([STATUS, STOP, HELP])
CHANNEL_PLACES = st.builds(
    Place, st.sampled_from(["C1", "C2"]), shared=st.booleans(), known=st.booleans()
)
PLACES = CHANNEL_PLACES | st.just(Place("D1", direct=True))
ACCOUNT = st.sampled_from(["default", "prod"])


def grant(role: Role, *subjects: str, channels: set[str] = frozenset()) -> Grant:  # type: ignore[assignment]
    return Grant(role, Scope(frozenset(subjects), frozenset(channels)))


def test_everyone_may_look_and_nobody_may_stop_by_default() -> None:
    assert Rules().decide(ADA, STATUS, HERE, "default").allowed
    assert Rules().decide(ADA, STOP, HERE, "default").why is Why.ROLE_MISSING


def test_the_role_none_closes_the_bot() -> None:
    assert not Rules(default_role=Role.NONE).decide(ADA, STATUS, HERE, "default").allowed


def test_a_refusal_names_who_can_help() -> None:
    decision = Rules(admins=("UROOT",)).decide(ADA, STOP, HERE, "default")
    assert decision.who_can_help == ("UROOT",)


def test_a_grant_to_a_group_counts_for_its_members_and_for_nobody_else() -> None:
    rules = Rules(grants=(grant(Role.OPERATOR, "SOPS"),))
    assert rules.decide(replace(ADA, groups=frozenset({"SOPS"})), STOP, HERE, "default").allowed
    assert not rules.decide(ADA, STOP, HERE, "default").allowed


def test_a_grant_holds_in_its_channels_alone() -> None:
    rules = Rules(grants=(grant(Role.OPERATOR, "UADA", channels={"C1"}),))
    assert rules.decide(ADA, STOP, HERE, "default").allowed
    assert not rules.decide(ADA, STOP, Place("C2"), "default").allowed
    assert not rules.decide(ADA, STOP, Place("D1", direct=True), "default").allowed


def test_where_an_account_is_at_home_it_is_meant_and_everyone_may_look() -> None:
    rules = Rules(homes={"C1": "prod"})
    assert rules.home(HERE) == "prod"
    assert rules.decide(ADA, STATUS, HERE, "prod").allowed
    assert not rules.decide(ADA, STATUS, HERE, "default").allowed
    assert not rules.decide(ADA, STATUS, Place("C2"), "prod").allowed


def test_away_from_home_only_a_grant_that_names_the_account_counts() -> None:
    named = Grant(Role.OPERATOR, Scope(frozenset({"UADA"}), accounts=frozenset({"prod"})))
    assert not Rules(grants=(grant(Role.ADMIN, "UADA"),)).decide(ADA, STOP, HERE, "prod").allowed
    assert Rules(grants=(named,)).decide(ADA, STOP, HERE, "prod").allowed
    assert Rules(grants=(named,)).decide(ADA, STOP, Place("D1", direct=True), "prod").allowed
    assert not Rules(grants=(named,)).decide(ADA, STOP, HERE, "default").allowed


def test_the_admins_of_the_file_are_admins_on_every_account_and_granted_ones_are_not() -> None:
    assert Rules(admins=("UADA",)).decide(ADA, STOP, HERE, "prod").allowed
    assert not Rules(grants=(ADMIN,)).decide(ADA, STOP, HERE, "prod").allowed


def test_a_denial_on_an_account_holds_in_direct_messages_too() -> None:
    denied = Scope(commands=frozenset({"stop"}), accounts=frozenset({"prod"}))
    rules = Rules(admins=("UADA",), denials=(denied,))
    direct = Place("D1", direct=True)
    assert rules.decide(ADA, STOP, direct, "prod").why is Why.DENIED
    assert rules.decide(ADA, STOP, direct, "default").allowed


def test_a_command_may_need_another_role_than_its_own() -> None:
    stricter = Rules(grants=(grant(Role.OPERATOR, "UADA"),), roles={"stop": Role.ADMIN})
    assert stricter.decide(ADA, STOP, HERE, "default").why is Why.ROLE_MISSING
    assert stricter.decide(ADA, STOP, HERE, "default").right.role is Role.ADMIN
    assert Rules(roles={"stop": Role.VIEWER}).decide(ADA, STOP, HERE, "default").allowed


def test_a_denial_wins_over_an_admin() -> None:
    rules = Rules(admins=("UADA",), denials=(Scope(commands=frozenset({"stop"})),))
    assert rules.decide(ADA, STOP, HERE, "default").why is Why.DENIED
    assert rules.decide(ADA, STATUS, HERE, "default").allowed


def test_unknown_groups_mean_no_where_a_group_could_have_said_yes() -> None:
    rules = Rules(grants=(grant(Role.OPERATOR, "SOPS"),))
    decision = rules.decide(replace(ADA, groups=None), STOP, HERE, "default")
    assert (decision.allowed, decision.why) == (False, Why.GROUPS_UNKNOWN)


def test_unknown_groups_mean_no_where_a_group_could_have_been_denied() -> None:
    denied = Scope(subjects=frozenset({"SOPS"}), commands=frozenset({"status"}))
    decision = Rules(denials=(denied,)).decide(replace(ADA, groups=None), STATUS, HERE, "default")
    assert (decision.allowed, decision.why) == (False, Why.GROUPS_UNKNOWN)


def test_unknown_groups_do_not_matter_to_one_who_may_anyway() -> None:
    rules = Rules(grants=(grant(Role.OPERATOR, "SOPS"), grant(Role.OPERATOR, "UADA")))
    assert rules.decide(replace(ADA, groups=None), STOP, HERE, "default").allowed


def test_without_admins_nobody_is_one() -> None:
    assert not Rules(admins=()).decide(ADA, Right("grant", Role.ADMIN), HERE, "default").allowed


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.MEMBER])
def test_who_is_no_full_member_gets_nothing_not_even_help(standing: Standing) -> None:
    rules = Rules(default_role=Role.ADMIN, admins=("UADA",))
    decision = rules.decide(replace(ADA, standing=standing), HELP, HERE, "default")
    assert (decision.allowed, decision.why) == (False, Why.NOT_A_MEMBER)


def test_a_shared_channel_hears_of_help_and_of_no_run() -> None:
    shared = Place("C1", shared=True)
    assert Rules(admins=("UADA",)).decide(ADA, HELP, shared, "default").allowed
    decision = Rules(admins=("UADA",)).decide(ADA, STATUS, shared, "default")
    assert decision.why is Why.SHARED_CHANNEL


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT, st.lists(GRANTS, max_size=6))
def test_no_set_of_grants_outvotes_a_denial(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, more: list[Grant]
) -> None:
    before = rules.decide(actor, right, place, account)
    own = replace(ADMIN, scope=Scope(frozenset({actor.user_id}), accounts=frozenset({account})))
    after = replace(
        rules,
        default_role=Role.ADMIN,
        admins=(*rules.admins, actor.user_id),
        grants=(*rules.grants, *more, own),
    ).decide(actor, right, place, account)
    if before.why in (Why.DENIED, Why.NOT_A_MEMBER, Why.SHARED_CHANNEL):
        assert not after.allowed
        assert after.why is before.why


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT, DENIALS)
def test_what_a_denial_covers_is_refused_whatever_else_is_ruled(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, denial: Scope
) -> None:
    denied = replace(rules, denials=(*rules.denials, denial))
    decision = denied.decide(actor, right, place, account)
    if denial.covers(right, place, account) and denial.may_name(actor):
        assert not decision.allowed
    else:
        assert decision == rules.decide(actor, right, place, account)


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT, DENIALS)
def test_another_denial_never_allows_more(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, denial: Scope
) -> None:
    for denials in ((denial, *rules.denials), (*rules.denials, denial)):
        stricter = replace(rules, denials=denials).decide(actor, right, place, account)
        assert stricter.allowed <= rules.decide(actor, right, place, account).allowed


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT)
def test_a_grant_that_is_taken_away_never_allows_more(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str
) -> None:
    allowed = rules.decide(actor, right, place, account).allowed
    for index in range(len(rules.grants)):
        left = rules.grants[:index] + rules.grants[index + 1 :]
        assert replace(rules, grants=left).decide(actor, right, place, account).allowed <= allowed
    assert replace(rules, admins=()).decide(actor, right, place, account).allowed <= allowed


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT, GRANTS)
def test_a_grant_says_nothing_of_other_channels_accounts_and_people(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, more: Grant
) -> None:
    before = rules.decide(actor, right, place, account)
    elsewhere = (
        replace(more.scope, channels=frozenset({"C9"})),
        replace(more.scope, accounts=frozenset({"third"})),
        replace(more.scope, subjects=frozenset({"UNOBODY"})),
    )
    for scope in elsewhere:
        wider = replace(rules, grants=(*rules.grants, replace(more, scope=scope)))
        assert wider.decide(actor, right, place, account) == before


@given(RULES, MEMBERS, RIGHTS, PLACES, ACCOUNT, GRANTS)
def test_what_a_grant_opens_is_what_it_names(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, more: Grant
) -> None:
    before = rules.decide(actor, right, place, account)
    after = replace(rules, grants=(*rules.grants, more)).decide(actor, right, place, account)
    if after.allowed and not before.allowed:
        assert more.role >= rules.needed(right)
        assert not more.scope.subjects.isdisjoint({actor.user_id, *(actor.groups or ())})
        assert place.channel_id in (more.scope.channels or {place.channel_id})
        assert account in (more.scope.accounts or {rules.home(place)})


@given(RULES, MEMBERS, RIGHTS, PLACES)
def test_naming_an_account_that_is_not_at_home_opens_nothing(
    rules: Rules, actor: Actor, right: Right, place: Place
) -> None:
    away = "default" if rules.home(place) == "prod" else "prod"
    unnamed = replace(
        rules,
        grants=(*(replace(g, scope=replace(g.scope, accounts=frozenset())) for g in rules.grants),),
    )
    decision = unnamed.decide(actor, right, place, away)
    if decision.allowed:
        assert actor.user_id in rules.admins or rules.needed(right) is Role.NONE


@given(RULES, MEMBERS, RIGHTS, st.lists(GRANTS, max_size=3))
def test_in_direct_messages_only_the_default_account_is_at_home(
    rules: Rules, actor: Actor, right: Right, more: list[Grant]
) -> None:
    direct = Place("D1", direct=True)
    widened = replace(rules, default_role=Role.ADMIN, grants=(*rules.grants, *more), admins=())
    decision = widened.decide(actor, right, direct, "prod")
    named = [
        grant
        for grant in widened.grants
        if "prod" in grant.scope.accounts
        and not grant.scope.channels
        and grant.scope.names(actor)
        and grant.role >= widened.needed(right)
    ]
    if decision.allowed:
        assert named or widened.needed(right) is Role.NONE


@given(RULES, MEMBERS, RIGHTS, PLACES, ACCOUNT, ROLES)
def test_a_redefined_role_is_the_one_that_decides(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, role: Role
) -> None:
    redefined = replace(rules, denials=(), roles={**rules.roles, right.command: role})
    held, _ = redefined.role_of(actor, right, place, account)
    decision = redefined.decide(actor, right, place, account)
    heard = not place.shared or right.tells_nothing
    assert decision.allowed == (heard and held >= role)
    assert decision.right.role is role


@given(RULES, RIGHTS, ROLES, MEMBERS, PLACES, ACCOUNT)
def test_a_redefined_role_is_of_its_command_alone(
    rules: Rules, right: Right, role: Role, actor: Actor, place: Place, account: str
) -> None:
    redefined = replace(rules, roles={**rules.roles, "another": role})
    assert redefined.decide(actor, right, place, account) == rules.decide(
        actor, right, place, account
    )


OUTSIDERS = st.sampled_from([each for each in Standing if each is not Standing.MEMBER])


@given(RULES, ACTORS, OUTSIDERS, RIGHTS, PLACES, ACCOUNT)
def test_nothing_that_can_be_ruled_lets_in_who_is_no_member(
    rules: Rules, actor: Actor, standing: Standing, right: Right, place: Place, account: str
) -> None:
    outsider = replace(actor, standing=standing)
    welcoming = replace(
        rules, default_role=Role.ADMIN, admins=(actor.user_id,), roles={right.command: Role.NONE}
    )
    for each in (rules, welcoming):
        decision = each.decide(outsider, right, place, account)
        assert (decision.allowed, decision.why) == (False, Why.NOT_A_MEMBER)
        assert each.role_of(outsider, right, place, account) == (Role.NONE, None)


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT, GROUPS)
def test_knowing_less_of_somebody_never_allows_more(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, groups: frozenset[str]
) -> None:
    blind = rules.decide(replace(actor, groups=None), right, place, account)
    told = rules.decide(replace(actor, groups=groups), right, place, account)
    assert blind.allowed <= told.allowed


@given(RULES, MEMBERS, RIGHTS, PLACES, ACCOUNT, GROUPS)
def test_unknown_groups_hide_no_denial(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str, groups: frozenset[str]
) -> None:
    told = rules.decide(replace(actor, groups=groups), right, place, account)
    blind = rules.decide(replace(actor, groups=None), right, place, account)
    if told.why is Why.DENIED:
        assert not blind.allowed
        assert blind.why in (Why.DENIED, Why.GROUPS_UNKNOWN)


@given(RULES, MEMBERS, RIGHTS, PLACES, ACCOUNT)
def test_who_is_refused_for_unknown_groups_would_be_told_otherwise_with_some_groups(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str
) -> None:
    blind = rules.decide(replace(actor, groups=None), right, place, account)
    all_groups = (frozenset[str](), frozenset({"SOPS"}), frozenset({"SML"}), rules.groups)
    answers = {
        rules.decide(replace(actor, groups=groups), right, place, account).why
        for groups in all_groups
    }
    if blind.why is Why.GROUPS_UNKNOWN:
        assert answers & {Why.DENIED, Why.ROLE_SUFFICES}


@given(RULES, ACTORS, RIGHTS, PLACES, ACCOUNT)
def test_a_refusal_has_a_reason_and_an_allowance_a_role(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str
) -> None:
    decision = rules.decide(actor, right, place, account)
    assert decision.allowed == (decision.why is Why.ROLE_SUFFICES)
    assert not decision.allowed or decision.role >= rules.needed(right)
    assert decision.who_can_help == (() if decision.allowed else rules.admins)
