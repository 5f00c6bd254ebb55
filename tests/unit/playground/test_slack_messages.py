"""Messages of the local Slack: how they are posted, edited, deleted and seen."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import CARD, api, error_of, section


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(rate_limits=False) as slack:
        ada, bo = slack.workspace.add_user("ada"), slack.workspace.add_user("bo")
        slack.workspace.add_channel("training", id="C1", members=[ada, bo, slack.bot_user_id])
        slack.workspace.add_channel("secret", id="C2", is_private=True, members=[ada])
        slack.workspace.add_channel("public", id="C3")
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


async def test_a_posted_text_is_kept_byte_for_byte(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    text = "<!channel> & <https://x.y|link> &lt;b&gt; \u0000\u202e"
    await client.chat_postMessage(channel="C1", text=text)
    assert slack.person("ada").sees("training")[-1].text == text


async def test_a_message_answers_with_its_own_version(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="C1", text="card", blocks=CARD)
    assert answer["channel"] == "C1"
    assert answer["message"]["ts"] == answer["ts"]
    assert answer["message"]["bot_id"]
    assert all(block["block_id"] for block in answer["message"]["blocks"])


async def test_timestamps_only_grow(client: AsyncWebClient) -> None:
    posted = [await client.chat_postMessage(channel="C1", text=str(n)) for n in range(20)]
    stamps = [float(each["ts"]) for each in posted]
    assert stamps == sorted(set(stamps))


async def test_an_ephemeral_message_is_seen_by_one_person_and_never_read_back(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ada, bo = slack.person("ada"), slack.person("bo")
    await client.chat_postEphemeral(channel="C1", user=ada.id, text="for ada")
    assert [each.text for each in ada.sees("training")] == ["for ada"]
    assert bo.sees("training") == []
    assert (await client.conversations_history(channel="C1"))["messages"] == []


async def test_an_ephemeral_message_cannot_be_updated(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    posted = await client.chat_postEphemeral(channel="C1", user=slack.person("ada").id, text="x")
    updating = client.chat_update(channel="C1", ts=posted["message_ts"], text="y")
    assert await error_of(updating) == "message_not_found"


async def test_a_text_without_blocks_takes_the_old_blocks_away(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="card", blocks=CARD))["ts"]
    await client.chat_update(channel="C1", ts=ts, text="done")
    message = slack.person("ada").sees("training")[-1]
    assert (message.text, message.blocks, message.edited) == ("done", (), True)


async def test_an_edit_with_blocks_carries_no_edited_mark(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="card", blocks=CARD))["ts"]
    await client.chat_update(channel="C1", ts=ts, text="card", blocks=[section("50 %")])
    message = slack.person("ada").sees("training")[-1]
    assert message.blocks[0]["text"]["text"] == "50 %"
    assert not message.edited
    assert message.revision == 1


async def test_an_update_of_more_than_4000_characters_is_too_long(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x" * 50_000))["ts"]
    updating = client.chat_update(channel="C1", ts=ts, text="x" * 4_001)
    assert await error_of(updating) == "msg_too_long"


async def test_a_posted_text_is_cut_at_40000_characters(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C1", text="x" * 50_000)
    assert len(slack.person("ada").sees("training")[-1].text) == 40_000


async def test_only_own_messages_can_be_changed(slack: LocalSlack, client: AsyncWebClient) -> None:
    said = (await slack.person("ada").types("hello", channel="training")).message
    assert said is not None
    updating = client.chat_update(channel="C1", ts=said.ts, text="x")
    assert await error_of(updating) == "cant_update_message"
    deleting = client.chat_delete(channel="C1", ts=said.ts)
    assert await error_of(deleting) == "cant_delete_message"


async def test_a_message_in_an_archived_channel_cannot_be_edited(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x"))["ts"]
    slack.workspace.archive("C1")
    updating = client.chat_update(channel="C1", ts=ts, text="y")
    assert await error_of(updating) == "is_inactive"


async def test_a_deleted_message_is_gone_for_everyone(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x"))["ts"]
    await client.chat_delete(channel="C1", ts=ts)
    assert slack.person("ada").sees("training") == []
    assert (await client.conversations_history(channel="C1"))["messages"] == []


async def test_an_update_keeps_the_metadata_unless_it_brings_its_own(
    client: AsyncWebClient,
) -> None:
    metadata = {"event_type": "announced", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="C1", text="x", metadata=metadata)
    await client.chat_update(channel="C1", ts=posted["ts"], text="y")
    read = await client.conversations_history(channel="C1", include_all_metadata=True)
    assert read["messages"][0]["metadata"] == metadata
    await client.chat_update(channel="C1", ts=posted["ts"], text="z", metadata={})
    read = await client.conversations_history(channel="C1", include_all_metadata=True)
    assert "metadata" not in read["messages"][0]


async def test_a_message_to_a_user_goes_to_their_direct_messages(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    ada = slack.person("ada")
    answer = await client.chat_postMessage(channel=ada.id, text="psst")
    assert answer["channel"].startswith("D")
    assert [each.text for each in ada.sees("@qfbot")] == ["psst"]
    assert slack.person("bo").sees(answer["channel"]) == []


async def test_a_channel_can_be_named(slack: LocalSlack, client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel="#training", text="x"))["channel"] == "C1"


async def test_chat_write_public_lets_the_bot_post_where_it_is_not(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    assert await error_of(client.chat_postMessage(channel="C3", text="x")) == "ok"
    posting = client.chat_postMessage(channel="C2", text="x")
    assert await error_of(posting) == "channel_not_found"


async def test_a_private_channel_is_closed_to_others(slack: LocalSlack) -> None:
    await slack.person("ada").types("hush", channel="secret")
    assert slack.person("bo").sees("secret") == []
    with pytest.raises(PermissionError):
        await slack.person("bo").types("hello?", channel="secret")


async def test_a_broadcast_reply_shows_in_the_channel_too(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C1", text="card"))["ts"]
    await client.chat_postMessage(channel="C1", thread_ts=parent, text="quiet")
    await client.chat_postMessage(channel="C1", thread_ts=parent, text="loud", reply_broadcast=True)
    history = (await client.conversations_history(channel="C1"))["messages"]
    assert [each["text"] for each in history] == ["loud", "card"]
    assert history[0]["subtype"] == "thread_broadcast"
    assert history[1]["reply_count"] == 2


async def test_a_permalink_leads_to_the_message(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x"))["ts"]
    link = (await client.chat_getPermalink(channel="C1", message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/C1/p{ts.replace('.', '')}")


async def test_a_reaction_is_given_once(slack: LocalSlack, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C1", text="x"))["ts"]
    await client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    again = client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    assert await error_of(again) == "already_reacted"
    read = (await client.conversations_history(channel="C1"))["messages"][0]
    assert read["reactions"] == [{"name": "eyes", "users": [slack.bot_user_id], "count": 1}]


async def test_an_unfurl_shows_below_the_link(slack: LocalSlack, client: AsyncWebClient) -> None:
    url = "https://console.bce.baidu.com/qianfan/task-1?a=1&b=2"
    ada = slack.person("ada")
    said = (await ada.types(f"look: {url}", channel="training")).message
    assert said is not None
    unfurls = {url: {"blocks": [section("*task-1* is running")]}}
    await client.chat_unfurl(channel="C1", ts=said.ts, unfurls=unfurls)
    shown = ada.sees("training")[-1].attachments[0]
    assert shown["from_url"] == url
    again = {url: {"blocks": [section("*task-1* is done")]}}
    await client.chat_unfurl(channel="C1", ts=said.ts, unfurls=again)
    [message] = slack.person("ada").sees("training")
    assert [each["blocks"][0]["text"]["text"] for each in message.attachments] == [
        "*task-1* is done"
    ]
    other = client.chat_unfurl(channel="C1", ts=said.ts, unfurls={"https://other.example": {}})
    assert await error_of(other) == "cannot_unfurl_url"
