"""A restart in the middle: the bot goes on where it was, and repeats nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import open_app
from bot.domain.errors import StoreError
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.playground.stage import RuleBook, Stage, open_bot, playground_settings
from bot.settings import Mode
from bot.terms import Ruling
from tests.pencil import Pencil
from tests.scenarios.play import MONDAY, TEMPO, Play, team

TASK = "task-0tgmn4a7h4i6"


class House:
    """Both servers, which outlive the bot between them."""

    def __init__(self, slack: LocalSlack, qianfan: LocalQianfan, world: World, data: Path) -> None:
        self.slack = slack
        self.qianfan = qianfan
        self.world = world
        self.clock = world.clock
        self.rules = RuleBook(team()(slack, world)[0])
        self.settings = playground_settings(slack, qianfan, data, Mode.SOCKET)

    @asynccontextmanager
    async def bot_runs(self) -> AsyncIterator[Play]:
        """The bot from its start to its end, on the same database each time."""
        async with open_bot(
            self.slack, self.settings, self.rules, self.clock, TEMPO, charts=Pencil()
        ) as app:
            yield Play(Stage(self.slack, self.qianfan, self.world, self.clock, app, self.rules, ()))


@asynccontextmanager
async def open_house(data: Path) -> AsyncIterator[House]:
    world = World(WorldClock(0, MONDAY))
    async with (
        LocalSlack(clock=world.clock, rate_limits=False) as slack,
        LocalQianfan(world) as qianfan,
    ):
        yield House(slack, qianfan, world, data)


async def test_what_happened_meanwhile_is_told_once_after_the_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        run = house.world.add_task(TASK)
        run.runs(progress=34)
        async with house.bot_runs() as play:
            await play.bo.asks(f"/qf watch {TASK}")
            before = len(play.training.messages)
        run.fails("CUDA out of memory", code=336101)
        house.clock.jump(timedelta(hours=3))
        async with house.bot_runs() as play:
            await play.settles()
            await play.passes(minutes=10)
            told = play.training.messages[before:]
            assert len(told) == 1
            assert "CUDA out of memory" in told[0].text
            assert told[0].thread_ts == play.training.messages[0].ts


async def test_a_restart_without_news_says_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.world.add_task(TASK).runs(progress=34)
        for _ in range(3):
            async with house.bot_runs() as play:
                await play.bo.asks(f"/qf watch {TASK}")
                await play.passes(minutes=10)
        assert len(play.training.messages) == 1


async def test_a_question_can_be_answered_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.world.add_task(TASK).runs(progress=34)
        async with house.bot_runs() as play:
            await play.lin.asks(f"/qf stop {TASK}")
        async with house.bot_runs() as play:
            await play.lin.clicks("Stop it")
            assert play.calls("StopFineTuningTask") == 1


async def test_a_post_whose_answer_was_lost_is_found_again_and_not_repeated(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        run = house.world.add_task(TASK)
        run.runs(progress=34)
        async with house.bot_runs() as play:
            await play.bo.asks(f"/qf watch {TASK}")
            house.slack.faults.drop("after", "chat.postMessage", times=1)
            run.finishes()
            await play.passes(minutes=5)
            assert len(play.training.messages) == 2


async def test_a_post_that_never_arrived_is_sent_after_it_was_searched_for(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path) as house:
        run = house.world.add_task(TASK)
        run.runs(progress=34)
        async with house.bot_runs() as play:
            await play.bo.asks(f"/qf watch {TASK}")
            house.slack.faults.drop("before", "chat.postMessage", times=1)
            run.finishes()
            await play.passes(minutes=5)
            assert len(play.training.messages) == 2
            assert "is *Done*" in play.text_of(play.training.messages[-1])


async def test_throttling_delays_and_loses_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        run = house.world.add_task(TASK)
        run.runs(progress=34)
        async with house.bot_runs() as play:
            await play.bo.asks(f"/qf watch {TASK}")
            house.slack.faults.ratelimit("chat.postMessage", retry_after=1, times=2)
            run.finishes()
            await play.passes(minutes=5)
            assert len(play.training.messages) == 2


async def test_a_second_bot_on_the_same_database_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house, house.bot_runs():
        with pytest.raises(StoreError) as refused:
            async with open_app(house.settings, Ruling(house.rules), house.clock):
                pass
        assert "in use by process" in refused.value.reason
