"""The adapter against the local Slack, with no more than the scopes of the manifest."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.access import Standing
from bot.domain.errors import AccessLost, CannotPost, OutcomeUnclear, TryLater, WhyNoPost
from bot.domain.facts import AccessGone
from bot.domain.id_grammar import read_id
from bot.domain.messages import (
    Bar,
    Button,
    Buttons,
    Code,
    Facts,
    Heading,
    Message,
    Note,
    Person,
    Verbatim,
    say,
)
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.watching import Announcement, Card, Face
from bot.playground.slack import LocalSlack
from bot.slack.announcer import SlackAnnouncer
from bot.slack.clients import Clients, open_clients
from bot.slack.direct import DirectMessages
from bot.slack.manifest import manifest
from bot.slack.people import SlackPeople
from tests.unit.slack.conftest import WallClock


@dataclass(frozen=True)
class Bot:
    announcer: SlackAnnouncer
    people: SlackPeople


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(manifest=manifest(), rate_limits=False)
    await slack.start()
    workspace = slack.workspace
    workspace.add_user("ada", id="U0ADA", locale="zh-CN")
    workspace.add_user("guest", id="U0GUEST", is_restricted=True)
    workspace.add_user("eve", id="U0EVE", is_stranger=True)
    workspace.add_channel("runs", id="C0RUNS", members=["ada", slack.bot_user_id])
    workspace.add_channel("other", id="C0OTHER", members=["ada"])
    workspace.add_channel("secret", id="C0SECRET", is_private=True, members=["ada"])
    workspace.add_channel("joint", id="C0JOINT", is_ext_shared=True, members=["ada"])
    yield slack
    await slack.stop()


@pytest.fixture
async def bot(slack: LocalSlack) -> AsyncIterator[Bot]:
    clock = WallClock()
    async with open_clients(slack.bot_token, slack.api_url, request_seconds=2) as clients:
        direct = DirectMessages(clients.reads, clock.wall)
        yield await assembled(slack, clients, direct, clock)


async def assembled(
    slack: LocalSlack, clients: Clients, direct: DirectMessages, clock: WallClock
) -> Bot:
    group = slack.workspace.add_user_group("oncall", ["ada"])
    identity = await clients.identify()
    named = frozenset({group.id})
    people = SlackPeople(clients, direct, clock, identity, lambda: named)
    announcer = SlackAnnouncer(clients, direct, clock, identity.user_id, people.place)
    return Bot(announcer, people)


HOSTILE = "<!channel> *x* <https://evil.example|y> `" + "&" * 5000
EVERYTHING = Message(
    say("{run} failed: {why}", run=Code("task-1"), why=HOSTILE),
    (
        Heading(say("{name} failed", name=HOSTILE)),
        Facts(tuple((say("Model"), HOSTILE) for _ in range(12))),
        Bar(40),
        Verbatim(HOSTILE),
        Buttons((Button(say("Stop"), press="stop task-1"),)),
        Note(say("by {who}", who=Person("U0ADA"))),
    ),
)


def announcement(key: str, channel_id: str = "C0RUNS", thread_ts: str = "") -> Announcement:
    fact = AccessGone("C0RUNS", "task-abcdef123456", "not_in_channel")
    return Announcement(1, key, channel_id, fact, thread_ts)


def ago(**length: float) -> datetime:
    return datetime.now(UTC) - timedelta(**length)


async def test_a_message_with_everything_is_taken_with_its_blocks(
    slack: LocalSlack, bot: Bot
) -> None:
    posted = await bot.announcer.post(announcement("k1"), EVERYTHING)
    message = slack.workspace.message(posted.channel_id, posted.ts)
    assert message is not None
    assert message.blocks


async def test_what_was_posted_is_found_by_its_key(slack: LocalSlack, bot: Bot) -> None:
    card = await bot.announcer.post(announcement("card"), EVERYTHING)
    for number in range(3):
        await bot.announcer.post(announcement(f"k{number}", thread_ts=card.ts), EVERYTHING)
    wanted = announcement("k1", thread_ts=card.ts)
    found = await bot.announcer.find(wanted, ago(minutes=1))
    assert [each.ts for each in found] == [slack.workspace.replies("C0RUNS", card.ts)[1].ts]
    assert await bot.announcer.find(announcement("card"), ago(minutes=1)) == [card]
    assert await bot.announcer.find(announcement("never"), ago(minutes=1)) == []
    assert bot.announcer.can_search


async def test_a_post_whose_answer_was_lost_is_found_again(slack: LocalSlack, bot: Bot) -> None:
    slack.faults.drop("after", "chat.postMessage", times=1)
    with pytest.raises(OutcomeUnclear) as unclear:
        await bot.announcer.post(announcement("k1"), EVERYTHING)
    assert await bot.announcer.find(announcement("k1"), unclear.value.attempted_at)


async def test_what_stands_twice_is_found_twice_and_can_be_taken_away_once(
    slack: LocalSlack, bot: Bot
) -> None:
    older, younger = [await bot.announcer.post(announcement("k1"), EVERYTHING) for _ in range(2)]
    assert await bot.announcer.find(announcement("k1"), ago(minutes=1)) == [older, younger]
    for _ in range(2):
        await bot.announcer.delete(younger)
    assert await bot.announcer.find(announcement("k1"), ago(minutes=1)) == [older]


async def test_a_throttled_post_says_when_to_come_back(slack: LocalSlack, bot: Bot) -> None:
    slack.faults.ratelimit("chat.postMessage", retry_after=3)
    with pytest.raises(TryLater) as later:
        await bot.announcer.post(announcement("k1"), EVERYTHING)
    assert later.value.after == timedelta(seconds=3)


async def test_a_channel_without_the_bot_is_lost(bot: Bot) -> None:
    with pytest.raises(AccessLost):
        await bot.announcer.post(announcement("k1", "C0OTHER"), EVERYTHING)


async def test_somebody_is_told_directly_and_it_is_found_there(bot: Bot) -> None:
    posted = await bot.announcer.post(announcement("k1", "U0ADA"), EVERYTHING)
    assert posted.channel_id == await bot.people.direct_channel("U0ADA")
    assert await bot.announcer.find(announcement("k1", "U0ADA"), ago(minutes=1)) == [posted]


async def test_a_card_is_edited_in_place(slack: LocalSlack, bot: Bot) -> None:
    posted = await bot.announcer.post(announcement("card"), EVERYTHING)
    run = FineTuningTask(id=read_id("task-abcdef123456"), state="Done", phase=Phase.DONE)
    card = Card(1, posted.channel_id, posted.ts, "default", Face(run, "U0ADA"))
    await bot.announcer.edit(card, Message.of(say("all is well")))
    message = slack.workspace.message(posted.channel_id, posted.ts)
    assert message is not None
    assert message.text == "all is well"
    assert await bot.announcer.find(announcement("card"), ago(minutes=1)) == [posted]


async def test_people_are_who_they_are(slack: LocalSlack, bot: Bot) -> None:
    ada = await bot.people.actor("U0ADA", slack.team_id)
    assert (ada.standing, ada.locale, len(ada.groups or ())) == (Standing.MEMBER, "zh-CN", 1)
    assert (await bot.people.actor("U0GUEST", "")).standing is Standing.GUEST
    assert (await bot.people.actor("U0EVE", "")).standing is Standing.STRANGER


async def test_places_are_what_they_are(bot: Bot) -> None:
    assert (await bot.people.place("C0JOINT")).shared
    assert not (await bot.people.place("C0RUNS")).shared
    assert not (await bot.people.place("C0SECRET")).shared
    assert await bot.people.is_member("C0RUNS", "U0ADA")
    assert not await bot.people.is_member("C0RUNS", "U0EVE")


async def test_the_bot_knows_where_it_can_post(slack: LocalSlack, bot: Bot) -> None:
    await bot.people.check_can_post("C0RUNS")
    await bot.people.check_can_post(await bot.people.direct_channel("U0ADA"))
    theirs = slack.workspace.open_dm_between("ada", "guest").id
    slack.workspace.archive("runs")
    for channel_id, why in (
        ("C0OTHER", WhyNoPost.NOT_INVITED),
        ("C0SECRET", WhyNoPost.NOT_VISIBLE),
        ("C0RUNS", WhyNoPost.ARCHIVED),
        (theirs, WhyNoPost.OTHERS_DIRECT_MESSAGE),
    ):
        with pytest.raises(CannotPost) as cannot:
            await bot.people.check_can_post(channel_id)
        assert cannot.value.why is why
