"""A real Chromium, and the playgrounds that it looks at."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.playground.clock import WorldClock
from bot.playground.control import Control
from bot.playground.first_minute import FirstMinute
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.playground.stage import Stage, open_stage
from tests.browser.client import Client, open_client
from tests.browser.small_app import SmallPlayground
from tests.pencil import Pencil
from tests.scenarios.play import TEMPO
from tests.unit.playground.slack_app import by_socket

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> None:
    """Skip with a word where something is not installed, unless everything has to be there."""
    if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
        raise RuntimeError(what)
    pytest.skip(what)


#: What belongs to a browser cannot leave the loop that it was started in.
in_its_loop = pytest_asyncio.fixture(loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder in the browser's loop too."""
    for each in items:
        if Path(__file__).parent in each.path.parents:
            each.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium as the system has it, one for all tests: each opens a window that shares nothing."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing("Chromium is not installed here")
    async with async_playwright() as playwright:
        # Root, as in a container, may not use Chromium's sandbox; the page is our own.
        opened = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        await opened.close()


@in_its_loop
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The playground as a newcomer opens it; its time stands still until it is moved."""
    control = Control()
    clock = WorldClock(0)
    async with (
        open_stage(
            clock=clock,
            data=tmp_path,
            tempo=TEMPO,
            rate_limits=False,
            control=control,
            charts=Pencil(),
        ) as opened,
        control.play(opened, visited=FirstMinute(opened).begin),
    ):
        yield opened


@in_its_loop
async def small() -> AsyncIterator[SmallPlayground]:
    """A local Slack with a small app that has a form, a menu and a Home tab."""
    clock = WorldClock(0)
    slack = LocalSlack(clock=clock, rate_limits=False)
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


@in_its_loop
async def desk(browser: Browser, stage: Stage) -> AsyncIterator[Client]:
    """The newcomer's playground at a desk."""
    async with open_client(browser, stage.slack.page_url) as client:
        yield client


@in_its_loop
async def phone(browser: Browser, stage: Stage) -> AsyncIterator[Client]:
    """The newcomer's playground on a phone that is set to dark."""
    async with open_client(browser, stage.slack.page_url, width=390, height=800, dark=True) as it:
        yield it


@in_its_loop
async def small_desk(browser: Browser, small: SmallPlayground) -> AsyncIterator[Client]:
    """The small app's playground at a desk."""
    async with open_client(browser, small.slack.page_url) as client:
        yield client
