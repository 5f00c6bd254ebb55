"""By every way in a viewer is refused alike, without an effect, and a call leaves a row."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.access import Grant, Role, Scope
from bot.playground.slack import View
from bot.playground.slack.delivery import Answer, Delivery, Kind
from tests.scenarios.play import Asker, Play

RUNNING = "task-0tgmn4a7h4i6"
DONE = "task-7pgmn4a7h4k2"
MODEL = "am-5sxpz4xn25uw"

#: What only an operator, and only a publisher, may run; each is whole, so that no form is needed.
STOP = f"stop {RUNNING}"
PUBLISH = f"publish {DONE} {MODEL} step=64"
IMPORT = (
    f"import {MODEL} bucket=test object_path=demoModel model_format=HuggingFace.Transformers "
    "model_application_type=completion transformer_version=4.36.2"
)
LINES = (STOP, PUBLISH, IMPORT)

CHANGES = (
    "StopFineTuningTask",
    "CancelModelCompTask",
    "CreateCustomModel",
    "CreateModelCustomConf",
)


@pytest.fixture(autouse=True)
def things(play: Play) -> None:
    """A run to stop, a run to publish, and a model that would get the version."""
    play.world.add_task(RUNNING).runs(progress=34)
    play.world.add_model_set("spam-filter", id=MODEL)
    done = play.world.add_task(DONE, checkpoints=0)
    done.runs(progress=50)
    done.saves(64, 0.31, 1.3)
    done.finishes()


async def rows(play: Play) -> list[tuple[str, str, str]]:
    """Every attempt: who asked for what, and the outcome."""
    question = text(
        "SELECT a.user_id, a.command, e.outcome FROM audit a LEFT JOIN audit e "
        "ON e.asked_id = a.id WHERE a.asked_id IS NULL ORDER BY a.id"
    )
    async with play.app.store.database.reading() as connection:
        return [tuple(row) for row in await connection.execute(question)]


async def slack_sends(play: Play, kind: Kind, payload: dict[str, Any]) -> Answer:
    """Deliver something crafted by the way that the app listens on."""
    answer = await play.slack._transport().send(Delivery(kind, "crafted", payload), None)
    await play.settles()
    return answer


def made_by(asker: Asker, kind: str, **fields: Any) -> dict[str, Any]:
    """An interaction of somebody.

    https://docs.slack.dev/reference/interaction-payloads
    """
    team = asker.play.slack.team_id
    who = {"id": asker.id, "username": asker.name, "team_id": team}
    return {"type": kind, "team": {"id": team}, "user": who, **fields}


async def by_command(play: Play, asker: Asker, line: str) -> None:
    await asker.asks(f"/qf {line}")


async def by_command_in_direct_message(play: Play, asker: Asker, line: str) -> None:
    await asker.asks(f"/qf {line}", play.slack.workspace.open_dm(asker.id).id)


async def by_mention(play: Play, asker: Asker, line: str) -> None:
    await asker.asks(f"@qfbot {line}")


async def by_button(play: Play, asker: Asker, line: str) -> None:
    await presses(play, asker, line)


async def by_share_button(play: Play, asker: Asker, line: str) -> None:
    await presses(play, asker, f"share {line}")


async def by_button_in_a_view(play: Play, asker: Asker, line: str) -> None:
    view = {"type": "modal", "callback_id": "message", "private_metadata": line, "blocks": []}
    await presses(play, asker, line, view=view, container={"type": "view", "view_id": "V1"})


async def presses(play: Play, asker: Asker, value: str, **fields: Any) -> Answer:
    """Press a button whose value is crafted."""
    training = play.slack.workspace.channel("training").id
    where = {
        "channel": {"id": training},
        "container": {"type": "message", "channel_id": training, "is_ephemeral": True},
    }
    pressed = {"type": "button", "action_id": "press0", "block_id": "b", "value": value}
    payload = made_by(asker, "block_actions", actions=[pressed], **{**where, **fields})
    return await slack_sends(play, "interactive", payload)


WAYS: tuple[Callable[[Play, Asker, str], Awaitable[None]], ...] = (
    by_command,
    by_command_in_direct_message,
    by_mention,
    by_button,
    by_share_button,
    by_button_in_a_view,
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[0])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_viewer_is_refused_by_every_way_and_it_is_written_down(
    play: Play, way: Callable[[Play, Asker, str], Awaitable[None]], line: str
) -> None:
    await way(play, play.bo, line)

    assert await rows(play) == [(play.bo.id, line.split()[0], "Refused")]
    assert play.qianfan.requests == []
    assert "is for those with the role" in read_by(play.bo)
    assert heard_by_all(play) == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_guest_is_refused_by_every_way_and_it_is_written_down(
    play: Play, way: Callable[[Play, Asker, str], Awaitable[None]]
) -> None:
    await way(play, play.gus, f"status {RUNNING}")

    assert await rows(play) == [(play.gus.id, "status", "Refused")]
    assert play.qianfan.requests == []
    assert "Only full members" in read_by(play.gus)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_the_same_ways_lead_an_operator_to_the_question(
    play: Play, way: Callable[[Play, Asker, str], Awaitable[None]]
) -> None:
    await way(play, play.lin, STOP)

    assert await rows(play) == [(play.lin.id, "stop", "asked to confirm")]
    assert f"Stop `{RUNNING}`?" in read_by(play.lin)
    assert changes(play) == []


@pytest.mark.parametrize("answer", ["{}", "no {}", "share {}", "share no {}", "{} ", " {}"])
async def test_a_question_to_somebody_else_cannot_be_answered(play: Play, answer: str) -> None:
    await play.lin.asks(f"/qf {STOP}")
    question = value_of(play.lin, "Stop it")

    await presses(play, play.bo, answer.format(question))

    assert changes(play) == []
    assert [row[0] for row in await rows(play)] == [play.lin.id]
    await play.lin.clicks("Stop it")
    assert changes(play) == ["StopFineTuningTask"]


async def test_a_question_is_answered_with_the_rights_of_that_moment(play: Play) -> None:
    await play.lin.asks(f"/qf {STOP}")
    take_all_grants(play)

    answer = await play.lin.clicks("Stop it")

    assert "is for those with the role `operator`" in answer
    assert changes(play) == []
    assert (await rows(play))[-1] == (play.lin.id, "stop", "Refused")


async def test_a_question_stops_nothing_where_it_is_answered_as_another_workspace(
    play: Play,
) -> None:
    await play.lin.asks(f"/qf {STOP}")
    who = {"id": play.lin.id, "team_id": "T0ELSEWHERE"}

    await presses(play, play.lin, value_of(play.lin, "Stop it"), user=who)

    assert changes(play) == []
    assert (await rows(play))[-1] == (play.lin.id, "stop", "Refused")


async def test_a_question_stays_about_the_account_that_it_was_asked_on(play: Play) -> None:
    await play.lin.asks(f"/qf {STOP}")
    general = play.slack.workspace.channel("general").id
    rules = play.stage.rule_book.rules
    play.stage.rule_book.rules = replace(rules, homes={general: "prod"})

    await presses(play, play.lin, value_of(play.lin, "Stop it"), channel={"id": general})

    # In that channel nobody granted them anything on the account of the run.
    assert changes(play) == []
    assert (await rows(play))[-1] == (play.lin.id, "stop", "Refused")


@dataclass(frozen=True)
class OpenForm:
    """A form in front of somebody, and what to put into its fields."""

    view: View
    values: dict[str, Any]

    def sent(self, asker: Asker, kind: str = "view_submission", **fields: Any) -> dict[str, Any]:
        """The payload of sending it, as somebody would who knows its name."""
        view = {**self.view.content, "id": self.view.id, "hash": self.view.hash}
        return made_by(asker, kind, view={**view, "state": {"values": self.values}}, **fields)


def typed(**values: str) -> dict[str, Any]:
    """The state of fields into which something was put."""
    return {name: {"field": {"type": "text", "value": each}} for name, each in values.items()}


async def form_of_ada(play: Play, command: str) -> OpenForm:
    """A form that an admin has open."""
    if command == "publish":
        await play.ada.asks(f"/qf publish {DONE}")
        values = typed(model_set=MODEL, step="64")
    else:
        await play.ada.asks(f"/qf import {MODEL}")
        values = typed(
            model_set=MODEL,
            bucket="test",
            object_path="demoModel",
            model_format="HuggingFace.Transformers",
            model_application_type="completion",
            transformer_version="4.36.2",
        )
    view = play.ada.person.open_view
    assert view is not None
    return OpenForm(view, values)


FORMS = ("publish", "import")


@pytest.mark.parametrize("command", FORMS)
async def test_a_form_of_somebody_else_cannot_be_sent(play: Play, command: str) -> None:
    form = await form_of_ada(play, command)
    before = play.ada.dialog

    answer = await slack_sends(play, "interactive", form.sent(play.bo))

    assert answer.acked
    assert f"Only <@{play.ada.id}> was asked" in str(answer.payload)
    assert changes(play) == []
    assert [row[0] for row in await rows(play)] == [play.ada.id]
    assert play.ada.dialog == before


@pytest.mark.parametrize("command", FORMS)
async def test_the_same_form_is_good_for_the_one_who_was_asked(play: Play, command: str) -> None:
    form = await form_of_ada(play, command)
    await slack_sends(play, "interactive", form.sent(play.bo))

    await slack_sends(play, "interactive", form.sent(play.ada))

    assert changes(play) == ["CreateCustomModel"]
    assert (await rows(play))[-1][:2] == (play.ada.id, command)


@pytest.mark.parametrize("command", FORMS)
async def test_a_form_is_sent_with_the_rights_of_that_moment(play: Play, command: str) -> None:
    form = await form_of_ada(play, command)
    take_all_grants(play)

    await slack_sends(play, "interactive", form.sent(play.ada))

    assert changes(play) == []
    assert (await rows(play))[-1] == (play.ada.id, command, "Refused")


@pytest.mark.parametrize("command", FORMS)
async def test_a_form_that_is_pressed_as_a_button_makes_no_call_of_another(
    play: Play, command: str
) -> None:
    form = await form_of_ada(play, command)

    await presses(play, play.bo, str(form.view.content["private_metadata"]))

    assert changes(play) == []
    assert [row[0] for row in await rows(play)] == [play.ada.id]


async def test_a_question_that_is_sent_as_a_form_stops_nothing(play: Play) -> None:
    await play.lin.asks(f"/qf {STOP}")
    form = await form_of_ada(play, "publish")
    content = {**form.view.content, "private_metadata": value_of(play.lin, "Stop it")}
    crafted = replace(form, view=replace(form.view, content=content))

    for asker in (play.bo, play.lin):
        await slack_sends(play, "interactive", crafted.sent(asker))

    assert changes(play) == []


@pytest.mark.parametrize(
    "name", ["", "#", "#1", "stop " + RUNNING, "#' OR 1=1 --", "#" + "x" * 3000]
)
async def test_a_form_of_a_made_up_name_makes_no_call(play: Play, name: str) -> None:
    form = await form_of_ada(play, "publish")
    crafted = replace(
        form, view=replace(form.view, content={**form.view.content, "private_metadata": name})
    )

    answer = await slack_sends(play, "interactive", crafted.sent(play.ada))

    assert answer.acked
    assert changes(play) == []


@pytest.mark.parametrize("command", FORMS)
async def test_a_menu_of_a_form_of_somebody_else_offers_nothing(play: Play, command: str) -> None:
    form = await form_of_ada(play, command)
    asked = {"action_id": "field", "block_id": "model_set", "value": ""}

    to_bo = await slack_sends(play, "interactive", form.sent(play.bo, "block_suggestion", **asked))
    to_ada = await slack_sends(
        play, "interactive", form.sent(play.ada, "block_suggestion", **asked)
    )

    assert to_bo.payload == {"options": []}
    assert MODEL in str(to_ada.payload)


async def test_a_choice_in_a_form_of_somebody_else_changes_nothing_in_it(play: Play) -> None:
    form = await form_of_ada(play, "import")
    before = play.ada.dialog
    chosen = {"type": "static_select", "action_id": "field", "block_id": "model_format"}

    answer = await slack_sends(
        play, "interactive", form.sent(play.bo, "block_actions", actions=[chosen])
    )

    assert answer.acked
    assert play.ada.dialog == before
    assert changes(play) == []


def changes(play: Play) -> list[str]:
    """What was changed at Qianfan, or tried to be."""
    return [each.action for each in play.qianfan.requests if each.action in CHANGES]


def take_all_grants(play: Play) -> None:
    """From now on everybody is a viewer; somebody else is admin."""
    nobody = Grant(Role.VIEWER, Scope(frozenset({play.bo.id})))
    play.stage.rule_book.rules = replace(
        play.stage.rule_book.rules, admins=(play.gus.id,), grants=(nobody,)
    )


def value_of(asker: Asker, label: str) -> str:
    """What a button carries that somebody sees."""
    buttons = asker.sight_of(label).buttons
    return str(next(each.value for each in buttons if each.label == label))


def read_by(asker: Asker) -> str:
    """All that somebody alone was told, wherever they were told it."""
    return "\n".join(asker.play.text_of(each, asker.name) for each in asker._private().values())


def heard_by_all(play: Play) -> list[str]:
    return [*play.training.hears(), *play.general.hears()]
