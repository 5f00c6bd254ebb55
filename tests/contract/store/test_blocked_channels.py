"""Channels that the bot cannot write to: who is told, and what is kept for later."""

import pytest

from bot.domain.facts import AccessGone, Fact
from bot.domain.following import Selection, What
from bot.domain.resources import Phase
from bot.domain.vitals import Backlog, Census
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    GENERAL,
    LEASE,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    HandClock,
    claimed,
    follow,
    look,
    saw,
    send,
    send_all,
    stop_asked,
    watch,
)

GONE = "not_in_channel"


async def _block(store: Store, clock: HandClock, channel: str = GENERAL) -> None:
    [head] = [each for each in await claimed(store, clock) if each.channel_id == channel]
    await store.outbox.blocked(head, GONE, MINUTE)
    clock.passes(LEASE)


async def _told(store: Store, clock: HandClock) -> list[tuple[str, Fact]]:
    return [(each.channel_id, each.fact) for each in await send_all(store, clock)]


async def test_each_owner_is_told_once_and_directly(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.begin(watch(thing=OTHER_RUN), look(thing=OTHER_RUN))
    await store.watches.begin(watch(RANDOM, owner=BO), look())

    await _block(store, clock)

    told = await _told(store, clock)
    assert [each for each in told if isinstance(each[1], AccessGone)] == [
        (ADA, AccessGone(GENERAL, RUN.id.text, GONE))
    ]
    clock.passes(MINUTE)
    await _block(store, clock)
    assert await _told(store, clock) == []


async def test_several_owners_are_all_told(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(owner=BO), look())
    await store.watches.begin(watch(thing=OTHER_RUN, owner=ADA), look(thing=OTHER_RUN))

    await _block(store, clock)

    assert await _told(store, clock) == [
        (ADA, AccessGone(GENERAL, OTHER_RUN.id.text, GONE)),
        (BO, AccessGone(GENERAL, RUN.id.text, GONE)),
    ]


async def test_the_watches_of_the_channel_say_why_until_it_is_open_again(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.begin(watch(RANDOM), look())
    await _block(store, clock)

    blocked = {
        each.watch.channel_id: each.watch.blocked for each in await store.watches.everywhere()
    }
    assert blocked == {GENERAL: GONE, RANDOM: ""}

    await store.outbox.unblocked(GENERAL)
    assert {each.watch.blocked for each in await store.watches.everywhere()} == {""}


async def test_the_head_waits_and_all_that_was_missed_follows_it(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await _block(store, clock)
    await saw(store, clock, look(Phase.FAILED))
    assert [channel for channel, _ in await _told(store, clock)] == [ADA]

    clock.passes(MINUTE)

    assert [channel for channel, _ in await _told(store, clock)] == [GENERAL, GENERAL]


async def test_once_access_is_back_nothing_waits_any_longer(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await _block(store, clock)
    await _told(store, clock)

    await store.outbox.unblocked(GENERAL)

    assert [channel for channel, _ in await _told(store, clock)] == [GENERAL]


async def test_a_message_that_got_through_ends_the_block_and_a_new_one_is_told_again(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await _block(store, clock)
    await _told(store, clock)
    clock.passes(MINUTE)

    [head] = await claimed(store, clock)
    await send(store, clock, head)
    await store.outbox.add(GENERAL, "default", stop_asked())
    await _block(store, clock)

    assert [channel for channel, _ in await _told(store, clock)] == [ADA]


async def test_the_owner_is_told_of_an_end_too_that_has_ended_the_watch(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await send_all(store, clock)
    await saw(store, clock, look(Phase.FAILED))

    await _block(store, clock)

    assert await _told(store, clock) == [(ADA, AccessGone(GENERAL, RUN.id.text, GONE))]


async def test_nobody_is_told_that_they_themselves_cannot_be_reached(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(ADA, "default", AccessGone(GENERAL, RUN.id.text, GONE))

    await _block(store, clock, channel=ADA)

    assert (await store.outbox.backlog()).pending == 1


async def test_what_waits_for_a_closed_channel_is_counted_apart_and_is_not_old(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.outbox.add(GENERAL, "default", stop_asked())
    clock.passes(MINUTE)
    await store.outbox.add(RANDOM, "default", stop_asked())
    await _block(store, clock)
    clock.passes(SECOND)

    # The owner is owed the news of it as well.
    assert await store.outbox.backlog() == Backlog(4, LEASE + SECOND, closed=2)
    assert await store.watches.census() == Census({Phase.QUEUED: 1}, blocked=1)


@pytest.mark.parametrize(
    ("selection", "command"),
    [
        (Selection(What.ALL), "follow all"),
        (Selection(What.MODEL, "ERNIE Speed"), 'follow model="ERNIE Speed"'),
        (Selection(What.JOB, "job-abcdef123456"), "watch job-abcdef123456"),
    ],
)
async def test_the_owner_of_a_follow_is_told_by_its_command(
    store: Store, clock: HandClock, selection: Selection, command: str
) -> None:
    await store.follows.begin(follow(selection=selection, owner=BO, account="prod"))
    await store.follows.begin(follow(selection=Selection(What.MODE, "SFT"), owner=BO))
    await store.outbox.add(GENERAL, "prod", stop_asked())

    await _block(store, clock)

    assert await _told(store, clock) == [(BO, AccessGone(GENERAL, command, GONE))]


async def test_who_follows_and_watches_is_told_of_the_watch_alone(
    store: Store, clock: HandClock
) -> None:
    await store.follows.begin(follow(owner=ADA))
    await store.follows.begin(follow(selection=Selection(What.MODE, "SFT"), owner=BO))
    await store.watches.begin(watch(owner=ADA), look())

    await _block(store, clock)

    assert await _told(store, clock) == [
        (ADA, AccessGone(GENERAL, RUN.id.text, GONE)),
        (BO, AccessGone(GENERAL, "follow mode=SFT", GONE)),
    ]


async def test_the_owner_of_a_follow_that_has_ended_or_is_elsewhere_is_not_told(
    store: Store, clock: HandClock
) -> None:
    await store.follows.begin(follow(owner=BO))
    await store.follows.end("default", GENERAL, None)
    await store.follows.begin(follow(RANDOM, owner=ADA))
    await store.outbox.add(GENERAL, "default", stop_asked())

    await _block(store, clock)

    assert await _told(store, clock) == []
