"""Which things are looked at first where more are due than there is room for, and who has them."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update

from bot.domain.facts import SCHEMA_VERSION
from bot.domain.glance import first_glance
from bot.domain.id_grammar import read_id
from bot.domain.resources import Phase
from bot.domain.watching import Found, Load, Thing, Window
from bot.store.opening import Store
from bot.store.tables import things
from tests.contract.store.values import (
    GENERAL,
    LEASE,
    MINUTE,
    NOT_AT_ALL,
    NOTHING_SEEN,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    WORLD,
    HandClock,
    due,
    found,
    look,
    watch,
    window,
)

MANY = [Thing("default", read_id(f"task-{number:012}")) for number in range(30)]


async def _watch(store: Store, thing: Thing, *channels: str) -> None:
    for channel in channels or (GENERAL,):
        await store.watches.begin(watch(channel, thing), look(Phase.RUNNING, thing=thing))


async def _plan(
    store: Store, clock: HandClock, next_looks: dict[Thing, timedelta], **ends: datetime
) -> None:
    """Look at all that is due; each is due again so long after, and may end as is said."""
    for duty in await due(store, clock, limit=100):
        again = clock.world() + next_looks[duty.thing]
        seen = look(Phase.RUNNING, at=clock.world(), thing=duty.thing)
        expected_end = ends.get(duty.thing.id.text.removeprefix("task-"))
        found = Found(seen, NOTHING_SEEN, again, first_glance(seen), expected_end)
        assert await store.duties.record(duty, found, ())


async def _first(store: Store, clock: HandClock, limit: int = 1) -> list[Thing]:
    return [duty.thing for duty in await due(store, clock, limit)]


async def test_what_should_have_ended_goes_before_what_is_longer_overdue(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    await _plan(store, clock, {RUN: SECOND, OTHER_RUN: MINUTE}, zzzzzz123456=WORLD + MINUTE)
    clock.passes(MINUTE)

    assert await _first(store, clock) == [OTHER_RUN]
    assert await _first(store, clock) == [RUN]


async def test_what_is_to_end_later_waits_for_its_turn(store: Store, clock: HandClock) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    await _plan(store, clock, {RUN: SECOND, OTHER_RUN: MINUTE}, zzzzzz123456=WORLD + 2 * MINUTE)
    clock.passes(MINUTE)

    assert await _first(store, clock) == [RUN]


async def test_a_channel_that_watches_thirty_leaves_room_for_one_that_watches_one(
    store: Store, clock: HandClock
) -> None:
    for thing in MANY:
        await _watch(store, thing, GENERAL)
    await _watch(store, RUN, RANDOM)
    await _plan(store, clock, {**dict.fromkeys(MANY, SECOND), RUN: MINUTE})
    clock.passes(MINUTE)

    assert set(await _first(store, clock, limit=2)) == {MANY[0], RUN}
    assert set(await _first(store, clock, limit=40)) == set(MANY[1:])


async def test_a_thing_that_two_channels_watch_has_the_better_turn_of_the_two(
    store: Store, clock: HandClock
) -> None:
    for thing in MANY[:5]:
        await _watch(store, thing, GENERAL)
    await _watch(store, RUN, GENERAL, RANDOM)
    await _plan(store, clock, {**dict.fromkeys(MANY, SECOND), RUN: MINUTE})
    clock.passes(MINUTE)

    assert set(await _first(store, clock, limit=2)) == {MANY[0], RUN}


async def test_a_watch_that_has_ended_gives_its_thing_no_turn(
    store: Store, clock: HandClock
) -> None:
    for thing in MANY[:5]:
        await _watch(store, thing, GENERAL)
    await _watch(store, RUN, GENERAL, RANDOM)
    await store.watches.end(RUN, RANDOM)
    await _plan(store, clock, {**dict.fromkeys(MANY, SECOND), RUN: MINUTE})
    clock.passes(MINUTE)

    assert set(await _first(store, clock, limit=2)) == set(MANY[:2])


async def test_each_account_has_its_own_things_and_its_own_load(
    store: Store, clock: HandClock
) -> None:
    elsewhere = replace(RUN, account="prod")
    for thing in (RUN, OTHER_RUN, elsewhere):
        await _watch(store, thing)

    assert await store.duties.load(clock.world()) == {"default": Load(2, 2), "prod": Load(1, 1)}
    [duty] = await store.duties.claim_due({"prod": 10}, window(clock), LEASE)
    assert duty.thing == elsewhere
    assert len(await due(store, clock)) == 2


async def test_what_a_clock_that_ran_ahead_has_planned_is_due(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    await _plan(store, clock, {RUN: 60 * MINUTE, OTHER_RUN: 4 * MINUTE})
    planned = Window(clock.world(), clock.world() + 5 * MINUTE)

    assert await store.duties.is_any_due(planned)
    [duty] = await store.duties.claim_due({"default": 9}, planned, LEASE)
    assert duty.thing == RUN


async def test_each_account_gets_what_it_has_room_for(store: Store, clock: HandClock) -> None:
    elsewhere = [replace(thing, account="prod") for thing in MANY[:3]]
    for thing in (*MANY[:3], *elsewhere):
        await _watch(store, thing)

    claimed = await store.duties.claim_due({"default": 2, "prod": 1}, window(clock), LEASE)

    assert sorted(duty.thing.account for duty in claimed) == ["default", "default", "prod"]


async def test_whether_anything_is_due_is_known_at_once(store: Store, clock: HandClock) -> None:
    await _watch(store, RUN)
    await _plan(store, clock, {RUN: MINUTE})

    assert not await store.duties.is_any_due(window(clock))
    clock.passes(MINUTE)
    assert await store.duties.is_any_due(window(clock))


async def test_what_nobody_watches_any_more_is_no_load(store: Store, clock: HandClock) -> None:
    await _watch(store, RUN)
    await store.watches.end(RUN, GENERAL)

    assert await store.duties.load(clock.world()) == {}


async def test_the_load_says_how_late_the_longest_overdue_is(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    await _plan(store, clock, {RUN: MINUTE, OTHER_RUN: 2 * MINUTE})
    assert await store.duties.load(clock.world()) == {"default": Load(2)}

    clock.passes(MINUTE + SECOND)

    assert await store.duties.load(clock.world()) == {"default": Load(2, 1, SECOND)}


async def test_a_newer_neighbours_things_are_left_to_it(store: Store, clock: HandClock) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    async with store.database.writing() as connection:
        newer = update(things).values(schema_version=SCHEMA_VERSION + 1)
        await connection.execute(newer.where(things.c.resource_id == RUN.id.text))

    assert await _first(store, clock, limit=10) == [OTHER_RUN]


async def test_a_claim_that_is_renewed_is_kept(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _watch(store, RUN)
    [duty] = await due(store, clock)

    for _ in range(3):
        clock.passes(LEASE - SECOND)
        await store.duties.renew([duty], LEASE)
        assert await due(rival, clock) == []

    assert await store.duties.record(duty, found(look(Phase.RUNNING)), ())


async def test_a_claim_that_is_not_renewed_comes_back_after_the_lease(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await _watch(store, thing)
    renewed = next(duty for duty in await due(store, clock) if duty.thing == RUN)
    clock.passes(LEASE - SECOND)
    await store.duties.renew([renewed], LEASE)
    assert await _first(rival, clock) == []

    clock.passes(SECOND)

    assert await _first(rival, clock, limit=10) == [OTHER_RUN]


async def test_nobody_renews_what_another_has_taken_over(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _watch(store, RUN)
    [lost] = await due(store, clock)
    clock.passes(LEASE)
    [taken_over] = await due(rival, clock)

    clock.passes(LEASE - SECOND)
    await store.duties.renew([lost], LEASE)
    clock.passes(SECOND)

    assert await due(store, clock) == [taken_over]


async def test_what_was_given_back_is_not_taken_again_by_a_late_renewal(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _watch(store, RUN)
    [duty] = await due(store, clock)
    await store.duties.postpone(duty, clock.world() + NOT_AT_ALL, failures=1)

    await store.duties.renew([duty], LEASE)

    assert await _first(rival, clock) == [RUN]
