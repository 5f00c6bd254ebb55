"""Leases, pauses and attempts are counted on one clock, however wrong a process's own is."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.resources import Phase
from bot.store import leases
from bot.store.opening import Store, open_store
from bot.watcher.sender import SETTLE, Step, next_step
from tests.contract.store.values import (
    GENERAL,
    MINUTE,
    NOT_AT_ALL,
    RUN,
    HandClock,
    claimed,
    due,
    found,
    look,
    send,
    send_all,
    stop_asked,
    watch,
)

on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture
async def early(url: str, clock: HandClock) -> AsyncIterator[Store]:
    """A process whose own clock is behind."""
    async with open_store(url, clock) as opened:
        yield opened


@pytest.fixture
def late_clock() -> HandClock:
    """The clock of a process that lives an hour ahead."""
    clock = HandClock()
    clock.passes(60 * MINUTE)
    return clock


@pytest.fixture
async def late(url: str, early: Store, late_clock: HandClock) -> AsyncIterator[Store]:
    """Another one, an hour ahead."""
    async with open_store(url, late_clock) as opened:
        yield opened


async def _on_server(store: Store) -> datetime:
    async with store.database.reading() as connection:
        present: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return present


@on_postgresql
async def test_announcements_in_hand_are_not_taken_by_who_lives_ahead(
    early: Store, late: Store, clock: HandClock, late_clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked())
    [announcement] = await claimed(early, clock)

    assert await claimed(late, late_clock) == []

    await send(early, clock, announcement)


@on_postgresql
async def test_a_lease_that_has_run_out_is_taken_by_who_lives_behind(
    early: Store, late: Store, clock: HandClock
) -> None:
    await late.outbox.add(GENERAL, "default", stop_asked())
    [lost] = await late.outbox.claim(NOT_AT_ALL, 10)

    [taken_over] = await claimed(early, clock)

    assert taken_over.id == lost.id


@on_postgresql
async def test_things_in_hand_are_not_taken_by_who_lives_ahead(
    early: Store, late: Store, clock: HandClock, late_clock: HandClock
) -> None:
    await early.watches.begin(watch(), look())
    [duty] = await due(early, clock)

    assert await due(late, late_clock) == []
    await early.duties.renew([duty], NOT_AT_ALL)
    assert await due(late, late_clock) == [duty]


@on_postgresql
async def test_cards_in_hand_are_not_taken_by_who_lives_ahead(
    early: Store, late: Store, clock: HandClock
) -> None:
    await early.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(early, clock)
    [duty] = await due(early, clock)
    await early.duties.record(duty, found(look(Phase.RUNNING, 50)), ())
    [card] = await early.outbox.claim_cards(MINUTE, 10)

    assert await late.outbox.claim_cards(MINUTE, 10) == []
    await early.outbox.card_later(card, MINUTE)
    assert await late.outbox.claim_cards(MINUTE, 10) == []


@on_postgresql
async def test_a_turn_is_not_taken_by_who_lives_ahead(early: Store, late: Store) -> None:
    assert await early.turns.take("digest", MINUTE)

    assert not await late.turns.take("digest", MINUTE)


@on_postgresql
async def test_repeats_in_hand_are_not_taken_by_who_lives_ahead(
    early: Store, late: Store, clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked())
    [unclear] = await claimed(early, clock)
    await early.outbox.attempting(unclear, MINUTE)
    await early.outbox.search_after(unclear, NOT_AT_ALL, counts=False)
    await send_all(early, clock)

    assert len(await early.repeats.claim(MINUTE, 10)) == 1
    assert await late.repeats.claim(MINUTE, 10) == []


@on_postgresql
async def test_a_pause_is_kept_by_who_lives_ahead(
    early: Store, late: Store, clock: HandClock, late_clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked())
    [announcement] = await claimed(early, clock)

    await early.outbox.try_after(announcement, MINUTE)

    assert await claimed(late, late_clock) == []


@on_postgresql
async def test_an_attempt_is_noted_on_the_servers_clock(
    early: Store, late: Store, clock: HandClock, late_clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked(RUN))
    [lost] = await claimed(early, clock)
    before = await _on_server(early)
    await early.outbox.attempting(lost, NOT_AT_ALL)
    after = await _on_server(early)

    [taken_over] = await claimed(late, late_clock)

    assert taken_over.attempted_at is not None
    assert taken_over.claimed_at is not None
    assert before <= taken_over.attempted_at <= after <= taken_over.claimed_at


@on_postgresql
async def test_who_lives_ahead_waits_as_long_for_a_post_to_appear(
    early: Store, late: Store, clock: HandClock, late_clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked(RUN))
    [lost] = await claimed(early, clock)
    await early.outbox.attempting(lost, NOT_AT_ALL)
    [taken_over] = await claimed(late, late_clock)
    assert taken_over.claimed_at is not None

    assert next_step(taken_over, taken_over.claimed_at) is Step.WAIT
    assert next_step(taken_over, taken_over.claimed_at + SETTLE) is Step.SEARCH


@on_postgresql
async def test_the_present_moment_is_that_of_the_call(early: Store, clock: HandClock) -> None:
    now = leases.shared_clock(clock)

    async with early.database.writing() as connection:
        moments = [await now(connection) for _ in range(2)]

    assert moments[0] < moments[1]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_who_has_the_database_alone_counts_from_the_start_whatever_the_wall_says(
    early: Store, clock: HandClock
) -> None:
    await early.outbox.add(GENERAL, "default", stop_asked())
    began = clock.wall()
    clock.passes(timedelta(days=1))

    [owed] = await claimed(early, clock)

    assert owed.claimed_at is not None
    assert abs(owed.claimed_at - began) < timedelta(hours=1)
    assert await claimed(early, clock) == []
