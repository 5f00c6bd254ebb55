"""What a channel is told later, and together: held back in quiet hours, gathered after an end."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.errors import StoreError
from bot.domain.facts import (
    Alarmed,
    CardOpened,
    Fact,
    Gathered,
    Moved,
    Outage,
    OutageBegan,
    OutageEnded,
    Undeliverable,
    Vanished,
)
from bot.domain.gathering import MOST_GATHERED, ends_of
from bot.domain.hours import QuietHours
from bot.domain.id_grammar import read_id
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.resources import Phase
from bot.domain.symptoms import Queued, Stalled
from bot.domain.watching import Duty, Thing
from bot.store import leases
from bot.store.opening import Store, serving
from bot.store.tables import announcements, cards
from tests.contract.store.values import (
    BO,
    GENERAL,
    LEASE,
    MINUTE,
    NOT_AT_ALL,
    OTHER_RUN,
    RANDOM,
    RUN,
    SECOND,
    WORLD,
    HandClock,
    by_hand,
    claimed,
    due,
    found,
    look,
    saw,
    send,
    send_all,
    stop_asked,
    watch,
)

HOUR = timedelta(hours=1)

#: The world begins in the middle of it.
NOON = QuietHours(time(11), time(13), "UTC")
THINGS = [Thing("default", read_id(f"task-abcdef1234{number:02}")) for number in range(51)]


async def wants_quiet(
    store: Store, quiet: QuietHours | None = NOON, channel: str = GENERAL
) -> None:
    await store.channels.change(channel, lambda settings: replace(settings, quiet=quiet))


async def hears(store: Store, clock: HandClock) -> list[Fact]:
    """What is sent now, in order."""
    return [each.fact for each in await send_all(store, clock)]


def phases(facts: Sequence[Fact]) -> list[Phase]:
    return [each.resource.phase for each in facts if isinstance(each, Moved)]


@pytest.fixture
def together(store: Store, clock: HandClock) -> Store:
    """The same store, in which ends within a minute are gathered."""
    return serving(store.database, clock, by_hand(clock), MINUTE)


async def watched(store: Store, clock: HandClock, count: int, *channels: str) -> dict[Thing, Duty]:
    """So many runs go on and are watched; each in hand, to be recorded."""
    for channel in channels or (GENERAL,):
        for thing in THINGS[:count]:
            await store.watches.begin(watch(channel, thing), look(Phase.RUNNING, thing=thing))
    await send_all(store, clock)
    return {duty.thing: duty for duty in await due(store, clock, count)}


async def ends(store: Store, duty: Duty, phase: Phase = Phase.DONE) -> None:
    """It is seen that a run has ended."""
    seen = look(phase, thing=duty.thing)
    moved = Moved(seen.resource, Phase.RUNNING, "Running", Happened(None, WORLD))
    assert await store.duties.record(duty, found(seen, None, duty.track), (moved,))


def told(fact: Fact) -> list[str]:
    """The runs whose end it tells."""
    return [end.resource.id.text for end in ends_of(fact)]


def names(*numbers: int) -> list[str]:
    return [THINGS[number].id.text for number in numbers]


async def test_quiet_holds_back_all_but_what_is_grave(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await saw(store, clock, look(Phase.RUNNING))
    assert await hears(store, clock) == []
    assert (await store.outbox.backlog()).pending == 0

    clock.passes(HOUR)

    assert (await store.outbox.backlog()).pending == 1
    assert phases(await hears(store, clock)) == [Phase.RUNNING]


async def test_what_is_held_lets_a_failure_and_what_was_asked_for_pass(
    store: Store, clock: HandClock
) -> None:
    for thing in (RUN, OTHER_RUN):
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    await send_all(store, clock)
    await wants_quiet(store)
    duties = {duty.thing: duty for duty in await due(store, clock)}
    await saw(store, clock, look(Phase.RUNNING), duties[RUN])
    await saw(store, clock, look(Phase.FAILED, thing=OTHER_RUN), duties[OTHER_RUN])
    await store.outbox.add(GENERAL, "default", stop_asked())

    failed, asked = await hears(store, clock)

    assert phases([failed]) == [Phase.FAILED]
    assert asked == stop_asked()


async def test_in_the_end_the_net_truth_is_told(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await saw(store, clock, look(Phase.RUNNING))
    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.DONE, at=clock.world()))
    clock.passes(HOUR)

    [moved] = await hears(store, clock)

    assert isinstance(moved, Moved)
    assert (moved.before, moved.resource.phase) == (Phase.QUEUED, Phase.DONE)


async def test_what_came_back_to_where_it_was_is_no_news(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    for phase in (Phase.RUNNING, Phase.QUEUED):
        await saw(store, clock, look(phase, at=clock.world()))
        clock.passes(MINUTE)
    clock.passes(HOUR)

    assert await hears(store, clock) == []


async def test_a_failure_takes_the_place_of_what_was_held_about_its_thing(
    store: Store, clock: HandClock
) -> None:
    await wants_quiet(store)
    await store.watches.begin(watch(), look(), asked=False)
    await saw(store, clock, look(Phase.RUNNING))
    clock.passes(MINUTE)
    assert await hears(store, clock) == []
    await saw(store, clock, look(Phase.FAILED, at=clock.world()))

    [failed] = await claimed(store, clock)
    assert phases([failed.fact]) == [Phase.FAILED]
    assert failed.thread_ts == ""
    await send(store, clock, failed)

    clock.passes(HOUR)
    assert await hears(store, clock) == []
    async with store.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(cards)) == 0


async def test_a_card_that_waits_shows_what_its_thing_became(
    store: Store, clock: HandClock
) -> None:
    await wants_quiet(store)
    await store.watches.begin(watch(), look(), asked=False)
    await saw(store, clock, look(Phase.RUNNING))
    clock.passes(HOUR)

    [opened] = await hears(store, clock)

    assert isinstance(opened, CardOpened)
    assert opened.resource.phase is Phase.RUNNING


async def test_a_card_that_was_asked_for_does_not_wait(store: Store, clock: HandClock) -> None:
    await wants_quiet(store)
    await store.watches.begin(watch(), look())

    assert [type(fact) for fact in await hears(store, clock)] == [CardOpened]


async def test_a_card_that_waits_comes_when_somebody_asks_for_it(
    store: Store, clock: HandClock
) -> None:
    await wants_quiet(store)
    await store.watches.begin(watch(), look(), asked=False)
    assert await hears(store, clock) == []

    await store.watches.begin(watch(), look())

    assert [type(fact) for fact in await hears(store, clock)] == [CardOpened]


async def test_a_grave_alarm_is_heard_at_once_and_another_in_the_end(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    waits, stands = Queued(WORLD, 2 * HOUR), Stalled(WORLD, HOUR, 40)
    for symptom in (stands, waits):
        clock.passes(MINUTE)
        [duty] = await due(store, clock)
        seen = replace(found(replace(duty.last, at=clock.world())), symptoms=(symptom,))
        seen = replace(seen, next_look=clock.world() + MINUTE)
        assert await store.duties.record(duty, seen, ())
    run = look().resource

    assert await hears(store, clock) == [Alarmed(run, stands)]
    clock.passes(HOUR)
    assert await hears(store, clock) == [Alarmed(run, waits)]


async def test_an_outage_that_came_and_went_is_told_once(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await store.outages.began("default", Outage.DOWN, clock.world())
    await store.outages.tell("default", clock.world())
    clock.passes(MINUTE)
    await store.outages.over("default", clock.world())
    clock.passes(HOUR)

    facts = await hears(store, clock)

    assert not any(isinstance(fact, OutageBegan) for fact in facts)
    assert facts == [OutageEnded("default", Outage.DOWN, WORLD, WORLD + MINUTE)]


async def test_other_hours_move_what_is_held_and_none_lets_it_go(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await saw(store, clock, look(Phase.RUNNING))
    await wants_quiet(store, QuietHours(time(11), time(15), "UTC"))
    clock.passes(2 * HOUR)
    assert await hears(store, clock) == []

    await wants_quiet(store, None)

    assert phases(await hears(store, clock)) == [Phase.RUNNING]


async def test_what_is_not_watched_any_more_is_not_told_in_the_end(
    store: Store, clock: HandClock
) -> None:
    await wants_quiet(store)
    await store.watches.begin(watch(), look(), asked=False)
    await store.watches.end(RUN, GENERAL)
    clock.passes(HOUR)

    assert await hears(store, clock) == []


async def test_what_was_muted_meanwhile_tells_only_its_end(store: Store, clock: HandClock) -> None:
    for thing in (RUN, OTHER_RUN):
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    await send_all(store, clock)
    await wants_quiet(store)
    duties = {duty.thing: duty for duty in await due(store, clock)}
    await saw(store, clock, look(Phase.RUNNING), duties[RUN])
    await saw(store, clock, look(Phase.RUNNING, thing=OTHER_RUN), duties[OTHER_RUN])
    await store.watches.mute(RUN, GENERAL, WORLD + 2 * HOUR)
    clock.passes(HOUR)

    [running] = await hears(store, clock)

    assert isinstance(running, Moved)
    assert running.resource.id == OTHER_RUN.id


async def test_only_the_channel_that_wants_quiet_has_it(store: Store, clock: HandClock) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await saw(store, clock, look(Phase.RUNNING))

    assert [each.channel_id for each in await send_all(store, clock)] == [RANDOM]


async def test_whoever_has_claimed_what_was_taken_away_does_not_send_it(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await send_all(store, clock)
    await wants_quiet(store)
    await saw(store, clock, look(Phase.RUNNING))
    clock.passes(HOUR)
    [held] = await claimed(rival, clock)
    # Its clock runs behind: there the hours are not over.
    clock.passes(-HOUR + MINUTE)
    await saw(store, clock, look(Phase.FAILED, at=clock.world()))

    with pytest.raises(StoreError, match="not in hand any more"):
        await rival.outbox.attempting(held, LEASE)


async def test_what_ended_in_the_same_quiet_hours_is_told_together(
    store: Store, clock: HandClock
) -> None:
    duties = await watched(store, clock, 3)
    await wants_quiet(store)
    for duty in duties.values():
        await ends(store, duty)
    clock.passes(HOUR)

    [fact] = await hears(store, clock)

    assert told(fact) == names(0, 1, 2)


async def test_the_first_end_goes_at_once_and_those_of_the_next_minute_together(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 5)).values())
    await ends(together, duties[0])
    [first] = await hears(together, clock)
    assert told(first) == names(0)

    for duty in duties[1:4]:
        clock.passes(SECOND)
        await ends(together, duty)
    assert await hears(together, clock) == []
    assert (await together.outbox.backlog()).pending == 1
    clock.passes(MINUTE)

    [gathered] = await claimed(together, clock)
    assert isinstance(gathered.fact, Gathered)
    assert told(gathered.fact) == names(1, 2, 3)
    assert gathered.thread_ts == ""
    await send(together, clock, gathered)
    await ends(together, duties[4])
    assert told((await hears(together, clock))[0]) == names(4)


async def test_a_failure_waits_for_no_minute(together: Store, clock: HandClock) -> None:
    duties = list((await watched(together, clock, 4)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    await ends(together, duties[1])

    await ends(together, duties[2], Phase.FAILED)

    [failed] = await hears(together, clock)
    assert told(failed) == names(2)
    clock.passes(MINUTE)
    assert [told(fact) for fact in await hears(together, clock)] == [names(1)]


async def test_a_failure_goes_with_what_has_waited_already(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 3)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    await ends(together, duties[1])
    clock.passes(MINUTE)

    await ends(together, duties[2], Phase.FAILED)

    assert [told(fact) for fact in await hears(together, clock)] == [names(1, 2)]


async def test_fifty_ends_are_told_ten_a_message(together: Store, clock: HandClock) -> None:
    duties = list((await watched(together, clock, 51)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    for duty in duties[1:]:
        await ends(together, duty)
    clock.passes(MINUTE)

    counts = [len(told(fact)) for fact in await hears(together, clock)]

    assert counts == [MOST_GATHERED] * 5


async def test_what_was_attempted_is_left_as_it_is(together: Store, clock: HandClock) -> None:
    duties = list((await watched(together, clock, 3)).values())
    await ends(together, duties[0])
    [first] = await claimed(together, clock)
    await together.outbox.attempting(first, LEASE)
    await together.outbox.try_after(first, SECOND)

    for duty in duties[1:]:
        await ends(together, duty)

    clock.passes(SECOND)
    [again] = await claimed(together, clock)
    assert (again.key, again.fact) == (first.key, first.fact)
    await send(together, clock, again)
    clock.passes(MINUTE)
    assert [told(fact) for fact in await hears(together, clock)] == [names(1, 2)]


async def test_what_is_in_hand_is_left_as_it_is(together: Store, clock: HandClock) -> None:
    duties = list((await watched(together, clock, 2)).values())
    await ends(together, duties[0])
    [first] = await claimed(together, clock)

    await ends(together, duties[1])

    await send(together, clock, first)
    assert told(first.fact) == names(0)
    clock.passes(MINUTE)
    assert [told(fact) for fact in await hears(together, clock)] == [names(1)]


async def test_whoever_has_lost_its_lease_does_not_send_what_was_before_more_was_gathered(
    together: Store, rival: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 2)).values())
    await ends(together, duties[0])
    [frozen] = await claimed(rival, clock)
    clock.passes(LEASE)

    await ends(together, duties[1])

    with pytest.raises(StoreError, match="not in hand any more"):
        await rival.outbox.attempting(frozen, LEASE)
    clock.passes(LEASE)
    assert [told(fact) for fact in await hears(together, clock)] == [names(0, 1)]


async def test_an_end_is_not_told_before_what_came_before_it(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 3)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    await ends(together, duties[1])
    await together.outbox.add(GENERAL, "default", stop_asked(THINGS[2]))
    [in_line] = await claimed(together, clock)
    await together.outbox.attempting(in_line, LEASE)
    await together.outbox.try_after(in_line, 2 * MINUTE)

    await ends(together, duties[2])
    clock.passes(2 * MINUTE)

    facts = await hears(together, clock)
    assert [told(fact) for fact in facts] == [names(1), [], names(2)]


async def test_what_cannot_be_delivered_is_told_to_the_owner_of_each_watch(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 3)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    for duty in duties[1:]:
        await ends(together, duty)
    clock.passes(MINUTE)
    [gathered] = await claimed(together, clock)
    await together.outbox.attempting(gathered, LEASE)

    await together.outbox.parked(gathered, "invalid_blocks")

    facts = await hears(together, clock)
    assert facts == [Undeliverable(GENERAL, name, "invalid_blocks") for name in names(1, 2)]


async def test_who_owns_a_watch_that_has_just_ended_is_told_that_the_channel_is_closed(
    together: Store, clock: HandClock
) -> None:
    for thing, owner in zip(THINGS[:2], ("U0ADA", BO), strict=True):
        await together.watches.begin(watch(thing=thing, owner=owner), look(thing=thing))
    await send_all(together, clock)
    for duty in await due(together, clock):
        await ends(together, duty)
    [gathered] = await claimed(together, clock)
    await together.outbox.attempting(gathered, LEASE)

    await together.outbox.blocked(gathered, "not_in_channel", MINUTE)

    assert len(told(gathered.fact)) == 2
    assert {each.channel_id for each in await claimed(together, clock)} == {"U0ADA", BO}


async def test_a_run_that_qianfan_no_longer_knows_is_gathered_too(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 3)).values())
    await ends(together, duties[0])
    await hears(together, clock)
    for duty in duties[1:]:
        gone = Vanished(duty.last.resource, Happened(None, WORLD))
        assert await together.duties.record(duty, found(duty.last, None, duty.track), (gone,))
    clock.passes(MINUTE)

    assert [told(fact) for fact in await hears(together, clock)] == [names(1, 2)]


async def test_ends_that_many_processes_see_at_once_are_each_told_once(
    together: Store, rival: Store, clock: HandClock
) -> None:
    other = serving(rival.database, clock, by_hand(clock), MINUTE)
    # The two channels follow in another order, so that whoever locks them as they come may stick.
    duties = await watched(together, clock, 12, RANDOM, GENERAL)
    stores = (together, other)

    await asyncio.gather(
        *(ends(stores[number % 2], duty) for number, duty in enumerate(duties.values()))
    )

    heard: dict[str, list[str]] = {GENERAL: [], RANDOM: []}
    for _ in range(2):
        for each in await send_all(together, clock):
            heard[each.channel_id] += told(each.fact)
        clock.passes(MINUTE)
    assert {channel: sorted(runs) for channel, runs in heard.items()} == {
        GENERAL: names(*range(12)),
        RANDOM: names(*range(12)),
    }
    async with together.database.reading() as connection:
        rows = await connection.scalar(
            select(func.count()).where(announcements.c.ends > 0, announcements.c.state == "sent")
        )
    assert rows is not None
    assert rows < 24


async def test_a_process_that_begins_anew_tells_at_once_what_was_gathered(
    together: Store, clock: HandClock
) -> None:
    duties = list((await watched(together, clock, 2)).values())
    await ends(together, duties[0])
    posted = Posted(GENERAL, "1.0")
    [first] = await claimed(together, clock)
    await together.outbox.attempting(first, LEASE)
    await together.outbox.sent(first, posted, NOT_AT_ALL)
    await ends(together, duties[1])
    assert await claimed(together, clock) == []

    if not together.database.is_ours_alone:
        pytest.skip("others may be at work")

    await leases.release_all(together.database)

    assert [told(fact) for fact in await hears(together, clock)] == [names(1)]
