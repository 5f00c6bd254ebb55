"""A real Chromium, and the playgrounds that it looks at."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.playground.clock import WorldClock
from bot.playground.control import Control
from bot.playground.first_minute import FirstMinute
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.playground.stage import Stage, open_stage
from tests.browser.client import Client, open_client
from tests.browser.small_app import SmallPlayground
from tests.scenarios.play import TEMPO
from tests.unit.playground.slack_app import by_socket

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> None:
    """Skip with a word where something is not installed, unless everything has to be there."""
    if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
        raise RuntimeError(what)
    pytest.skip(what)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the system has it."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing("Chromium is not installed here")
    async with async_playwright() as playwright:
        # Root, as in a container, may not use Chromium's sandbox; the page is our own.
        opened = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The playground as a newcomer opens it; its time stands still until it is moved."""
    control = Control()
    clock = WorldClock(0)
    async with (
        open_stage(
            clock=clock, data=tmp_path, tempo=TEMPO, rate_limits=False, control=control
        ) as opened,
        control.play(opened, visited=FirstMinute(opened).begin),
    ):
        yield opened


@pytest.fixture
async def small() -> AsyncIterator[SmallPlayground]:
    """A local Slack with a small app that has a form, a menu and a Home tab."""
    clock = WorldClock(0)
    slack = LocalSlack(clock=clock, rate_limits=False, ack_seconds=0.5)
    ada, bo = (slack.workspace.add_user(name) for name in ("ada", "bo"))
    slack.workspace.add_channel("training", members=[ada, bo, slack.bot_user_id])
    slack.workspace.add_channel("general", members=[ada, bo])
    world = World(clock)
    control = Control()
    control.add_to(slack.application)
    async with slack, LocalQianfan(world) as qianfan, by_socket(slack):
        opened = SmallPlayground(slack, qianfan, world, clock)
        async with control.play(opened):
            yield opened


@pytest.fixture
async def desk(browser: Browser, stage: Stage) -> AsyncIterator[Client]:
    """The newcomer's playground at a desk."""
    async with open_client(browser, stage.slack.page_url) as client:
        yield client


@pytest.fixture
async def phone(browser: Browser, stage: Stage) -> AsyncIterator[Client]:
    """The newcomer's playground on a phone that is set to dark."""
    async with open_client(browser, stage.slack.page_url, width=390, height=800, dark=True) as it:
        yield it


@pytest.fixture
async def small_desk(browser: Browser, small: SmallPlayground) -> AsyncIterator[Client]:
    """The small app's playground at a desk."""
    async with open_client(browser, small.slack.page_url) as client:
        yield client
