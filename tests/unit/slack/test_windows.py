"""A window at the local Slack: opened while its trigger lives, shown anew, and closed by people."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.domain.calls import Reply
from bot.domain.forms import Form, TextField
from bot.domain.messages import Message, say
from bot.domain.ports import Window
from bot.playground.slack import LocalSlack
from bot.playground.slack.happenings import ApiCalled, Delivered
from bot.playground.slack.values import View
from bot.slack import windows
from bot.slack.clients import Clients, open_clients
from bot.slack.manifest import manifest
from bot.slack.windows import SlackWindow

FORM = Form("import", say("Import"), say("Send"), (TextField(name="name", label=say("Name")),))
DONE = Reply(Message.of(say("Done.")))
ASKED = Reply(Message.of(say("A form.")), form=FORM, form_name="#f1")


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=manifest(), rate_limits=False) as slack:
        slack.workspace.add_user("ada", id="U0ADA")
        slack.workspace.add_channel("runs", id="C0RUNS", members=["ada", slack.bot_user_id])
        yield slack


@pytest.fixture
async def clients(slack: LocalSlack) -> AsyncIterator[Clients]:
    async with open_clients(slack.bot_token, slack.api_url, request_seconds=2) as clients:
        yield clients


@pytest.fixture
async def window(slack: LocalSlack, clients: Clients) -> SlackWindow:
    """A window for a command that somebody has just typed."""
    return SlackWindow(clients, trigger_id=await trigger(slack))


async def trigger(slack: LocalSlack) -> str:
    await slack.person("ada").types("/qf import", "runs")
    [delivered] = [what for what in happenings(slack) if isinstance(what, Delivered)]
    return str(delivered.payload["trigger_id"])


def happenings(slack: LocalSlack) -> list[object]:
    return [entry.what for entry in slack.feed.entries]


def calls(slack: LocalSlack, method: str) -> int:
    return sum(isinstance(what, ApiCalled) and what.method == method for what in happenings(slack))


def seen(slack: LocalSlack) -> View:
    view = slack.person("ada").open_view
    assert view is not None
    return view


async def test_it_is_the_port_that_commands_ask_for(window: SlackWindow) -> None:
    port: Window = window
    assert port is window


async def test_it_opens_at_once_and_shows_the_form_later(
    slack: LocalSlack, window: SlackWindow
) -> None:
    assert await window.open(say("Import a model"))
    working = seen(slack)
    assert (working.title, working.callback_id) == ("Import a model", "message")
    assert await window.show(ASKED)
    assert (seen(slack).id, seen(slack).callback_id) == (working.id, "form")


async def test_it_shows_a_message_where_it_is_open(slack: LocalSlack, window: SlackWindow) -> None:
    await window.open(say("Import a model"))
    assert await window.show(DONE)
    assert seen(slack).title == "Import a model"
    assert seen(slack).blocks[0]["text"]["text"] == "Done."


async def test_a_form_opens_it_and_a_message_does_not(
    slack: LocalSlack, window: SlackWindow
) -> None:
    assert not await window.show(DONE)
    assert slack.person("ada").open_view is None
    assert await window.show(ASKED)
    assert seen(slack).callback_id == "form"


async def test_without_a_trigger_nothing_is_asked_of_slack(
    slack: LocalSlack, clients: Clients
) -> None:
    window = SlackWindow(clients)
    assert not await window.open(say("Import"))
    assert not await window.show(ASKED)
    assert calls(slack, "views.open") == 0


@pytest.mark.parametrize(
    "error", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "ratelimited"]
)
async def test_a_trigger_is_tried_once(slack: LocalSlack, window: SlackWindow, error: str) -> None:
    slack.faults.error(error, "views.open")
    assert not await window.open(say("Import"))
    assert not await window.show(ASKED)
    assert calls(slack, "views.open") == 1


async def test_a_trigger_is_not_waited_for_longer_than_it_lives(
    slack: LocalSlack, window: SlackWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "OPEN_SECONDS", 0.05)
    slack.faults.hang("views.open")
    async with asyncio.timeout(1):
        assert not await window.open(say("Import"))
    assert windows.OPEN_SECONDS < 3


async def test_a_window_that_its_person_closed_shows_nothing(
    slack: LocalSlack, window: SlackWindow
) -> None:
    await window.open(say("Import"))
    await slack.person("ada").closes(seen(slack))
    assert not await window.show(ASKED)
    assert slack.person("ada").open_view is None


async def test_what_it_shows_is_tried_again_after_a_lost_connection(
    slack: LocalSlack, window: SlackWindow
) -> None:
    await window.open(say("Import"))
    slack.faults.drop("before", "views.update", times=1)
    assert await window.show(DONE)
    assert seen(slack).blocks[0]["text"]["text"] == "Done."


async def test_a_form_that_was_sent_is_a_window_that_is_open(
    slack: LocalSlack, clients: Clients, window: SlackWindow
) -> None:
    await window.show(ASKED)
    sent = SlackWindow(clients, view_id=seen(slack).id, title="Import")
    assert await sent.open(say("Another title"))
    assert calls(slack, "views.open") == 1
    assert await sent.show(DONE)
    assert seen(slack).title == "Import"


async def test_a_form_is_reshaped_unless_it_changed_meanwhile(
    slack: LocalSlack, clients: Clients, window: SlackWindow
) -> None:
    await window.show(ASKED)
    before = seen(slack)
    open_form = SlackWindow(clients, view_id=before.id)
    assert await open_form.reshape(FORM, "#f2", before.hash)
    assert seen(slack).content["private_metadata"] == "#f2"
    assert not await open_form.reshape(FORM, "#f3", before.hash)
    assert seen(slack).content["private_metadata"] == "#f2"
