"""Commands, clicks, shortcuts and their answers in the local Slack."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.playground.slack import LocalSlack, Message
from bot.playground.slack.elements import with_ids
from tests.unit.playground.slack_app import (
    CARD,
    FORM,
    HandClock,
    RecordingApp,
    api,
    error_of,
    plain,
    recording,
    section,
)

MENU = {
    "type": "static_select",
    "action_id": "which",
    "placeholder": plain("Which run?"),
    "options": [{"text": plain(f"task-{n}"), "value": f"v{n}"} for n in (1, 2)],
}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(clock=clock, rate_limits=False, retry_delays=()) as slack:
        ada, bo = slack.workspace.add_user("ada"), slack.workspace.add_user("bo")
        slack.workspace.add_channel("training", id="C1", members=[ada, bo, slack.bot_user_id])
        slack.workspace.add_channel("secret", id="C2", is_private=True, members=[ada])
        yield slack


@pytest.fixture
async def app(slack: LocalSlack) -> AsyncIterator[RecordingApp]:
    async with recording(slack) as app:
        yield app


async def respond(url: str, body: dict[str, Any]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def posted(slack: LocalSlack, **contents: Any) -> Message:
    async with api(slack) as client:
        await client.chat_postMessage(channel="C1", **contents)
    return slack.person("ada").sees("training")[-1]


async def test_a_command_carries_every_field(slack: LocalSlack, app: RecordingApp) -> None:
    await slack.person("ada").types("/qf status  task-1 ", channel="#training")
    form = app.last.form
    assert form["command"] == "/qf"
    assert form["text"] == "status  task-1"
    assert (form["channel_id"], form["channel_name"]) == ("C1", "training")
    assert (form["user_id"], form["user_name"]) == (slack.person("ada").id, "ada")
    assert form["team_id"] == slack.team_id
    assert form["response_url"].startswith("http://127.0.0.1:")
    assert set(form) == {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    }


@pytest.mark.parametrize(
    ("channel", "name"), [("secret", "privategroup"), ("@qfbot", "directmessage")]
)
async def test_private_conversations_keep_their_names_to_themselves(
    slack: LocalSlack, app: RecordingApp, channel: str, name: str
) -> None:
    await slack.person("ada").types("/qf ping", channel=channel)
    assert app.last.form["channel_name"] == name


async def test_names_and_links_in_a_command_become_ids_and_links(
    slack: LocalSlack, app: RecordingApp
) -> None:
    await slack.person("ada").types("/qf can @bo a<b see https://x.y/z in=#training", "training")
    bo = slack.person("bo").id
    assert app.last.form["text"] == (f"can <@{bo}|bo> a&lt;b see <https://x.y/z> in=<#C1|training>")


async def test_an_ack_with_text_is_shown_in_private(slack: LocalSlack, app: RecordingApp) -> None:
    app.answer = {"text": "on it"}
    exchange = await slack.person("ada").types("/qf ping", channel="training")
    assert exchange.ack_payload == {"text": "on it"}
    assert [each.text for each in slack.person("ada").sees("training")] == ["on it"]
    assert slack.person("bo").sees("training") == []


async def test_an_ack_can_answer_in_the_channel(slack: LocalSlack, app: RecordingApp) -> None:
    app.answer = {"text": "pong", "response_type": "in_channel"}
    await slack.person("ada").types("/qf ping", channel="training")
    assert [each.text for each in slack.person("bo").sees("training")] == ["pong"]


async def test_an_ack_that_slack_cannot_show_is_a_problem(
    slack: LocalSlack, app: RecordingApp
) -> None:
    app.answer = {"text": "x", "blocks": [{"type": "poem"}]}
    exchange = await slack.person("ada").types("/qf ping", channel="training")
    assert exchange.problem == "invalid_response"


async def test_a_command_cannot_be_used_in_a_thread(slack: LocalSlack, app: RecordingApp) -> None:
    exchange = await slack.person("ada").types("/qf ping", channel="training", thread_ts="1.1")
    assert not exchange.acked
    assert app.received == []
    assert "not supported in threads" in slack.person("ada").sees("training")[-1].text


async def test_a_response_url_serves_five_answers_within_thirty_minutes(
    slack: LocalSlack, app: RecordingApp, clock: HandClock
) -> None:
    ada = slack.person("ada")
    await ada.types("/qf ping", channel="training")
    first = app.last.form["response_url"]
    answers = [await respond(first, {"text": str(n)}) for n in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1][1]
    assert [each.ephemeral_to for each in ada.sees("training")] == [ada.id] * 5
    await ada.types("/qf ping", channel="training")
    second = app.last.form["response_url"]
    clock.passes(30 * 60 + 1)
    status, text = await respond(second, {"text": "late"})
    assert status == 404
    assert "expired_url" in text


async def test_a_response_with_bad_blocks_is_refused(slack: LocalSlack, app: RecordingApp) -> None:
    await slack.person("ada").types("/qf ping", channel="training")
    url = app.last.form["response_url"]
    status, text = await respond(url, {"text": "x", "blocks": [section("x" * 3001)]})
    assert status == 400
    assert "invalid_blocks" in text
    assert "no_text" in (await respond(url, {}))[1]


async def test_a_click_in_an_unfolded_link_says_where_it_is(
    slack: LocalSlack, app: RecordingApp
) -> None:
    url = "https://x.y/task-1"
    unfurl = {"from_url": url, "is_app_unfurl": True, "blocks": list(with_ids(CARD))}
    other = {"text": "plain"}
    linked = slack.workspace.post("C1", slack.person("bo").id, attachments=(other, unfurl))
    await slack.person("ada").clicks(linked, 1)
    container = app.last.json["container"]
    assert container["type"] == "message_attachment"
    assert (container["attachment_id"], container["app_unfurl_url"]) == (2, url)
    assert (container["channel_id"], container["message_ts"]) == ("C1", linked.ts)


async def test_a_click_carries_the_button_the_message_and_the_place(
    slack: LocalSlack, app: RecordingApp
) -> None:
    card = await posted(slack, text="card", blocks=CARD)
    await slack.person("ada").clicks(card, 1)
    payload = app.last.json
    assert payload["type"] == "block_actions"
    action = payload["actions"][0]
    assert (action["action_id"], action["value"], action["type"]) == ("stop", "task-1", "button")
    assert action["block_id"] == card.buttons[0].block_id
    assert payload["message"]["ts"] == card.ts
    assert payload["container"]["message_ts"] == card.ts
    assert payload["container"]["is_ephemeral"] is False
    assert payload["channel"] == {"id": "C1", "name": "training"}
    assert payload["trigger_id"]
    assert payload["response_url"]


async def test_plain_text_comes_back_escaped(slack: LocalSlack, app: RecordingApp) -> None:
    """https://github.com/slackapi/bolt-python/issues/513"""
    button = {**CARD[1]["elements"][0], "text": plain("Stop & go <now>"), "value": "a&b"}
    card = await posted(slack, text="card", blocks=[{"type": "actions", "elements": [button]}])
    await slack.person("ada").clicks(card, "Stop & go <now>")
    action = app.last.json["actions"][0]
    assert action["text"]["text"] == "Stop &amp; go &lt;now&gt;"
    assert action["value"] == "a&b"
    assert app.last.json["message"]["blocks"][0]["elements"][0]["text"] == action["text"]


