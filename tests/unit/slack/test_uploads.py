"""Files of the bot's own: three steps, each made once, and none of them with a channel."""

import json

import pytest
from aiohttp import web

from bot.domain.errors import NotUploaded
from bot.domain.languages import Language
from bot.domain.messages import Code, say
from bot.domain.ports import Stored, Uploads
from bot.slack.clients import Clients
from bot.slack.uploads import SlackUploads
from tests.unit.slack.canned import CannedSlack

TOLD = say("Loss of {run} *falls*", run=Code("task-1"))


@pytest.fixture
def uploads(clients: Clients) -> SlackUploads:
    return SlackUploads(clients)


@pytest.fixture
def sent(slack: CannedSlack) -> list[bytes]:
    """What was uploaded; every step works."""
    received: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response(text="OK")

    place = {"upload_url": f"{slack.api_url}upload", "file_id": "F1"}
    slack.answers("files.getUploadURLExternal", place)
    slack.answers("upload", take)
    slack.answers("files.completeUploadExternal", {"files": [{"id": "F1"}]})
    return received


async def put(uploads: SlackUploads) -> str:
    return await uploads.put("loss.png", b"png\x00", TOLD, Language.ENGLISH)


def test_it_is_the_port_that_files_are_made_with(uploads: SlackUploads) -> None:
    port: Uploads = uploads
    assert port is uploads


async def test_a_file_is_uploaded_for_nobody_to_see_yet(
    slack: CannedSlack, uploads: SlackUploads, sent: list[bytes]
) -> None:
    assert await put(uploads) == "F1"
    [announced] = slack.calls("files.getUploadURLExternal")
    assert announced == {
        "filename": "loss.png",
        "length": "4",
        "alt_txt": "Loss of task-1 falls",
    }
    [completed] = slack.calls("files.completeUploadExternal")
    assert json.loads(completed["files"]) == [{"id": "F1", "title": "loss.png"}]
    assert "channel_id" not in completed
    assert len(sent) == 1


@pytest.mark.parametrize(
    "step", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]
)
async def test_a_step_that_fails_is_not_repeated(
    slack: CannedSlack, uploads: SlackUploads, sent: list[bytes], step: str
) -> None:
    slack.answers(step, web.Response(status=503))
    with pytest.raises(NotUploaded) as refused:
        await put(uploads)
    assert refused.value.passing
    assert len(slack.calls(step)) == 1


async def test_what_slack_will_not_take_tomorrow_either_is_told_apart(
    slack: CannedSlack, uploads: SlackUploads
) -> None:
    slack.refuses("files.getUploadURLExternal", "missing_scope")
    with pytest.raises(NotUploaded) as refused:
        await put(uploads)
    assert (refused.value.reason, refused.value.passing) == ("missing_scope", False)


@pytest.mark.parametrize(("mimetype", "processed"), [("", False), ("image/png", True)])
async def test_a_file_is_processed_when_its_type_is_known(
    slack: CannedSlack, uploads: SlackUploads, mimetype: str, processed: bool
) -> None:
    slack.answers("files.info", {"file": {"permalink": "https://x/F1", "mimetype": mimetype}})
    assert await uploads.find("F1") == Stored("https://x/F1", processed)


async def test_a_file_that_nobody_knows_any_more_is_an_error(
    slack: CannedSlack, uploads: SlackUploads
) -> None:
    slack.refuses("files.info", "file_not_found")
    with pytest.raises(NotUploaded):
        await uploads.find("F1")
