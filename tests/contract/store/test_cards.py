"""Which cards show something old, and who shows them anew."""

from dataclasses import replace

from bot.domain.facts import Actors, Unreadable
from bot.domain.glance import Glance, Known, Range, first_glance
from bot.domain.resources import Phase
from bot.domain.watching import Card, Face
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    DAY,
    GENERAL,
    LEASE,
    MINUTE,
    NOTHING_SEEN,
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
    assert replace(card, id=1) == Card(
        1, GENERAL, "1.0", "default", Face(half.resource, ADA, half.at, glance=first_glance(half))
    )
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
    assert card.face.resource.percent == 40


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
    assert again.face.resource.percent == 60


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
    assert card.face.resource.phase is Phase.DONE


async def test_a_card_says_once_that_its_watch_has_ended_and_is_then_left_alone(
    store: Store, clock: HandClock
) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look(Phase.RUNNING, 5))
    await send_all(store, clock)

    await store.watches.end(RUN, GENERAL)
    [card] = await _stale(store, clock)
    assert (card.channel_id, card.face.ended_at) == (GENERAL, WORLD)
    await _show(store, clock, card)
    await saw(store, clock, look(Phase.RUNNING, 20))

    assert [card.channel_id for card in await _stale(store, clock)] == [RANDOM]


async def test_a_card_says_that_its_watch_was_muted(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)

    await store.watches.mute(RUN, GENERAL, WORLD + MINUTE)

    [card] = await _stale(store, clock)
    assert card.face.muted_until == WORLD + MINUTE


async def test_a_card_says_that_a_thing_cannot_be_read_until_it_can(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 5))
    await send_all(store, clock)
    [duty] = await due(store, clock)
    facts = (Unreadable(duty.last.resource, duty.last.at),)
    await store.duties.postpone(duty, clock.world() + MINUTE, 6, facts=facts)

    [card] = await _stale(store, clock)
    assert card.face.glance == replace(first_glance(duty.last), unread=True)
    await _show(store, clock, card)
    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.RUNNING, 5, at=clock.world()))

    [card] = await _stale(store, clock)
    assert card.face.glance == first_glance(duty.last)


async def test_what_is_known_of_a_thing_is_on_a_card_that_is_opened_later(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 50))
    [duty] = await due(store, clock)
    end = Range(None, WORLD + DAY)
    known = replace(
        found(look(Phase.RUNNING, 50)), glance=Glance(Phase.RUNNING, "Running", 50, end)
    )
    await store.duties.record(duty, known, ())
    await store.watches.begin(watch(RANDOM), look(Phase.RUNNING, 50))
    await send_all(store, clock)

    cards = {card.channel_id: card for card in await _stale(store, clock)}
    assert cards[RANDOM].face.glance == known.glance


async def test_only_what_is_watched_is_known(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING, 50))
    seen = look(Phase.RUNNING, 50)
    assert await store.watches.known(RUN) == Known(seen, NOTHING_SEEN, first_glance(seen))
    assert await store.watches.known(OTHER_RUN) is None

    await store.watches.end(RUN, GENERAL)

    assert await store.watches.known(RUN) is None


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
    assert card.face.resource.phase is Phase.RUNNING