async def test_a_click_on_an_ephemeral_message_carries_no_message(
    slack: LocalSlack, app: RecordingApp
) -> None:
    app.answer = {"text": "card", "blocks": CARD}
    ada = slack.person("ada")
    await ada.types("/qf ping", channel="training")
    app.answer = None
    card = ada.sees("training")[-1]
    await ada.clicks(card, "Stop")
    assert app.last.json["container"]["is_ephemeral"] is True
    assert "message" not in app.last.json
    await respond(app.last.json["response_url"], {"text": "done", "replace_original": True})
    assert [each.text for each in ada.sees("training")] == ["done"]
    await respond(app.last.json["response_url"], {"delete_original": True})
    assert ada.sees("training") == []


async def test_a_chosen_option_comes_with_all_that_the_message_holds(
    slack: LocalSlack, app: RecordingApp
) -> None:
    chooser = {"type": "actions", "block_id": "b", "elements": [MENU, *CARD[1]["elements"]]}
    card = await posted(slack, text="which?", blocks=[chooser])
    ada = slack.person("ada")
    await ada.selects(card, "Which run?", "task-2")
    assert app.last.json["actions"][0]["selected_option"]["value"] == "v2"
    await ada.clicks(card, "Stop")
    held = app.last.json["state"]["values"]["b"]["which"]["selected_option"]
    assert held["value"] == "v2"
    with pytest.raises(ValueError, match="no option 'task-9'"):
        await ada.selects(card, "Which run?", "task-9")


async def test_what_is_not_there_cannot_be_clicked(slack: LocalSlack, app: RecordingApp) -> None:
    card = await posted(slack, text="card", blocks=CARD)
    ada = slack.person("ada")
    with pytest.raises(LookupError, match="there is: Stop"):
        await ada.clicks(card, "Start")
    slack.workspace.delete(card)
    with pytest.raises(LookupError, match="no longer there"):
        await ada.clicks(card, "Stop")


async def test_a_message_shortcut_carries_its_message(slack: LocalSlack, app: RecordingApp) -> None:
    card = await posted(slack, text="card")
    await slack.person("ada").uses_shortcut("watch", card)
    payload = app.last.json
    assert (payload["type"], payload["callback_id"]) == ("message_action", "watch")
    assert payload["message"]["text"] == "card"
    assert payload["message_ts"] == card.ts
    await slack.person("ada").uses_shortcut("anywhere")
    assert app.last.json["type"] == "shortcut"


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: LocalSlack, app: RecordingApp, clock: HandClock
) -> None:
    ada = slack.person("ada")
    await ada.types("/qf import", channel="training")
    trigger = app.last.form["trigger_id"]
    async with api(slack) as client:
        assert await error_of(client.views_open(trigger_id=trigger, view=FORM)) == "ok"
        again = client.views_open(trigger_id=trigger, view=FORM)
        assert await error_of(again) == "exchanged_trigger_id"
        await ada.types("/qf import", channel="training")
        clock.passes(3.1)
        late = client.views_open(trigger_id=app.last.form["trigger_id"], view=FORM)
        assert await error_of(late) == "expired_trigger_id"
