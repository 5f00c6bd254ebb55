"""Many at once, in one process and in two: nothing is given out twice, nothing is left locked."""

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from bot.domain.access import Grant, Role, Scope
from bot.domain.audit import Ended
from bot.domain.errors import AuditUnavailable, StoreError
from bot.domain.facts import FollowExpired
from bot.domain.id_grammar import read_id
from bot.domain.resources import Phase
from bot.domain.watching import Thing
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    DAY,
    GENERAL,
    LEASE,
    RUN,
    SECOND,
    WALL,
    WORLD,
    HandClock,
    asked,
    claimed,
    due,
    follow,
    found,
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
        await store.duties.record(duty, found(now), ())

    claims = [each.outbox.claim_cards(LEASE, 10) for _ in range(3) for each in (store, rival)]

    shown = Counter(card.id for card in chain(*await asyncio.gather(*claims)))
    assert set(shown.values()) == {1}


async def test_of_many_records_of_one_duty_one_counts(
    store: Store, rival: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look())
    [duty] = await due(store, clock)

    recorded = await asyncio.gather(
        *(
            each.duties.record(duty, found(look(Phase.RUNNING), WORLD), [stop_asked()])
            for each in (store, rival) * 5
        )
    )

    assert Counter(recorded) == {True: 1, False: 9}
    assert (await store.outbox.backlog()).pending == 2


async def test_of_many_clicks_on_a_question_one_counts(store: Store, rival: Store) -> None:
    name = await store.confirmations.keep(question())

    uses = [each.confirmations.use(name, WORLD) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*uses)) == {True: 1, False: 9}


async def test_of_many_that_give_the_same_role_one_does(store: Store, rival: Store) -> None:
    grant = Grant(Role.OPERATOR, Scope(subjects=frozenset({ADA})), ADA)

    given = [each.grants.give(grant, WORLD) for each in (store, rival) * 5]
    assert Counter(await asyncio.gather(*given)) == {True: 1, False: 9}

    taken = [each.grants.take(ADA, None, ADA, WORLD) for each in (store, rival) * 5]
    assert Counter(await asyncio.gather(*taken)) == {1: 1, 0: 9}


async def test_many_that_clear_old_questions_away_do_not_wait_for_each_other(
    store: Store, rival: Store
) -> None:
    for _ in range(50):
        await store.confirmations.keep(question())
    late = replace(question(), asked_at=WORLD + 3 * DAY)

    names = await asyncio.gather(*(e.confirmations.keep(late) for e in (store, rival) * 5))

    assert [await store.confirmations.find(name) for name in names] == [late] * 10


async def test_many_that_begin_the_same_watch_make_one(store: Store, rival: Store) -> None:
    begun = [each.watches.begin(watch(), look()) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*begun)) == {True: 1, False: 9}
    assert len(await store.watches.everywhere()) == 1
    assert (await store.outbox.backlog()).pending == 1


async def test_many_that_begin_the_same_follow_make_one(store: Store, rival: Store) -> None:
    # The channel is known already: else its own row would keep them apart.
    await store.outbox.add(GENERAL, "default", stop_asked())
    begun = [each.follows.begin(follow()) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*begun)) == {True: 1, False: 9}
    assert await store.follows.everywhere() == [follow()]


async def test_many_that_end_the_same_follow_end_it_once(store: Store, rival: Store) -> None:
    await store.follows.begin(follow())

    ends = [each.follows.end("default", GENERAL, None) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*ends)) == {1: 1, 0: 9}


async def test_a_follow_that_is_renewed_while_it_ends_is_there_or_was_told_to_be(
    store: Store, rival: Store
) -> None:
    for _ in range(10):
        await store.follows.begin(follow())
        ended, begun = await asyncio.gather(
            store.follows.end("default", GENERAL, None), rival.follows.begin(follow())
        )
        assert ended == 1
        assert len(await store.follows.everywhere()) == int(begun)
        await store.follows.end("default", GENERAL, None)


async def test_two_that_note_the_same_runs_in_another_order_do_not_wait_for_each_other(
    store: Store, rival: Store
) -> None:
    runs = [read_id(f"task-{number:012}") for number in range(1000)]

    for account in ("default", "prod", "test"):
        await asyncio.gather(
            store.follows.note(account, runs, WORLD),
            rival.follows.note(account, runs[::-1], WORLD),
        )
        assert await store.follows.news(account, runs) == []


async def test_of_many_that_see_a_run_appear_one_tells_of_it(store: Store, rival: Store) -> None:
    await store.follows.begin(follow())

    await asyncio.gather(
        *(
            each.follows.appeared("default", RUN.id, WORLD, [(GENERAL, stop_asked())])
            for each in (store, rival) * 5
        )
    )

    assert (await store.outbox.backlog()).pending == 1


async def test_an_attempt_is_closed_once_however_many_look_into_it(
    store: Store, rival: Store
) -> None:
    await store.audit.asked(asked())
    [attempt] = await store.audit.unfinished(WALL + SECOND)
    ended, fact = Ended(WALL, "cut off", SECOND), FollowExpired("follow all")

    closed = [each.audit.close(attempt, ended, fact) for each in (store, rival) * 5]

    assert Counter(await asyncio.gather(*closed)) == {True: 1, False: 9}
    assert (await store.outbox.backlog()).pending == 1


async def test_an_attempt_that_ends_while_it_is_closed_has_one_end(
    store: Store, rival: Store
) -> None:
    for number in range(10):
        at = WALL + number * SECOND
        await store.audit.asked(asked(user=ADA, at=at))
        [attempt] = await store.audit.unfinished(at + SECOND)
        ended = Ended(at, "stopped", SECOND)

        end, closed = await asyncio.gather(
            store.audit.ended(attempt.id, ended),
            rival.audit.close(attempt, ended, None),
            return_exceptions=True,
        )

        assert (end is None) is not closed
        assert end is None or isinstance(end, AuditUnavailable)
        assert await store.audit.unfinished(at + SECOND) == []


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
    assert len(await store.watches.everywhere()) == (await store.outbox.backlog()).pending


async def test_what_fails_halfway_is_undone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StoreError("no more")

    monkeypatch.setattr("bot.store.cards.open_card", fail)

    with pytest.raises(StoreError):
        await store.watches.begin(watch(), look())
    assert await store.watches.everywhere() == []
    assert (await store.outbox.backlog()).pending == 0
