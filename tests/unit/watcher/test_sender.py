"""The sender against a Slack that answers as it is told: what is written down each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import AccessLost, MessageRefused, OutcomeUnclear, TryLater
from bot.domain.facts import Actors, Fact, StopAsked, Vanished
from bot.domain.messages import Message
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.watching import Announcement, Card
from bot.watcher.sender import MOST_ATTEMPTS, SEARCHES, Sender
from tests.unit.domain.samples import NOON, task

OWED = Announcement(1, "key", "C1", StopAsked(task(), Actors("UADA"), accepted=True))
SECOND = timedelta(seconds=1)


@dataclass
class HandClock:
    now: datetime = NOON

    def wall(self) -> datetime:
        return self.now

    def world(self) -> datetime:
        return self.now


@dataclass
class Ledger:
    """An outbox with one announcement, which notes what it is told."""

    owed: Announcement | None
    told: list[str] = field(default_factory=list)

    async def add(self, channel_id: str, account: str, fact: Fact) -> None:
        raise AssertionError

    async def claim(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Announcement]:
        owed, self.owed = self.owed, None
        return [owed] if owed else []

    async def attempting(self, announcement: Announcement, at: datetime) -> None:
        self.told.append("attempting")

    async def sent(
        self, announcement: Announcement, posted: Posted, at: datetime, *, next_post: datetime
    ) -> None:
        self.told.append(f"sent {posted.ts}")

    async def try_at(self, announcement: Announcement, at: datetime) -> None:
        self.told.append(f"try in {(at - NOON).total_seconds():g} s")

    async def search_at(self, announcement: Announcement, at: datetime, *, counts: bool) -> None:
        self.told.append(f"search in {(at - NOON).total_seconds():g} s{' again' * counts}")

    async def parked(self, announcement: Announcement, reason: str) -> None:
        self.told.append(f"parked: {reason}")

    async def blocked(self, announcement: Announcement, reason: str, until: datetime) -> None:
        self.told.append(f"blocked: {reason}")

    async def unblocked(self, channel_id: str) -> None:
        raise AssertionError

    async def pending(self) -> int:
        return 0

    async def claim_cards(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Card]:
        return []

    async def card_shown(self, card: Card, at: datetime, next_edit: datetime) -> None:
        raise AssertionError


@dataclass
class Slack:
    """Posts, or fails as it is told; `has` is what it finds when it is searched."""

    fails: Exception | None = None
    has: Posted | None = None
    can_search: bool = True
    posted: list[str] = field(default_factory=list)

    async def post(
        self, announcement: Announcement, message: Message, *, broadcast: bool = False
    ) -> Posted:
        self.posted.append(str(message))
        if self.fails:
            raise self.fails
        return Posted("C1", "7.0")

    async def edit(self, card: Card, message: Message) -> None:
        raise AssertionError

    async def find(self, announcement: Announcement, since: datetime) -> Posted | None:
        if self.fails:
            raise self.fails
        return self.has


async def told(slack: Slack, announcement: Announcement = OWED, now: datetime = NOON) -> list[str]:
    ledger = Ledger(announcement)
    sender = Sender(ledger, slack, HandClock(now))
    await sender.tick()
    await sender.drain(5 * SECOND)
    return ledger.told


LOST = replace(OWED, attempts=1, attempted_at=NOON)


async def test_the_attempt_is_written_down_before_the_post_and_its_place_after() -> None:
    assert await told(Slack()) == ["attempting", "sent 7.0"]


@pytest.mark.parametrize(
    ("fails", "then"),
    [
        (TryLater(3 * SECOND, "ratelimited"), "try in 3 s"),
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
    slack = Slack(has=Posted("C1", "3.0"))
    assert await told(slack, LOST, NOON + 10 * SECOND) == ["sent 3.0"]
    assert slack.posted == []


async def test_what_is_not_found_is_searched_for_once_more() -> None:
    assert await told(Slack(), LOST, NOON + 10 * SECOND) == ["search in 12 s again"]


async def test_what_was_searched_for_often_enough_is_sent() -> None:
    searched = replace(LOST, searches=SEARCHES)
    assert await told(Slack(), searched, NOON + 20 * SECOND) == ["attempting", "sent 7.0"]


async def test_a_search_that_is_throttled_does_not_count_and_waits_as_long_as_slack_says() -> None:
    failing = Slack(TryLater(30 * SECOND, "ratelimited"))
    assert await told(failing, LOST, NOON + 10 * SECOND) == ["search in 40 s"]


async def test_before_the_message_could_have_appeared_nothing_is_searched() -> None:
    assert await told(Slack(), LOST, NOON + SECOND) == ["search in 10 s"]


async def test_where_the_channel_may_not_be_read_the_message_is_marked() -> None:
    slack = Slack(can_search=False)
    await told(slack, replace(LOST, searches=SEARCHES), NOON + 20 * SECOND)
    assert "This may be a repeat" in slack.posted[0]
