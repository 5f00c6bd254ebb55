"""What a manifest grants to the app, and what the local Slack refuses without it."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import CARD, api, error_of, recording


def granting(*scopes: str, **features: Any) -> LocalSlack:
    slack = LocalSlack(
        manifest={
            "oauth_config": {"scopes": {"bot": list(scopes)}},
            "features": features,
            "settings": {"interactivity": {"is_enabled": True}},
        }
    )
    slack.workspace.add_user("ada", id="UADA")
    slack.workspace.add_channel("training", id="C1", members=["ada", slack.bot_user_id])
    slack.workspace.add_channel("general", id="C2", members=["ada"])
    slack.workspace.add_channel(
        "secret", id="C3", is_private=True, members=["ada", slack.bot_user_id]
    )
    return slack


# Needed scope, and a call: "Scopes" of each page below https://docs.slack.dev/reference/methods/
NEEDED: dict[str, Callable[[AsyncWebClient], Any]] = {
    "chat:write": lambda client: client.chat_postMessage(channel="C1", text="x"),
    "channels:history": lambda client: client.conversations_history(channel="C1"),
    "groups:history": lambda client: client.conversations_history(channel="C3"),
    "channels:read": lambda client: client.conversations_info(channel="C1"),
    "groups:read": lambda client: client.conversations_list(types="private_channel"),
    "channels:join": lambda client: client.conversations_join(channel="C2"),
    "im:write": lambda client: client.conversations_open(users="UADA"),
    "users:read": lambda client: client.users_info(user="UADA"),
    "usergroups:read": lambda client: client.usergroups_list(),
    "files:write": lambda client: client.files_getUploadURLExternal(filename="a", length=1),
    "files:read": lambda client: client.files_info(file="F1"),
    "links:write": lambda client: client.chat_unfurl(channel="C1", ts="1.1", unfurls={}),
    "reactions:write": lambda client: client.reactions_add(
        channel="C1", timestamp="1.1", name="eyes"
    ),
    "team:read": lambda client: client.team_info(),
}


@pytest.mark.parametrize(("scope", "call"), NEEDED.items(), ids=NEEDED.keys())
async def test_a_call_without_its_scope_says_what_is_needed_and_what_there_is(
    scope: str, call: Callable[[AsyncWebClient], Any]
) -> None:
    async with granting("commands") as slack, api(slack) as client:
        with pytest.raises(SlackApiError) as refusal:
            await call(client)
        assert refusal.value.response["error"] == "missing_scope"
        assert refusal.value.response["needed"] == scope
        assert refusal.value.response["provided"] == "commands"
    async with granting(scope) as slack, api(slack) as client:
        assert await error_of(call(client)) != "missing_scope"


async def test_without_chat_write_public_the_bot_posts_only_where_it_is() -> None:
    async with granting("chat:write") as slack, api(slack) as client:
        assert await error_of(client.chat_postMessage(channel="C2", text="x")) == "not_in_channel"


@pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token_and_none_are_told_apart(token: str, error: str) -> None:
    async with granting() as slack:
        client = AsyncWebClient(token=token, base_url=slack.api_url)
        assert await error_of(client.auth_test()) == error


async def test_each_kind_of_token_has_its_methods() -> None:
    async with granting() as slack:
        app_level = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
        assert await error_of(app_level.auth_test()) == "not_allowed_token_type"
        bot = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        opening = bot.apps_connections_open(app_token=slack.bot_token)
        assert await error_of(opening) == "not_allowed_token_type"


async def test_a_command_that_the_manifest_does_not_have_is_not_one() -> None:
    commands = [{"command": "/qf", "should_escape": False}]
    async with granting(slash_commands=commands) as slack, recording(slack) as app:
        ada = slack.person("ada")
        exchange = await ada.types("/qg ping", channel="training")
        assert (exchange.acked, app.received) == (False, [])
        assert ada.sees("training")[-1].text == "/qg is not a valid command."
        await ada.types("/qf can @ada a<b", channel="training")
        assert app.last.form["text"] == "can @ada a&lt;b"


async def test_a_shortcut_that_the_manifest_does_not_have_cannot_be_used() -> None:
    async with granting() as slack:
        with pytest.raises(LookupError):
            await slack.person("ada").uses_shortcut("watch")


async def test_nothing_can_be_clicked_without_interactivity() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with LocalSlack(manifest=manifest) as slack, api(slack) as client:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", id="C1", members=["ada", slack.bot_user_id])
        await client.chat_postMessage(channel="C1", text="card", blocks=CARD)
        ada = slack.person("ada")
        with pytest.raises(PermissionError):
            await ada.clicks(ada.sees("training")[-1], "Stop")


async def test_tabs_that_the_manifest_turns_off_are_closed() -> None:
    tabs = {"home_tab_enabled": False, "messages_tab_enabled": False}
    async with granting("chat:write", app_home=tabs) as slack, api(slack) as client:
        posting = client.chat_postMessage(channel="UADA", text="x")
        assert await error_of(posting) == "messages_tab_disabled"
        home = {"type": "home", "blocks": []}
        publishing = client.views_publish(user_id="UADA", view=home)
        assert await error_of(publishing) == "not_enabled"


async def test_no_secret_shows_in_a_repr() -> None:
    slack = granting()
    shown = repr(slack._platform.credentials)
    assert slack.bot_token not in shown
    assert slack.signing_secret not in shown
