"""A request for agreement: who may answer it, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.commands.approvals import approve, decline, needs_others
from bot.commands.command import Command, Kept
from bot.commands.context import Context
from bot.commands.stop import stop
from bot.domain.access import Actor, Grant, Place, Role, Rules, Scope, Standing
from bot.domain.approvals import APPROVAL_LIFETIME, Request, State
from bot.domain.calls import Call, Origin, Way
from bot.domain.errors import NotAMember, Refused
from bot.domain.facts import ApprovalEnded
from bot.wording.approvals import approval_ended
from tests.unit.domain.samples import NOON
from tests.unit.wording.readable import read

TRAINING, ELSEWHERE = Place("CTRAIN"), Place("CELSE")
ADA, LIN, BO = Actor("UADA"), Actor("ULIN"), Actor("UBO")
OPERATORS = Grant(Role.OPERATOR, Scope(frozenset({"UADA", "ULIN"}), frozenset({"CTRAIN"})))


@dataclass
class Desk:
    """One request of lin's in #training, and what the handlers use of their context."""

    request: Request
    now: datetime = NOON
    denials: tuple[Scope, ...] = ()
    members: frozenset[str] = frozenset({"UADA", "ULIN", "UBO"})

    async def find(self, number: int) -> Request | None:
        return self.request if number == self.request.number else None

    async def agree(self, _number: int, by: str, _at: datetime) -> Request:
        request = replace(self.request, approvers=(*self.request.approvers, by))
        state = request.state if request.missing else State.APPROVED
        self.request = replace(request, state=state)
        return self.request

    async def decline(self, _number: int, _by: str, _reason: str, _at: datetime) -> Request:
        self.request = replace(self.request, state=State.DECLINED)
        return self.request

    async def answered(
        self, command: Command, actor: Actor, number: int = 1, place: Place = TRAINING
    ) -> str:
        reply = await command.handler(self._context(command, actor, place), number)
        return reply.outcome

    def _context(self, command: Command, actor: Actor, place: Place) -> Context:
        async def place_of(channel_id: str) -> Place:
            return Place(channel_id)

        async def is_member(_channel: str, user_id: str) -> bool:
            return user_id in self.members

        services: Any = SimpleNamespace(
            approvals=self,
            people=SimpleNamespace(place=place_of, is_member=is_member),
            clock=SimpleNamespace(world=lambda: self.now),
            rules=lambda: Rules(grants=(OPERATORS,), denials=self.denials),
        )
        origin = Origin(actor.user_id, place, Way.TYPED, NOON)
        call = Call(command.name, {"number": "1"})
        nothing = cast(Any, None)
        commands = {"stop": stop}
        return Context(actor, origin, "default", call, command.right, services, commands, nothing)


@pytest.fixture
def desk() -> Desk:
    call = Call("stop", {"id": "task-0tgmn4a7h4i6"})
    origin = Origin("ULIN", TRAINING, Way.BUTTON, NOON)
    until = NOON + APPROVAL_LIFETIME
    return Desk(Request(1, call, origin, "default", "task-0tgmn4a7h4i6", "Running", 1, until))


async def test_another_operator_agrees(desk: Desk) -> None:
    assert await desk.answered(approve, ADA) == "agreed"
    assert desk.request.state is State.APPROVED


async def test_the_right_counts_where_it_was_asked_for(desk: Desk) -> None:
    assert await desk.answered(approve, ADA, place=ELSEWHERE) == "agreed"


async def test_who_is_not_in_that_channel_may_not_answer_from_elsewhere(desk: Desk) -> None:
    desk.members = frozenset({"ULIN"})
    with pytest.raises(NotAMember):
        await desk.answered(approve, ADA, place=ELSEWHERE)


@pytest.mark.parametrize("command", [approve, decline])
@pytest.mark.parametrize(
    "actor", [BO, replace(ADA, standing=Standing.GUEST), replace(BO, groups=None)]
)
async def test_who_may_not_run_it_may_not_answer(
    desk: Desk, command: Command, actor: Actor
) -> None:
    with pytest.raises(Refused):
        await desk.answered(command, actor)
    assert desk.request.state is State.PENDING


async def test_a_denial_holds_for_those_who_agree_too(desk: Desk) -> None:
    desk.denials = (Scope(commands=frozenset({"stop"})),)
    with pytest.raises(Refused):
        await desk.answered(approve, ADA)


async def test_what_is_too_late_is_over_before_anybody_has_ended_it(desk: Desk) -> None:
    desk.now = desk.request.until + timedelta(seconds=1)
    assert await desk.answered(approve, ADA) == "expired before"
    assert await desk.answered(decline, ADA) == "expired before"
    assert desk.request.state is State.PENDING


async def test_until_it_runs_it_can_be_declined(desk: Desk) -> None:
    await desk.answered(approve, ADA)
    assert await desk.answered(decline, LIN) == "declined"


async def test_what_has_run_is_told_as_such(desk: Desk) -> None:
    desk.request = replace(desk.request, state=State.STARTED, approvers=("UADA",))
    assert await desk.answered(approve, ADA) == "started before"
    assert await desk.answered(decline, LIN) == "started before"


async def test_an_unknown_number_is_told_as_such(desk: Desk) -> None:
    assert await desk.answered(approve, ADA, 7) == "no such request"
    assert await desk.answered(decline, ADA, 7) == "no such request"


def test_an_answer_is_looked_up_in_our_own_records_where_it_was_cut_off() -> None:
    assert approve.target is not None
    assert approve.target(number=3) == Kept("3")


@pytest.mark.parametrize(("approved", "needed"), [(False, 2), (True, 0)])
def test_what_all_agreed_to_needs_nobody_more(approved: bool, needed: int) -> None:
    rules = Rules(approvals={"stop": 2})
    context = SimpleNamespace(
        approved=approved, call=Call("stop"), services=SimpleNamespace(rules=lambda: rules)
    )
    assert needs_others(cast(Context, context)) == needed


@pytest.mark.parametrize(
    ("by", "told"),
    [
        (("UADA",), "<@UADA> declined"),
        (("ULIN",), "<@ULIN> took"),
        ((), "could not be begun"),
    ],
)
def test_how_a_request_ended_is_told_by_who_ended_it(by: tuple[str, ...], told: str) -> None:
    fact = ApprovalEnded(1, "stop", "task-0tgmn4a7h4i6", "declined", "ULIN", by)
    assert told in read(approval_ended(fact))
