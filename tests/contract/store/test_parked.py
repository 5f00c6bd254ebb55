"""What Slack would not take in any form: its watch's owner is told of it, once and directly."""

from dataclasses import replace

from bot.domain.facts import AccessGone, Fact, Undeliverable
from bot.domain.resources import Phase
from bot.domain.watching import Announcement
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    GENERAL,
    LEASE,
    OTHER_RUN,
    RANDOM,
    RUN,
    HandClock,
    claimed,
    look,
    opened,
    saw,
    send_all,
    stop_asked,
    watch,
)

WHY = "invalid_blocks"
UNTOLD = Undeliverable(GENERAL, RUN.id.text, WHY)


async def _head(store: Store, clock: HandClock, channel: str = GENERAL) -> Announcement:
    [head] = [each for each in await claimed(store, clock) if each.channel_id == channel]
    return head


async def _told(store: Store, clock: HandClock) -> list[tuple[str, Fact]]:
    clock.passes(LEASE)
    return [(each.channel_id, each.fact) for each in await send_all(store, clock)]


async def test_the_owner_of_the_watch_that_it_speaks_of_is_told_once(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(owner=ADA), look())
    await store.watches.begin(watch(RANDOM, owner=BO), look())
    await store.watches.begin(watch(thing=OTHER_RUN, owner=BO), look(thing=OTHER_RUN))
    await send_all(store, clock)
    await store.outbox.add(GENERAL, "default", opened())
    head = await _head(store, clock)

    await store.outbox.parked(head, WHY)
    await store.outbox.parked(head, WHY)

    assert await _told(store, clock) == [(ADA, UNTOLD)]


async def test_nobody_is_told_of_a_line_about_a_command(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(owner=ADA), look())
    await send_all(store, clock)
    await store.outbox.add(GENERAL, "default", stop_asked())

    await store.outbox.parked(await _head(store, clock), WHY)

    assert await _told(store, clock) == []


async def test_the_owner_is_told_of_an_end_that_has_ended_the_watch_too(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.FAILED))

    await store.outbox.parked(await _head(store, clock), WHY)

    assert await _told(store, clock) == [(ADA, UNTOLD)]


async def test_a_process_that_lost_its_lease_parks_nothing_and_tells_nobody(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    frozen = await _head(store, clock)
    clock.passes(LEASE)
    taken_over = await _head(rival, clock)

    await store.outbox.parked(frozen, WHY)

    assert (await rival.outbox.backlog()).pending == 1
    await rival.outbox.parked(taken_over, WHY)
    assert await _told(store, clock) == [(ADA, UNTOLD)]


async def test_nobody_is_told_of_what_nobody_watches(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(thing=replace(RUN, account="prod")), look())
    await send_all(store, clock)
    await store.outbox.add(GENERAL, "default", stop_asked())

    await store.outbox.parked(await _head(store, clock), WHY)

    assert await _told(store, clock) == []


async def test_nobody_is_told_of_a_direct_message(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await store.outbox.add(ADA, "default", AccessGone(GENERAL, RUN.id.text, "not_in_channel"))
    await store.outbox.parked(await _head(store, clock, ADA), WHY)
    await store.outbox.add(ADA, "default", UNTOLD)

    await store.outbox.parked(await _head(store, clock, ADA), WHY)

    assert await _told(store, clock) == []
