"""A file that somebody gave in a form: theirs, small enough, and the token seen by Slack alone."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import FileUnfit, WhyFileUnfit
from bot.domain.ports import File, Files
from bot.playground.slack import LocalSlack
from bot.slack import files as slack_files
from bot.slack.clients import Clients, open_clients
from bot.slack.files import SlackFiles
from bot.slack.manifest import manifest
from tests.unit.slack.canned import CannedSlack
from tests.unit.slack.conftest import TOKEN

CONTENT = b"{{ messages }}\r\n\x00\xff"


@pytest.fixture
def files(clients: Clients) -> SlackFiles:
    return SlackFiles(clients)


def knows(slack: CannedSlack, **about: Any) -> None:
    """Slack has the file, and gives it out."""
    file = {
        "id": "F1",
        "user": "U1",
        "name": "chat.jinja",
        "size": len(CONTENT),
        "url_private_download": f"{slack.api_url}download",
        **about,
    }
    slack.answers("files.info", {"file": file})
    slack.answers("download", web.Response(body=CONTENT))


async def why(files: SlackFiles, largest: int = 100) -> WhyFileUnfit:
    """Why the file cannot be read."""
    with pytest.raises(FileUnfit) as unfit:
        await files.read("template", "F1", "U1", largest)
    assert unfit.value.field == "template"
    return unfit.value.why


def test_it_is_the_port_that_commands_ask_for(files: SlackFiles) -> None:
    port: Files = files
    assert port is files


async def test_a_file_is_read_byte_for_byte(slack: CannedSlack, files: SlackFiles) -> None:
    knows(slack)
    assert await files.read("template", "F1", "U1", len(CONTENT)) == File("chat.jinja", CONTENT)
    assert slack.calls("files.info") == [{"file": "F1"}]


async def test_slack_is_shown_the_token(slack: CannedSlack, files: SlackFiles) -> None:
    shown: list[str] = []

    async def look(request: web.Request) -> web.Response:
        shown.append(request.headers["Authorization"])
        return web.Response(body=CONTENT)

    knows(slack)
    slack.answers("download", look)
    await files.read("template", "F1", "U1", 100)
    assert shown == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize("owner", ["U2", "", None])
async def test_a_file_of_somebody_else_is_not_read(
    slack: CannedSlack, files: SlackFiles, owner: str | None
) -> None:
    knows(slack, user=owner)
    assert await why(files) is WhyFileUnfit.NOT_YOURS
    assert slack.calls("download") == []


async def test_a_file_that_says_it_is_too_large_is_not_read(
    slack: CannedSlack, files: SlackFiles
) -> None:
    knows(slack, size=101)
    assert await why(files) is WhyFileUnfit.TOO_LARGE
    assert slack.calls("download") == []


@pytest.mark.parametrize("size", [3, None])
async def test_a_file_that_is_larger_than_it_says_is_not_read_to_its_end(
    slack: CannedSlack, files: SlackFiles, size: int | None
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except ConnectionError:  # hung up, as it should be
            return response

    knows(slack, size=size)
    slack.answers("download", endless)
    assert await why(files) is WhyFileUnfit.TOO_LARGE


@pytest.mark.parametrize(
    "error", ["file_not_found", "file_deleted", "missing_scope", "internal_error"]
)
async def test_a_file_of_which_slack_says_nothing_is_gone(
    slack: CannedSlack, files: SlackFiles, error: str
) -> None:
    slack.refuses("files.info", error)
    assert await why(files) is WhyFileUnfit.GONE


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_file_that_slack_does_not_give_out_is_gone(
    slack: CannedSlack, files: SlackFiles, status: int
) -> None:
    knows(slack)
    slack.answers("download", web.Response(status=status, headers={"Location": slack.api_url}))
    assert await why(files) is WhyFileUnfit.GONE
    assert len(slack.asked) == 2


@pytest.mark.parametrize(
    "about",
    [
        {"url_private_download": None},
        {"url_private_download": "no address"},
        {"url_private_download": "http://[/"},
        {"url_private_download": "http://files.slack.com/unencrypted"},
        {"url_private_download": "https://files.slack.com.evil.example/x"},
        {"url_private_download": "https://files.slack.com@evil.example/x"},
        {"size": "large"},
    ],
    ids=str,
)
async def test_a_file_without_an_address_at_slack_is_gone(
    slack: CannedSlack, files: SlackFiles, about: dict[str, Any]
) -> None:
    knows(slack, **about)
    assert await why(files) is WhyFileUnfit.GONE


async def test_the_token_is_shown_to_nobody_else(slack: CannedSlack, files: SlackFiles) -> None:
    asked: list[str] = []

    async def steal(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=CONTENT)

    application = web.Application()
    application.router.add_get("/{path:.*}", steal)
    async with TestServer(application) as thief:
        knows(slack, url_private_download=str(thief.make_url("/api/download")))
        assert await why(files) is WhyFileUnfit.GONE
    assert asked == []


async def test_a_file_that_does_not_come_is_not_waited_for_for_ever(
    slack: CannedSlack, files: SlackFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_files, "PATIENCE", 0.0)
    knows(slack)
    assert await why(files) is WhyFileUnfit.GONE


async def test_a_file_at_the_local_slack_is_read_by_who_gave_it() -> None:
    async with (
        LocalSlack(manifest=manifest(), rate_limits=False) as slack,
        open_clients(slack.bot_token, slack.api_url, request_seconds=2) as clients,
    ):
        slack.workspace.add_user("ada", id="U0ADA")
        given = slack.person("ada").uploads("chat.jinja", CONTENT)
        files = SlackFiles(clients)
        assert await files.read("template", given.id, "U0ADA", 100) == File("chat.jinja", CONTENT)
        with pytest.raises(FileUnfit) as unfit:
            await files.read("template", given.id, "U0BO", 100)
        assert unfit.value.why is WhyFileUnfit.NOT_YOURS
