"""The sender against a Slack that answers as it is told: what is written down each time."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    TryLater,
)
from bot.domain.facts import Vanished
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.watching import Announcement
from bot.happenings import Happening, NotTold, Parked, Told
from bot.watcher import sender as sending
from bot.watcher.mood import PROBE_PAUSE, Allowance, Mood
from bot.watcher.sender import AT_ONCE, MOST_ATTEMPTS, SEARCHES, Sender
from tests.unit.domain.samples import NOON, task
from tests.unit.watcher.account import HandClock
from tests.unit.watcher.sending import (
    PATIENCE,
    SECOND,
    Ledger,
    Monotonic,
    Slack,
    english,
    owed,
    plenty,
)

OWED = owed(claimed_at=None)
LOST = replace(OWED, attempts=1, attempted_at=NOON)
BROKEN = InstallationBroken("token_revoked")


async def told(slack: Slack, announcement: Announcement = OWED, now: datetime = NOON) -> list[str]:
    ledger = Ledger([announcement])
    sender = Sender(ledger, slack, HandClock(now), Mood(), plenty(), english)
    await sender.tick()
    await sender.drain(PATIENCE)
    return ledger.told


async def test_the_attempt_is_written_down_before_the_post_and_its_place_after() -> None:
    assert await told(Slack()) == ["attempting", "sent 7.0"]


@pytest.mark.parametrize(
    ("fails", "then"),
    [
        (TryLater(3 * SECOND, "ratelimited"), "try in 3 s"),
        (BROKEN, "try in 0 s"),
        (AccessLost("not_in_channel"), "parked: not_in_channel"),
        (MessageRefused("invalid_blocks"), "parked: invalid_blocks"),
        (OutcomeUnclear(NOON), "search in 10 s"),
        (KeyError("ts"), "search in 10 s"),
    ],
)
async def test_each_sort_of_failure_has_its_own_way_on(fails: Exception, then: str) -> None:
    assert await told(Slack(fails)) == ["attempting", then]


async def test_what_a_closed_channel_missed_waits_for_it_to_open() -> None:
    vanished = replace(OWED, fact=Vanished(task(), Happened(None, NOON)))
    lost = Slack(AccessLost("not_in_channel"))
    assert await told(lost, vanished) == ["attempting", "blocked: not_in_channel"]


async def test_a_channel_that_closes_while_it_is_searched_is_blocked() -> None:
    lost = Slack(AccessLost("not_in_channel"))
    assert await told(lost, LOST, NOON + 10 * SECOND) == ["blocked: not_in_channel"]


async def test_an_error_of_our_own_holds_the_channel_up_only_so_often() -> None:
    often = replace(OWED, attempts=MOST_ATTEMPTS)
    assert await told(Slack(KeyError("ts")), often) == ["attempting", "parked: unforeseen"]


async def test_what_is_found_is_not_sent_again() -> None:
    slack = Slack(has=[Posted("C1", "3.0")])
    assert await told(slack, LOST, NOON + 10 * SECOND) == ["sent 3.0"]
    assert slack.posted == []
    assert slack.searched_since == [NOON]


async def test_of_several_that_are_found_the_oldest_is_what_was_sent() -> None:
    slack = Slack(has=[Posted("C1", "3.0"), Posted("C1", "4.0")])
    assert await told(slack, LOST, NOON + 10 * SECOND) == ["sent 3.0"]


async def test_what_is_not_found_is_searched_for_once_more() -> None:
    assert await told(Slack(), LOST, NOON + 10 * SECOND) == ["search in 2 s again"]


async def test_what_was_searched_for_often_enough_is_sent() -> None:
    searched = replace(LOST, searches=SEARCHES)
    assert await told(Slack(), searched, NOON + 20 * SECOND) == ["attempting", "sent 7.0"]


async def test_a_search_that_is_throttled_does_not_count_and_waits_as_long_as_slack_says() -> None:
    failing = Slack(TryLater(30 * SECOND, "ratelimited"))
    assert await told(failing, LOST, NOON + 10 * SECOND) == ["search in 30 s"]


async def test_before_the_message_could_have_appeared_nothing_is_searched() -> None:
    assert await told(Slack(), LOST, NOON + SECOND) == ["search in 9 s"]


async def test_whether_it_could_have_appeared_is_seen_on_the_clock_of_the_claim() -> None:
    lost = replace(LOST, claimed_at=NOON + SECOND)
    hours_ahead = NOON + timedelta(hours=3)
    assert await told(Slack(), lost, hours_ahead) == ["search in 9 s"]

    settled = replace(LOST, claimed_at=NOON + 10 * SECOND)
    hours_behind = NOON - timedelta(hours=3)
    assert await told(Slack(), settled, hours_behind) == ["search in 2 s again"]


async def test_where_the_channel_may_not_be_read_the_message_is_marked() -> None:
    slack = Slack(can_search=False)
    await told(slack, replace(LOST, searches=SEARCHES), NOON + 20 * SECOND)
    assert "This may be a repeat" in slack.posted[0]


async def test_a_post_that_takes_longer_than_its_deadline_may_have_been_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "DEADLINE", SECOND / 100)
    assert await told(Slack(hangs=True)) == ["attempting", "search in 10 s"]


async def test_a_search_that_takes_longer_than_its_deadline_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "DEADLINE", SECOND / 100)
    assert await told(Slack(hangs=True), LOST, NOON + 10 * SECOND) == ["search in 2 s"]


async def test_what_took_longer_to_write_down_than_the_deadline_is_not_posted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack, slow = Slack(), asyncio.Event()
    ledger = Ledger([OWED], slow=slow)
    sender = Sender(ledger, slack, HandClock(), Mood(), plenty(), english)
    # The deadline is over as soon as it is set: the write takes longer.
    monkeypatch.setattr(sending, "DEADLINE", timedelta(0))
    await sender.tick()
    await ledger.writing.wait()
    slow.set()
    await sender.drain(PATIENCE)

    assert ledger.told == ["attempting", "try in 0 s"]
    assert slack.posted == []


@pytest.mark.parametrize(
    ("fails", "happens"),
    [
        (None, [Told(OWED, Posted("C1", "7.0"), NOON)]),
        (TryLater(SECOND, "ratelimited"), [NotTold(OWED, TryLater(SECOND, "ratelimited"))]),
        (
            MessageRefused("invalid_blocks"),
            [NotTold(OWED, MessageRefused("invalid_blocks")), Parked(OWED, "invalid_blocks")],
        ),
    ],
)
async def test_what_comes_of_an_announcement_is_told(
    fails: Exception | None, happens: list[Happening]
) -> None:
    heard: list[Happening] = []
    slack = Slack(fails=fails)
    sender = Sender(
        Ledger([OWED]), slack, HandClock(), Mood(), plenty(), english, tell=heard.append
    )
    await sender.tick()
    await sender.drain(PATIENCE)
    assert repr(heard) == repr(happens)  # errors are equal to themselves alone


class Scene:
    """A sender that works for a while, and a time that is moved."""

    def __init__(self, *owed: Announcement, posts: Allowance | None = None) -> None:
        self.time = Monotonic()
        self.slack = Slack()
        self.ledger = Ledger(list(owed))
        self.mood = Mood(self.time)
        posts = posts or Allowance(5, 20, self.time)
        self.sender = Sender(self.ledger, self.slack, HandClock(), self.mood, posts, english)

    async def ticks(self) -> int:
        """Send what may be sent now; how much that was."""
        begun = await self.sender.tick()
        await self.sender.drain(PATIENCE)
        return begun


async def test_a_broken_installation_holds_everything_back_and_loses_nothing() -> None:
    scene = Scene(*(owed(number, f"C{number}") for number in range(5)))
    scene.slack.fails = BROKEN

    assert await scene.ticks() == 5
    assert scene.mood.closed == "token_revoked"
    assert len(scene.ledger.owed) == 5
    scene.time.passes(PROBE_PAUSE - SECOND)
    assert await scene.ticks() == 0
    assert len(scene.slack.posted) == 5


async def test_one_post_at_a_time_finds_out_whether_the_installation_was_mended() -> None:
    scene = Scene(*(owed(number, f"C{number}") for number in range(5)))
    scene.slack.fails = BROKEN
    await scene.ticks()

    for _ in range(3):
        scene.time.passes(PROBE_PAUSE)
        assert await scene.ticks() == 1
        assert await scene.ticks() == 0

    scene.slack.fails = None
    scene.time.passes(PROBE_PAUSE)
    assert await scene.ticks() == 1
    assert scene.mood.closed == ""
    assert await scene.ticks() == 4
    assert scene.ledger.owed == []


async def test_a_search_that_finds_the_installation_broken_holds_everything_back_too() -> None:
    scene = Scene(replace(LOST, claimed_at=NOON + 10 * SECOND), owed(2))
    scene.sender = Sender(
        scene.ledger, scene.slack, HandClock(), scene.mood, Allowance(1, 1, scene.time), english
    )
    scene.slack.fails = BROKEN

    assert await scene.ticks() == 1
    assert scene.ledger.told == ["search in 2 s"]
    assert scene.mood.closed == "token_revoked"
    scene.time.passes(SECOND)
    assert await scene.ticks() == 0


async def test_no_more_is_sent_at_once_than_the_workspace_takes() -> None:
    scene = Scene(*(owed(number, f"C{number}") for number in range(10)))
    scene.sender = Sender(
        scene.ledger, scene.slack, HandClock(), scene.mood, Allowance(2, 3, scene.time), english
    )

    assert [await scene.ticks(), await scene.ticks()] == [3, 0]
    scene.time.passes(SECOND)
    assert await scene.ticks() == 2


async def test_no_more_is_in_hand_at_once_than_channels_may_be_written_to() -> None:
    scene = Scene(*(owed(number, f"C{number}") for number in range(40)))
    scene.ledger.slow = asyncio.Event()
    scene.sender = Sender(scene.ledger, scene.slack, HandClock(), scene.mood, plenty(), english)

    assert [await scene.sender.tick(), await scene.sender.tick()] == [AT_ONCE, 0]

    scene.ledger.slow.set()
    await scene.sender.drain(PATIENCE)
    assert await scene.ticks() == AT_ONCE
