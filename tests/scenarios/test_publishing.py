"""Publishing a run: the form, what it refuses, what was made, and that nothing is made twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from inline_snapshot import snapshot

from bot.domain.access import Role
from bot.playground.qianfan.resources import ModelSet, Task
from tests.scenarios.play import Play

RUN = "task-0tgmn4a7h4i6"
MODEL = "am-5sxpz4xn25uw"


@pytest.fixture
def model(play: Play) -> ModelSet:
    return play.world.add_model_set("spam-filter", id=MODEL)


@pytest.fixture
def run(play: Play, model: ModelSet) -> Task:
    """A run that is done, whose second checkpoint is the best."""
    task = play.world.add_task(RUN, checkpoints=0)
    task.runs(progress=50)
    for step, loss, perplexity in ((32, 0.9, 3.1), (64, 0.31, 1.3), (96, 0.29, 1.4)):
        task.saves(step, loss, perplexity)
    task.finishes()
    return task


def sent(play: Play) -> list[dict[str, Any]]:
    """The bodies of the requests that make a version."""
    return [dict(it.body) for it in play.qianfan.requests if it.action == "CreateCustomModel"]


def versions(play: Play, model: ModelSet) -> list[str]:
    return [each.id for each in play.world.versions_of(model)]


async def test_ada_publishes_the_suggested_checkpoint_by_the_form(
    play: Play, run: Task, model: ModelSet
) -> None:
    assert await play.ada.asks(f"/qf publish {RUN}") == snapshot("""\
== Publish a run ==
✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*
Model: model_set=[… ▾]
  The model (am-…) that gets the new version. Type a part of its name or its id.
Checkpoint: step=[step 64, training loss 0.31, perplexity 1.3 ▾]
  one of: step 64, training loss 0.31, perplexity 1.3 · step 96, training loss 0.29, perplexity 1.4 · step 32, training loss 0.9, perplexity 3.1
  Suggested: step 64, lowest perplexity.
Description (optional): []
  At most 300 characters.
(Cancel) (Publish)\
""")

    answer = await play.ada.submits(model_set=MODEL, description="the good one")

    (version,) = versions(play, model)
    assert answer.replace(version, "amv-…") == snapshot("""\
== Publish a run ==
`amv-…` is being made in `am-5sxpz4xn25uw`.
· This channel hears when it is ready.
(Close)\
""")
    assert sent(play) == [
        {
            "modelSetId": MODEL,
            "sourceType": "Train",
            "description": "the good one",
            "trainMeta": {"taskId": RUN, "checkpointStep": 64},
        }
    ]
    await play.passes(minutes=10)
    assert [line.replace(version, "amv-…") for line in play.training.hears()] == snapshot(
        [
            "@ada makes `task-0tgmn4a7h4i6`, step 64, a version of `am-5sxpz4xn25uw`: `amv-…`. Description: “the good one”",
            "the card, now: ✅ `amv-…` (V1) is *Ready*",
            "in the thread and the channel: ✅ `amv-…` (V1) is *Ready*",
        ]
    )


async def test_who_was_named_before_the_form_is_called_when_the_version_is_ready(
    play: Play, run: Task, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf publish {RUN} mention=@lin")
    await play.ada.submits(model_set=MODEL)
    for _ in range(4):
        play.stage.clock.jump(timedelta(minutes=10))
        await play.settles()

    lin = play.slack.workspace.user("lin").id
    [ready] = [each for each in play.training.messages if f"<@{lin}>" in str(each.blocks)]
    assert "is *Ready*" in play.text_of(ready)


async def test_a_whole_command_line_needs_no_form(play: Play, run: Task, model: ModelSet) -> None:
    answer = await play.ada.asks(f'/qf publish {RUN} {MODEL} step=32 description="a < b & c"')

    (version,) = versions(play, model)
    assert answer.replace(version, "amv-…") == snapshot("""\
