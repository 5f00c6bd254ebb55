"""Following runs that do not exist yet, and the runs that are no news."""

from dataclasses import replace

from sqlalchemy import text

from bot.domain.facts import FollowExpired, Notify, RunAppeared
from bot.domain.following import Selection, What
from bot.domain.id_grammar import read_id
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
    WORLD,
    HandClock,
    follow,
    look,
    send_all,
)

SPEED = Selection(What.MODEL, "ERNIE-Speed-8K")
LORA = Selection(What.MODE, "LoRA")


async def test_a_new_follow_is_found_as_it_was_begun(store: Store) -> None:
    everything = [
        follow(),
        follow(RANDOM, owner=BO, notify=Notify.FAILURES),
        follow(selection=Selection(What.JOB, "job-abcdef123456"), until=WORLD + MINUTE / 7),
    ]
    for each in everything:
        assert await store.follows.begin(each)

    assert await store.follows.everywhere() == everything
    assert await store.follows.in_channel(GENERAL) == [everything[0], everything[2]]
    assert await store.follows.in_channel("C0NOBODY") == []


async def test_a_second_begin_renews_the_follow_and_leaves_it_to_its_owner(store: Store) -> None:
    await store.follows.begin(follow(selection=SPEED))
    longer = replace(
        follow(selection=SPEED, owner=BO, notify=Notify.ENDS, until=WORLD + 3 * DAY),
        since=WORLD + DAY,
    )

    assert not await store.follows.begin(longer)

    assert await store.follows.everywhere() == [replace(longer, owner=ADA, since=WORLD)]


async def test_what_differs_in_one_thing_is_another_follow(store: Store) -> None:
    others = [
        follow(),
        follow(selection=SPEED),
        follow(selection=replace(SPEED, value="ERNIE-Lite")),
        follow(selection=Selection(What.MODE, SPEED.value)),
        follow(RANDOM),
        follow(account="prod"),
    ]

    assert [await store.follows.begin(each) for each in others] == [True] * 6


async def test_one_selection_ends_and_the_others_stay(store: Store) -> None:
    for selection in (SPEED, LORA):
        await store.follows.begin(follow(selection=selection))

    assert await store.follows.end("default", GENERAL, SPEED) == 1
    assert await store.follows.end("default", GENERAL, SPEED) == 0
    assert await store.follows.end("default", "C0NOBODY", SPEED) == 0

    assert await store.follows.everywhere() == [follow(selection=LORA)]


async def test_all_of_a_channel_end_and_those_of_others_stay(store: Store) -> None:
    for each in (follow(), follow(selection=LORA), follow(RANDOM), follow(account="prod")):
        await store.follows.begin(each)

    assert await store.follows.end("default", GENERAL, None) == 2

    assert await store.follows.everywhere() == [follow(RANDOM), follow(account="prod")]


async def test_an_ended_follow_stays_as_history_beside_a_new_one(
    store: Store, clock: HandClock
) -> None:
    for _ in range(2):
        assert await store.follows.begin(follow())
        clock.passes(MINUTE)
        await store.follows.end("default", GENERAL, None)
    assert await store.follows.begin(follow())

    assert await store.follows.everywhere() == [follow()]
    async with store.database.reading() as connection:
        ends = await connection.scalars(
            text("SELECT ended_at IS NULL FROM follows ORDER BY follows.id")
        )
        assert [bool(end) for end in ends] == [False, False, True]


async def test_a_follow_expires_when_its_time_is_up_and_until_it_is_ended(
    store: Store, clock: HandClock
) -> None:
    await store.follows.begin(follow(until=WORLD + DAY))
    await store.follows.begin(follow(RANDOM, until=WORLD + 2 * DAY))

    assert await store.follows.expired(clock.world()) == []
    clock.passes(DAY)
    assert await store.follows.expired(clock.world()) == [follow(until=WORLD + DAY)]

    await store.follows.end("default", GENERAL, None)
    assert await store.follows.expired(clock.world()) == []


async def test_news_keeps_its_order_and_leaves_out_what_was_noted(store: Store) -> None:
    runs = [read_id(f"task-{letter * 12}") for letter in "zambk"]
    await store.follows.note("default", [runs[3], runs[1]], WORLD)

    assert await store.follows.news("default", runs) == [runs[0], runs[2], runs[4]]
    assert await store.follows.news("prod", runs) == runs
    assert await store.follows.news("default", []) == []


async def test_a_run_is_noted_once_and_keeps_its_first_time(store: Store) -> None:
    await store.follows.note("default", [], WORLD)
    await store.follows.note("default", [RUN.id], WORLD)
    await store.follows.note("default", [OTHER_RUN.id, RUN.id, RUN.id], WORLD + DAY)

    assert await store.follows.news("default", [RUN.id, OTHER_RUN.id]) == []
    async with store.database.reading() as connection:
        times = await connection.scalars(text("SELECT noted_at FROM known_runs ORDER BY run_id"))
        assert [str(time)[:10] for time in times] == ["2026-03-01", "2026-03-02"]


async def test_a_run_that_appears_is_told_once_to_all_who_are_to_hear_of_it(
    store: Store, clock: HandClock
) -> None:
    for channel in (GENERAL, RANDOM):
        await store.follows.begin(follow(channel))
    fact = RunAppeared(look().resource)

    for _ in range(2):
        told = [(GENERAL, fact), (RANDOM, fact)]
        await store.follows.appeared("default", RUN.id, WORLD, told)

    assert await store.follows.news("default", [RUN.id]) == []
    assert [(each.channel_id, each.fact) for each in await send_all(store, clock)] == told


async def test_a_follow_ends_with_a_word_to_its_channel_once(
    store: Store, clock: HandClock
) -> None:
    for each in (follow(), follow(selection=LORA)):
        await store.follows.begin(each)
    fact = FollowExpired("follow all")

    for _ in range(2):
        await store.follows.end_with(follow(), fact)

    assert await store.follows.everywhere() == [follow(selection=LORA)]
    assert [(each.channel_id, each.fact) for each in await send_all(store, clock)] == [
        (GENERAL, fact)
    ]


async def test_a_follow_that_was_renewed_meanwhile_does_not_end(store: Store) -> None:
    longer = follow(until=WORLD + 2 * DAY)
    await store.follows.begin(follow())
    await store.follows.begin(longer)

    await store.follows.end_with(follow(), FollowExpired("follow all"))

    assert await store.follows.everywhere() == [longer]
    assert (await store.outbox.backlog()).pending == 0
