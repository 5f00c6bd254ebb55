"""Which events the local Slack sends, when, and what they carry."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import RecordingApp, api, recording

EVENTS = [
    "app_home_opened",
    "app_mention",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.im",
    "subteam_members_changed",
]
SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "im:history",
    "links:read",
    "usergroups:read",
]


def manifest(*events: str) -> dict[str, Any]:
    return {
        "features": {
            "app_home": {"home_tab_enabled": True},
            "unfurl_domains": ["baidu.com"],
            "slash_commands": [{"command": "/qf"}],
        },
        "oauth_config": {"scopes": {"bot": SCOPES}},
        "settings": {"event_subscriptions": {"bot_events": list(events)}},
    }


@pytest.fixture
def subscribed() -> list[str]:
    return EVENTS


@pytest.fixture
async def slack(subscribed: list[str]) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=manifest(*subscribed), retry_delays=()) as slack:
        ada = slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", id="C1", members=[ada, slack.bot_user_id])
        slack.workspace.add_channel("elsewhere", id="C2", members=[ada])
        yield slack


@pytest.fixture
async def app(slack: LocalSlack) -> AsyncIterator[RecordingApp]:
    async with recording(slack) as app:
        yield app


def events(app: RecordingApp) -> list[dict[str, Any]]:
    return [each.json["event"] for each in app.received]


async def test_a_mention_comes_as_a_message_and_as_a_mention(
    slack: LocalSlack, app: RecordingApp
) -> None:
    await slack.person("ada").types("hey @qfbot: status?", channel="training")
    message, mention = sorted(events(app), key=lambda each: str(each["type"]), reverse=True)
    assert (message["type"], message["channel_type"]) == ("message", "channel")
    assert mention["type"] == "app_mention"
    assert mention["text"] == f"hey <@{slack.bot_user_id}>: status?"
    assert mention["channel"] == "C1"


async def test_the_wrapper_tells_whose_event_it_is(slack: LocalSlack, app: RecordingApp) -> None:
    slack.workspace.add_channel(
        "shared", id="C9", is_ext_shared=True, members=["ada", slack.bot_user_id]
    )
    await slack.person("ada").types("hello", channel="shared")
    wrapper = app.last.json
    assert wrapper["type"] == "event_callback"
    assert wrapper["event_id"].startswith("Ev")
    assert wrapper["team_id"] == slack.team_id
    assert wrapper["authorizations"][0]["user_id"] == slack.bot_user_id
    assert wrapper["is_ext_shared_channel"] is True


async def test_a_strangers_message_names_their_own_workspace(
    slack: LocalSlack, app: RecordingApp
) -> None:
    eve = slack.workspace.add_user("eve", is_stranger=True)
    slack.workspace.invite("training", eve)
    await slack.person("eve").types("hello", channel="training")
    event = next(each for each in events(app) if each["type"] == "message")
    assert event["user_team"] == eve.team_id != slack.team_id
    await slack.person("eve").types("/qf ping", channel="training")
    assert app.last.form["team_id"] == eve.team_id


async def test_who_leaves_is_told_to_the_bot_and_no_longer_heard(
    slack: LocalSlack, app: RecordingApp
) -> None:
    slack.workspace.kick("training", slack.bot_user_id)
    await slack.until(lambda: app.received)
    await slack.person("ada").types("@qfbot still there?", channel="training")
    assert [each["type"] for each in events(app)] == ["member_left_channel"]


async def test_nothing_is_told_of_channels_without_the_bot(
    slack: LocalSlack, app: RecordingApp
) -> None:
    exchange = await slack.person("ada").types("@qfbot hello?", channel="elsewhere")
    assert (exchange.acked, exchange.problem) == (False, None)
    assert app.received == []


async def test_a_direct_message_is_no_mention(slack: LocalSlack, app: RecordingApp) -> None:
    await slack.person("ada").types("@qfbot status", channel="@qfbot")
    assert [(each["type"], each["channel_type"]) for each in events(app)] == [("message", "im")]


async def test_the_bots_own_messages_are_told_too(slack: LocalSlack, app: RecordingApp) -> None:
    async with api(slack) as client:
        await client.chat_postMessage(channel="C1", text="mine")
    await slack.until(lambda: app.received)
    assert events(app)[0]["bot_id"]
    assert events(app)[0]["user"] == slack.bot_user_id


async def test_an_edit_is_told_as_a_changed_message(slack: LocalSlack, app: RecordingApp) -> None:
    async with api(slack) as client:
        ts = (await client.chat_postMessage(channel="C1", text="a"))["ts"]
        await client.chat_update(channel="C1", ts=ts, text="b")
        await client.chat_delete(channel="C1", ts=ts)
    await slack.until(lambda: len(app.received) == 3)
    changed = next(each for each in events(app) if each.get("subtype") == "message_changed")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("b", "a")
    assert any(each.get("subtype") == "message_deleted" for each in events(app))


@pytest.mark.parametrize("subscribed", [["link_shared"]])
async def test_a_link_to_an_unfurl_domain_is_told_wherever_it_is_pasted(
    slack: LocalSlack, app: RecordingApp
) -> None:
    ada = slack.person("ada")
    url = "https://console.bce.baidu.com/qianfan/task-1"
    await ada.types(f"see {url}.", channel="elsewhere")
    event = app.last.json["event"]
    assert event["links"] == [{"url": url, "domain": "console.bce.baidu.com"}]
    assert event["is_bot_user_member"] is False
    assert event["unfurl_id"]
    await ada.types("see https://notbaidu.com/", channel="training")
    assert len(app.received) == 1


@pytest.mark.parametrize("subscribed", [["member_joined_channel"]])
async def test_an_invitation_is_told_with_its_inviter(slack: LocalSlack, app: RecordingApp) -> None:
    slack.workspace.invite("elsewhere", slack.bot_user_id, by="ada")
    await slack.until(lambda: app.received)
    event = app.last.json["event"]
    assert (event["type"], event["user"]) == ("member_joined_channel", slack.bot_user_id)
    assert event["inviter"] == slack.person("ada").id


@pytest.mark.parametrize("subscribed", [["subteam_members_changed"]])
async def test_a_changed_group_is_told_with_who_came_and_went(
    slack: LocalSlack, app: RecordingApp
) -> None:
    bo = slack.workspace.add_user("bo")
    group = slack.workspace.add_user_group("oncall", ["ada"])
    slack.workspace.change_user_group(group, [bo])
    await slack.until(lambda: app.received)
    event = app.last.json["event"]
    assert event["subteam_id"] == group.id
    assert (event["added_users"], event["removed_users"]) == ([bo.id], [slack.person("ada").id])


async def test_home_tells_its_tab_and_the_view_that_is_there(
    slack: LocalSlack, app: RecordingApp
) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    assert app.last.json["event"]["tab"] == "home"
    assert "view" not in app.last.json["event"]
    async with api(slack) as client:
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        published = await client.views_publish(user_id=ada.id, view=home)
    await ada.opens_home()
    assert app.last.json["event"]["view"]["id"] == published["view"]["id"]
    await ada.opens_home("messages")
    assert app.last.json["event"]["tab"] == "messages"


@pytest.mark.parametrize("subscribed", [["message.groups"]])
async def test_an_event_without_its_scope_is_not_sent(slack: LocalSlack, app: RecordingApp) -> None:
    slack.workspace.add_channel("secret", is_private=True, members=["ada", slack.bot_user_id])
    await slack.person("ada").types("hello", channel="secret")
    assert app.received == []