`amv-…` is being made in `am-5sxpz4xn25uw`.
· This channel hears when it is ready.\
""")
    assert sent(play)[0]["trainMeta"] == {"taskId": RUN, "checkpointStep": 32}
    assert sent(play)[0]["description"] == "a < b & c"


async def test_the_models_are_found_while_one_types(play: Play, run: Task) -> None:
    play.world.add_model_set("sales-bot", id="am-other1234567", age=timedelta(days=1))
    await play.ada.asks(f"/qf publish {RUN}")

    assert await play.ada.searches("model_set", "spam") == ["spam-filter"]
    assert await play.ada.searches("model_set", "") == ["spam-filter", "sales-bot"]
    assert await play.ada.searches("model_set", "am-unlisted12345") == ["am-unlisted12345"]
    assert await play.ada.searches("model_set", "nothing like it") == []


async def test_a_step_that_is_no_checkpoint_is_answered_with_those_that_are(
    play: Play, run: Task
) -> None:
    told = await play.ada.asks(f"/qf publish {RUN} {MODEL} step=50")

    assert "`50` is not one that `step` can be. These are: `64`, `96`, `32`." in told
    assert sent(play) == []


async def test_a_description_that_is_too_long_comes_back_in_the_form(
    play: Play, run: Task, model: ModelSet
) -> None:
    long = "x" * 301
    told = await play.ada.asks(f"/qf publish {RUN} {MODEL} step=32 description={long}")

    assert "`description` may have at most 300 characters; these are 301." in told
    assert long in told
    assert sent(play) == []
    assert "at most 300" in await play.ada.submits()
    await play.ada.submits(description="x" * 300)
    assert len(versions(play, model)) == 1


async def test_a_model_that_does_not_exist_comes_back_at_its_field(play: Play, run: Task) -> None:
    await play.ada.asks(f"/qf publish {RUN}")

    told = await play.ada.submits(model_set="am-nosuch123456", description="kept")

    assert "Qianfan does not know this id" in told
    assert "kept" in told
    assert sent(play) == []


async def test_a_run_of_another_account_is_told(play: Play, model: ModelSet) -> None:
    told = await play.ada.asks("/qf publish task-ofanother123")

    assert "Qianfan does not know this id in this account" in told
    assert "belong to another account" in told


async def test_a_run_that_is_not_done_is_warned_of_once_and_then_tried(
    play: Play, model: ModelSet
) -> None:
    running = play.world.add_task(RUN)
    running.runs(progress=34)
    running.saves(32, 0.9, 3.1)

    told = await play.ada.asks(f"/qf publish {RUN} {MODEL} step=32")
    assert "This run is Running, not Done." in told
    assert sent(play) == []

    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_a_run_without_anything_to_publish_is_said_so(play: Play, model: ModelSet) -> None:
    play.world.add_task(RUN).queues()

    assert await play.ada.asks(f"/qf publish {RUN}") == snapshot("""\
== Publish a run ==
⏳ `task-0tgmn4a7h4i6` (sft-ifxn) is *Waiting*, and it has no checkpoint yet, so there is nothing to publish.
(Close)\
""")


async def test_qianfans_refusal_is_told_as_it_is_and_the_form_comes_back(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.answers(
        400,
        code="InappropriateJSON",
        message="quota is used up",
        action="CreateCustomModel",
        times=1,
    )
    await play.ada.asks(f"/qf publish {RUN}")

    told = await play.ada.submits(model_set=MODEL, description="kept")

    assert "quota is used up" in told
    assert "kept" in told
    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_a_run_that_is_not_named_is_chosen_from_a_menu(
    play: Play, run: Task, model: ModelSet
) -> None:
    await play.ada.asks("/qf publish")
    assert len(await play.ada.searches("id", RUN)) == 1

    told = await play.ada.submits(id=RUN)

    assert "Suggested: step 64" in told
    await play.ada.submits(model_set=MODEL)
    assert len(versions(play, model)) == 1


async def test_where_models_may_not_be_listed_the_id_is_typed(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.answers(403, code="AccessDenied", action="DescribeCustomModelSets")

    told = await play.ada.asks(f"/qf publish {RUN}")

    assert "There is no list to choose from" in told
    await play.ada.submits(model_set=MODEL)
    assert len(versions(play, model)) == 1


async def test_an_operator_may_not_publish_and_no_form_opens(play: Play, run: Task) -> None:
    told = await play.lin.asks(f"/qf publish {RUN}")

    assert "`/qf publish` is for those with the role `publisher`" in told
    assert not play.lin.dialog


async def test_a_right_that_is_taken_away_meanwhile_is_missed_when_the_form_is_sent(
    play: Play, run: Task
) -> None:
    await play.ada.asks(f"/qf publish {RUN}")
    await play.ada.picks(model_set=MODEL)
    play.stage.rule_book.rules = replace(
        play.stage.rule_book.rules, admins=(), default_role=Role.VIEWER
    )

    told = await play.ada.submits()

    assert "is for those with the role `publisher`" in told
    assert sent(play) == []


async def test_an_answer_that_was_lost_is_looked_for_and_nothing_is_sent_again(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.drops(action="CreateCustomModel", when="after", times=1)
    await play.ada.asks(f"/qf publish {RUN}")

    told = await play.ada.submits(model_set=MODEL)

    (version,) = versions(play, model)
    assert told.replace(version, "amv-…") == snapshot("""\
