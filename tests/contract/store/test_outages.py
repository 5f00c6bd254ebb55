"""Accounts that do not serve: what all processes know of it, and what channels hear."""

import asyncio
from dataclasses import replace

from bot.domain.facts import Fact, Outage, OutageBegan, OutageEnded
from bot.domain.ports import Trouble
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    GENERAL,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    WORLD,
    HandClock,
    due,
    follow,
    found,
    look,
    send_all,
    watch,
    window,
)

DOWN = OutageBegan("default", Outage.DOWN, WORLD)


async def _told(store: Store, clock: HandClock) -> list[tuple[str, Fact]]:
    return [(each.channel_id, each.fact) for each in await send_all(store, clock)]


async def _watched(store: Store, clock: HandClock) -> None:
    """A run is watched in one channel, and new runs are followed in another."""
    await store.watches.begin(watch(), look())
    await store.follows.begin(follow(RANDOM))
    await send_all(store, clock)


async def test_an_outage_is_known_to_all_from_when_it_first_began(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.outages.began("default", Outage.DOWN, WORLD)
    await rival.outages.began("default", Outage.THROTTLED, WORLD + MINUTE)
    await rival.outages.began("prod", Outage.CREDENTIALS, WORLD + MINUTE)

    expected = {
        "default": Trouble(Outage.THROTTLED, WORLD),
        "prod": Trouble(Outage.CREDENTIALS, WORLD + MINUTE),
    }
    assert await store.outages.open() == expected
    assert await rival.outages.open() == expected


async def test_each_channel_of_the_account_is_told_once(store: Store, clock: HandClock) -> None:
    await _watched(store, clock)
    await store.watches.begin(watch(thing=OTHER_RUN), look(thing=OTHER_RUN))
    await store.watches.begin(watch("C0PROD", replace(RUN, account="prod")), look())
    await store.follows.begin(follow("C0PROD", account="prod"))
    await send_all(store, clock)
    await store.outages.began("default", Outage.DOWN, WORLD)

    for _ in range(2):
        await store.outages.tell("default", WORLD + 3 * MINUTE)

    assert await _told(store, clock) == [(GENERAL, DOWN), (RANDOM, DOWN)]
    assert await store.outages.open() == {"default": Trouble(Outage.DOWN, WORLD, told=True)}


async def test_who_follows_and_watches_nothing_any_more_is_not_told(
    store: Store, clock: HandClock
) -> None:
    await _watched(store, clock)
    await store.watches.end(RUN, GENERAL)
    await store.follows.end("default", RANDOM, None)
    await store.outages.began("default", Outage.DOWN, WORLD)

    await store.outages.tell("default", WORLD + MINUTE)

    assert await _told(store, clock) == []


async def test_who_was_told_of_it_is_told_once_that_it_is_over(
    store: Store, clock: HandClock
) -> None:
    await _watched(store, clock)
    await store.outages.began("default", Outage.DOWN, WORLD)
    await store.outages.tell("default", WORLD + 3 * MINUTE)
    await send_all(store, clock)

    for _ in range(2):
        await store.outages.over("default", WORLD + 9 * MINUTE)

    over = OutageEnded("default", Outage.DOWN, WORLD, WORLD + 9 * MINUTE)
    assert await _told(store, clock) == [(GENERAL, over), (RANDOM, over)]
    assert await store.outages.open() == {}


async def test_what_was_over_before_anybody_was_told_is_not_told_at_all(
    store: Store, clock: HandClock
) -> None:
    await _watched(store, clock)
    await store.outages.began("default", Outage.DOWN, WORLD)

    await store.outages.over("default", WORLD + MINUTE)
    await store.outages.tell("default", WORLD + 3 * MINUTE)

    assert await _told(store, clock) == []


async def test_an_outage_that_comes_again_is_told_again(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    for hour in range(2):
        at = WORLD + hour * 60 * MINUTE
        await store.outages.began("default", Outage.DOWN, at)
        await store.outages.tell("default", at + 3 * MINUTE)
        await store.outages.over("default", at + 9 * MINUTE)

    told = [type(fact) for _, fact in await _told(store, clock)]
    assert told == [OutageBegan, OutageEnded] * 2


async def test_what_could_not_be_looked_at_is_due_at_once_when_it_is_over(
    store: Store, clock: HandClock
) -> None:
    prod = replace(RUN, account="prod")
    for thing in (RUN, OTHER_RUN, prod):
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    for account in ("default", "prod"):
        for duty in await store.duties.claim_due({account: 10}, window(clock), 10 * SECOND):
            if duty.thing == OTHER_RUN:
                seen = found(look(thing=OTHER_RUN), clock.world() + 60 * MINUTE)
                await store.duties.record(duty, seen, ())
            else:
                await store.duties.postpone(duty, clock.world() + 60 * MINUTE, failures=5)
    await store.outages.began("default", Outage.DOWN, WORLD)
    clock.passes(MINUTE)
    assert await due(store, clock) == []

    await store.outages.over("default", clock.world())

    [duty] = await due(store, clock)
    assert (duty.thing, duty.failures) == (RUN, 5)
    assert await store.duties.is_any_due(window(clock))


async def test_of_many_that_tell_of_an_outage_and_its_end_one_does(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(owner=ADA), look())
    await send_all(store, clock)

    both = (store, rival) * 3
    await asyncio.gather(*(e.outages.began("default", Outage.DOWN, WORLD) for e in both))
    await asyncio.gather(*(e.outages.tell("default", WORLD + 3 * MINUTE) for e in both))
    await asyncio.gather(*(e.outages.over("default", WORLD + 9 * MINUTE) for e in both))

    assert await _told(store, clock) == [
        (GENERAL, DOWN),
        (GENERAL, OutageEnded("default", Outage.DOWN, WORLD, WORLD + 9 * MINUTE)),
    ]
