"""Changes that wait until others agree."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from bot.domain.access import Grant, Role, Scope
from tests.scenarios.play import Play, open_play
from tests.scenarios.test_restart import open_house

TASK = "task-0tgmn4a7h4i6"
STOP = "StopFineTuningTask"


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """One other person has to agree to a stop, and a run goes on."""
    async with open_play(data=tmp_path) as opened:
        require(opened, stop=1)
        opened.world.add_task(TASK).runs(progress=34)
        yield opened


def require(play: Play, **approvals: int) -> None:
    """So many others have to agree from now on."""
    book = play.stage.rule_book
    book.rules = replace(book.rules, approvals=approvals)


def allow(play: Play, user_id: str, role: Role = Role.OPERATOR) -> None:
    """Give somebody a role, by the file."""
    book = play.stage.rule_book
    grant = Grant(role, Scope(subjects=frozenset({user_id})))
    book.rules = replace(book.rules, grants=(*book.rules.grants, grant))


async def asked(play: Play) -> str:
    """lin wants to stop the run, and is sure of it; what lin reads then."""
    await play.lin.asks(f'/qf stop {TASK} reason="wrong data"')
    return await play.lin.clicks("Stop it")


async def test_a_stop_waits_for_another_and_runs_when_they_agree(play: Play) -> None:
    assert await asked(play) == snapshot("""\
Nothing was done yet: this waits as request 1 until somebody else agrees. Anybody with the role `operator` here can, with `/qf approve 1`.
· The channel was asked. It waits until May 5, 2026 12:00; `/qf decline 1` takes it back.\
""")
    assert play.calls(STOP) == 0
    assert play.training.hears() == snapshot(
        [
            "@lin wants to run `/qf stop task-0tgmn4a7h4i6`. Somebody else who may run it has to agree by May 5, 2026 12:00."
        ]
    )

    assert await play.ada.clicks("Approve") == snapshot(
        "You agree to request 1 (`/qf stop task-0tgmn4a7h4i6`), and it begins now. @lin and the channel are told what comes of it."
    )

    assert play.calls(STOP) == 1
    assert play.training.hears() == snapshot(
        [
            "@ada agreed, and `/qf stop task-0tgmn4a7h4i6` of @lin begins.",
            "@lin asked Qianfan to stop `task-0tgmn4a7h4i6`. Reason: wrong data",
        ]
    )
    assert play.lin.reads().splitlines()[0] == snapshot(
        "Qianfan took the request. Read again just now: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. Where the run is watched, the channel hears when it has stopped."
    )


async def test_the_channel_is_asked_with_the_reason_and_the_state(play: Play) -> None:
    await asked(play)
    assert play.text_of(play.training.messages[-1]) == snapshot("""\
@lin wants to run `/qf stop task-0tgmn4a7h4i6`. Somebody else who may run it has to agree by May 5, 2026 12:00.
Reason: wrong data
It is *Running* now.
[1: Approve] [2: Decline]
· Request 1\
""")


async def test_nobody_agrees_to_their_own_request(play: Play) -> None:
    await asked(play)
    assert await play.lin.clicks("Approve") == snapshot(
        "Request 1 (`/qf stop task-0tgmn4a7h4i6`) is your own: somebody else has to agree to it. `/qf decline 1` takes it back."
    )
    assert play.calls(STOP) == 0


async def test_who_may_not_run_it_may_not_agree_to_it(play: Play) -> None:
    await asked(play)
    assert await play.bo.clicks("Approve") == snapshot("""\