== Publish a run ==
`amv-…` is being made in `am-5sxpz4xn25uw`.
· Qianfan's answer was lost on the way. The version was found by looking for it; nothing was sent twice.
· This channel hears when it is ready.
(Close)\
""")
    assert len(sent(play)) == 1
    await play.passes(minutes=10)
    assert any("is *Ready*" in line for line in play.training.hears())


async def test_a_request_that_never_arrived_is_told_as_not_made(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.drops(action="CreateCustomModel", when="before", times=1)
    await play.ada.asks(f"/qf publish {RUN}")

    assert (await play.ada.submits(model_set=MODEL)) == snapshot("""\
== Publish a run ==
Qianfan's answer was lost on the way. The request was sent once, and is not sent again. `am-5sxpz4xn25uw` has no new version, so nothing was made, unless Qianfan is still at it: look once more in a minute before you send it again.
· the models in Qianfan's console
(Close)\
""")
    assert versions(play, model) == []
    assert len(sent(play)) == 1


async def test_where_nothing_can_be_seen_nothing_is_claimed(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.answers(403, code="AccessDenied", action="DescribeModelSet")
    play.qianfan.faults.drops(action="CreateCustomModel", when="after", times=1)
    await play.ada.asks(f"/qf publish {RUN}")

    assert (await play.ada.submits(model_set=MODEL)) == snapshot("""\
== Publish a run ==
Qianfan's answer was lost on the way. The request was sent once, and is not sent again. `am-5sxpz4xn25uw` cannot be read now, so nobody knows yet whether a version was made.
· the models in Qianfan's console
(Close)\
""")
    assert play.training.hears() == snapshot(
        [
            "@ada makes `task-0tgmn4a7h4i6`, step 64, a version of `am-5sxpz4xn25uw`: perhaps, for Qianfan's answer was lost."
        ]
    )
    assert len(sent(play)) == 1


async def test_a_form_that_is_sent_twice_makes_one_version(
    play: Play, run: Task, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf publish {RUN}")

    await asyncio.gather(
        *(play.ada.submits(model_set=MODEL) for _ in range(3)), return_exceptions=True
    )

    assert len(versions(play, model)) == 1
    assert len(sent(play)) == 1


async def test_a_form_that_was_open_for_hours_comes_back_filled(
    play: Play, run: Task, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf publish {RUN}")
    await play.passes(hours=2)

    told = await play.ada.submits(model_set=MODEL, description="kept")

    assert "This form was open for more than 1 h" in told
    assert "kept" in told
    assert sent(play) == []
    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_a_mention_offers_the_form_by_a_button(play: Play, run: Task) -> None:
    told = await play.ada.asks(f"@qfbot publish {RUN}")

    assert "Open the form" in told
    assert "Checkpoint" in await play.ada.clicks("Open the form")


async def test_another_kind_of_id_is_told_what_fits(play: Play, run: Task) -> None:
    told = await play.ada.asks("/qf publish amv-21qxxr97z8fp")

    assert "`/qf publish`" in told
    assert "model version" in told


async def test_a_step_that_is_left_out_is_asked_for(play: Play, run: Task, model: ModelSet) -> None:
    told = await play.ada.asks(f"/qf publish {RUN} {MODEL}")

    assert "Suggested: step 64" in told
    assert sent(play) == []


async def test_what_was_typed_without_a_run_is_kept(play: Play, run: Task, model: ModelSet) -> None:
    await play.ada.asks(f'/qf publish {MODEL} description="kept"')

    told = await play.ada.submits(id=RUN)

    assert MODEL in told
    assert "kept" in told
    assert "is needed" not in told


async def test_trouble_that_may_pass_leaves_the_form_as_it_was_filled(
    play: Play, run: Task, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf publish {RUN}")
    await play.passes(minutes=1)
    down = play.qianfan.faults.answers(400, code="RequestExpired", action="DescribeFineTuningTask")

    told = await play.ada.submits(model_set=MODEL, description="kept")

    assert "kept" in told
    assert sent(play) == []
    down.end()
    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_the_button_that_opens_a_form_makes_nothing(
    play: Play, run: Task, model: ModelSet
) -> None:
    play.qianfan.faults.answers(429, action="CreateCustomModel", times=1)
    told = await play.ada.asks(f"@qfbot publish {RUN} {MODEL} step=64 description=kept")
    assert "Open the form" in told
    before = len(sent(play))

    assert "kept" in await play.ada.clicks("Open the form")

    assert len(sent(play)) == before
    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_where_the_bot_cannot_write_the_version_is_made_and_how_to_follow_it_is_said(
    play: Play, run: Task, model: ModelSet
) -> None:
    told = await play.ada.asks(f"/qf publish {RUN} {MODEL} step=64", "general")

    (version,) = versions(play, model)
    assert f"Type `/invite @qfbot`, then `/qf watch {version}`." in told
    assert "same command" not in told
