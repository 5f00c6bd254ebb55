"""Which cards show something old, and who shows them anew."""

from dataclasses import replace

from bot.domain.facts import Actors
from bot.domain.resources import Phase
from bot.domain.watching import Card
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    GENERAL,
    LEASE,
    MINUTE,
    RANDOM,
    RUN,
    WORLD,
    HandClock,
    claimed,
    look,
    saw,
    send_all,
    watch,
)


async def _stale(store: Store, clock: HandClock) -> list[Card]:
    return list(await store.outbox.claim_cards(LEASE, 10))


async def _show(store: Store, clock: HandClock, card: Card) -> None:
    await store.outbox.card_shown(card, MINUTE)


async def test_a_card_that_was_just_posted_shows_nothing_old(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)

    assert await _stale(store, clock) == []


async def test_progress_is_shown_and_the_same_again_is_not(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)
    half = look(Phase.RUNNING, 50)
    await saw(store, clock, half)

    [card] = await _stale(store, clock)
    assert replace(card, id=1) == Card(1, GENERAL, "1.0", "default", half, ADA)
    assert await _stale(store, clock) == []
    await _show(store, clock, card)

    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.RUNNING, 50, at=WORLD + MINUTE))
    assert await _stale(store, clock) == []


async def test_a_card_is_not_edited_before_its_time_and_then_shows_the_newest(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.RUNNING, 20))
    [card] = await _stale(store, clock)
    await _show(store, clock, card)

    await store.watches.note_stop(RUN, Actors(ADA), accepted=False)
    await saw(store, clock, look(Phase.RUNNING, 40))
    clock.passes(MINUTE - 2 * LEASE)
    assert await _stale(store, clock) == []
    clock.passes(2 * LEASE)

    [card] = await _stale(store, clock)
    assert card.look.resource.percent == 40


async def test_what_changes_while_a_card_is_in_hand_is_shown_afterwards(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.RUNNING, 20))
    [card] = await _stale(store, clock)
    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.RUNNING, 60))

    await _show(store, clock, card)
    clock.passes(MINUTE)

    [again] = await _stale(store, clock)
    assert again.look.resource.percent == 60


async def test_a_card_that_nobody_has_shown_comes_back_after_the_lease(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.RUNNING, 20))
    lost = await _stale(store, clock)

    clock.passes(LEASE)

    assert await _stale(store, clock) == lost


async def test_a_card_shows_the_end_though_the_watch_has_ended_with_it(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await send_all(store, clock)

    await saw(store, clock, look(Phase.DONE))

    [card] = await _stale(store, clock)
    assert card.look.resource.phase is Phase.DONE


async def test_a_card_is_left_alone_once_its_watch_has_ended(
    store: Store, clock: HandClock
) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look(Phase.RUNNING, 5))
    await send_all(store, clock)

    await store.watches.end(RUN, GENERAL)
    await saw(store, clock, look(Phase.RUNNING, 20))

    assert [card.channel_id for card in await _stale(store, clock)] == [RANDOM]


async def test_a_card_that_is_not_posted_yet_cannot_be_edited(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await saw(store, clock, look(Phase.RUNNING, 20))

    assert await _stale(store, clock) == []
    await send_all(store, clock)
    assert len(await _stale(store, clock)) == 1


async def test_cards_of_a_blocked_channel_wait(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.RUNNING))
    [moved] = await claimed(store, clock)
    await store.outbox.blocked(moved, "is_archived", MINUTE)

    assert await _stale(store, clock) == []
    await store.outbox.unblocked(GENERAL)
    assert len(await _stale(store, clock)) == 1


async def test_a_card_beneath_which_something_is_told_does_not_wait_for_its_pause(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.QUEUED, 1))
    [card] = await _stale(store, clock)
    await _show(store, clock, card)

    await store.watches.note_stop(RUN, Actors(ADA), accepted=False)
    await saw(store, clock, look(Phase.RUNNING))

    [card] = await _stale(store, clock)
    assert card.look.resource.phase is Phase.RUNNING
