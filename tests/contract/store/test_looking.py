"""Claiming what is due, and recording what was seen."""

from bot.domain.facts import Moved, Notify
from bot.domain.moments import Happened
from bot.domain.resources import Phase
from bot.domain.track import Point, Track
from bot.store.opening import Store
from tests.contract.store.values import (
    DAY,
    GENERAL,
    LEASE,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    WORLD,
    HandClock,
    due,
    found,
    look,
    saw,
    send_all,
    watch,
)


async def test_a_new_thing_is_due_at_once_and_claimed_by_one(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())

    [duty] = await due(store, clock)

    assert (duty.thing, duty.last, duty.failures) == (RUN, look(), 0)
    assert await due(store, clock) == []


async def test_a_thing_comes_back_when_the_lease_has_run_out(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [first] = await due(store, clock)

    clock.passes(LEASE - SECOND)
    assert await due(store, clock) == []
    clock.passes(SECOND)

    assert await due(store, clock) == [first]


async def test_the_longest_overdue_come_first_and_no_more_than_wanted(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    for duty in await due(store, clock):
        wait = 2 * MINUTE if duty.thing == RUN else MINUTE
        await store.duties.postpone(duty, clock.world() + wait, failures=1)
    clock.passes(DAY)

    assert [duty.thing for duty in await due(store, clock, limit=1)] == [OTHER_RUN]
    assert [duty.thing for duty in await due(store, clock, limit=5)] == [RUN]


async def test_a_recorded_look_is_the_next_ones_last(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    [duty] = await due(store, clock)
    seen = look(Phase.RUNNING, 5, WORLD + SECOND)
    track = Track(WORLD, WORLD + SECOND, (Point(WORLD + SECOND, 5),), WORLD + SECOND)

    assert await store.duties.record(duty, found(seen, track=track), ())

    assert await due(store, clock) == []
    clock.passes(MINUTE)
    [after] = await due(store, clock)
    assert (after.last, after.track) == (seen, track)
    assert after.version == duty.version + 1


async def test_of_two_records_of_one_duty_only_the_first_counts(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [duty] = await due(store, clock)
    moved = Moved(look(Phase.RUNNING).resource, Phase.QUEUED, "Queued", Happened(None, WORLD))

    first, second = [
        await store.duties.record(duty, found(look(Phase.RUNNING)), [moved]) for _ in range(2)
    ]

    assert (first, second) == (True, False)
    assert (await store.outbox.backlog()).pending == 2


async def test_a_failed_look_is_tried_again_later_and_counted(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [duty] = await due(store, clock)

    await store.duties.postpone(duty, clock.world() + MINUTE, failures=3)

    assert await due(store, clock) == []
    clock.passes(MINUTE)
    [again] = await due(store, clock)
    assert (again.failures, again.last) == (3, look())
    assert await store.duties.record(again, found(look(), clock.world()), ())
    [cured] = await due(store, clock)
    assert cured.failures == 0


async def test_each_channel_hears_what_it_asked_for(store: Store, clock: HandClock) -> None:
    for level in Notify:
        await store.watches.begin(watch(f"C0{level}", notify=level), look(Phase.QUEUED))
    await send_all(store, clock)

    async def told(phase: Phase) -> list[str]:
        await saw(store, clock, look(phase))
        clock.passes(MINUTE)
        return [each.channel_id for each in await send_all(store, clock)]

    assert await told(Phase.RUNNING) == ["C0all"]
    assert await told(Phase.FAILED) == ["C0all", "C0ends", "C0failures"]


async def test_an_end_ends_the_watches_and_the_looking(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await store.watches.begin(watch(RANDOM, notify=Notify.FAILURES), look(Phase.RUNNING))

    await saw(store, clock, look(Phase.DONE))

    clock.passes(DAY)
    assert await store.watches.everywhere() == []
    assert await due(store, clock) == []


async def test_what_is_told_of_a_thing_goes_into_its_cards_thread(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await store.watches.begin(watch(thing=OTHER_RUN), look(thing=OTHER_RUN))
    await send_all(store, clock)

    duty = next(each for each in await due(store, clock) if each.thing == OTHER_RUN)
    await saw(store, clock, look(Phase.FAILED, thing=OTHER_RUN), duty)

    [told] = await send_all(store, clock)
    assert (told.channel_id, told.thread_ts) == (GENERAL, "2.0")


async def test_a_late_word_follows_the_card_though_the_watch_has_ended(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))

    await saw(store, clock, look(Phase.FAILED))

    card, failed = await send_all(store, clock)
    assert isinstance(failed.fact, Moved)
    assert (card.thread_ts, failed.thread_ts) == ("", "1.0")
