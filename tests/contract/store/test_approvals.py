"""Changes that wait for others to agree: asked, agreed to, declined, too late, started."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.approvals import Request, State
from bot.domain.errors import AuditUnavailable, StoreError
from bot.domain.facts import Actors, ApprovalAsked, ApprovalEnded, Fact
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    CY,
    DAY,
    DEE,
    GENERAL,
    MINUTE,
    RUN,
    SECOND,
    WALL,
    WORLD,
    HandClock,
    asked,
    request,
    send_all,
)

LATE = WORLD + DAY + SECOND


async def _told(store: Store, clock: HandClock) -> list[tuple[str, Fact]]:
    return [(each.channel_id, each.fact) for each in await send_all(store, clock)]


async def _asked(store: Store, clock: HandClock, needed: int = 1) -> Request:
    """A request whose question stands in the channel already."""
    kept = await store.approvals.ask(request(needed))
    await send_all(store, clock)
    return kept


async def _approved(store: Store, clock: HandClock) -> Request:
    kept = await _asked(store, clock)
    approved = await store.approvals.agree(kept.number, BO, WORLD)
    await send_all(store, clock)
    return approved


def _ended(outcome: str, by: tuple[str, ...] = (), reason: str = "") -> ApprovalEnded:
    return ApprovalEnded(1, "stop", RUN.id.text, outcome, ADA, by, reason)  # type: ignore[arg-type]


async def test_what_is_asked_is_kept_and_its_channel_owed_the_question(
    store: Store, clock: HandClock
) -> None:
    first, second = [await store.approvals.ask(request(2)) for _ in range(2)]

    assert (first, second.number) == (replace(request(2), number=1), 2)
    assert await store.approvals.find(1) == first
    question = ApprovalAsked(
        1, "stop", RUN.id.text, "Running", Actors(ADA, "a\x00b"), 2, WORLD + DAY
    )
    assert await _told(store, clock) == [
        (GENERAL, question),
        (GENERAL, replace(question, number=2)),
    ]


async def test_a_request_whose_question_cannot_be_owed_is_not_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("no more")

    monkeypatch.setattr("bot.store.approvals.owe_all", fail)

    with pytest.raises(StoreError):
        await store.approvals.ask(request())

    assert await store.approvals.find(1) is None


async def test_nobody_agrees_to_what_was_never_asked(store: Store) -> None:
    assert await store.approvals.find(7) is None
    for deciding in (
        store.approvals.agree(7, BO, WORLD),
        store.approvals.decline(7, BO, "", WORLD),
    ):
        with pytest.raises(StoreError, match="there is no request 7"):
            await deciding


async def test_the_last_that_was_missing_approves_it_and_the_channel_hears_once(
    store: Store, clock: HandClock
) -> None:
    kept = await _asked(store, clock, needed=2)

    first = await store.approvals.agree(kept.number, CY, WORLD)
    assert (first.state, first.approvers, first.missing) == (State.PENDING, (CY,), 1)
    assert await store.approvals.approved() == []
    last = await store.approvals.agree(kept.number, BO, WORLD + MINUTE)

    assert last == replace(kept, state=State.APPROVED, approvers=(CY, BO))
    assert await store.approvals.find(kept.number) == last
    assert await store.approvals.approved() == [last]
    assert await _told(store, clock) == [(GENERAL, _ended("approved", (CY, BO)))]


async def test_agreeing_twice_counts_once(store: Store, clock: HandClock) -> None:
    kept = await _asked(store, clock, needed=2)

    for _ in range(2):
        now = await store.approvals.agree(kept.number, BO, WORLD)

    assert (now.state, now.approvers) == (State.PENDING, (BO,))
    assert await _told(store, clock) == []


async def test_the_askers_own_agreement_does_not_count(store: Store, clock: HandClock) -> None:
    kept = await _asked(store, clock)

    assert await store.approvals.agree(kept.number, ADA, WORLD) == kept
    assert await store.approvals.find(kept.number) == kept
    assert await _told(store, clock) == []


async def test_one_more_who_agrees_afterwards_changes_nothing(
    store: Store, clock: HandClock
) -> None:
    approved = await _approved(store, clock)

    assert await store.approvals.agree(approved.number, CY, WORLD) == approved
    assert await _told(store, clock) == []


async def test_it_is_too_late_to_agree_when_its_time_is_up(store: Store, clock: HandClock) -> None:
    kept = await _asked(store, clock)

    now = await store.approvals.agree(kept.number, BO, LATE)

    assert now == replace(kept, state=State.EXPIRED)
    assert await store.approvals.expired(LATE) == 0
    assert await _told(store, clock) == [(GENERAL, _ended("expired")), (ADA, _ended("expired"))]


async def test_channel_and_asker_hear_who_declined_and_why(store: Store, clock: HandClock) -> None:
    kept = await _asked(store, clock)

    now = await store.approvals.decline(kept.number, BO, "not\x00 now", WORLD)

    assert now == replace(kept, state=State.DECLINED)
    news = _ended("declined", (BO,), "not\x00 now")
    assert await _told(store, clock) == [(GENERAL, news), (ADA, news)]
    assert await store.approvals.agree(kept.number, CY, WORLD) == now
    assert await store.approvals.decline(kept.number, CY, "", WORLD) == now
    assert await _told(store, clock) == []


async def test_it_can_be_declined_until_it_is_started(store: Store, clock: HandClock) -> None:
    approved = await _approved(store, clock)

    now = await store.approvals.decline(approved.number, "", "", LATE)

    assert now.state is State.DECLINED
    assert await store.approvals.approved() == []
    assert await store.approvals.start(approved, asked()) is None
    assert (GENERAL, _ended("declined")) in await _told(store, clock)


async def test_what_was_started_cannot_be_declined(store: Store, clock: HandClock) -> None:
    approved = await _approved(store, clock)
    await store.approvals.start(approved, asked())

    now = await store.approvals.decline(approved.number, CY, "", WORLD)

    assert now.state is State.STARTED
    assert await _told(store, clock) == []


async def test_those_whose_time_is_up_end_and_channel_and_asker_hear_of_it(
    store: Store, clock: HandClock
) -> None:
    kept = await store.approvals.ask(request())
    longer = await store.approvals.ask(request(until=LATE))
    approved = await store.approvals.ask(request())
    await store.approvals.agree(approved.number, BO, WORLD)
    await send_all(store, clock)

    assert await store.approvals.expired(kept.until) == 0
    assert await store.approvals.expired(LATE) == 1

    assert await _told(store, clock) == [(GENERAL, _ended("expired")), (ADA, _ended("expired"))]
    found = [await store.approvals.find(each.number) for each in (kept, longer, approved)]
    states = [each.state for each in found if each]
    assert states == [State.EXPIRED, State.PENDING, State.APPROVED]


async def test_one_is_started_once_and_by_its_row_in_the_audit(
    store: Store, clock: HandClock
) -> None:
    approved = await _approved(store, clock)

    number = await store.approvals.start(approved, asked())

    [attempt] = await store.audit.unfinished(WALL + SECOND)
    assert (attempt.id, attempt.asked) == (number, asked())
    assert await store.approvals.approved() == []
    assert await store.approvals.start(approved, asked()) is None
    assert len(await store.audit.records()) == 1


async def test_one_that_waits_cannot_be_started(store: Store, clock: HandClock) -> None:
    kept = await _asked(store, clock)

    assert await store.approvals.start(kept, asked()) is None
    assert await store.audit.records() == []


async def test_where_the_audit_cannot_be_written_it_is_not_started(
    store: Store, clock: HandClock
) -> None:
    approved = await _approved(store, clock)
    await _run(store, "ALTER TABLE audit RENAME TO lost")

    with pytest.raises(AuditUnavailable):
        await store.approvals.start(approved, asked())

    await _run(store, "ALTER TABLE lost RENAME TO audit")
    assert await store.approvals.approved() == [approved]
    assert await store.approvals.start(approved, asked()) is not None


async def test_two_replicas_that_agree_at_once_approve_it_once(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(5):
        kept = await _asked(store, clock, needed=2)
        people = (BO, CY, DEE, ADA, BO, CY)

        await asyncio.gather(
            *(
                each.approvals.agree(kept.number, by, WORLD)
                for by in people
                for each in (store, rival)
            )
        )

        now = await store.approvals.find(kept.number)
        assert now is not None
        assert now.state is State.APPROVED
        assert len(now.approvers) == 2
        assert ADA not in now.approvers
        [(channel, news)] = await _told(store, clock)
        assert channel == GENERAL
        assert isinstance(news, ApprovalEnded)
        assert news.by == now.approvers


async def test_one_that_is_agreed_to_and_declined_at_once_has_one_end(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(5):
        kept = await _asked(store, clock)

        await asyncio.gather(
            store.approvals.agree(kept.number, BO, WORLD),
            rival.approvals.decline(kept.number, CY, "", WORLD),
            store.approvals.agree(kept.number, DEE, WORLD),
        )

        now = await store.approvals.find(kept.number)
        assert now is not None
        assert now.state is State.DECLINED
        declined = [fact for _, fact in await _told(store, clock) if _outcome(fact) == "declined"]
        assert len(declined) == 2


async def test_two_replicas_end_what_is_too_late_once(
    store: Store, rival: Store, clock: HandClock
) -> None:
    for _ in range(6):
        await _asked(store, clock)

    counts = await asyncio.gather(
        *(each.approvals.expired(LATE) for each in (store, rival) for _ in range(3))
    )

    assert sum(counts) == 6
    assert len(await _told(store, clock)) == 12


async def test_of_two_replicas_one_starts_it(store: Store, rival: Store, clock: HandClock) -> None:
    approved = await _approved(store, clock)

    started = await asyncio.gather(
        *(each.approvals.start(approved, asked()) for each in (store, rival) * 3)
    )

    assert len([each for each in started if each is not None]) == 1
    assert len(await store.audit.unfinished(WALL + SECOND)) == 1


def _outcome(fact: Fact) -> str:
    return fact.outcome if isinstance(fact, ApprovalEnded) else ""


async def _run(store: Store, statement: str) -> None:
    async with store.database.writing() as connection:
        await connection.execute(text(statement))
