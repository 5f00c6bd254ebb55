"""Alarms as the followers of a thing are owed them: once each, by each channel's own limits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.alarms import NO_ALARMS
from bot.domain.channels import ChannelSettings
from bot.domain.facts import Alarmed, Notify
from bot.domain.resources import Phase
from bot.domain.symptoms import LossGone, Queued, Stalled, Symptom
from bot.store.opening import Store
from tests.contract.store.values import (
    GENERAL,
    MINUTE,
    RANDOM,
    RUN,
    WORLD,
    HandClock,
    due,
    found,
    look,
    saw,
    send_all,
    watch,
)

HOUR = timedelta(hours=1)
WAITS = Queued(WORLD, 2 * HOUR)
STANDS = Stalled(WORLD, HOUR, 40)


async def sees(store: Store, clock: HandClock, *symptoms: Symptom) -> None:
    """Look at the one thing that is due, find it unchanged, and so much wrong with it."""
    clock.passes(MINUTE)
    [duty] = await due(store, clock)
    seen = replace(found(replace(duty.last, at=clock.world())), symptoms=symptoms)
    seen = replace(seen, next_look=clock.world() + MINUTE)
    assert await store.duties.record(duty, seen, ())


async def told(store: Store, clock: HandClock) -> list[tuple[str, Symptom]]:
    """The alarms that channels hear now."""
    sent = await send_all(store, clock)
    return [(each.channel_id, each.fact.symptom) for each in sent if isinstance(each.fact, Alarmed)]


async def test_an_alarm_is_owed_once_however_long_it_lasts(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    for _ in range(3):
        await sees(store, clock, WAITS)
    assert await told(store, clock) == [(GENERAL, WAITS)]
    await sees(store, clock, WAITS)
    assert await told(store, clock) == []


async def test_each_kind_of_alarm_is_owed_by_itself(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await sees(store, clock, STANDS)
    await sees(store, clock, STANDS, LossGone(5))
    assert await told(store, clock) == [(GENERAL, STANDS), (GENERAL, LossGone(5))]


async def test_each_channel_is_warned_by_its_own_limits(store: Store, clock: HandClock) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look())
    await store.channels.change(GENERAL, lambda settings: replace(settings, alarms=NO_ALARMS))
    await sees(store, clock, WAITS)
    assert await told(store, clock) == [(RANDOM, WAITS)]

    await store.channels.change(GENERAL, lambda _: ChannelSettings())
    await sees(store, clock, WAITS)
    assert await told(store, clock) == [(GENERAL, WAITS)]


@pytest.mark.parametrize(
    ("notify", "heard"),
    [
        (Notify.ALL, [WAITS, STANDS]),
        (Notify.ENDS, [WAITS, STANDS]),
        (Notify.FAILURES, [STANDS]),
    ],
)
async def test_who_hears_of_failures_alone_hears_what_is_as_grave(
    store: Store, clock: HandClock, notify: Notify, heard: Sequence[Symptom]
) -> None:
    await store.watches.begin(watch(notify=notify), look())
    await sees(store, clock, WAITS, STANDS)
    assert [symptom for _, symptom in await told(store, clock)] == heard


async def test_a_run_that_waits_again_may_be_told_of_again(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await sees(store, clock, WAITS)
    for phase in (Phase.RUNNING, Phase.QUEUED):
        clock.passes(MINUTE)
        await saw(store, clock, look(phase, at=clock.world()))
    await sees(store, clock, WAITS)
    assert await told(store, clock) == [(GENERAL, WAITS), (GENERAL, WAITS)]


async def test_a_new_watch_of_the_same_run_is_warned_anew(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await sees(store, clock, WAITS)
    await store.watches.end(RUN, GENERAL)
    await store.watches.begin(watch(), look())
    await sees(store, clock, WAITS)
    assert await told(store, clock) == [(GENERAL, WAITS), (GENERAL, WAITS)]


async def test_a_muted_channel_hears_nothing_but_the_end(store: Store, clock: HandClock) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look())
    muted = await store.watches.mute(RUN, GENERAL, WORLD + HOUR)
    assert muted == replace(watch(), muted_until=WORLD + HOUR)
    await send_all(store, clock)

    await saw(store, clock, look(Phase.RUNNING))
    await sees(store, clock, STANDS)
    assert {each.channel_id for each in await send_all(store, clock)} == {RANDOM}

    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.DONE, at=clock.world()))
    assert {each.channel_id for each in await send_all(store, clock)} == {GENERAL, RANDOM}


async def test_what_a_muted_channel_missed_is_not_told_later(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.mute(RUN, GENERAL, WORLD + HOUR)
    await sees(store, clock, WAITS)
    clock.passes(HOUR)
    await sees(store, clock, WAITS, STANDS)
    assert await told(store, clock) == [(GENERAL, STANDS)]


async def test_muting_can_be_ended_and_outlives_a_renewal(store: Store, clock: HandClock) -> None:
    await store.watches.begin(watch(), look())
    await store.watches.mute(RUN, GENERAL, WORLD + HOUR)
    await store.watches.begin(watch(notify=Notify.ENDS), look())
    [renewed] = await store.watches.in_channel(GENERAL)
    assert renewed.watch.muted_until == WORLD + HOUR

    ended = await store.watches.mute(RUN, GENERAL, None)
    assert ended is not None
    assert ended.muted_until is None
    await sees(store, clock, WAITS)
    assert await told(store, clock) == [(GENERAL, WAITS)]


async def test_what_is_not_watched_cannot_be_muted(store: Store) -> None:
    assert await store.watches.mute(RUN, GENERAL, WORLD) is None
    await store.watches.begin(watch(RANDOM), look())
    assert await store.watches.mute(RUN, GENERAL, WORLD) is None


async def test_only_a_look_with_symptoms_asks_what_followers_had_and_want(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    asked: list[str] = []
    async with store.database.reading() as connection:
        engine = connection.engine.sync_engine

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        asked.append(statement)

    # A new one is looked for first, and then in the transaction that owes the alarm, which also
    # asks what the channel wants while it holds its row.
    for symptoms, times in (((), 0), ((WAITS,), 3), ((WAITS,), 1)):
        asked.clear()
        clock.passes(MINUTE)
        [duty] = await due(store, clock)
        event.listen(engine, "before_cursor_execute", note)
        seen = replace(found(duty.last, clock.world() + MINUTE), symptoms=symptoms)
        await store.duties.record(duty, seen, ())
        event.remove(engine, "before_cursor_execute", note)
        assert sum("settings" in each for each in asked) == times
