"""Facts of every kind as channels are owed them, those too that are about no thing."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.facts import (
    AccessGone,
    Actors,
    Alarmed,
    ApprovalAsked,
    ApprovalEnded,
    Arrived,
    ChartAsked,
    ComparisonAsked,
    CutOff,
    CutOffEnd,
    Fact,
    FollowExpired,
    JobGone,
    Outage,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    RunAppeared,
    Undeliverable,
    Unreadable,
    VersionAsked,
)
from bot.domain.resources import Checkpoint, FineTuningTask
from bot.domain.symptoms import Queued
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    GENERAL,
    MINUTE,
    RUN,
    WORLD,
    HandClock,
    claimed,
    look,
)

VERSION = "amv-abcdef123456"
MADE = VersionAsked(Actors(ADA, "best yet"), "am-abcdef123456", VERSION, RUN.id.text, 300, "“v2”")
SEEN = look().resource
assert isinstance(SEEN, FineTuningTask)
CURVED = replace(SEEN, checkpoints=(Checkpoint(1, 2.0, 7.4), Checkpoint(2, 1.0)))


@pytest.mark.parametrize(
    ("fact", "resource_id"),
    [
        (MADE, VERSION),
        (replace(MADE, version_id="", step=None), ""),
        (RunAppeared(look().resource), RUN.id.text),
        (FollowExpired("follow model=ERNIE-Speed"), ""),
        (JobGone("job-abcdef123456"), ""),
        (CutOff("stop", RUN.id.text, CutOffEnd.NOT_DONE, state="Running"), ""),
        (ApprovalAsked(1, "stop", RUN.id.text, "Running", Actors(ADA), 1, WORLD), ""),
        (ApprovalEnded(1, "stop", RUN.id.text, "declined", ADA, (BO,), "no"), ""),
        (RightsChanged(ADA, BO, "operator", True, GENERAL), ""),
        (Arrived(), ""),
        (AccessGone(GENERAL, RUN.id.text, "not_in_channel"), ""),
        (Undeliverable(GENERAL, RUN.id.text, "invalid_blocks"), ""),
        (Unreadable(look().resource, WORLD), RUN.id.text),
        (Alarmed(look().resource, Queued(WORLD, MINUTE)), RUN.id.text),
        (OutageBegan("prod", Outage.DOWN, WORLD), ""),
        (ChartAsked(CURVED, ADA), RUN.id.text),
        (ComparisonAsked((CURVED, CURVED), ADA), ""),
        (OutageEnded("prod", Outage.DOWN, WORLD, WORLD + MINUTE), ""),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
async def test_a_fact_is_owed_under_the_thing_it_is_about(
    store: Store, clock: HandClock, fact: Fact, resource_id: str
) -> None:
    await store.outbox.add(GENERAL, "prod", fact)

    [announcement] = await claimed(store, clock)
    assert announcement.fact == fact
    async with store.database.reading() as connection:
        rows = await connection.execute(text("SELECT account, resource_id FROM announcements"))
        assert [tuple(row) for row in rows] == [("prod", resource_id)]


async def test_what_was_asked_in_a_thread_is_told_there_and_not_below_the_card(
    store: Store, clock: HandClock
) -> None:
    await store.outbox.add(GENERAL, "prod", ChartAsked(CURVED, ADA, thread_ts="5.5"))
    [announcement] = await claimed(store, clock)
    assert announcement.thread_ts == "5.5"
