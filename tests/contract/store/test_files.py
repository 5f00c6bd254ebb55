"""The files of an announcement: noted with it, in its claim, and known after a restart."""

import pytest

from bot.domain.attachments import NOTHING_PREPARED, Attached, Preparation, WhyMissing
from bot.domain.errors import StoreError
from bot.store.opening import Store
from tests.contract.store.values import (
    GENERAL,
    LEASE,
    NOT_AT_ALL,
    SECOND,
    HandClock,
    send,
    stop_asked,
)
from tests.contract.store.values import claimed as claim_all

BEGUN = Preparation(1, (Attached(),))
MADE = Preparation(
    2,
    (
        Attached("F1", "https://x.slack.com/files/U1/F1/loss.png", processed=True),
        Attached(missing=WhyMissing.NOT_TAKEN),
    ),
)


async def test_nothing_is_noted_at_first(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [fresh] = await claim_all(store, clock)
    assert fresh.files == NOTHING_PREPARED


async def test_what_was_made_is_noted_and_the_announcement_goes_on_after_a_pause(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [fresh] = await claim_all(store, clock)
    await store.outbox.preparing(fresh, BEGUN, LEASE)
    await store.outbox.prepared(fresh, MADE, SECOND)

    assert await claim_all(store, clock) == []
    clock.passes(SECOND)
    [ready] = await claim_all(store, clock)
    assert (ready.files, ready.attempts, ready.attempted_at) == (MADE, 0, None)
    await send(store, clock, ready)
    assert (await store.outbox.backlog()).pending == 0


async def test_the_claim_begins_anew_when_files_are_begun(store: Store, clock: HandClock) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [fresh] = await claim_all(store, clock)
    clock.passes(LEASE - SECOND)
    await store.outbox.preparing(fresh, BEGUN, LEASE)
    clock.passes(LEASE - SECOND)
    assert await claim_all(store, clock) == []


async def test_a_try_over_which_the_process_died_counts(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [lost] = await claim_all(store, clock)
    await store.outbox.preparing(lost, BEGUN, LEASE)
    clock.passes(LEASE)
    [again] = await claim_all(rival, clock)
    assert again.files == BEGUN


async def test_a_process_whose_claim_was_taken_over_may_not_begin_and_notes_nothing(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "default", stop_asked())
    [frozen] = await claim_all(store, clock)
    clock.passes(LEASE)
    [taken_over] = await claim_all(rival, clock)

    with pytest.raises(StoreError):
        await store.outbox.preparing(frozen, BEGUN, LEASE)
    await store.outbox.prepared(frozen, MADE, NOT_AT_ALL)

    await rival.outbox.prepared(taken_over, BEGUN, NOT_AT_ALL)
    [ready] = await claim_all(rival, clock)
    assert ready.files == BEGUN