`/qf stop` is for those with the role `operator`; here you have the role `viewer`.
· @ada can grant it.\
""")
    assert "`/qf stop` is for those" in await play.bo.asks("/qf decline 1")
    assert "Only full members" in await play.gus.asks("/qf approve 1")
    assert play.calls(STOP) == 0


async def test_what_was_declined_does_not_run(play: Play) -> None:
    await asked(play)
    play.training.hears()

    assert await play.ada.asks('/qf decline 1 reason="it is the last one"') == snapshot(
        "Request 1 (`/qf stop task-0tgmn4a7h4i6`) will not run. @lin is told."
    )

    assert play.training.hears() == snapshot(
        [
            "@ada declined `/qf stop task-0tgmn4a7h4i6` of @lin. It will not run. Reason: it is the last one"
        ]
    )
    assert await play.ada.asks("/qf approve 1") == snapshot(
        "Request 1 (`/qf stop task-0tgmn4a7h4i6`) was declined. It will not run."
    )
    assert play.calls(STOP) == 0


async def test_its_asker_can_take_it_back(play: Play) -> None:
    await asked(play)
    play.training.hears()
    assert await play.lin.clicks("Decline") == snapshot(
        "Request 1 (`/qf stop task-0tgmn4a7h4i6`) will not run."
    )
    assert play.training.hears() == snapshot(
        ["@lin took `/qf stop task-0tgmn4a7h4i6` back. It will not run."]
    )


async def test_a_request_that_nobody_agreed_to_in_time_is_over(play: Play) -> None:
    await asked(play)
    play.training.hears()
    await play.passes(hours=25)

    assert await play.ada.asks("/qf approve 1") == snapshot(
        "Request 1 (`/qf stop task-0tgmn4a7h4i6`) waited until May 5, 2026 12:00, and is over: too few had agreed. Its asker can ask anew."
    )
    assert play.training.hears() == snapshot(
        ["`/qf stop task-0tgmn4a7h4i6` of @lin will not run: too few agreed in time."]
    )
    assert play.calls(STOP) == 0


async def test_the_asker_needs_the_right_still_when_all_have_agreed(play: Play) -> None:
    await asked(play)
    book = play.stage.rule_book
    book.rules = replace(book.rules, grants=())

    await play.ada.asks("/qf approve 1")

    assert play.calls(STOP) == 0
    assert "here you have the role `viewer`" in play.lin.reads()


async def test_a_run_that_ended_in_between_is_left(play: Play) -> None:
    await play.lin.asks(f"/qf stop {TASK}")
    await play.lin.clicks("Stop it")
    play.world.tasks[TASK].finishes()
    await play.ada.asks("/qf approve 1")
    assert "there is nothing to stop" in play.lin.reads()
    assert play.calls(STOP) == 0


async def test_where_two_have_to_agree_one_person_counts_once(play: Play) -> None:
    require(play, stop=2)
    allow(play, play.bo.id)
    await asked(play)

    assert await play.ada.asks("/qf approve 1") == snapshot(
        "You agree to request 1 (`/qf stop task-0tgmn4a7h4i6`); one more has to."
    )
    assert await play.ada.asks("/qf approve 1") == snapshot(
        "You have agreed to request 1 (`/qf stop task-0tgmn4a7h4i6`) before; one more has to."
    )
    assert play.calls(STOP) == 0

    assert "it begins now" in await play.bo.asks("/qf approve 1")
    assert play.calls(STOP) == 1


async def test_many_clicks_at_once_run_it_once(play: Play) -> None:
    await asked(play)
    question = play.ada.sight_of("Approve")
    await asyncio.gather(*(play.ada.person.clicks(question, "Approve") for _ in range(3)))
    await play.settles()
    assert play.calls(STOP) == 1


async def test_a_group_look_up_that_fails_is_no_agreement(play: Play) -> None:
    book = play.stage.rule_book
    book.rules = replace(book.rules, admins=())
    allow(play, play.ada.id)
    play.slack.faults.error("internal_error", "usergroups.users.list")
    play.slack.faults.error("internal_error", "usergroups.list")
    await play.ada.asks(f"/qf stop {TASK}")
    await play.ada.clicks("Stop it")

    assert "I could not ask Slack for your user groups" in await play.lin.asks("/qf approve 1")
    assert play.calls(STOP) == 0


async def test_a_channel_that_cannot_be_asked_is_told_before_anything_waits(play: Play) -> None:
    await play.lin.asks(f"/qf stop {TASK}", "general")
    assert await play.lin.clicks("Stop it", "general") == snapshot(
        "I cannot write in #general, because I am not in it. Type `/invite @qfbot` there, then the same command again."
    )
    assert "There is no request 1" in await play.ada.asks("/qf approve 1")


async def test_in_a_direct_message_there_is_nobody_to_agree(play: Play) -> None:
    direct = play.slack.workspace.open_dm(play.lin.id).id
    await play.lin.asks(f"/qf stop {TASK}", direct)
    assert await play.lin.clicks("Stop it", direct) == snapshot(
        "Others have to agree to `/qf stop`, and here are none. Ask for it in a channel where they are. Nothing was done."
    )


async def test_who_is_not_in_the_channel_cannot_agree_from_elsewhere(play: Play) -> None:
    workspace = play.slack.workspace
    mia = workspace.add_user("mia")
    workspace.add_channel("lobby", members=[mia])
    allow(play, mia.id)
    await asked(play)
    assert "You are not in #training" in await replace(play.bo, name="mia").asks(
        "/qf approve 1", "lobby"
    )


async def test_a_request_outlives_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.rules.rules = replace(house.rules.rules, approvals={"stop": 1})
        house.world.add_task(TASK).runs(progress=34)
        async with house.bot_runs() as play:
            await asked(play)
        async with house.bot_runs() as play:
            await play.ada.clicks("Approve")
            assert play.calls(STOP) == 1


async def test_a_version_waits_for_another_and_is_made_when_they_agree(play: Play) -> None:
    require(play, publish=1)
    allow(play, play.bo.id, Role.PUBLISHER)
    model = play.world.add_model_set("spam-filter", id="am-5sxpz4xn25uw")
    run = play.world.tasks[TASK]
    run.saves(64, 0.31, 1.3)
    run.finishes()

    line = f'/qf publish {TASK} {model.id} step=64 description="the good one"'
    assert await play.bo.asks(line) == snapshot("""\
Nothing was done yet: this waits as request 1 until somebody else agrees. Anybody with the role `publisher` here can, with `/qf approve 1`.
· The channel was asked. It waits until May 5, 2026 12:00; `/qf decline 1` takes it back.\
""")
    assert play.calls("CreateCustomModel") == 0
    assert play.training.hears() == snapshot(
        [
            "@bo wants to run `/qf publish task-0tgmn4a7h4i6 step=64 am-5sxpz4xn25uw`. Somebody else who may run it has to agree by May 5, 2026 12:00."
        ]
    )

    await play.ada.asks("/qf approve 1")

    assert len(play.world.versions_of(model)) == 1
    assert play.bo.reads().splitlines()[0] == snapshot(
        "`amv-j3ju3mh6yegd` is being made in `am-5sxpz4xn25uw`."
    )


async def test_a_doubt_that_was_answered_is_not_raised_again_once_all_agreed(play: Play) -> None:
    require(play, **{"import": 1})
    allow(play, play.bo.id, Role.PUBLISHER)
    model = play.world.add_model_set("spam-filter", id="am-5sxpz4xn25uw")
    doubtful = "transformer_version=9.9.9"
    await play.bo.asks(
        f"/qf import {model.id} bucket=models object_path=llama "
        f"model_application_type=completion {doubtful}"
    )
    assert "waits as request 1" in await play.bo.submits()
    await play.ada.asks("/qf approve 1")
    assert play.calls("CreateCustomModel") == 1
