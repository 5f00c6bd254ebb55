"""Many at once, in one process and in two: nothing is given out twice, nothing is left locked."""

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from bot.domain.errors import StoreError
from bot.domain.id_grammar import read_id
from bot.domain.resources import Phase
from bot.domain.watching import Thing
from bot.store.opening import Store
from tests.contract.store.values import (
    GENERAL,
    LEASE,
    MINUTE,
    RUN,
    WORLD,
    HandClock,
    claimed,
    due,
    look,
    question,
    send_all,
    stop_asked,
    watch,
)

MANY = [Thing("default", read_id(f"task-{number:012}")) for number in range(30)]


async def test_two_that_claim_announcements_at_once_never_get_the_same(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for number in range(30):
        await store.outbox.add(f"C{number}", "default", stop_asked())

    claims = [claimed(each, clock, limit=4) for _ in range(4) for each in (store, rival)]
    got = [each.id for each in chain(*await asyncio.gather(*claims))]

    assert len(got) == len(set(got))
    rest = await claimed(store, clock)
    assert len(got) + len(rest) == 30


async def test_a_channel_never_has_two_in_hand(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(5):
        await store.outbox.add(GENERAL, "default", stop_asked())

    claims = [claimed(each, clock) for _ in range(5) for each in (store, rival)]

    assert len(list(chain(*await asyncio.gather(*claims)))) == 1


async def test_two_that_claim_what_is_due_at_once_never_get_the_same(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for thing in MANY:
        await store.watches.begin(watch(thing=thing), look(thing=thing))

    claims = [due(each, clock, limit=4) for _ in range(4) for each in (store, rival)]
    got = [each.thing for each in chain(*await asyncio.gather(*claims))]

    assert len(got) == len(set(got))
    assert len(got) + len(await due(store, clock, limit=100)) == 30


async def test_two_that_claim_cards_at_once_never_get_the_same(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for thing in MANY:
        await store.watches.begin(watch(thing=thing), look(thing=thing))
    await send_all(store, clock)
    for duty in await due(store, clock, limit=100):
        now = look(Phase.RUNNING, thing=duty.thing)
        await store.watches.record(duty, now, (), WORLD + MINUTE, None)

    claims = [
        each.outbox.claim_cards(clock.wall(), LEASE, 10)
        for _ in range(3)
        for each in (store, rival)
    ]

    shown = Counter(card.id for card in chain(*await asyncio.gather(*claims)))
    assert set(shown.values()) == {1}


async def test_of_many_records_of_one_duty_one_counts(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [duty] = await due(store, clock)

    recorded = await asyncio.gather(
        *(
            each.watches.record(duty, look(Phase.RUNNING), [stop_asked()], WORLD, None)
            for each in (store, rival) * 5
        )
    )

    assert Counter(recorded) == {True: 1, False: 9}
    assert await store.outbox.pending() == 2


async def test_of_many_clicks_on_a_question_one_counts(store: Store, rival: Store) -> None:
    name = await store.confirmations.keep(question())

    uses = [each.confirmations.use(name, WORLD) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*uses)) == {True: 1, False: 9}


async def test_many_that_begin_the_same_watch_make_one(store: Store, rival: Store) -> None:
    begun = [each.watches.begin(watch(), look()) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*begun)) == {True: 1, False: 9}
    assert len(await store.watches.everywhere()) == 1
    assert await store.outbox.pending() == 1


async def test_an_end_and_newcomers_at_once_leave_no_watch_without_looking(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(10):
        await store.watches.begin(watch(), look())
        await asyncio.gather(
            store.watches.end(RUN, GENERAL), rival.watches.begin(watch("C0NEW"), look())
        )
        assert len(await due(store, clock)) == 1
        await store.watches.end(RUN, "C0NEW")


async def test_work_that_is_cancelled_leaves_nothing_locked(store: Store, clock: HandClock) -> None:
    for number in range(60):
        task = asyncio.create_task(store.watches.begin(watch(f"C{number}"), look()))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with asyncio.timeout(5):
        assert await store.watches.begin(replace(watch(), channel_id="C0LAST"), look())
    # A watch is there with its card, or neither is.
    assert len(await store.watches.everywhere()) == await store.outbox.pending()


async def test_what_fails_halfway_is_undone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("no more")

    monkeypatch.setattr("bot.store.cards.open_card", fail)

    with pytest.raises(StoreError):
        await store.watches.begin(watch(), look())
    assert await store.watches.everywhere() == []
    assert await store.outbox.pending() == 0
