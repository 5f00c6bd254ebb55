"""What of Slack's events and of a message somebody points at is for the bot, and what it asks."""

from typing import Any

import pytest

from bot.domain.calls import Way
from bot.slack.events import (
    Arrival,
    arrived,
    mentioned,
    opened_home,
    shared_links,
    told_directly,
)
from bot.slack.home import Visit
from bot.slack.payloads import pointed_at, pressed
from bot.slack.unfolding import SharedLinks

BOT = "U0BOT"


def event(**fields: Any) -> dict[str, Any]:
    return {"team_id": "T1", "event_id": "Ev1", "event": {"user": "U0ADA", **fields}}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("<@U0BOT>", ""),
        ("<@U0BOT> status task-1", "status task-1"),
        ("<@U0BOT|qfbot>: status task-1", "status task-1"),
        ("<@U0BOT>，　status task-1", "status task-1"),
        ("<@U0BO> have you seen? <@U0BOT> status task-1", "status task-1"),
        ("<@U0BOT> grant <@U0BO> operator", "grant <@U0BO> operator"),
        ("status task-1 <@U0BOT>", "status task-1 "),
        ("status task-1", "status task-1"),
    ],
)
def test_what_follows_the_mention_is_asked_or_what_stands_before_it(text: str, asked: str) -> None:
    question = mentioned(event(text=text, channel="C1", thread_ts="1.2", team="T2"), BOT)
    assert question is not None
    assert (question.text, question.way, question.team_id) == (asked, Way.MENTION, "T2")
    assert (question.path.channel_id, question.path.thread_ts) == ("C1", "1.2")
    assert not question.path.direct


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B1"},
        {"user": BOT},
        {"user": ""},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
    ],
)
def test_apps_changes_and_the_bot_itself_ask_nothing(fields: dict[str, str]) -> None:
    said = event(**{"text": f"<@{BOT}> ping", "channel": "D1", "channel_type": "im", **fields})
    assert mentioned(said, BOT) is None
    assert told_directly(said, BOT) is None


def test_what_is_written_in_direct_messages_is_asked_and_answered_there() -> None:
    question = told_directly(event(text="ping", channel="D1", channel_type="im"), BOT)
    assert question is not None
    assert (question.text, question.path.channel_id, question.path.direct) == ("ping", "D1", True)


@pytest.mark.parametrize("channel_type", ["channel", "group", "mpim", ""])
def test_what_is_written_elsewhere_is_not_for_the_bot(channel_type: str) -> None:
    assert told_directly(event(text="ping", channel="C1", channel_type=channel_type), BOT) is None


def test_only_the_home_tab_is_shown_anew_in_the_state_it_has() -> None:
    assert opened_home(event(tab="home", view={"hash": "1.2"})) == Visit("U0ADA", "T1", "1.2")
    assert opened_home(event(tab="home")) == Visit("U0ADA", "T1")
    assert opened_home(event(tab="messages")) is None


def test_links_count_when_they_are_posted() -> None:
    links = [{"url": "https://x/1"}, {"domain": "x"}, "x", {"url": "https://x/2"}]
    posted = event(channel="C1", message_ts="1.2", links=links)
    assert shared_links(posted) == SharedLinks(
        "U0ADA", "T1", "C1", "1.2", ("https://x/1", "https://x/2")
    )
    assert shared_links(event(channel="COMPOSER", links=links)) is None
    assert shared_links(event(channel="C1", source="composer", links=links)) is None


def test_only_the_bots_own_coming_is_an_arrival() -> None:
    joined = event(user=BOT, channel="C1", inviter="U0ADA")
    assert arrived(joined, BOT) == Arrival("C1", "U0ADA", "Ev1")
    assert arrived(event(user="U0BO", channel="C1"), BOT) is None


def test_all_that_one_reads_in_a_message_is_pointed_at_but_no_buttons() -> None:
    message = {
        "text": "one",
        "thread_ts": "1.1",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "two"}},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "link", "url": "https://three", "text": "four"}],
                    }
                ],
            },
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "pressed"},
                        "value": "pressed",
                        "url": "https://pressed",
                    }
                ],
            },
        ],
        "attachments": [{"fallback": "five", "title_link": "https://six", "color": "none"}],
        "metadata": {"event_payload": {"key": "none"}},
    }
    who = {"id": "U0ADA", "team_id": "T1"}
    body = {"user": who, "channel": {"id": "C1"}, "message": message, "response_url": "https://r"}

    question = pointed_at(body)

    assert question.text.split() == ["one", "two", "https://three", "four", "five", "https://six"]
    assert (question.way, question.path.thread_ts) == (Way.SHORTCUT, "1.1")
    assert (question.path.channel_id, question.path.response_url) == ("C1", "https://r")


def test_a_message_of_endless_depth_is_read_to_an_end() -> None:
    deep: dict[str, Any] = {"text": "x"}
    for _ in range(500):
        deep = {"elements": [deep]}
    assert pointed_at({"message": {"text": "top", "blocks": [deep]}}).text == "top"


def test_a_press_at_home_comes_from_there_and_has_no_channel_yet() -> None:
    view = {"type": "home", "hash": "1.2"}
    body = {"user": {"id": "U0ADA", "team_id": "T1"}, "view": view, "trigger_id": "7"}
    question = pressed(body, "help")
    assert question.visit == Visit("U0ADA", "T1", "1.2")
    assert (question.path.channel_id, question.path.direct, question.path.trigger_id) == (
        "",
        True,
        "7",
    )
    assert pressed({**body, "view": {"type": "modal"}}, "help").visit is None
