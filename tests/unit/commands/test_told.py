"""Every answered question is told once, with who asked, what came of it and how long it took."""

from types import SimpleNamespace
from typing import Any, cast

from bot.commands.about import ping
from bot.commands.context import Services
from bot.commands.router import Router
from bot.commands.windows import NoWindow
from bot.domain.access import Place, Rules
from bot.domain.calls import Call, Origin, Way
from bot.domain.errors import Throttled
from bot.happenings import UNREAD, CommandEnded, Happening
from tests.unit.domain.samples import NOON

ADA = Origin("UADA", Place("C1"), Way.TYPED, NOON)


class Asking:
    """A router with one command, for which Slack or Qianfan fail as told."""

    def __init__(self, fails: Exception) -> None:
        self.heard: list[Happening] = []
        self._fails = fails
        self.router = Router((ping,), cast(Services, self._services()), tell=self.heard.append)

    def _services(self) -> Any:
        async def actor(*_: object) -> None:
            raise self._fails

        return SimpleNamespace(
            people=SimpleNamespace(actor=actor),
            clock=SimpleNamespace(wall=lambda: NOON, world=lambda: NOON),
            platforms={"default": None},
            rules=Rules,
        )

    @property
    def told(self) -> CommandEnded:
        [ended] = self.heard
        assert isinstance(ended, CommandEnded)
        assert (ended.origin, ended.took.total_seconds() >= 0) == (ADA, True)
        return ended


async def test_an_error_that_is_explained_is_told_by_name_with_qianfans_request() -> None:
    asking = Asking(Throttled("DescribeFineTuningTask", "request-1"))
    await asking.router.route(Call("ping"), ADA, NoWindow())
    told = asking.told
    assert (told.command, told.outcome, told.request_id) == ("ping", "Throttled", "request-1")


async def test_an_error_that_nobody_foresaw_is_told_as_that() -> None:
    asking = Asking(KeyError("odd"))
    await asking.router.route(Call("ping"), ADA, NoWindow())
    assert asking.told.outcome == "unforeseen"


async def test_a_text_in_which_no_command_is_found_is_told_without_it() -> None:
    asking = Asking(KeyError())
    await asking.router.typed("stauts xoxb-canary", ADA, NoWindow())
    assert (asking.told.command, asking.told.outcome) == (UNREAD, "UnknownCommand")
    assert "canary" not in repr(asking.told)
