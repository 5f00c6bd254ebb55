"""Modals and Home tabs of the local Slack."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack, NotAnswered, Person, View
from tests.unit.playground.slack_app import (
    CARD,
    FORM,
    RecordingApp,
    api,
    error_of,
    plain,
    recording,
)
from tests.unit.playground.slack_form import option, publish_form


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(rate_limits=False, retry_delays=()) as slack:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", id="C1", members=["ada", slack.bot_user_id])
        yield slack


@pytest.fixture
async def app(slack: LocalSlack) -> AsyncIterator[RecordingApp]:
    async with recording(slack) as app:
        yield app


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with api(slack) as client:
        yield client


@pytest.fixture
def ada(slack: LocalSlack) -> Person:
    return slack.person("ada")


async def trigger(ada: Person, app: RecordingApp) -> str:
    await ada.types("/qf import", channel="training")
    return app.last.form["trigger_id"]


async def opened(ada: Person, app: RecordingApp, client: AsyncWebClient, **changes: Any) -> View:
    await client.views_open(trigger_id=await trigger(ada, app), view={**FORM, **changes})
    view = ada.open_view
    assert view is not None
    return view


def titled(title: str) -> dict[str, Any]:
    return {**FORM, "title": plain(title)}


def held(ada: Person, name: str) -> Any:
    """What a field of the open form holds."""
    assert ada.open_view is not None
    values = ada.enters(ada.open_view, {}).values or {}
    return next(iter(values[name].values()))["value"]


async def test_a_submission_carries_what_was_entered_and_what_stands_there(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    field = {
        **FORM["blocks"][0],
        "block_id": "step",
        "label": plain("Step"),
        "element": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False},
    }
    field["element"]["initial_value"] = "7"
    view = await opened(ada, app, client, blocks=[*FORM["blocks"], field], private_metadata="m")
    await ada.submits(view, {"Name": "ernie"})
    payload = app.last.json
    assert payload["type"] == "view_submission"
    assert payload["view"]["private_metadata"] == "m"
    assert payload["view"]["callback_id"] == "import"
    values = payload["view"]["state"]["values"]
    assert values["name"]["name"] == {"type": "plain_text_input", "value": "ernie"}
    assert values["bucket"]["bucket"] == {"type": "external_select", "selected_option": None}
    assert values["step"]["n"]["value"] == "7"
    assert ada.open_view is None


async def test_an_empty_required_field_keeps_the_form_from_being_sent(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    sent = len(app.received)
    exchange = await ada.submits(view)
    assert not exchange.acked
    assert len(app.received) == sent
    assert ada.open_view is not None
    assert ada.open_view.errors == {"name": "Please complete this required field."}
    with pytest.raises(ValueError, match="no field 'Colour'"):
        await ada.submits(view, {"Colour": "red"})


async def test_an_ack_can_replace_the_form_and_keep_what_was_entered(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    app.answer = {"response_action": "update", "view": titled("Working")}
    await ada.submits(view, {"Name": "ernie"})
    assert ada.open_view is not None
    assert (ada.open_view.id, ada.open_view.title) == (view.id, "Working")
    app.answer = None
    await ada.submits(ada.open_view)
    assert app.last.json["view"]["state"]["values"]["name"]["name"]["value"] == "ernie"


async def test_an_ack_can_push_up_to_three_and_clear_them_all(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    for title in ("Second", "Third"):
        app.answer = {"response_action": "push", "view": titled(title)}
        assert ada.open_view is not None
        assert (await ada.submits(ada.open_view, {"Name": "x"})).problem is None
    assert ada.open_view is not None
    assert ada.open_view.title == "Third"
    assert ada.open_view.root_id == view.id
    app.answer = {"response_action": "push", "view": titled("Fourth")}
    assert (await ada.submits(ada.open_view, {"Name": "x"})).problem == "invalid_response"
    app.answer = {"response_action": "clear"}
    await ada.submits(ada.open_view, {"Name": "x"})
    assert ada.open_view is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "bad"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "explode"},
    ],
)
async def test_an_ack_that_makes_no_sense_leaves_the_form_with_a_problem(
    ada: Person, app: RecordingApp, client: AsyncWebClient, answer: dict[str, Any]
) -> None:
    view = await opened(ada, app, client)
    app.answer = answer
    exchange = await ada.submits(view, {"Name": "x"})
    assert exchange.problem == "invalid_response"
    assert ada.open_view is not None


async def test_a_form_that_is_not_acknowledged_stays(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    app.status = 500
    assert (await ada.submits(view, {"Name": "x"})).problem == "dispatch_failed"
    assert ada.open_view is not None


async def test_closing_is_told_where_the_view_asks_for_it(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    await ada.closes(await opened(ada, app, client))
    assert app.last.json["type"] == "view_closed"
    sent = len(app.received) + 1
    await ada.closes(await opened(ada, app, client, notify_on_close=False))
    assert len(app.received) == sent
    assert ada.open_view is None


async def test_an_update_needs_the_present_hash(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    updated = await client.views_update(view_id=view.id, hash=view.hash, view=titled("New"))
    assert updated["view"]["hash"] != view.hash
    stale = client.views_update(view_id=view.id, hash=view.hash, view=FORM)
    assert await error_of(stale) == "hash_conflict"


async def test_an_update_of_a_closed_view_finds_nothing(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    await ada.closes(view)
    assert await error_of(client.views_update(view_id=view.id, view=FORM)) == "not_found"


async def test_what_was_entered_stays_where_a_field_stays_and_goes_with_a_field_that_goes(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    ada.enters(view, {"name": "ernie"})
    await client.views_update(view_id=view.id, view=titled("New"))
    assert held(ada, "name") == "ernie"
    await client.views_update(view_id=view.id, view={**FORM, "blocks": CARD})
    again = {**FORM["blocks"][0]["element"], "initial_value": "anew"}
    await client.views_update(
        view_id=view.id, view={**FORM, "blocks": [{**FORM["blocks"][0], "element": again}]}
    )
    assert held(ada, "name") == "anew"


async def test_a_form_hears_of_changes_only_where_a_field_dispatches_them(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client, blocks=publish_form("train")["blocks"])
    sent = len(app.received)
    assert not (await ada.selects(view, "about", "ours")).acked
    assert len(app.received) == sent
    assert (await ada.selects(view, "kind", "From object storage")).acked
    payload = app.last.json
    assert payload["actions"][0]["action_id"] == "field"
    assert payload["actions"][0]["block_id"] == "kind"
    values = payload["view"]["state"]["values"]
    assert values["about"]["field"]["value"] == "ours"
    assert values["kind"]["field"]["selected_option"]["value"] == "import"
    assert payload["view"]["hash"] == view.hash


async def test_a_menu_in_a_form_asks_the_app_and_takes_what_it_offered(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client, blocks=publish_form("train")["blocks"])
    app.answer = {"options": [option("am-1", "Ours"), option("am-2", "Theirs")]}
    assert len(await ada.options(view, "model")) == 2
    payload = app.last.json
    assert (payload["type"], payload["block_id"]) == ("block_suggestion", "model")
    assert (payload["action_id"], payload["value"]) == ("field", "")
    assert payload["container"] == {"type": "view", "view_id": view.id}
    app.answer = None
    await ada.submits(view, {"about": "x", "model": "theirs"})
    chosen = app.last.json["view"]["state"]["values"]["model"]["field"]["selected_option"]
    assert chosen["value"] == "am-2"
    assert app.last.json["response_urls"] == []


@pytest.mark.parametrize(
    "options", [[option("v", "x" * 76)], [option(str(n), str(n)) for n in range(101)]]
)
async def test_options_that_slack_would_not_show_are_no_answer(
    ada: Person, app: RecordingApp, client: AsyncWebClient, options: list[dict[str, Any]]
) -> None:
    view = await opened(ada, app, client, blocks=publish_form("train")["blocks"])
    app.answer = {"options": options}
    with pytest.raises(NotAnswered, match="invalid_response"):
        await ada.options(view, "model")


async def test_a_menu_asks_the_app_only_when_enough_was_typed(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    with pytest.raises(ValueError, match="at least 3 characters"):
        await ada.options(view, "bucket", "mo")


async def test_a_file_in_a_form_comes_with_all_that_is_known_of_it(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client, blocks=publish_form("import")["blocks"])
    text = ada.uploads("chat.txt", b"x")
    with pytest.raises(ValueError, match="files of these types: py"):
        await ada.selects(view, "template", [text.id])
    files = [ada.uploads(name, b"x = 1") for name in ("chat.py", "more.py")]
    with pytest.raises(ValueError, match="at most 1 files"):
        await ada.selects(view, "template", [each.id for each in files])
    with pytest.raises(ValueError, match="empty"):
        ada.uploads("none.py", b"")
    await ada.submits(view, {"about": "x", "template": [files[0].id]})
    value = app.last.json["view"]["state"]["values"]["template"]["field"]
    assert value["type"] == "file_input"
    (file,) = value["files"]
    assert (file["id"], file["user"], file["name"]) == (files[0].id, ada.id, "chat.py")
    assert (file["size"], file["filetype"]) == (5, "python")


async def test_a_view_is_found_by_its_external_id_which_is_unique(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    await opened(ada, app, client, external_id="e1")
    renamed = {**titled("New"), "external_id": "e1"}
    await client.views_update(external_id="e1", view=renamed)
    assert ada.open_view is not None
    assert ada.open_view.title == "New"
    double = client.views_push(trigger_id=await trigger(ada, app), view=renamed)
    assert await error_of(double) == "duplicate_external_id"


async def test_a_pushed_view_lies_on_top(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client)
    pushed = await client.views_push(trigger_id=await trigger(ada, app), view=titled("Top"))
    assert pushed["view"]["previous_view_id"] == view.id
    assert ada.open_view is not None
    await ada.closes(ada.open_view)
    assert ada.open_view is not None
    assert ada.open_view.id == view.id


async def test_a_button_in_a_view_is_clicked_like_any_other(
    ada: Person, app: RecordingApp, client: AsyncWebClient
) -> None:
    view = await opened(ada, app, client, blocks=[*FORM["blocks"], *CARD])
    await ada.clicks(view, "Stop")
    payload = app.last.json
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert payload["view"]["id"] == view.id
    assert "response_url" not in payload


async def test_home_keeps_its_id_when_published_again(ada: Person, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": CARD}
    first = (await client.views_publish(user_id=ada.id, view=home))["view"]
    second = (await client.views_publish(user_id=ada.id, view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    stale = client.views_publish(user_id=ada.id, view=home, hash=first["hash"])
    assert await error_of(stale) == "hash_conflict"
    seen = ada.sees_home()
    assert seen is not None
    assert [each.label for each in seen.buttons] == ["Stop"]
