"""Uploads to the local Slack: three steps, and a type that is known only later."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import HandClock, api, error_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock, rate_limits=False) as slack:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", id="C1", members=["ada", slack.bot_user_id])
        slack.workspace.add_channel("general", id="C2", members=["ada"])
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


async def test_the_sdks_own_upload_shares_the_file(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    await client.files_upload_v2(
        channel="C1", filename="reason.txt", content="why it failed", initial_comment="the reason"
    )
    message = slack.person("ada").sees("training")[-1]
    assert message.text == "the reason"
    assert slack.files.find(message.files[0].id).content == b"why it failed"


async def test_a_picture_can_be_shown_once_it_is_processed(
    slack: LocalSlack, client: AsyncWebClient, clock: HandClock
) -> None:
    place = await client.files_getUploadURLExternal(filename="loss.png", length=3, alt_txt="loss")
    async with (
        aiohttp.ClientSession() as session,
        session.post(place["upload_url"], data=b"png") as response,
    ):
        assert response.status == 200
    file_id = place["file_id"]
    await client.files_completeUploadExternal(files=[{"id": file_id, "title": "Loss"}])
    picture = {"type": "image", "alt_text": "loss", "slack_file": {"id": file_id}}
    posting = client.chat_postMessage(channel="C1", text="loss", blocks=[picture])
    assert await error_of(posting) == "invalid_blocks"
    assert (await client.files_info(file=file_id))["file"]["mimetype"] == ""
    clock.passes(1)
    assert (await client.files_info(file=file_id))["file"]["mimetype"] == "image/png"
    posting = client.chat_postMessage(channel="C1", text="loss", blocks=[picture])
    assert await error_of(posting) == "ok"


async def uploaded(client: AsyncWebClient, name: str) -> str:
    """A file of the app's, which nobody sees yet."""
    place = await client.files_getUploadURLExternal(filename=name, length=3)
    async with aiohttp.ClientSession() as session:
        await session.post(place["upload_url"], data=b"why")
    await client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": name}])
    return str(place["file_id"])


async def test_a_message_with_a_files_permalink_shares_it(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    file_id = await uploaded(client, "the reason.txt")
    link = (await client.files_info(file=file_id))["file"]["permalink"]
    text = {"type": "mrkdwn", "text": f"The whole reason: <{link}|the reason.txt>"}
    await client.chat_postMessage(
        channel="C1", text="why", blocks=[{"type": "section", "text": text}]
    )
    assert [file.id for file in slack.person("ada").sees("training")[-1].files] == [file_id]
    assert (await client.files_info(file=file_id))["file"]["channels"] == ["C1"]


async def test_somebody_elses_permalink_is_only_a_link(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    given = slack.person("ada").uploads("chat.py", b"x = 1")
    link = (await client.files_info(file=given.id))["file"]["permalink"]
    await client.chat_postMessage(channel="C1", text=f"<{link}>")
    assert slack.person("ada").sees("training")[-1].files == ()


async def test_files_may_stay_unprocessed_until_the_fault_is_over(
    slack: LocalSlack, client: AsyncWebClient, clock: HandClock
) -> None:
    slack.faults.unprocessed = True
    file_id = await uploaded(client, "loss.png")
    clock.passes(60)
    picture = {"type": "image", "alt_text": "loss", "slack_file": {"id": file_id}}
    posting = client.chat_postMessage(channel="C1", text="loss", blocks=[picture])
    assert await error_of(posting) == "invalid_blocks"
    slack.faults.clear()
    posting = client.chat_postMessage(channel="C1", text="loss", blocks=[picture])
    assert await error_of(posting) == "ok"


async def test_an_upload_without_bytes_cannot_be_completed(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    completing = client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
    assert await error_of(completing) == "file_not_found"


async def test_a_file_is_not_shared_where_the_bot_is_not(client: AsyncWebClient) -> None:
    completing = client.files_completeUploadExternal(files=[{"id": "F1"}], channel_id="C2")
    assert await error_of(completing) == "not_in_channel"


async def download(slack: LocalSlack, url: str, token: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=headers, allow_redirects=False) as response,
    ):
        return response.status, await response.read()


async def test_a_file_that_a_person_gave_is_handed_out_to_the_apps_token_alone(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    given = slack.person("ada").uploads("chat template.py", b"x = 1")
    file = (await client.files_info(file=given.id))["file"]
    assert (file["user"], file["size"]) == (slack.person("ada").id, 5)
    assert (file["name"], file["filetype"]) == ("chat template.py", "python")
    url = file["url_private_download"]
    assert await download(slack, url, slack.bot_token) == (200, b"x = 1")
    assert await download(slack, file["url_private"], slack.bot_token) == (200, b"x = 1")
    assert await download(slack, url, "xoxb-wrong") == (302, b"")
    unknown = url.replace(given.id, "FNONE")
    assert (await download(slack, unknown, slack.bot_token))[0] == 404
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.content_type == "text/html"
        assert "Sign in" in await response.text()


async def test_without_the_scope_to_read_files_they_are_neither_told_of_nor_handed_out() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with LocalSlack(manifest=manifest, rate_limits=False) as slack, api(slack) as client:
        slack.workspace.add_user("ada")
        given = slack.person("ada").uploads("chat.py", b"x = 1")
        assert await error_of(client.files_info(file=given.id)) == "missing_scope"
        url = f"{slack.page_url}files-pri/{slack.team_id}-{given.id}/download/chat.py"
        assert (await download(slack, url, slack.bot_token))[0] == 302


async def test_an_upload_to_nowhere_is_refused(slack: LocalSlack) -> None:
    url = slack.page_url + "upload/FNONE"
    async with aiohttp.ClientSession() as session, session.post(url, data=b"x") as response:
        assert response.status == 404
