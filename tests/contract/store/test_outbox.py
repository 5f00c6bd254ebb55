"""From owed to sent: order, attempts, searches, and processes that die in between."""

import pytest
from sqlalchemy import text

from bot.domain.errors import StoreError
from bot.domain.facts import SCHEMA_VERSION, Arrived
from bot.domain.ports import Posted
from bot.domain.watching import Announcement
from bot.store.opening import Store
from bot.store.tables import announcements
from tests.contract.store.values import (
    ADA,
    GENERAL,
    LEASE,
    MINUTE,
    NOT_AT_ALL,
    OTHER_RUN,
    RANDOM,
    SECOND,
    HandClock,
    claimed,
    send,
    send_all,
    stop_asked,
)


async def _owe(store: Store, *channels: str) -> None:
    for channel in channels:
        await store.outbox.add(channel, "default", stop_asked())


async def _one(store: Store, clock: HandClock) -> Announcement:
    [announcement] = await claimed(store, clock)
    return announcement


async def test_what_is_owed_is_sent_in_order_channel_by_channel(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL, GENERAL, RANDOM, GENERAL)

    first = await claimed(store, clock)

    assert [each.channel_id for each in first] == [GENERAL, RANDOM]
    assert await claimed(store, clock) == []
    for announcement in first:
        await send(store, clock, announcement)
    assert [each.channel_id for each in await send_all(store, clock)] == [GENERAL, GENERAL]
    assert (await store.outbox.backlog()).pending == 0


async def test_what_is_owed_once_is_owed_once_even_after_it_was_sent(
    store: Store, clock: HandClock
) -> None:
    for name in ("Ev1", "Ev1", "Ev2"):
        await store.outbox.add(GENERAL, "default", Arrived(), once=name)
    assert len(await send_all(store, clock)) == 2

    await store.outbox.add(GENERAL, "default", Arrived(), once="Ev1")

    assert await claimed(store, clock) == []


async def test_a_channel_is_left_in_peace_between_two_messages(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL, GENERAL, RANDOM)
    first, elsewhere = await claimed(store, clock)
    posted = Posted(GENERAL, "1.0")
    await store.outbox.sent(first, posted, SECOND)
    await store.outbox.sent(elsewhere, Posted(RANDOM, "1.0"), SECOND)

    assert await claimed(store, clock) == []
    clock.passes(SECOND)

    assert (await _one(store, clock)).channel_id == GENERAL


async def test_no_more_are_claimed_than_wanted(store: Store, clock: HandClock) -> None:
    await _owe(store, "C1", "C2", "C3")

    assert [each.channel_id for each in await claimed(store, clock, limit=2)] == ["C1", "C2"]
    assert [each.channel_id for each in await claimed(store, clock, limit=2)] == ["C3"]


async def test_every_announcement_has_a_key_of_its_own(store: Store, clock: HandClock) -> None:
    await _owe(store, GENERAL, GENERAL, RANDOM)

    assert len({each.key for each in await send_all(store, clock)}) == 3


async def test_a_fact_about_nothing_watched_has_no_thread(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked(OTHER_RUN))

    assert (await _one(store, clock)).thread_ts == ""


async def test_what_is_tried_again_later_keeps_its_place(store: Store, clock: HandClock) -> None:
    await _owe(store, GENERAL, GENERAL)
    first = await _one(store, clock)
    await store.outbox.attempting(first, LEASE)
    await store.outbox.try_after(first, MINUTE)

    clock.passes(MINUTE - SECOND)
    assert await claimed(store, clock) == []
    clock.passes(SECOND)

    again = await _one(store, clock)
    assert (again.id, again.attempts, again.attempted_at) == (first.id, 1, None)


