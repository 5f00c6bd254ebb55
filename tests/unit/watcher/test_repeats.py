"""Messages that stand twice: which one stays, and how long they are looked after."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    TryLater,
)
from bot.domain.facts import Moved
from bot.domain.moments import Happened
from bot.domain.ports import Posted, Repeated
from bot.domain.resources import Phase
from bot.watcher import repeats
from bot.watcher.mood import Mood
from bot.watcher.repeats import CHECKS, Healer, which_stays
from tests.unit.domain.samples import NOON, task
from tests.unit.watcher.sending import PATIENCE, SECOND, Slack, opened, owed

OLD, NOTED, YOUNG = [Posted("C1", ts) for ts in ("1.0", "2.0", "3.0")]
LINE = Repeated(owed(), NOTED, since=NOON, checks=0)
CARD = replace(LINE, announcement=opened())


@dataclass
class Noted:
    """What is to be looked after, and what was said of it."""

    ripe: list[Repeated] = field(default_factory=list)
    told: list[tuple[str, timedelta | None]] = field(default_factory=list)

    async def claim(self, lease: timedelta, limit: int) -> Sequence[Repeated]:
        taken, self.ripe = self.ripe[:limit], self.ripe[limit:]
        return taken

    async def checked(self, repeated: Repeated, kept: Posted, next_check: timedelta | None) -> None:
        self.told.append((kept.ts, next_check))

    async def put_off(self, repeated: Repeated, pause: timedelta) -> None:
        self.told.append(("put off", pause))


async def heals(slack: Slack, *ripe: Repeated) -> tuple[Healer, Noted]:
    noted = Noted(list(ripe))
    healer = Healer(noted, slack, Mood())
    await healer.tick()
    await healer.drain(PATIENCE)
    return healer, noted


@pytest.mark.parametrize(
    ("repeated", "found", "stays"),
    [
        (LINE, [], NOTED),
        (LINE, [NOTED], NOTED),
        (LINE, [OLD, NOTED], OLD),
        (LINE, [NOTED, YOUNG], NOTED),
        (LINE, [YOUNG], YOUNG),
        (CARD, [], NOTED),
        (CARD, [OLD, NOTED], NOTED),
        (CARD, [OLD, YOUNG], OLD),
    ],
)
def test_the_oldest_stays_and_of_a_card_the_one_that_is_noted(
    repeated: Repeated, found: list[Posted], stays: Posted
) -> None:
    assert which_stays(repeated, found) == stays


async def test_the_younger_of_two_is_taken_away_and_counted() -> None:
    slack = Slack(has=[OLD, NOTED])
    healer, noted = await heals(slack, LINE)

    assert slack.has == [OLD]
    assert slack.searched_since == [NOON]
    assert noted.told == [(OLD.ts, CHECKS[0])]
    assert healer.healed == 1


async def test_of_a_card_the_noted_one_stays_though_it_is_the_younger() -> None:
    slack = Slack(has=[OLD, NOTED, YOUNG])
    healer, noted = await heals(slack, CARD)

    assert slack.has == [NOTED]
    assert noted.told == [(NOTED.ts, CHECKS[0])]
    assert healer.healed == 2


async def test_what_stands_once_is_left_alone() -> None:
    slack = Slack(has=[NOTED])
    healer, noted = await heals(slack, LINE)

    assert slack.has == [NOTED]
    assert (noted.told, healer.healed) == ([(NOTED.ts, CHECKS[0])], 0)


async def test_each_check_is_followed_by_a_later_one_and_the_last_by_none() -> None:
    slack = Slack(has=[NOTED])
    told = []
    for checks in range(len(CHECKS) + 2):
        _, noted = await heals(slack, replace(LINE, checks=checks))
        told += noted.told

    assert told == [(NOTED.ts, pause) for pause in (*CHECKS, None, None)]


@pytest.mark.parametrize(
    ("fails", "pause"),
    [
        (TryLater(5 * SECOND, "ratelimited"), 30 * SECOND),
        (TryLater(90 * SECOND, "ratelimited"), 90 * SECOND),
        (OutcomeUnclear(NOON), 30 * SECOND),
        (InstallationBroken("token_revoked"), 30 * SECOND),
    ],
)
async def test_where_slack_cannot_be_asked_it_is_tried_again(
    fails: Exception, pause: timedelta
) -> None:
    _, noted = await heals(Slack(fails, has=[OLD, NOTED]), LINE)

    assert noted.told == [("put off", pause)]


async def test_where_slack_does_not_answer_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repeats, "DEADLINE", SECOND / 100)

    _, noted = await heals(Slack(hangs=True), LINE)

    assert noted.told == [("put off", 30 * SECOND)]


async def test_in_a_channel_that_has_closed_a_check_counts() -> None:
    _, noted = await heals(Slack(AccessLost("not_in_channel")), replace(LINE, checks=2))

    assert noted.told == [(NOTED.ts, CHECKS[2])]


class Keeper(Slack):
    """A Slack in which one message cannot be taken away."""

    async def delete(self, posted: Posted) -> None:
        if posted == NOTED:
            raise MessageRefused("cant_delete_message")
        await super().delete(posted)


async def test_a_message_that_slack_keeps_is_no_healed_one_and_the_check_counts() -> None:
    slack = Keeper(has=[OLD, NOTED])
    healer, noted = await heals(slack, LINE)

    assert slack.has == [OLD, NOTED]
    assert healer.healed == 0
    assert noted.told == [(NOTED.ts, CHECKS[0])]


async def test_a_line_that_stands_in_the_channel_is_not_looked_for_in_a_thread() -> None:
    slack = Slack(has=[NOTED])
    await heals(slack, replace(LINE, announcement=replace(owed(), thread_ts="0.5")))
    assert slack.searched_in == [""]

    moved = Moved(task(), Phase.QUEUED, "Queued", Happened(None, NOON))
    await heals(slack, replace(LINE, announcement=replace(owed(), fact=moved, thread_ts="0.5")))
    assert slack.searched_in == ["", "0.5"]


async def test_while_slack_takes_nothing_nothing_is_looked_after() -> None:
    noted, mood = Noted([LINE]), Mood()
    mood.closes("token_revoked")
    healer = Healer(noted, Slack(), mood)

    assert await healer.tick() == 0
    assert noted.ripe == [LINE]


async def test_a_few_channels_are_read_at_once_and_the_others_wait() -> None:
    noted = Noted([replace(LINE, announcement=owed(number, f"C{number}")) for number in range(5)])
    healer = Healer(noted, Slack(has=[NOTED]), Mood())

    assert [await healer.tick(), await healer.tick()] == [repeats.AT_ONCE, 0]
    await healer.drain(PATIENCE)
    assert healer.idle
    assert await healer.tick() == repeats.AT_ONCE
    await healer.drain(PATIENCE)
