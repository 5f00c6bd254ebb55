"""`/qf status`: how much is told, and to whom."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.commands.context import Context
from bot.commands.status import Show, status
from bot.domain.calls import Call
from bot.domain.changes import Look
from bot.domain.errors import WrongArgument
from bot.domain.ids import ResourceId
from bot.domain.resources import Watchable
from bot.domain.watching import Thing
from tests.unit.domain.samples import NOON
from tests.unit.qianfan.samples import described
from tests.unit.wording.readable import read

RUN = described("task-done")


@dataclass
class Asked:
    """What the handler uses of its context."""

    sees: Watchable
    seen_by_all: bool
    now: datetime = NOON

    @property
    def origin(self) -> Any:
        return SimpleNamespace(seen_by_all=self.seen_by_all)

    @property
    def services(self) -> Any:
        return SimpleNamespace(watches=self)

    def thing(self, resource: ResourceId) -> Thing:
        return Thing("default", resource)

    async def known(self, thing: Thing) -> None:
        """Nobody watches it."""
        assert thing.id == self.sees.id

    async def look(self, resource: ResourceId, **_: object) -> Look:
        assert resource == self.sees.id
        return Look(self.sees, self.now)


async def answer(show: Show = Show.BRIEF, *, seen_by_all: bool = False) -> str:
    context = cast(Context, Asked(RUN, seen_by_all))
    return read((await status.handler(context, RUN.id, show=show)).message)


async def test_show_all_tells_what_the_brief_answer_leaves_to_more() -> None:
    assert "trainingLoss" not in await answer()
    assert f"[More] status {RUN.id} show=all" in await answer()
    assert "trainingLoss" in await answer(Show.ALL)


@pytest.mark.parametrize("show", Show)
async def test_the_link_with_a_token_is_left_out_of_an_answer_for_all(show: Show) -> None:
    assert "displayToken" in await answer(show)
    assert "displayToken" not in await answer(show, seen_by_all=True)


def test_what_the_more_button_presses_is_the_same_command() -> None:
    call = Call("status", {"ids": (str(RUN.id),), "show": "all"})
    assert status.signature.line(call) == f"status {RUN.id} show=all"
    assert status.signature.bind(call) == ([RUN.id], {"show": Show.ALL})
    with pytest.raises(WrongArgument):
        status.signature.bind(Call("status", {"show": "everything"}))
