"""`/qf stop`: ask, ask Qianfan once, read again, and say what is true."""

import structlog

from bot.commands.approvals import ask_others, needs_others
from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.changes import Look
from bot.domain.errors import OutcomeUnknown, PlatformError, StoreError, WrongKind
from bot.domain.facts import Actors, StopAsked
from bot.domain.ids import Kind, ResourceId
from bot.domain.messages import Message
from bot.domain.ports import StopAnswer
from bot.domain.resources import Phase
from bot.domain.secrets import strike_out
from bot.wording import stops

log = structlog.get_logger(__name__)

_STOPPABLE = frozenset({Kind.TASK, Kind.COMPRESSION})


def _stopped(id: ResourceId | None = None, *, reason: str = "") -> ResourceId | None:
    return id


@command(Role.OPERATOR, changes=_stopped)
async def stop(context: Context, id: ResourceId | None = None, *, reason: str = "") -> Reply:
    """Stops a run or a compression task, after showing it and asking.

    The question holds for you alone, for 15 minutes, and your right is checked again when you
    answer it. The channel is told who stopped what, and the reason you give.
    Without an id you choose among what runs of the things that this channel watches.
    """
    if id is None:
        return await _choose(context)
    if id.kind not in _STOPPABLE:
        raise WrongKind(context.call.command, id)
    seen = await context.look(id)
    if seen.resource.phase.is_final:
        return Reply(stops.already_over(seen), outcome="already over")
    if context.confirmed is None:
        name = await context.ask(seen)
        return Reply(stops.ask_to_stop(seen, reason, name), outcome="asked to confirm")
    if needs_others(context):
        return await ask_others(context, str(id), seen.resource.state, reason)
    return await _stop(context, seen, Actors(context.actor.user_id, strike_out(reason)))


async def _choose(context: Context) -> Reply:
    watched = await context.services.watches.in_channel(context.channel_id)
    running = [
        each
        for each in watched
        if each.watch.thing.id.kind in _STOPPABLE and not each.look.resource.phase.is_final
    ]
    if not running:
        return Reply(stops.nothing_to_stop())
    return Reply(stops.choose_what_to_stop(running))


async def _stop(context: Context, seen: Look, by: Actors) -> Reply:
    """Send the request once. Who asks is noted before, so that a kill in between loses no name."""
    thing, watches = context.thing(seen.resource.id), context.services.watches
    await watches.note_stop(thing, by, accepted=False)
    try:
        answer = await context.platform.stop(thing.id)
    except PlatformError as error:
        if not isinstance(error, OutcomeUnknown):
            await watches.forget_stop(thing, by)
        raise
    await _write_down(context, seen, by, answer)
    return await _tell(context, seen, answer)


async def _write_down(context: Context, seen: Look, by: Actors, answer: StopAnswer) -> None:
    """Owe the channel its line. What was done is done: trouble here is no reason to hide it."""
    thing, services = context.thing(seen.resource.id), context.services
    fact = StopAsked(seen.resource, by, answer.accepted)
    try:
        await services.outbox.add(context.channel_id, context.account, fact)
        if answer.accepted:
            await services.watches.note_stop(thing, by, accepted=True)
        else:
            await services.watches.forget_stop(thing, by)
    except StoreError:
        log.exception("a stop was not written down", id=str(thing.id), by=by.user_id)


async def _tell(context: Context, seen: Look, answer: StopAnswer) -> Reply:
    outcome = "stop accepted" if answer.accepted else "stop not accepted"
    try:
        now = await context.look(seen.resource.id)
    except PlatformError:
        message = stops.stop_unread(str(seen.resource.id))
    else:
        message = _truth(now, accepted=answer.accepted)
    return Reply(message, outcome=outcome, request_id=answer.request_id)


def _truth(now: Look, *, accepted: bool) -> Message:
    if not accepted:
        return stops.stop_not_done(now)
    if now.resource.phase is Phase.STOPPED:
        return stops.stop_confirmed(now)
    return stops.stop_accepted(now)
