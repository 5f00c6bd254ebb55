"""The real Bolt and slack-sdk, unchanged, against the local Slack: by socket and by HTTP."""

from collections.abc import AsyncIterator

import pytest

from bot.playground.slack import LocalSlack, Message
from tests.unit.playground.slack_app import by_http, by_socket


@pytest.fixture(params=[by_socket, by_http])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as slack:
        ada = slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", members=[ada, slack.bot_user_id])
        async with request.param(slack):
            yield slack


async def seen(slack: LocalSlack, text: str) -> Message:
    """Wait until ada sees a message with this text in #training."""
    ada = slack.person("ada")
    message = await slack.until(
        lambda: next((each for each in ada.sees("training") if text in each.text), None)
    )
    assert message is not None
    return message


async def test_a_command_is_acknowledged_and_answered_in_private(slack: LocalSlack) -> None:
    exchange = await slack.person("ada").types("/qf status task-1", channel="training")
    assert exchange.acked
    assert exchange.problem is None
    assert exchange.latency < 1.0
    answer = await seen(slack, "running")
    assert answer.ephemeral_to == slack.person("ada").id


async def test_a_click_replaces_the_message_by_its_response_url(slack: LocalSlack) -> None:
    ada = slack.person("ada")
    await ada.types("/qf watch task-1", channel="training")
    card = await seen(slack, "watching")
    assert [each.label for each in card.buttons] == ["Stop"]
    exchange = await ada.clicks(card, "Stop")
    assert exchange.acked
    assert (await seen(slack, "stopped task-1")).ts == card.ts


async def test_a_form_opens_offers_options_shows_errors_and_closes(slack: LocalSlack) -> None:
    ada = slack.person("ada")
    await ada.types("/qf import", channel="training")
    form = await slack.until(lambda: ada.open_view)
    assert form is not None
    offered = await ada.options(form, "bucket", "mod")
    assert [each["value"] for each in offered] == ["models"]
    await ada.submits(form, {"Name": "bad"})
    assert ada.open_view is not None
    assert ada.open_view.errors == {"name": "That name is taken."}
    exchange = await ada.submits(form, {"Name": "good", "bucket": "bos://models"})
    assert exchange.acked
    assert ada.open_view is None


async def test_a_mention_reaches_the_app_as_an_event(slack: LocalSlack) -> None:
    exchange = await slack.person("ada").types("@qfbot status", channel="training")
    assert exchange.acked
    assert exchange.message is not None
    reply = await seen(slack, "heard:")
    assert reply.text == f"heard: <@{slack.bot_user_id}> status"
    assert reply.thread_ts == exchange.message.ts


async def test_opening_home_lets_the_app_publish_it(slack: LocalSlack) -> None:
    ada = slack.person("ada")
    assert (await ada.opens_home()).acked
    home = await slack.until(ada.sees_home)
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "Your watches"
