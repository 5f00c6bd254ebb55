"""Announcements that may stand twice in their channel: which ones, and what is noted of them."""

from sqlalchemy import update

from bot.domain.facts import SCHEMA_VERSION
from bot.domain.ports import Posted, Repeated
from bot.domain.resources import Phase
from bot.domain.watching import Announcement
from bot.store.opening import Store
from bot.store.tables import announcements
from tests.contract.store.values import (
    GENERAL,
    LEASE,
    MINUTE,
    NOT_AT_ALL,
    RUN,
    SECOND,
    WALL,
    HandClock,
    claimed,
    look,
    saw,
    send,
    send_all,
    stop_asked,
    watch,
)


async def _one(store: Store, clock: HandClock) -> Announcement:
    [announcement] = await claimed(store, clock)
    return announcement


async def _ripe(store: Store) -> list[Repeated]:
    return list(await store.repeats.claim(LEASE, 10))


async def _sent_again(store: Store, clock: HandClock, ts: str = "2.0") -> Announcement:
    """Send the one thing that is owed, whose first attempt has an unclear outcome."""
    first = await _one(store, clock)
    await store.outbox.attempting(first, LEASE)
    await store.outbox.search_after(first, NOT_AT_ALL, counts=False)
    clock.passes(SECOND)
    return await send(store, clock, await _one(store, clock), ts)


async def test_what_was_sent_at_once_is_not_looked_after(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await send_all(store, clock)
    clock.passes(MINUTE)

    assert await _ripe(store) == []


async def test_what_was_certainly_not_posted_before_is_not_looked_after(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    throttled = await _one(store, clock)
    await store.outbox.attempting(throttled, LEASE)
    await store.outbox.try_after(throttled, NOT_AT_ALL)
    await send_all(store, clock)

    assert await _ripe(store) == []


async def test_what_was_sent_again_after_an_unclear_outcome_is_looked_after(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    sent = await _sent_again(store, clock)

    [repeated] = await _ripe(store)

    assert (repeated.announcement.id, repeated.announcement.key) == (sent.id, sent.key)
    assert repeated.posted == Posted(GENERAL, "2.0")
    assert (repeated.since, repeated.checks, repeated.is_card) == (WALL, 0, False)


async def test_what_is_not_sent_yet_is_not_looked_after(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    for _ in range(2):
        unclear = await _one(store, clock)
        await store.outbox.attempting(unclear, LEASE)
        await store.outbox.search_after(unclear, NOT_AT_ALL, counts=False)

    assert await _ripe(store) == []


async def test_what_was_found_by_a_search_is_not_looked_after(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    first = await _one(store, clock)
    await store.outbox.attempting(first, LEASE)
    await store.outbox.search_after(first, NOT_AT_ALL, counts=False)
    found = await _one(store, clock)
    await store.outbox.sent(found, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    assert await _ripe(store) == []


async def test_one_process_at_a_time_looks_after_it(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _sent_again(store, clock)

    assert len(await _ripe(store)) == 1
    assert await _ripe(rival) == []
    clock.passes(LEASE)
    assert len(await _ripe(rival)) == 1


async def test_it_is_looked_after_again_in_time_and_in_the_end_no_more(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _sent_again(store, clock)
    [repeated] = await _ripe(store)
    await store.repeats.checked(repeated, repeated.posted, MINUTE)

    clock.passes(MINUTE - SECOND)
    assert await _ripe(store) == []
    clock.passes(SECOND)
    [again] = await _ripe(store)
    assert again.checks == 1
    await store.repeats.checked(again, again.posted, None)

    clock.passes(60 * MINUTE)
    assert await _ripe(store) == []


async def test_what_could_not_be_looked_after_comes_back_uncounted(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _sent_again(store, clock)
    [repeated] = await _ripe(store)

    await store.repeats.put_off(repeated, 2 * LEASE)

    clock.passes(2 * LEASE - SECOND)
    assert await _ripe(store) == []
    clock.passes(SECOND)
    assert await _ripe(store) == [repeated]


async def test_the_place_that_is_kept_is_noted(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _sent_again(store, clock, "2.0")
    [repeated] = await _ripe(store)

    await store.repeats.checked(repeated, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    [again] = await _ripe(store)
    assert again.posted == Posted(GENERAL, "1.0")


async def test_a_card_moves_with_its_announcement_and_so_does_its_thread(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await _sent_again(store, clock, "2.0")
    [repeated] = await _ripe(store)
    assert repeated.is_card

    await store.repeats.checked(repeated, Posted(GENERAL, "1.0"), None)
    await saw(store, clock, look(Phase.RUNNING))

    [card] = await store.outbox.claim_cards(LEASE, 10)
    assert card.ts == "1.0"
    assert (await _one(store, clock)).thread_ts == "1.0"


async def test_a_card_that_somebody_deleted_does_not_come_back_by_a_check(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await _sent_again(store, clock)
    await saw(store, clock, look(Phase.RUNNING))
    [card] = await store.outbox.claim_cards(LEASE, 10)
    await store.outbox.card_gone(card)
    [repeated] = await _ripe(store)

    await store.repeats.checked(repeated, repeated.posted, None)

    assert (await _one(store, clock)).thread_ts == ""


async def test_what_two_processes_have_sent_is_looked_after(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    frozen = await _one(store, clock)
    await store.outbox.attempting(frozen, LEASE)
    clock.passes(LEASE)
    await send(rival, clock, await _one(rival, clock), "2.0")
    [ripe] = await _ripe(rival)
    await rival.repeats.checked(ripe, ripe.posted, None)

    await store.outbox.sent(frozen, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    [repeated] = await _ripe(rival)
    assert (repeated.announcement.id, repeated.posted) == (frozen.id, Posted(GENERAL, "2.0"))
    assert (await store.outbox.backlog()).pending == 0


async def test_what_two_processes_have_found_in_one_place_stands_there_once(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    frozen = await _one(store, clock)
    clock.passes(LEASE)
    taken_over = await _one(rival, clock)
    await rival.outbox.sent(taken_over, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    await store.outbox.sent(frozen, Posted(GENERAL, "1.0"), NOT_AT_ALL)

    assert await _ripe(store) == []


async def test_a_parked_announcement_is_not_looked_after(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked(RUN))
    for _ in range(2):
        unclear = await _one(store, clock)
        await store.outbox.attempting(unclear, LEASE)
        await store.outbox.search_after(unclear, NOT_AT_ALL, counts=False)

    await store.outbox.parked(await _one(store, clock), "invalid_blocks")

    assert await _ripe(store) == []


async def test_a_newer_neighbours_repeats_are_left_to_it(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _sent_again(store, clock)
    async with store.database.writing() as connection:
        newer = update(announcements).values(schema_version=SCHEMA_VERSION + 1)
        await connection.execute(newer)

    assert await _ripe(store) == []
