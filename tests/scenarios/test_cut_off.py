"""A change during which the bot ends: nothing is sent again, and its asker hears the truth."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.qianfan.resources import ModelSet, Task
from tests.scenarios.play import Play
from tests.scenarios.test_restart import House, open_house

RUN = "task-0tgmn4a7h4i6"
MODEL = "am-5sxpz4xn25uw"


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot ends at once, whatever is in hand."""
    monkeypatch.setattr("bot.app.PATIENCE", timedelta(0))


def done_run(house: House) -> tuple[Task, ModelSet]:
    run = house.world.add_task(RUN)
    run.runs(progress=50)
    run.saves(64, 0.31, 1.3)
    run.finishes()
    return run, house.world.add_model_set("spam-filter", id=MODEL)


async def asks_and_is_cut_off(house: House, play: Play, line: str, action: str) -> None:
    """The command has reached Qianfan, which hangs; then the bot ends."""
    before = len(house.qianfan.requests)
    asking = asyncio.create_task(play.ada.person.types(line, "training"))
    await house.qianfan.until(lambda all: any(it.action == action for it in all[before:]))
    await asking


def direct(play: Play) -> list[str]:
    """What ada has been told directly."""
    workspace = play.slack.workspace
    channel = workspace.open_dm(play.ada.person.user)
    return [play.text_of(each) for each in workspace.messages(channel.id)]


async def told_directly(play: Play) -> list[str]:
    await play.slack.until(lambda: bool(direct(play)))
    await play.settles()
    return direct(play)


async def test_what_was_made_is_told_after_the_restart_and_not_made_again(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        _, model = done_run(house)
        hanging = house.qianfan.faults.hangs(action="CreateCustomModel", when="after")
        async with house.bot_runs() as play:
            line = f"/qf publish {RUN} {MODEL} step=64"
            await asks_and_is_cut_off(house, play, line, "CreateCustomModel")
        hanging.end()
        async with house.bot_runs() as play:
            (told,) = await told_directly(play)
            (version,) = house.world.versions_of(model)
            assert f"`/qf publish` `{RUN}`. It took effect. It made `{version.id}`." in told
            assert "[1: Watch it here]" in told
            assert [line for line in play.training.hears() if "step 64" in line]
        async with house.bot_runs() as play:
            await play.ada.asks("/qf ping")
            assert len(await told_directly(play)) == 1
        assert sum(it.action == "CreateCustomModel" for it in house.qianfan.requests) == 1


async def test_what_was_not_made_is_told_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        done_run(house)
        hanging = house.qianfan.faults.hangs(action="CreateCustomModel", when="before")
        async with house.bot_runs() as play:
            line = f"/qf publish {RUN} {MODEL} step=64"
            await asks_and_is_cut_off(house, play, line, "CreateCustomModel")
        hanging.end()
        async with house.bot_runs() as play:
            (told,) = await told_directly(play)
            assert "It did not take effect: nothing was changed." in told


async def test_a_stop_that_was_cut_off_is_told_with_the_runs_state(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.world.add_task(RUN).runs(progress=34)
        hanging = house.qianfan.faults.hangs(action="StopFineTuningTask", when="after")
        async with house.bot_runs() as play:
            await play.ada.asks(f"/qf stop {RUN}")
            question = play.ada.sight_of("Stop it")
            clicking = asyncio.create_task(play.ada.person.clicks(question, "Stop it"))
            await house.qianfan.until(
                lambda all: any(it.action == "StopFineTuningTask" for it in all)
            )
            await clicking
        hanging.end()
        house.clock.jump(timedelta(minutes=1))
        async with house.bot_runs() as play:
            (told,) = await told_directly(play)
            assert "It took effect. Now it is *Stopped*." in told


async def test_while_qianfan_is_silent_nothing_is_claimed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        done_run(house)
        hanging = house.qianfan.faults.hangs(action="CreateCustomModel", when="after")
        async with house.bot_runs() as play:
            line = f"/qf publish {RUN} {MODEL} step=64"
            await asks_and_is_cut_off(house, play, line, "CreateCustomModel")
        hanging.end()
        house.qianfan.faults.answers(403, code="AccessDenied", action="DescribeModelSet")
        before = len(house.qianfan.requests)
        async with house.bot_runs() as play:
            await house.qianfan.until(
                lambda all: any(it.action == "DescribeModelSet" for it in all[before:])
            )
            await play.settles()
            assert direct(play) == []


async def test_a_question_that_was_cut_off_is_nothing_to_tell(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.world.add_task(RUN)
        hanging = house.qianfan.faults.hangs(action="DescribeFineTuningTask")
        async with house.bot_runs() as play:
            line = f"/qf status {RUN}"
            await asks_and_is_cut_off(house, play, line, "DescribeFineTuningTask")
        hanging.end()
        async with house.bot_runs() as play:
            audit = play.app.store.audit
            async with asyncio.timeout(5):
                while await audit.unfinished(play.stage.clock.wall()):
                    await play.settles()
            assert direct(play) == []


async def test_a_question_before_a_stop_that_was_cut_off_stopped_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        run = house.world.add_task(RUN)
        run.runs(progress=34)
        hanging = house.qianfan.faults.hangs(action="DescribeFineTuningTask")
        async with house.bot_runs() as play:
            await asks_and_is_cut_off(house, play, f"/qf stop {RUN}", "DescribeFineTuningTask")
        hanging.end()
        run.is_stopped()
        async with house.bot_runs() as play:
            (told,) = await told_directly(play)
            assert "It did not take effect" in told
