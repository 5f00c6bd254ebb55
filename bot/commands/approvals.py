"""`/qf approve`, `/qf decline`: another's request; and how a change comes to be one."""

from dataclasses import replace

from bot.commands.command import Kept, command
from bot.commands.context import Context
from bot.commands.signature import ACCOUNT
from bot.domain.access import Role
from bot.domain.approvals import APPROVAL_LIFETIME, Request, State
from bot.domain.calls import Reply
from bot.domain.errors import NotAMember
from bot.domain.secrets import strike_out
from bot.wording import approvals


def _request(number: int, **_: object) -> Kept:
    return Kept(str(number))


@command(Role.VIEWER, changes=_request)
async def approve(context: Context, number: int) -> Reply:
    """Agrees to what another asked for; it runs when all have agreed who have to.

    You have to be allowed to run it yourself, where it was asked for.
    """
    request = await context.services.approvals.find(number)
    if request is None:
        return Reply(approvals.unknown(number), outcome="no such request")
    await _require(context, request)
    user_id = context.actor.user_id
    if over := _over(context, request):
        return over
    if request.origin.user_id == user_id:
        return Reply(approvals.your_own(request), outcome="own request")
    if user_id in request.approvers:
        return Reply(approvals.agreed_before(request), outcome="agreed before")
    request = await context.services.approvals.agree(number, user_id, context.now)
    if user_id in request.approvers:
        return Reply(approvals.agreed(request), outcome="agreed")
    return _over(context, request) or Reply(approvals.unknown(number), outcome="no such request")


@command(Role.VIEWER, changes=_request)
async def decline(context: Context, number: int, *, reason: str = "") -> Reply:
    """Declines what another asked for, or takes back what you asked for yourself.

    You have to be allowed to run it yourself, where it was asked for. Its asker and the channel
    are told, with your reason.
    """
    request = await context.services.approvals.find(number)
    if request is None:
        return Reply(approvals.unknown(number), outcome="no such request")
    user_id = context.actor.user_id
    is_own = request.origin.user_id == user_id
    if not is_own:
        await _require(context, request)
    over = _over(context, request)
    if over and request.state is not State.APPROVED:  # until it runs, it can still be declined
        return over
    told = strike_out(reason)
    request = await context.services.approvals.decline(number, user_id, told, context.now)
    if request.state is State.DECLINED:
        return Reply(approvals.declined(request, is_own=is_own), outcome="declined")
    return _over(context, request) or Reply(approvals.unknown(number), outcome="no such request")


def needs_others(context: Context) -> int:
    """How many others have to agree before the call may have its effect; 0 where it may."""
    if context.approved:
        return 0
    return context.services.rules().approvals.get(context.call.command, 0)


async def ask_others(context: Context, target: str, seen: str = "", reason: str = "") -> Reply:
    """Have the call wait until others agree, and tell its asker so.

    `target` is what it is about, `seen` the state of that. Raises CannotPost where the channel
    could not be asked.
    """
    services, place = context.services, context.origin.place
    if context.account != services.rules().home(place):
        target = f"{target} {ACCOUNT}={context.account}"
    if place.direct:
        return Reply(approvals.nobody_here(context.call.command), outcome="nobody to ask")
    await services.people.check_can_post(place.channel_id)
    await services.outbox.unblocked(place.channel_id)
    request = await services.approvals.ask(
        Request(
            number=0,
            call=replace(
                context.call, arguments={**context.call.arguments, ACCOUNT: context.account}
            ),
            origin=context.origin,
            account=context.account,
            target=target,
            seen=seen,
            needed=needs_others(context),
            until=context.now + APPROVAL_LIFETIME,
            reason=strike_out(reason),
        )
    )
    role = services.rules().needed(context.right)
    return Reply(approvals.waits(request, role), outcome=f"asked for approval {request.number}")


async def _require(context: Context, request: Request) -> None:
    """Check that the asker may run the requested command there. Raises Refused or NotAMember."""
    people, channel_id = context.services.people, request.origin.place.channel_id
    place = context.origin.place
    if channel_id != context.channel_id:
        if not await people.is_member(channel_id, context.actor.user_id):
            raise NotAMember(channel_id)
        place = await people.place(channel_id)
    right = context.commands[request.call.command].right
    replace(context, right=right, account=request.account).require(place)


def _over(context: Context, request: Request) -> Reply | None:
    """What became of a request that waits no more; None where it waits."""
    if request.state is State.PENDING:
        if not request.expired(context.now):
            return None
        request = replace(request, state=State.EXPIRED)
    return Reply(approvals.over(request), outcome=f"{request.state} before")