async def test_an_unclear_outcome_is_looked_for_and_only_searches_in_vain_count(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    fresh = await _one(store, clock)
    tried = clock.wall()
    await store.outbox.attempting(fresh, LEASE)
    await store.outbox.search_after(fresh, LEASE, counts=False)
    assert await claimed(store, clock) == []

    counts = []
    for _ in range(3):
        clock.passes(LEASE)
        unclear = await _one(store, clock)
        assert (unclear.attempted_at, unclear.attempts) == (tried, 1)
        counts.append(unclear.searches)
        await store.outbox.search_after(unclear, LEASE, counts=True)

    assert counts == [0, 1, 2]


async def test_a_new_attempt_is_searched_for_from_its_own_time(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    for _ in range(2):
        unclear = await _one(store, clock)
        await store.outbox.search_after(unclear, NOT_AT_ALL, counts=True)
    unclear = await _one(store, clock)
    clock.passes(SECOND)
    await store.outbox.attempting(unclear, LEASE)
    await store.outbox.search_after(unclear, NOT_AT_ALL, counts=False)

    again = await _one(store, clock)

    assert (again.attempts, again.attempted_at, again.searches) == (1, clock.wall(), 0)


async def test_what_a_search_has_found_is_sent(store: Store, clock: HandClock) -> None:
    await _owe(store, GENERAL)
    fresh = await _one(store, clock)
    await store.outbox.attempting(fresh, LEASE)
    await store.outbox.search_after(fresh, NOT_AT_ALL, counts=False)

    found = await _one(store, clock)
    await store.outbox.sent(found, Posted(GENERAL, "7.0"), NOT_AT_ALL)

    assert (await store.outbox.backlog()).pending == 0


async def test_an_attempt_that_died_comes_back_as_one_to_be_searched_for(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    lost = await _one(store, clock)
    tried = clock.wall()
    await store.outbox.attempting(lost, LEASE)

    assert await claimed(rival, clock) == []
    clock.passes(LEASE)

    taken_over = await _one(rival, clock)
    assert (taken_over.id, taken_over.key) == (lost.id, lost.key)
    assert (taken_over.attempted_at, taken_over.attempts) == (tried, 1)


async def test_a_process_whose_lease_was_taken_over_may_not_send(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    frozen = await _one(store, clock)
    clock.passes(LEASE)
    taken_over = await _one(rival, clock)

    with pytest.raises(StoreError):
        await store.outbox.attempting(frozen, LEASE)

    await rival.outbox.attempting(taken_over, LEASE)


async def test_what_such_a_process_says_does_not_undo_the_others_attempt(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    frozen = await _one(store, clock)
    clock.passes(LEASE)
    taken_over = await _one(rival, clock)
    tried = clock.wall()
    await rival.outbox.attempting(taken_over, LEASE)

    await store.outbox.try_after(frozen, NOT_AT_ALL)
    await store.outbox.search_after(frozen, NOT_AT_ALL, counts=False)
    await store.outbox.parked(frozen, "invalid_blocks")
    await store.outbox.blocked(frozen, "is_archived", NOT_AT_ALL)

    assert await claimed(store, clock) == []
    clock.passes(LEASE)
    assert (await _one(store, clock)).attempted_at == tried


async def test_what_such_a_process_has_sent_is_not_sent_again(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    frozen = await _one(store, clock)
    await store.outbox.attempting(frozen, LEASE)
    clock.passes(LEASE)
    taken_over = await _one(rival, clock)

    await store.outbox.sent(frozen, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    with pytest.raises(StoreError):
        await rival.outbox.attempting(taken_over, LEASE)
    assert (await store.outbox.backlog()).pending == 0


async def test_a_parked_announcement_lets_the_next_one_pass(store: Store, clock: HandClock) -> None:
    await _owe(store, GENERAL, GENERAL)
    first = await _one(store, clock)

    await store.outbox.parked(first, "invalid_blocks: \x00 \ud800")

    assert (await _one(store, clock)).id > first.id
    assert (await store.outbox.backlog()).pending == 1


async def test_a_fallback_is_a_second_attempt_within_one_claim(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    refused = await _one(store, clock)

    await store.outbox.attempting(refused, LEASE)
    await send(store, clock, refused)

    assert (await store.outbox.backlog()).pending == 0


async def test_what_is_owed_to_a_person_is_claimed_by_their_user_id(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, ADA)

    assert (await _one(store, clock)).channel_id == ADA


async def test_a_newer_neighbours_facts_are_left_to_it(store: Store, clock: HandClock) -> None:
    await _owe(store, GENERAL, RANDOM)
    async with store.database.writing() as connection:
        newer = announcements.update().values(schema_version=SCHEMA_VERSION + 1)
        await connection.execute(newer.where(announcements.c.channel_id == GENERAL))

    assert [each.channel_id for each in await claimed(store, clock)] == [RANDOM]


async def test_a_channel_hears_nothing_more_before_its_next_post(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    await _owe(store, GENERAL)
    first = await _one(store, clock)
    await store.outbox.attempting(first, LEASE)
    await store.outbox.sent(first, Posted(GENERAL, "7.0"), SECOND)

    assert await claimed(store, clock) == []
    clock.passes(SECOND)

    assert (await _one(store, clock)).id > first.id


async def test_a_fact_that_cannot_be_read_holds_up_its_own_channel_alone(
    store: Store, clock: HandClock
) -> None:
    await _owe(store, GENERAL)
    await store.outbox.add("C0OTHER", "default", stop_asked())
    async with store.database.writing() as connection:
        await connection.execute(
            text("UPDATE announcements SET fact = '{}' WHERE channel_id = :id"), {"id": GENERAL}
        )
    assert [each.channel_id for each in await claimed(store, clock)] == ["C0OTHER"]
