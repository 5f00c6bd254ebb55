"""What has been over for long is removed, and nothing that anything still needs."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select, text

from bot.domain.facts import RunAppeared
from bot.domain.id_grammar import read_id
from bot.domain.resources import Phase
from bot.domain.watching import Thing
from bot.store.cleaning import StoredHistory
from bot.store.opening import Store
from bot.store.tables import announcements, cards, channels, follows, known_runs, things, watches
from tests.contract.store.values import (
    ALL_RUNS,
    DAY,
    GENERAL,
    LEASE,
    MINUTE,
    NOT_AT_ALL,
    OTHER_RUN,
    RANDOM,
    RUN,
    WORLD,
    HandClock,
    claimed,
    due,
    follow,
    look,
    saw,
    send,
    send_all,
    show_all,
    stop_asked,
    watch,
)

KEPT = 30 * DAY
STORY = (things, watches, cards, announcements)
MANY = [Thing("default", read_id(f"task-{number:012}")) for number in range(20)]


@pytest.fixture
def history(store: Store, clock: HandClock) -> StoredHistory:
    return StoredHistory(store.database, clock)


async def _clean(history: StoredHistory) -> int:
    removed = 0
    while some := await history.forget_some(KEPT):
        removed += some
    return removed


async def _count(store: Store, table: Table) -> int:
    async with store.database.reading() as connection:
        count = await connection.scalar(select(func.count()).select_from(table))
    assert count is not None
    return count


async def _counts(store: Store, tables: Collection[Table] = STORY) -> tuple[int, ...]:
    return tuple([await _count(store, table) for table in tables])


async def _ends(store: Store, clock: HandClock, thing: Thing = RUN) -> None:
    """The one thing that is due is seen at its end."""
    await saw(store, clock, look(Phase.DONE, 100, at=clock.world(), thing=thing))


async def _lived(store: Store, clock: HandClock, thing: Thing = RUN) -> None:
    """A run that was watched in a channel to its end, with everything told and shown."""
    await store.watches.begin(watch(thing=thing), look(thing=thing))
    await send_all(store, clock)
    await _ends(store, clock, thing)
    await send_all(store, clock)
    await _show_cards(store)


async def _show_cards(store: Store) -> None:
    for card in await store.outbox.claim_cards(LEASE, 100):
        await store.outbox.card_shown(card, NOT_AT_ALL)


async def test_the_story_of_a_thing_is_removed_as_a_whole(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    assert await _counts(store) == (1, 1, 1, 2)
    clock.passes(KEPT + MINUTE)

    assert await _clean(history) == 5

    assert await _counts(store) == (0, 0, 0, 0)


async def test_exactly_what_is_older_is_removed(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    await store.follows.begin(follow())
    await store.follows.end("default", GENERAL, ALL_RUNS)
    clock.passes(KEPT)

    assert await _clean(history) == 0

    clock.passes(timedelta(microseconds=1))
    assert await _clean(history) == 6
    assert await _counts(store, (*STORY, follows)) == (0, 0, 0, 0, 0)


async def test_what_is_live_stays_with_its_card_however_old(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.watches.begin(watch(until=WORLD + 1000 * DAY), look())
    await store.follows.begin(follow(until=WORLD + 1000 * DAY))
    await send_all(store, clock)
    clock.passes(KEPT * 10)

    assert await _clean(history) == 0
    assert await _counts(store, (*STORY, follows)) == (1, 1, 1, 1, 1)


async def test_an_ended_watch_stays_while_another_channel_follows_its_thing(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.begin(watch(RANDOM), look())
    await send_all(store, clock)
    await store.watches.end(RUN, GENERAL)
    clock.passes(KEPT + DAY)

    assert await _clean(history) == 0
    assert set(await store.watches.channels_of(RUN)) == {GENERAL, RANDOM}


async def test_a_card_that_is_yet_to_be_shown_keeps_its_thing(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await _ends(store, clock)
    await send_all(store, clock)
    clock.passes(KEPT + DAY)

    assert await _clean(history) == 1  # what was told of the end; the card's own is needed
    [card] = await store.outbox.claim_cards(LEASE, 10)
    await store.outbox.card_shown(card, NOT_AT_ALL)
    assert await _clean(history) == 4


async def test_a_channel_that_was_closed_hears_after_months_what_it_missed_in_its_thread(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [card] = await claimed(store, clock)
    await send(store, clock, card, "7.0")
    await _ends(store, clock)
    await _show_cards(store)
    [end] = await claimed(store, clock)
    await store.outbox.attempting(end, LEASE)
    await store.outbox.blocked(end, "not_in_channel", KEPT * 10)
    await store.outbox.add(GENERAL, "default", stop_asked(OTHER_RUN))
    clock.passes(KEPT * 3)

    assert await _clean(history) == 0

    await store.outbox.unblocked(GENERAL)
    told = [each for each in await send_all(store, clock) if each.channel_id == GENERAL]
    assert [(each.id, each.thread_ts) for each in told] == [(end.id, "7.0"), (told[1].id, "")]


async def test_what_is_owed_stays_in_its_order(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    for _ in range(3):
        await store.outbox.add(RANDOM, "default", stop_asked())
    [first] = await claimed(store, clock)
    clock.passes(KEPT + DAY)

    assert await _clean(history) == 5
    await store.outbox.add(RANDOM, "default", stop_asked())

    in_order = [each.id for each in await send_all(store, clock)]
    assert in_order == list(range(first.id, first.id + 4))


async def test_a_number_is_never_given_twice(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [before] = await send_all(store, clock)
    clock.passes(KEPT + DAY)
    assert await _clean(history) == 1

    await store.outbox.add(GENERAL, "default", stop_asked())

    [after] = await send_all(store, clock)
    assert after.id > before.id


async def test_what_may_stand_twice_stays_until_that_was_looked_into(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [first] = await claimed(store, clock)
    await store.outbox.attempting(first, LEASE)
    await store.outbox.search_after(first, NOT_AT_ALL, counts=True)
    clock.passes(MINUTE)
    await send_all(store, clock)
    clock.passes(KEPT + DAY)

    assert await _clean(history) == 0

    [repeated] = await store.repeats.claim(LEASE, 10)
    await store.repeats.checked(repeated, repeated.posted, None)
    assert await _clean(history) == 1


async def test_what_was_parked_goes_too(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    for _ in range(2):
        [parked] = await claimed(store, clock)
        await store.outbox.attempting(parked, LEASE)
        await store.outbox.search_after(parked, NOT_AT_ALL, counts=True)
        clock.passes(MINUTE)
    [parked] = await claimed(store, clock)
    await store.outbox.parked(parked, "invalid_blocks")
    clock.passes(KEPT + DAY)

    assert await _clean(history) == 1


async def test_an_old_run_is_no_news_afterwards(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await store.follows.note("default", [OTHER_RUN.id], WORLD)
    await store.follows.begin(follow(RANDOM, until=WORLD + 1000 * DAY))
    await _lived(store, clock)
    clock.passes(KEPT + DAY)

    await _clean(history)

    assert await _count(store, things) == 0
    assert await store.follows.news("default", [RUN.id, OTHER_RUN.id]) == []
    told = [(RANDOM, RunAppeared(look(Phase.DONE).resource))]
    await store.follows.appeared("default", RUN.id, clock.world(), told)
    assert (await store.outbox.backlog()).pending == 0


async def test_what_is_no_run_is_not_noted_as_one(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    version = Thing("default", read_id("amv-abcdef123456"))
    await store.watches.begin(watch(thing=version), look())
    await store.watches.end(version, GENERAL)
    await send_all(store, clock)
    await show_all(store)
    clock.passes(KEPT + DAY)

    await _clean(history)

    assert await _counts(store, (things, known_runs)) == (0, 0)


async def test_what_was_forgotten_can_be_watched_anew(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    clock.passes(KEPT + DAY)
    await _clean(history)

    assert await store.watches.begin(watch(until=clock.world() + DAY), look())

    assert [each.thing for each in await due(store, clock)] == [RUN]
    assert len(await send_all(store, clock)) == 1


async def test_who_watches_a_thing_again_keeps_it(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    clock.passes(KEPT + DAY)
    await store.watches.begin(watch(until=clock.world() + DAY), look())
    await send_all(store, clock)

    assert await _clean(history) == 1  # what was told of the first end
    assert await _counts(store) == (1, 2, 2, 2)


async def test_channels_keep_their_rows(
    store: Store, history: StoredHistory, clock: HandClock
) -> None:
    await _lived(store, clock)
    clock.passes(KEPT + DAY)

    await _clean(history)

    assert await _count(store, channels) == 1


async def test_two_processes_remove_each_row_once(
    store: Store,
    rival: Store,
    history: StoredHistory,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.store.cleaning.BATCH", 4)
    monkeypatch.setattr("bot.store.cleaning.THINGS_BATCH", 3)
    for thing in MANY:
        await _lived(store, clock, thing)
    await store.watches.begin(watch(until=WORLD + 1000 * DAY), look())
    await send_all(store, clock)
    clock.passes(KEPT + DAY)
    both = (history, StoredHistory(rival.database, clock))

    removed = await asyncio.gather(*(_clean(each) for each in both * 2))
    # Whoever found the rest in another's hands came away early.
    removed.append(await _clean(history))

    assert sum(removed) == 5 * len(MANY)
    assert await _counts(store) == (1, 1, 1, 1)
    assert await store.follows.news("default", [each.id for each in MANY]) == []


async def test_a_thing_that_another_is_beginning_to_watch_is_passed_over(
    store: Store, rival: Store, history: StoredHistory, clock: HandClock
) -> None:
    if store.database.is_ours_alone:
        pytest.skip("SQLite has one writer at a time")
    await _lived(store, clock)
    clock.passes(KEPT + DAY)
    locking = text("SELECT id FROM things FOR NO KEY UPDATE")
    async with rival.database.writing() as connection:
        await connection.execute(locking)
        assert await history.forget_some(KEPT) == 1  # what was told of the end
    assert await _clean(history) == 4


async def test_a_thing_counts_once_however_many_channels_watched_it(
    store: Store, history: StoredHistory, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.cleaning.THINGS_BATCH", 2)
    for thing in MANY[:3]:
        for channel in (GENERAL, RANDOM, "C0THIRD"):
            await store.watches.begin(watch(channel, thing), look(thing=thing))
            await send_all(store, clock)
            await store.watches.end(thing, channel)
    await show_all(store)
    clock.passes(KEPT + DAY)

    await history.forget_some(KEPT)

    assert await _counts(store, (things, watches, cards)) == (1, 3, 3)
