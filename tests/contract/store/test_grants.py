"""Roles that were given in chats: given once, taken away, and kept as history."""

import pytest
from sqlalchemy import text

from bot.domain.access import Grant, Role, Scope
from bot.domain.ports import ChatGrant
from bot.store.opening import Store
from tests.contract.store.values import ADA, BO, CY, GENERAL, MINUTE, RANDOM, WORLD


def given(
    role: Role = Role.OPERATOR,
    subject: str = BO,
    channel: str = "",
    account: str = "",
    by: str = ADA,
) -> Grant:
    """A grant as somebody gives it in a chat."""
    scope = Scope(
        subjects=frozenset({subject}),
        channels=frozenset({channel} - {""}),
        accounts=frozenset({account} - {""}),
    )
    return Grant(role, scope, by)


async def test_what_is_given_is_in_force_as_it_was_given(store: Store) -> None:
    wide = given()
    narrow = given(Role.PUBLISHER, "S0TEAM", GENERAL, "prod", CY)

    assert await store.grants.give(wide, WORLD)
    assert await store.grants.give(narrow, WORLD + MINUTE)

    assert await store.grants.all() == [
        ChatGrant(1, wide, WORLD),
        ChatGrant(2, narrow, WORLD + MINUTE),
    ]


async def test_the_same_is_given_once_whoever_gives_it(store: Store) -> None:
    assert await store.grants.give(given(), WORLD)

    assert not await store.grants.give(given(by=CY), WORLD + MINUTE)

    assert await store.grants.all() == [ChatGrant(1, given(), WORLD)]


async def test_another_role_channel_or_account_is_another_grant(store: Store) -> None:
    others = [
        given(),
        given(Role.PUBLISHER),
        given(channel=GENERAL),
        given(channel=RANDOM),
        given(account="prod"),
        given(subject=CY),
    ]

    assert [await store.grants.give(each, WORLD) for each in others] == [True] * 6
    assert [each.grant for each in await store.grants.all()] == others


async def test_one_role_is_taken_wherever_it_counts(store: Store) -> None:
    for each in (given(), given(channel=GENERAL), given(Role.PUBLISHER), given(subject=CY)):
        await store.grants.give(each, WORLD)

    assert await store.grants.take(BO, Role.OPERATOR, ADA, WORLD + MINUTE) == 2

    left = [each.grant for each in await store.grants.all()]
    assert left == [given(Role.PUBLISHER), given(subject=CY)]
    assert await store.grants.take(BO, Role.OPERATOR, ADA, WORLD + MINUTE) == 0


async def test_all_roles_are_taken_at_once(store: Store) -> None:
    for each in (given(), given(Role.PUBLISHER), given(subject=CY)):
        await store.grants.give(each, WORLD)

    assert await store.grants.take(BO, None, ADA, WORLD) == 2
    assert [each.grant for each in await store.grants.all()] == [given(subject=CY)]


async def test_what_was_taken_stays_as_history_and_can_be_given_again(store: Store) -> None:
    await store.grants.give(given(), WORLD)
    await store.grants.take(BO, None, CY, WORLD + MINUTE)

    assert await store.grants.give(given(), WORLD + 2 * MINUTE)

    assert await store.grants.all() == [ChatGrant(2, given(), WORLD + 2 * MINUTE)]
    async with store.database.reading() as connection:
        history = await connection.execute(text("SELECT number, taken_by FROM grants ORDER BY 1"))
        assert [tuple(row) for row in history] == [(1, CY), (2, None)]


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(subjects=frozenset({ADA, BO})),
        Scope(subjects=frozenset({BO}), channels=frozenset({GENERAL, RANDOM})),
        Scope(subjects=frozenset({BO}), accounts=frozenset({"prod", "test"})),
        Scope(subjects=frozenset({BO}), commands=frozenset({"stop"})),
    ],
    ids=["nobody", "two people", "two channels", "two accounts", "one command"],
)
async def test_a_grant_that_a_row_cannot_hold_is_not_given_wider(
    store: Store, scope: Scope
) -> None:
    with pytest.raises(ValueError, match=r"unpack|commands"):
        await store.grants.give(Grant(Role.ADMIN, scope, ADA), WORLD)

    assert await store.grants.all() == []
