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

USERS = st.sampled_from(["UADA", "UBO", "UCY"])
GROUPS = st.frozensets(st.sampled_from(["SOPS", "SML"]))
SUBJECTS = st.frozensets(st.sampled_from(["UADA", "UBO", "UCY", "SOPS", "SML"]), min_size=1)
CHANNELS = st.frozensets(st.sampled_from(["C1", "C2"]))
ACCOUNTS = st.frozensets(st.sampled_from(["default", "prod"]))
COMMANDS = st.frozensets(st.sampled_from(["status", "stop"]))
ROLES = st.sampled_from(Role)

SCOPES = st.builds(Scope, SUBJECTS, CHANNELS, ACCOUNTS)
DENIALS = st.builds(
    Scope, st.frozensets(st.sampled_from(["UADA", "SOPS"])), CHANNELS, ACCOUNTS, COMMANDS
)
RULES = st.builds(
    Rules,
    default_role=ROLES,
    admins=st.lists(USERS, max_size=2).map(tuple),
    grants=st.lists(st.builds(Grant, ROLES, SCOPES), max_size=4).map(tuple),
    denials=st.lists(DENIALS, max_size=3).map(tuple),
)
ACTORS = st.builds(Actor, USERS, st.sampled_from(Standing), st.none() | GROUPS)
RIGHTS = st.sampled_from([STATUS, STOP])
PLACES = st.builds(Place, st.sampled_from(["C1", "C2"]), shared=st.booleans())


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


@given(RULES, ACTORS, RIGHTS, PLACES, st.sampled_from(["default", "prod"]))
def test_no_grant_outvotes_a_denial(
    rules: Rules, actor: Actor, right: Right, place: Place, account: str
) -> None:
    before = rules.decide(actor, right, place, account)
    everything = Grant(Role.ADMIN, Scope(frozenset({actor.user_id})))
    after = replace(rules, grants=(*rules.grants, everything)).decide(actor, right, place, account)
    if before.why in (Why.DENIED, Why.NOT_A_MEMBER, Why.SHARED_CHANNEL):
        assert not after.allowed


@given(RULES, ACTORS, RIGHTS, PLACES, st.builds(Grant, ROLES, SCOPES))
def test_no_grant_widens_another_channel_or_account(
    rules: Rules, actor: Actor, right: Right, place: Place, more: Grant
) -> None:
    narrow = replace(more, scope=replace(more.scope, channels=frozenset({"C9"})))
    wider = replace(rules, grants=(*rules.grants, narrow))
    assert (
        wider.decide(actor, right, place, "default").allowed
        == rules.decide(actor, right, place, "default").allowed
    )


@given(RULES, ACTORS, RIGHTS, PLACES)
def test_knowing_less_of_somebody_never_allows_more(
    rules: Rules, actor: Actor, right: Right, place: Place
) -> None:
    blind = rules.decide(replace(actor, groups=None), right, place, "default")
    if blind.allowed:
        for groups in (frozenset[str](), frozenset({"SOPS"}), frozenset({"SOPS", "SML"})):
            assert rules.decide(replace(actor, groups=groups), right, place, "default").allowed
