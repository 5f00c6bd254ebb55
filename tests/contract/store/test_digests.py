"""Digests: one a local day, whoever makes them, and what each tells."""

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.domain.digests import Digest
from bot.domain.facts import Fact
from bot.domain.hours import DailyTime
from bot.domain.resources import Phase
from bot.store.opening import Store
from tests.contract.store.values import (
    DAY,
    GENERAL,
    LEASE,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    WORLD,
    HandClock,
    claimed,
    due,
    found,
    look,
    saw,
    send_all,
    watch,
)

HOUR = timedelta(hours=1)

#: Two hours after the world begins.
DAILY = DailyTime(time(14), "UTC")
FIRST = WORLD + 2 * HOUR


async def wants_digest(store: Store, daily: DailyTime | None = DAILY) -> None:
    await store.channels.change(GENERAL, lambda settings: replace(settings, digest=daily))


async def made(store: Store, clock: HandClock) -> list[Digest]:
    """What the digests tell that are due now."""
    for channel in await store.digests.due(clock.world()):
        await store.digests.make(channel, clock.world())
    facts: list[Fact] = [each.fact for each in await send_all(store, clock)]
    return [fact for fact in facts if isinstance(fact, Digest)]


async def watching(store: Store) -> None:
    """A run waits, and is watched for long."""
    await store.watches.begin(watch(until=WORLD + 90 * DAY), look())


async def test_a_digest_is_due_at_its_time_of_day_and_not_before(
    store: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    assert await store.channels.next_digest(GENERAL) == FIRST
    clock.passes(2 * HOUR - MINUTE)
    assert await made(store, clock) == []

    clock.passes(MINUTE)

    [digest] = await made(store, clock)
    assert [each.resource.id for each in digest.waiting] == [RUN.id]
    assert (digest.since, digest.until) == (FIRST - DAY, FIRST)
    assert await made(store, clock) == []
    assert await store.channels.next_digest(GENERAL) == FIRST + DAY
    assert await store.channels.next_digest(RANDOM) is None


async def test_two_processes_make_one(store: Store, rival: Store, clock: HandClock) -> None:
    await watching(store)
    await wants_digest(store)
    for _ in range(3):
        clock.passes(DAY)
        both = [each.digests.make(GENERAL, clock.world()) for each in (store, rival) * 3]

        assert sorted(await asyncio.gather(*both)) == [False] * 5 + [True]

    sent = await send_all(store, clock)
    assert sum(isinstance(each.fact, Digest) for each in sent) == 3


async def test_a_clock_that_was_set_back_brings_no_second_one(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    clock.passes(2 * HOUR)
    assert len(await made(store, clock)) == 1
    clock.passes(-HOUR)
    assert await made(rival, clock) == []
    # Somebody settles the same again while the clock is behind.
    await wants_digest(store, None)
    await wants_digest(store)
    clock.passes(2 * HOUR)
    assert await made(store, clock) == []
    assert await store.channels.next_digest(GENERAL) == FIRST + DAY


async def test_what_a_clock_that_ran_ahead_has_planned_is_planned_anew(
    store: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    assert await store.digests.make(GENERAL, FIRST + 365 * DAY)
    assert await store.digests.due(WORLD) == [GENERAL]
    assert await store.digests.make(GENERAL, WORLD)
    assert await store.channels.next_digest(GENERAL) == FIRST

    assert await store.digests.make(GENERAL, FIRST)
    assert await store.channels.next_digest(GENERAL) == FIRST + DAY


async def test_after_an_outage_of_days_there_is_one_that_tells_all(
    store: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    clock.passes(2 * HOUR)
    await made(store, clock)
    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.DONE, at=clock.world()))
    clock.passes(4 * DAY)

    [digest] = await made(store, clock)

    assert [each.resource.id for each in digest.ended] == [RUN.id]
    assert digest.since == FIRST
    assert await store.channels.next_digest(GENERAL) == FIRST + 5 * DAY


async def test_what_was_told_in_one_digest_is_not_in_the_next(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    await wants_digest(store)
    [duty, other] = await due(store, clock)
    seen = look(Phase.FAILED, thing=duty.thing)
    await store.duties.record(duty, found(seen, None, duty.track), ())
    # Ended by a person: it is no end of the run.
    await store.watches.end(other.thing, GENERAL)
    clock.passes(2 * HOUR)

    [digest] = await made(store, clock)

    assert [each.resource.id for each in digest.ended] == [duty.thing.id]
    clock.passes(DAY)
    assert await made(store, clock) == []
    assert await store.channels.next_digest(GENERAL) == FIRST + 2 * DAY


async def test_a_channel_that_cannot_be_written_to_is_not_owed_one_digest_after_the_other(
    store: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    [card] = await claimed(store, clock)
    await store.outbox.attempting(card, LEASE)
    await store.outbox.blocked(card, "not_in_channel", MINUTE)
    for _ in range(3):
        clock.passes(DAY)
        assert not await store.digests.make(GENERAL, clock.world())
    await store.outbox.unblocked(GENERAL)

    assert await made(store, clock) == []
    clock.passes(DAY)
    assert len(await made(store, clock)) == 1


async def test_one_that_is_not_wanted_any_more_is_not_made(store: Store, clock: HandClock) -> None:
    await watching(store)
    await wants_digest(store)
    await wants_digest(store, None)
    clock.passes(DAY)

    assert await store.digests.due(clock.world()) == []
    assert not await store.digests.make(GENERAL, clock.world())


async def test_what_cannot_be_read_is_told_as_it_was_last_seen(
    store: Store, clock: HandClock
) -> None:
    await watching(store)
    await wants_digest(store)
    [duty] = await due(store, clock)
    await store.duties.postpone(duty, clock.world() + MINUTE, failures=5)
    clock.passes(2 * HOUR)

    [digest] = await made(store, clock)

    unread: datetime | None = digest.waiting[0].unread_since
    assert unread == WORLD
