"""Reading the local Slack: history, threads, channels, people and groups."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import HandClock, api

METADATA = {"event_type": "announced", "event_payload": {"key": "k1"}}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock, rate_limits=False) as slack:
        ada = slack.workspace.add_user("ada", locale="zh-CN", tz="Asia/Shanghai")
        slack.workspace.add_channel("training", id="C1", members=[ada, slack.bot_user_id])
        slack.workspace.add_channel("general", id="C2", members=[ada])
        slack.workspace.add_channel("secret", id="C3", is_private=True, members=[ada])
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


async def post(client: AsyncWebClient, count: int) -> list[str]:
    posted = [await client.chat_postMessage(channel="C1", text=str(n)) for n in range(count)]
    return [each["ts"] for each in posted]


async def test_history_is_paged_newest_first(client: AsyncWebClient) -> None:
    await post(client, 5)
    first = await client.conversations_history(channel="C1", limit=3)
    assert [each["text"] for each in first["messages"]] == ["4", "3", "2"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C1", limit=3, cursor=cursor)
    assert [each["text"] for each in second["messages"]] == ["1", "0"]
    assert not second["has_more"]


async def test_oldest_and_latest_exclude_themselves_unless_inclusive(
    client: AsyncWebClient,
) -> None:
    ts = await post(client, 4)
    between = await client.conversations_history(channel="C1", oldest=ts[0], latest=ts[3])
    assert [each["text"] for each in between["messages"]] == ["2", "1"]
    whole = await client.conversations_history(
        channel="C1", oldest=ts[0], latest=ts[3], inclusive=True
    )
    assert [each["text"] for each in whole["messages"]] == ["3", "2", "1", "0"]


async def test_a_thread_begins_with_its_parent_and_goes_on_oldest_first(
    client: AsyncWebClient,
) -> None:
    (parent,) = await post(client, 1)
    for text in ("a", "b"):
        await client.chat_postMessage(channel="C1", thread_ts=parent, text=text)
    thread = await client.conversations_replies(channel="C1", ts=parent)
    assert [each["text"] for each in thread["messages"]] == ["0", "a", "b"]
    assert thread["messages"][1]["thread_ts"] == parent


async def test_metadata_is_read_only_where_it_is_asked_for(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C1", text="x", metadata=METADATA))["ts"]
    plain = await client.conversations_history(channel="C1")
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_replies(channel="C1", ts=parent, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA


async def test_a_lagging_history_shows_a_message_only_later(
    slack: LocalSlack, client: AsyncWebClient, clock: HandClock
) -> None:
    slack.faults.history_lag = 3.0
    await post(client, 1)
    assert (await client.conversations_history(channel="C1"))["messages"] == []
    clock.passes(3.1)
    assert len((await client.conversations_history(channel="C1"))["messages"]) == 1


async def test_private_channels_without_the_bot_are_not_listed(client: AsyncWebClient) -> None:
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert [each["name"] for each in listed["channels"]] == ["training", "general"]
    assert [each["is_member"] for each in listed["channels"]] == [True, False]


async def test_the_conversations_of_a_user_are_those_they_are_in(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    mine = await client.users_conversations()
    assert [each["name"] for each in mine["channels"]] == ["training"]
    hers = await client.users_conversations(user=slack.person("ada").id)
    assert [each["name"] for each in hers["channels"]] == ["training", "general"]


async def test_members_are_paged(slack: LocalSlack, client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel="C1", limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_members(channel="C1", limit=1, cursor=cursor)
    members = [*first["members"], *second["members"]]
    assert sorted(members) == sorted([slack.bot_user_id, slack.person("ada").id])


async def test_joining_makes_the_bot_a_member(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.conversations_join(channel="C2")
    assert slack.bot_user_id in slack.workspace.channel("general").members
    again = await client.conversations_join(channel="C2")
    assert again["warning"] == "already_in_channel"


async def test_opening_direct_messages_twice_gives_the_same(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ada = slack.person("ada").id
    first = (await client.conversations_open(users=ada))["channel"]["id"]
    second = await client.conversations_open(users=[ada], return_im=True)
    assert second["channel"]["id"] == first
    assert second["channel"]["user"] == ada
    info = (await client.conversations_info(channel=first))["channel"]
    assert (info["is_im"], info["user"]) == (True, ada)


async def test_the_locale_comes_where_it_is_asked_for(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ada = slack.person("ada").id
    assert "locale" not in (await client.users_info(user=ada))["user"]
    user = (await client.users_info(user=ada, include_locale=True))["user"]
    assert (user["locale"], user["tz"]) == ("zh-CN", "Asia/Shanghai")


async def test_guests_strangers_and_bots_are_marked(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    guest = slack.workspace.add_user("guest", is_restricted=True)
    stranger = slack.workspace.add_user("stranger", is_stranger=True)
    assert (await client.users_info(user=guest.id))["user"]["is_restricted"]
    foreign = (await client.users_info(user=stranger.id))["user"]
    assert foreign["is_stranger"]
    assert foreign["team_id"] != slack.team_id
    bot = (await client.users_info(user=slack.bot_user_id))["user"]
    assert bot["is_bot"]
    listed = [each["name"] for each in (await client.users_list())["members"]]
    assert {"ada", "guest", "stranger", "qfbot"} <= set(listed)


async def test_a_group_lists_its_people(slack: LocalSlack, client: AsyncWebClient) -> None:
    group = slack.workspace.add_user_group("oncall", ["ada"])
    listed = (await client.usergroups_list(include_users=True))["usergroups"]
    assert [(each["handle"], each["users"]) for each in listed] == [
        ("oncall", [slack.person("ada").id])
    ]
    users = await client.usergroups_users_list(usergroup=group.id)
    assert users["users"] == [slack.person("ada").id]


async def test_the_app_knows_who_and_where_it_is(slack: LocalSlack, client: AsyncWebClient) -> None:
    identity = await client.auth_test()
    assert identity["user_id"] == slack.bot_user_id
    assert "chat:write" in str(identity.headers["X-OAuth-Scopes"])
    assert (await client.team_info())["team"]["id"] == slack.team_id
    bot = (await client.bots_info(bot=identity["bot_id"]))["bot"]
    assert bot["user_id"] == slack.bot_user_id
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"


@pytest.mark.parametrize("way", ["query", "form", "json", "json in a form"])
async def test_arguments_come_in_each_way_that_clients_use(slack: LocalSlack, way: str) -> None:
    blocks = [{"type": "divider"}]
    values = {"channel": "C1", "text": "x", "blocks": blocks}
    flat = {**values, "blocks": json.dumps(blocks)}
    arguments = {
        "query": {"params": flat},
        "form": {"data": flat},
        "json": {"json": values},
        "json in a form": {"json": flat},
    }[way]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.api_url}chat.postMessage"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(url, **arguments) as response,  # type: ignore[arg-type]
    ):
        answer = await response.json()
    assert answer["ok"]
    assert answer["message"]["blocks"][0]["type"] == "divider"


async def test_the_token_may_be_an_argument(slack: LocalSlack) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token}) as response,
    ):
        assert (await response.json())["ok"]
