"""Who may give and take roles in the chat: nobody gives or takes more than they are admin of."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.context import Services
from bot.commands.grants import grant, revoke
from bot.commands.router import Router
from bot.commands.windows import NoWindow
from bot.domain.access import Actor, Grant, Place, Right, Role, Rules, Scope
from bot.domain.calls import Call, Origin, Way
from bot.domain.ports import ChatGrant
from tests.unit.domain.samples import NOON

ADA, BO = Actor("UADA"), Actor("UBO")
GRANT = Right("grant", Role.ADMIN)
ACCOUNTS = ("default", "prod")
CHANNELS = ("CONE", "CTWO", "CPROD", "CELSEWHERE")
PLACES = tuple(map(Place, CHANNELS))

SOME_CHANNELS = st.frozensets(st.sampled_from(("CONE", "CPROD")))
SOME_ACCOUNTS = st.frozensets(st.sampled_from(ACCOUNTS))
ADAS = st.builds(
    Grant,
    st.sampled_from((Role.ADMIN, Role.OPERATOR)),
    st.builds(Scope, st.just(frozenset({ADA.user_id})), SOME_CHANNELS, SOME_ACCOUNTS),
)
RULES = st.builds(
    Rules,
    default_role=st.just(Role.NONE),
    grants=st.lists(ADAS, min_size=1, max_size=3).map(tuple),
    homes=st.sampled_from(({}, {"CPROD": "prod"})),
)
CALLS = st.fixed_dictionaries(
    {"who": st.just(BO.user_id), "role": st.just("admin")},
    optional={"in": st.sampled_from(CHANNELS), "account": st.sampled_from(ACCOUNTS)},
)


@dataclass
class Office:
    """The router with what giving and taking roles needs: everything else is left out."""

    rules: Rules
    given: list[Grant] = field(default_factory=list)

    async def all(self) -> Sequence[ChatGrant]:
        return [ChatGrant(number, each, NOON) for number, each in enumerate(self.given)]

    async def give(self, grant: Grant, _at: datetime) -> bool:
        is_new = grant not in self.given
        self.given += [grant] if is_new else []
        return is_new

    async def take(self, subject: str, role: Role | None, _by: str, _at: datetime) -> int:
        before = len(self.given)
        kept = [
            g for g in self.given if subject not in g.scope.subjects or role not in (None, g.role)
        ]
        self.given[:] = kept
        return before - len(kept)

    @property
    def rules_now(self) -> Rules:
        return replace(self.rules, grants=(*self.rules.grants, *self.given))

    async def ask(self, command: str, arguments: dict[str, str], channel: str = "CONE") -> str:
        """ada asks; the audit's word for what came of it."""
        router = Router((grant, revoke), cast(Services, self._services()))
        origin = Origin(ADA.user_id, Place(channel), Way.TYPED, NOON)
        reply = await router.route(Call(command, arguments), origin, NoWindow())
        return reply.outcome

    def _services(self) -> Any:
        async def nothing(*_: object) -> None: ...

        async def actor(user_id: str, _team: str) -> Actor:
            return Actor(user_id)

        async def place(channel_id: str) -> Place:
            return Place(channel_id)

        async def is_member(*_: object) -> bool:
            return True

        async def asked(*_: object) -> int:
            return 1

        return SimpleNamespace(
            people=SimpleNamespace(actor=actor, place=place, is_member=is_member),
            audit=SimpleNamespace(asked=asked, ended=nothing),
            outbox=SimpleNamespace(add=nothing),
            clock=SimpleNamespace(wall=lambda: NOON, world=lambda: NOON),
            platforms=dict.fromkeys(ACCOUNTS),
            grants=self,
            rules=lambda: self.rules_now,
            refresh_rules=nothing,
        )


def office(*scopes: Scope, homes: dict[str, str] | None = None) -> Office:
    """ada is admin of these scopes, and prod is at home in #prod."""
    adas = tuple(Grant(Role.ADMIN, replace(each, subjects=frozenset({"UADA"}))) for each in scopes)
    return Office(Rules(Role.NONE, grants=adas, homes=homes or {"CPROD": "prod"}))


def for_bo(**options: str) -> dict[str, str]:
    return {"who": BO.user_id, "role": "operator", **options}


def accounts(*names: str) -> Scope:
    return Scope(accounts=frozenset(names))


@given(RULES, CALLS, st.sampled_from(CHANNELS))
def test_nobody_gives_a_right_that_they_have_not(
    rules: Rules, arguments: dict[str, str], typed_in: str
) -> None:
    desk = Office(rules)
    asyncio.run(desk.ask("grant", arguments, typed_in))
    for place in PLACES:
        for account in ACCOUNTS:
            if desk.rules_now.decide(BO, GRANT, place, account).allowed:
                assert desk.rules_now.decide(ADA, GRANT, place, account).allowed


@given(RULES, CALLS, st.sampled_from(CHANNELS))
def test_not_even_where_accounts_come_to_be_at_home_elsewhere(
    rules: Rules, arguments: dict[str, str], typed_in: str
) -> None:
    desk = Office(rules)
    asyncio.run(desk.ask("grant", arguments, typed_in))
    moved = replace(desk.rules_now, homes={"CONE": "prod"})
    for place in PLACES:
        account = moved.home(place)
        if moved.decide(BO, GRANT, place, account).allowed:
            assert moved.decide(ADA, GRANT, place, account).allowed


async def test_an_admin_of_all_gives_everywhere_and_in_one_place() -> None:
    desk = office(Scope())
    assert await desk.ask("grant", for_bo()) == "granted"
    assert await desk.ask("grant", for_bo(**{"in": "CTWO"})) == "granted"
    assert await desk.ask("grant", for_bo()) == "granted already"


async def test_an_admin_of_one_account_names_it() -> None:
    desk = office(accounts("default"))
    assert await desk.ask("grant", for_bo()) == "not admin of all of it"
    assert await desk.ask("grant", for_bo(account="default")) == "granted"
    assert await desk.ask("grant", for_bo(account="prod")) == "Refused"
    assert len(desk.given) == 1


async def test_what_is_admin_of_a_home_alone_is_not_admin_of_its_account() -> None:
    desk = office(Scope())
    assert await desk.ask("grant", for_bo(account="prod"), "CPROD") == "not admin of all of it"
    assert await desk.ask("grant", for_bo(account="prod", **{"in": "CPROD"}), "CPROD") == "granted"


async def test_in_a_channel_one_is_admin_of_the_account_that_is_at_home_there() -> None:
    desk = office(Scope(channels=frozenset({"CPROD"})))
    assert await desk.ask("grant", for_bo(**{"in": "CPROD"}), "CPROD") == "granted"
    assert desk.given[0].scope == Scope(frozenset({"UBO"}), frozenset({"CPROD"}))


async def test_nobody_takes_what_they_could_not_give() -> None:
    desk = office(Scope(channels=frozenset({"CONE"})))
    everywhere = Grant(Role.OPERATOR, Scope(frozenset({"UBO"})), "UROOT")
    here = replace(everywhere, scope=replace(everywhere.scope, channels=frozenset({"CONE"})))
    desk.given += [everywhere, here]
    assert await desk.ask("revoke", {"who": "UBO"}) == "not admin of all of it"
    desk.given.remove(everywhere)
    assert await desk.ask("revoke", {"who": "UBO", "role": "publisher"}) == "nothing to take"
    assert await desk.ask("revoke", {"who": "UBO"}) == "revoked"
    assert desk.given == []
