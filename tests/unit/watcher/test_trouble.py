"""Accounts that do not serve: what is noted of them, and when channels are to hear of it."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    BrokenAnswer,
    Busy,
    ClockSkewed,
    PlatformError,
    RequestRejected,
    Throttled,
    Unavailable,
    UnknownResource,
)
from bot.domain.facts import Outage
from bot.domain.ports import Trouble
from bot.watcher.trouble import TOLD_AFTER, AccountTroubles, outage
from tests.unit.domain.samples import NOON
from tests.unit.watcher.account import HandClock
from tests.unit.watcher.outages import KnownOutages

DOWN = Unavailable("DescribeFineTuningTask")
THROTTLED = Throttled("DescribeFineTuningTask")
REJECTED = RequestRejected("DescribeFineTuningTask", code="400001")
SECOND = timedelta(seconds=1)


class Scene:
    """One process among those that share what they know."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.outages = KnownOutages()
        self.troubles = AccountTroubles(self.outages, self.clock)

    async def passes(self, time: timedelta) -> None:
        """Let time pass, and see what is to be told then."""
        self.clock.now += time
        await self.troubles.tick()


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (DOWN, Outage.DOWN),
        (THROTTLED, Outage.THROTTLED),
        (Busy("DescribeFineTuningTask"), Outage.THROTTLED),
        (BadCredentials("DescribeFineTuningTask"), Outage.CREDENTIALS),
        (AccessDenied("DescribeFineTuningTask"), Outage.DENIED),
        (ClockSkewed("DescribeFineTuningTask"), Outage.CLOCK),
        (BrokenAnswer("DescribeFineTuningTask"), Outage.BROKEN),
        (UnknownResource("DescribeFineTuningTask"), None),
        (REJECTED, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_is_about_the_account_or_about_one_thing(
    error: PlatformError, meaning: Outage | None
) -> None:
    assert outage(error) == meaning


async def test_an_outage_is_noted_once_however_many_looks_fail(scene: Scene) -> None:
    for _ in range(5):
        await scene.troubles.failed("default", DOWN)

    assert scene.outages.told == ["default began: down"]
    assert scene.troubles.open == {"default": Trouble(Outage.DOWN, NOON)}


async def test_another_reason_takes_the_place_of_the_first_since_the_same_time(
    scene: Scene,
) -> None:
    await scene.troubles.failed("default", DOWN)
    await scene.passes(SECOND)
    await scene.troubles.failed("default", THROTTLED)
    await scene.passes(SECOND)

    assert scene.outages.told == ["default began: down", "default began: throttled"]
    assert scene.troubles.open == {"default": Trouble(Outage.THROTTLED, NOON)}


async def test_trouble_with_one_thing_is_no_outage(scene: Scene) -> None:
    await scene.troubles.failed("default", REJECTED)

    assert scene.outages.told == []
    assert scene.troubles.open == {}


async def test_channels_are_told_once_of_an_outage_that_lasts(scene: Scene) -> None:
    await scene.troubles.failed("default", DOWN)
    await scene.passes(TOLD_AFTER - SECOND)
    assert "default told" not in scene.outages.told

    for _ in range(3):
        await scene.passes(SECOND)

    assert scene.outages.told == ["default began: down", "default told"]


async def test_an_outage_that_is_over_soon_is_not_told(scene: Scene) -> None:
    await scene.troubles.failed("default", DOWN)
    await scene.passes(TOLD_AFTER - SECOND)
    await scene.troubles.served("default")
    await scene.passes(TOLD_AFTER)

    assert scene.outages.told == ["default began: down", "default over"]


async def test_an_outage_is_over_once_and_its_account_alone(scene: Scene) -> None:
    await scene.troubles.failed("default", DOWN)
    await scene.troubles.failed("prod", DOWN)
    for _ in range(3):
        await scene.troubles.served("default")

    assert scene.outages.told[2:] == ["default over"]
    assert set(scene.troubles.open) == {"prod"}


async def test_what_another_process_found_out_is_known_at_the_next_tick(scene: Scene) -> None:
    another = AccountTroubles(scene.outages, scene.clock)
    await another.failed("default", DOWN)
    await scene.passes(SECOND)
    assert scene.troubles.open == {"default": Trouble(Outage.DOWN, NOON)}

    await scene.troubles.failed("default", DOWN)
    await scene.troubles.served("default")

    assert scene.outages.told == ["default began: down", "default over"]


async def test_what_another_process_has_told_is_not_told_again(scene: Scene) -> None:
    scene.outages.known["default"] = Trouble(Outage.DOWN, NOON, told=True)
    await scene.passes(TOLD_AFTER)

    assert scene.outages.told == []


async def test_the_log_names_trouble_when_it_begins_and_when_it_is_over(scene: Scene) -> None:
    with capture_logs() as logs:
        for error in (DOWN, DOWN, THROTTLED, THROTTLED):
            await scene.troubles.failed("default", error)
        for _ in range(2):
            await scene.troubles.served("default")

    assert [(each["event"], each["trouble"]) for each in logs] == [
        ("Qianfan in trouble", "Unavailable"),
        ("Qianfan in trouble", "Throttled"),
        ("Qianfan well again", "Throttled"),
    ]
