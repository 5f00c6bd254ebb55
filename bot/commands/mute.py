"""`/qf mute`: a channel hears nothing of a thing that it watches but its end."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.places import check_lifetime
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.errors import Excluded, WrongKind
from bot.domain.ids import WATCHABLE, ResourceId
from bot.domain.watching import THE_END
from bot.wording import mutes


class Off(StrEnum):
    """The word that ends it."""

    OFF = "off"


@command(Role.OPERATOR)
async def mute(
    context: Context,
    id: ResourceId,
    off: Off | None = None,
    *,
    for_: timedelta | None = None,
) -> Reply:
    """Tells nothing here of a watched thing but its end.

    for=2h mutes it for a while, off ends it at once. What was not told meanwhile is not told later;
    the card goes on showing how it is. Other channels hear of it as before.
    """
    if off is not None and for_ is not None:
        raise Excluded("off", "for")
    if id.kind not in WATCHABLE:
        raise WrongKind(context.call.command, id)
    until = None if off else _until(context, for_)
    watch = await context.services.watches.mute(context.thing(id), context.channel_id, until)
    if watch is None:
        return Reply(mutes.not_watched(id), outcome="not watched")
    if off:
        return Reply(mutes.heard_again(watch), outcome="heard again")
    return Reply(mutes.muted(watch), outcome="muted")


def _until(context: Context, length: timedelta | None) -> datetime:
    if length is None:
        return THE_END
    check_lifetime(context, length)
    return context.now + length
