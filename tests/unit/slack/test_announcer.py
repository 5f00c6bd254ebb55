"""Announcements are posted once, in the richest form that Slack takes, and can be found again."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.access import Place
from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    TryLater,
)
from bot.domain.facts import AccessGone
from bot.domain.id_grammar import read_id
from bot.domain.messages import Heading, Line, Message, Picture, say
from bot.domain.ports import Announcer, Posted
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.watching import Announcement, Card, Face
from bot.slack.announcer import EVENT_TYPE, SlackAnnouncer
from bot.slack.clients import Clients
from bot.slack.direct import DirectMessages
from tests.unit.slack.canned import CannedSlack
from tests.unit.slack.conftest import StillClock

MESSAGE = Message(say("run 1 failed"), (Heading(say("Failed")), Line(say("loss is *nan*"))))
POSTED = {"channel": "C1", "ts": "1772366400.000100"}


def announcement(channel_id: str = "C1", thread_ts: str = "") -> Announcement:
    fact = AccessGone("C9", "task-abcdef123456", "not_in_channel")
    return Announcement(1, "key-1", channel_id, fact, thread_ts)


@pytest.fixture
def announcer(clients: Clients, clock: StillClock) -> SlackAnnouncer:
    async def _own(channel_id: str) -> Place:
        return Place(channel_id)

    return SlackAnnouncer(clients, DirectMessages(clients.reads, clock.wall), clock, "UBOT", _own)


def test_it_is_the_port_that_the_sender_asks_for(announcer: SlackAnnouncer) -> None:
    port: Announcer = announcer
    assert port is announcer


async def test_a_post_carries_its_key_and_nothing_that_slack_would_unfold(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.answers("chat.postMessage", POSTED)
    assert await announcer.post(announcement(), MESSAGE) == Posted("C1", POSTED["ts"])
    [call] = slack.calls("chat.postMessage")
    blocks = call.pop("blocks")
    assert [block["type"] for block in blocks] == ["header", "section"]
    assert call == {
        "channel": "C1",
        "text": "run 1 failed",
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": "key-1"}},
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


async def test_an_end_is_posted_in_its_thread_and_shown_in_the_channel(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.answers("chat.postMessage", POSTED)
    await announcer.post(announcement(thread_ts="1.2"), MESSAGE, broadcast=True)
    [call] = slack.calls("chat.postMessage")
    assert (call["thread_ts"], call["reply_broadcast"]) == ("1.2", True)


async def test_a_person_is_written_to_in_their_direct_messages(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.answers("conversations.open", {"channel": {"id": "D1"}})
    slack.answers("chat.postMessage", {"channel": "D1", "ts": "1.1"})
    for _ in range(2):
        assert await announcer.post(announcement("U0ADA"), MESSAGE) == Posted("D1", "1.1")
    assert slack.calls("conversations.open") == [{"users": "U0ADA"}]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("user_not_found", AccessLost),
        ("x", MessageRefused),
        ("internal_error", TryLater),
        # The bot writes everywhere else: it lacks `im:write` alone.
        ("missing_scope", TryLater),
        ("token_revoked", InstallationBroken),
    ],
)
async def test_direct_messages_that_do_not_open_leave_nothing_unclear(
    slack: CannedSlack, announcer: SlackAnnouncer, error: str, meaning: type[Exception]
) -> None:
    slack.refuses("conversations.open", error)
    with pytest.raises(meaning):
        await announcer.post(announcement("U0ADA"), MESSAGE)
    assert slack.calls("chat.postMessage") == []


async def test_a_picture_that_is_refused_costs_the_message_nothing_else(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    pictured = MESSAGE.with_parts(Picture("F1", say("the loss falls")))
    slack.answers("chat.postMessage", {"ok": False, "error": "invalid_blocks"}, POSTED)
    assert await announcer.post(announcement(), pictured) == Posted("C1", POSTED["ts"])
    first, second = (
        [block["type"] for block in call["blocks"]] for call in slack.calls("chat.postMessage")
    )
    assert (first, second) == (["header", "section", "image"], ["header", "section", "section"])


async def test_refused_blocks_are_followed_by_text_and_then_by_one_line(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    refused = {"ok": False, "error": "invalid_blocks"}
    slack.answers("chat.postMessage", refused, {"ok": False, "error": "msg_too_long"}, POSTED)
    assert await announcer.post(announcement(), MESSAGE) == Posted("C1", POSTED["ts"])
    calls = slack.calls("chat.postMessage")
    assert ["blocks" in call for call in calls] == [True, False, False]
    assert [call["text"] for call in calls] == [
        "run 1 failed",
        "Failed\nloss is *nan*",
        "run 1 failed",
    ]
    assert {call["metadata"]["event_payload"]["key"] for call in calls} == {"key-1"}


async def test_a_message_refused_in_every_form_says_why(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.refuses("chat.postMessage", "invalid_blocks", "no_text", "strange")
    with pytest.raises(MessageRefused) as refused:
        await announcer.post(announcement(), MESSAGE)
    assert refused.value.reason == "strange"


async def test_an_answer_to_a_message_that_is_gone_stands_in_the_channel(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "thread_not_found"}, POSTED)
    await announcer.post(announcement(thread_ts="1.2"), MESSAGE, broadcast=True)
    answered, alone = slack.calls("chat.postMessage")
    assert "thread_ts" in answered
    assert "thread_ts" not in alone
    assert "reply_broadcast" not in alone
    assert "blocks" in alone


async def test_a_lost_answer_is_unclear_since_the_attempt(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    attempted_at = clock.wall()

    async def lost(request: web.Request) -> web.StreamResponse:
        clock.passes(seconds=3)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    slack.answers("chat.postMessage", lost)
    with pytest.raises(OutcomeUnclear) as unclear:
        await announcer.post(announcement(), MESSAGE)
    assert unclear.value.attempted_at == attempted_at
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_throttled_post_is_not_tried_in_another_form(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    limited = web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "4"}
    )
    slack.answers("chat.postMessage", limited)
    with pytest.raises(TryLater) as later:
        await announcer.post(announcement(), MESSAGE)
    assert later.value.after == timedelta(seconds=4)
    assert len(slack.calls("chat.postMessage")) == 1


def card() -> Card:
    run = FineTuningTask(id=read_id("task-abcdef123456"), state="Running", phase=Phase.RUNNING)
    return Card(1, "C1", "1.2", "default", Face(run, "U1"))


async def test_a_card_is_shown_anew_in_place(slack: CannedSlack, announcer: SlackAnnouncer) -> None:
    slack.answers("chat.update", {"channel": "C1", "ts": "1.2"})
    await announcer.edit(card(), MESSAGE)
    [call] = slack.calls("chat.update")
    assert (call["channel"], call["ts"], call["parse"]) == ("C1", "1.2", "none")
    assert call["blocks"]


async def test_a_card_that_was_deleted_is_given_up_at_once(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.refuses("chat.update", "message_not_found")
    with pytest.raises(MessageRefused) as refused:
        await announcer.edit(card(), MESSAGE)
    assert refused.value.reason == "message_not_found"
    assert len(slack.calls("chat.update")) == 1


def message(
    ts: str, key: str = "key-1", user: str = "UBOT", kind: str = EVENT_TYPE
) -> dict[str, Any]:
    return {
        "ts": ts,
        "user": user,
        "metadata": {"event_type": kind, "event_payload": {"key": key}},
    }


OTHERS = [
    message("1.1", key="key-2"),
    message("1.2", user="UEVIL"),
    message("1.3", kind="other"),
    {"ts": "1.4", "user": "UBOT"},
    {"ts": "1.5", "user": "UBOT", "metadata": {"event_type": EVENT_TYPE}},
]


async def test_it_finds_its_own_message_on_a_later_page_of_the_thread(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    slack.answers(
        "conversations.replies",
        {"messages": OTHERS, "response_metadata": {"next_cursor": "more"}},
        {"messages": [message("1.9")]},
    )
    since = clock.wall()
    assert await announcer.find(announcement(thread_ts="1.0"), since) == [Posted("C1", "1.9")]
    first, second = slack.calls("conversations.replies")
    assert first["ts"] == "1.0"
    assert "oldest" not in first
    assert first["include_all_metadata"] == "1"
    assert second["cursor"] == "more"


async def test_it_finds_a_card_in_the_channel_and_nothing_that_another_has_made_like_it(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    slack.answers("conversations.history", {"messages": OTHERS}, {"messages": [message("1.9")]})
    assert await announcer.find(announcement(), clock.wall()) == []
    assert await announcer.find(announcement(), clock.wall()) == [Posted("C1", "1.9")]


async def test_it_finds_each_message_that_bears_the_key_the_oldest_first(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    # Slack gives a channel's messages the newest first; what comes in moves them to later pages.
    slack.answers(
        "conversations.history",
        {
            "messages": [message("1.9"), *OTHERS, message("1.6")],
            "response_metadata": {"next_cursor": "more"},
        },
        {"messages": [message("1.6"), message("1.3")]},
    )
    found = await announcer.find(announcement(), clock.wall())
    assert found == [Posted("C1", ts) for ts in ("1.3", "1.6", "1.9")]


async def test_it_looks_in_the_channel_where_the_thread_is_gone(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    slack.refuses("conversations.replies", "thread_not_found")
    slack.answers("conversations.history", {"messages": [message("1.9")]})
    found = await announcer.find(announcement(thread_ts="1.0"), clock.wall())
    assert found == [Posted("C1", "1.9")]


async def test_without_the_history_scope_it_says_that_it_cannot_search(
    slack: CannedSlack, announcer: SlackAnnouncer, clock: StillClock
) -> None:
    assert announcer.can_search
    slack.answers(
        "conversations.history", {"ok": False, "error": "missing_scope"}, {"messages": []}
    )
    assert not await announcer.find(announcement(), clock.wall())
    assert not announcer.can_search
    assert not await announcer.find(announcement(), clock.wall())
    assert announcer.can_search


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("not_in_channel", AccessLost),
        ("invalid_auth", InstallationBroken),
        ("internal_error", TryLater),
    ],
)
async def test_a_search_that_fails_leaves_it_open_whether_the_message_is_there(
    slack: CannedSlack,
    announcer: SlackAnnouncer,
    clock: StillClock,
    error: str,
    meaning: type[Exception],
) -> None:
    slack.refuses("conversations.history", error)
    with pytest.raises(meaning):
        await announcer.find(announcement(), clock.wall())


async def test_a_message_is_taken_away(slack: CannedSlack, announcer: SlackAnnouncer) -> None:
    slack.answers("chat.delete", {})
    await announcer.delete(Posted("C1", "1.9"))
    assert slack.calls("chat.delete") == [{"channel": "C1", "ts": "1.9"}]


async def test_a_message_that_is_not_there_any_more_needs_no_taking_away(
    slack: CannedSlack, announcer: SlackAnnouncer
) -> None:
    slack.refuses("chat.delete", "message_not_found")
    await announcer.delete(Posted("C1", "1.9"))


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("cant_delete_message", MessageRefused),
        ("channel_not_found", AccessLost),
        ("token_revoked", InstallationBroken),
        ("internal_error", OutcomeUnclear),
    ],
)
async def test_a_message_that_cannot_be_taken_away_says_why(
    slack: CannedSlack, announcer: SlackAnnouncer, error: str, meaning: type[Exception]
) -> None:
    slack.refuses("chat.delete", error)
    with pytest.raises(meaning):
        await announcer.delete(Posted("C1", "1.9"))
