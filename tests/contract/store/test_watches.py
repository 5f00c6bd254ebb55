"""Beginning, renewing, listing and ending watches."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.changes import between
from bot.domain.facts import Actors, CardOpened, Moved, Notify, WatchExpired
from bot.domain.resources import Phase
from bot.domain.vitals import Census
from bot.domain.watching import Watched
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    DAY,
    GENERAL,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    WALL,
    WORLD,
    HandClock,
    due,
    found,
    look,
    saw,
    send_all,
    watch,
)


async def test_a_new_watch_is_listed_and_owes_its_card(store: Store, clock: HandClock) -> None:
    assert await store.watches.begin(watch(), look())

    assert await store.watches.in_channel(GENERAL) == [Watched(watch(), look())]
    [card] = await send_all(store, clock)
    assert (card.about, card.made_at) == (RUN.id.text, WALL)
    assert card.fact == CardOpened(look().resource, ADA, WORLD)
    assert (card.channel_id, card.thread_ts, card.attempts) == (GENERAL, "", 0)


async def test_a_second_begin_renews_the_watch_and_opens_no_second_card(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    longer = watch(owner=BO, notify=Notify.FAILURES, until=WORLD + 3 * DAY)

    assert not await store.watches.begin(longer, look())

    renewed = replace(longer, owner=ADA)
    assert await store.watches.in_channel(GENERAL) == [Watched(renewed, look())]
    assert (await store.outbox.backlog()).pending == 1


async def test_live_watches_are_counted_by_what_was_seen_last(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await store.watches.begin(watch(RANDOM), look(Phase.RUNNING))
    await store.watches.begin(watch(thing=OTHER_RUN), look(thing=OTHER_RUN))
    await store.watches.begin(watch(RANDOM, thing=OTHER_RUN), look(thing=OTHER_RUN))
    await store.watches.end(OTHER_RUN, RANDOM)

    assert await store.watches.census() == Census({Phase.QUEUED: 1, Phase.RUNNING: 2})


async def test_watches_are_found_by_channel_by_owner_and_everywhere(store: Store) -> None:
    everything = [watch(), watch(RANDOM, owner=BO), watch(thing=OTHER_RUN, owner=BO)]
    for each in everything:
        await store.watches.begin(each, look(thing=each.thing))

    def numbers(watched: Sequence[Watched]) -> list[int]:
        return [everything.index(each.watch) for each in watched]

    assert numbers(await store.watches.everywhere()) == [0, 1, 2]
    assert numbers(await store.watches.in_channel(GENERAL)) == [0, 2]
    assert numbers(await store.watches.of_owner(BO)) == [1, 2]
    assert numbers(await store.watches.of_owner("U0NOBODY")) == []


async def test_the_same_id_in_another_account_is_another_thing(store: Store) -> None:
    elsewhere = watch(thing=replace(RUN, account="prod"))

    assert await store.watches.begin(watch(), look())
    assert await store.watches.begin(elsewhere, look(Phase.RUNNING))

    assert [each.look.resource.phase for each in await store.watches.in_channel(GENERAL)] == [
        Phase.QUEUED,
        Phase.RUNNING,
    ]


async def test_a_newcomer_takes_no_transition_from_those_who_watched_before(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    await saw(store, clock, look(Phase.QUEUED))
    await send_all(store, clock)

    await store.watches.begin(watch(RANDOM), look(Phase.RUNNING))

    [duty] = await due(store, clock)
    assert duty.last.resource.phase is Phase.QUEUED
    [moved] = await saw(store, clock, look(Phase.RUNNING), duty)
    assert isinstance(moved, Moved)
    told = [each.channel_id for each in await send_all(store, clock) if each.fact == moved]
    assert told == [GENERAL, RANDOM]


async def test_a_thing_that_nobody_watched_any_more_begins_with_the_new_look(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.QUEUED))
    [duty] = await due(store, clock)
    await store.duties.postpone(duty, clock.world(), failures=4)
    await store.watches.end(RUN, GENERAL)

    await store.watches.begin(watch(), look(Phase.RUNNING))

    [again] = await due(store, clock)
    assert again.last == look(Phase.RUNNING)
    assert again.failures == 0
    assert again.version > duty.version


async def test_a_new_watch_after_an_ended_one_opens_a_new_card(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.end(RUN, GENERAL)

    assert await store.watches.begin(watch(), look())

    assert [type(each.fact) for each in await send_all(store, clock)] == [CardOpened] * 2


async def test_ending_a_watch_gives_it_back_once(store: Store) -> None:
    await store.watches.begin(watch(), look())

    assert await store.watches.end(RUN, GENERAL) == watch()
    assert await store.watches.end(RUN, GENERAL) is None
    assert await store.watches.end(OTHER_RUN, GENERAL) is None
    assert await store.watches.everywhere() == []


async def test_a_thing_is_looked_at_until_its_last_watch_has_ended(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.begin(watch(RANDOM), look())

    await store.watches.end(RUN, GENERAL)
    [duty] = await due(store, clock)
    await store.watches.end(RUN, RANDOM)

    clock.passes(DAY)
    assert await due(store, clock) == []
    moved = look(Phase.RUNNING)
    for facts in (between(duty.last, moved), ()):
        told = await store.duties.record(duty, found(moved, clock.world()), facts)
        assert not (facts and told)
    assert await due(store, clock) == []


async def test_a_watch_whose_time_is_up_ends_with_a_word_to_its_channel_once(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(until=WORLD + DAY), look())
    await store.watches.begin(watch(RANDOM, until=WORLD + 2 * DAY), look())
    await send_all(store, clock)
    clock.passes(DAY)

    [expired] = await store.watches.expired(clock.world())
    fact = WatchExpired(expired.look.resource)
    await store.watches.end_with(expired.watch, fact)
    await store.watches.end_with(expired.watch, fact)

    assert await store.watches.expired(clock.world()) == []
    assert [(each.channel_id, each.fact) for each in await send_all(store, clock)] == [
        (GENERAL, fact)
    ]
    assert [each.watch.channel_id for each in await store.watches.everywhere()] == [RANDOM]


async def test_who_asked_to_stop_is_remembered_and_the_thing_is_due_at_once(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await saw(store, clock, look(Phase.RUNNING))
    assert await due(store, clock) == []

    await store.watches.note_stop(RUN, Actors(ADA, "wrong data"), accepted=False)

    [duty] = await due(store, clock)
    assert duty.stop_asked_by == Actors(ADA, "wrong data")
    await store.watches.forget_stop(RUN, Actors(ADA, "wrong data"))
    [duty] = await due(store, clock)
    assert duty.stop_asked_by is None


async def test_a_look_that_began_before_a_stop_was_asked_for_is_not_recorded(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    [early] = await due(store, clock)

    await store.watches.note_stop(RUN, Actors(ADA), accepted=False)

    stopped = look(Phase.STOPPED)
    assert not await store.duties.record(early, found(stopped, None), ())
    [moved] = await saw(store, clock, stopped)
    assert isinstance(moved, Moved)
    assert moved.stopped_by == Actors(ADA)


async def test_a_stop_counts_for_one_end_only(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await store.watches.note_stop(RUN, Actors(ADA), accepted=False)
    await saw(store, clock, look(Phase.STOPPED))

    await store.watches.begin(watch(), look(Phase.RUNNING))

    [duty] = await due(store, clock)
    assert duty.stop_asked_by is None


async def test_a_stop_of_something_that_nobody_watches_is_no_error(store: Store) -> None:
    await store.watches.note_stop(OTHER_RUN, Actors(ADA), accepted=False)


async def test_times_come_back_to_the_microsecond_and_in_utc(
    store: Store, clock: HandClock
) -> None:
    precise = WORLD + MINUTE / 7
    await store.watches.begin(watch(until=precise), look(at=precise))

    [watched] = await store.watches.everywhere()
    assert watched.watch.until == precise
    assert watched.watch.until.tzinfo is precise.tzinfo
    assert watched.look.at == precise


async def test_who_asks_in_vain_takes_nobodys_place(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    first, second = Actors(ADA, "wrong data"), Actors(BO)
    await store.watches.note_stop(RUN, first, accepted=False)
    await store.watches.note_stop(RUN, second, accepted=False)
    await store.watches.forget_stop(RUN, second)
    (duty,) = await due(store, clock)
    assert duty.stop_asked_by == first


async def test_who_was_heard_is_the_one_who_stopped_it(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.note_stop(RUN, Actors(ADA), accepted=False)
    await store.watches.note_stop(RUN, Actors(BO), accepted=True)
    (duty,) = await due(store, clock)
    assert duty.stop_asked_by == Actors(BO)


async def test_a_thing_is_known_where_it_is_watched_and_where_it_ever_was(store: Store) -> None:
    for each in (watch(), watch(RANDOM), watch("C0THIRD", OTHER_RUN)):
        await store.watches.begin(each, look(thing=each.thing))
    for _ in range(2):
        await store.watches.end(RUN, RANDOM)
        await store.watches.begin(watch(RANDOM), look())
    await store.watches.end(RUN, RANDOM)

    assert set(await store.watches.channels_of(RUN)) == {GENERAL, RANDOM}
    assert set(await store.watches.channels_of(OTHER_RUN)) == {"C0THIRD"}
    assert not await store.watches.channels_of(replace(RUN, account="prod"))
