"""A watch as a command begins it: what others wanted there is never made less."""

from dataclasses import replace
from datetime import timedelta

from bot.commands.arguments import Mention
from bot.commands.context import Context
from bot.commands.mentioning import wanted
from bot.commands.places import may_end
from bot.domain.changes import Look
from bot.domain.facts import Notify
from bot.domain.ids import ResourceId
from bot.domain.watching import Watch, widened


async def begin_watch(
    context: Context,
    look: Look,
    channel_id: str,
    notify: Notify,
    lifetime: timedelta,
    mention: Mention | None = None,
) -> tuple[Watch, bool]:
    """The watch as it is now, and whether it is a new one."""
    watch = Watch(
        context.thing(look.resource.id),
        channel_id,
        context.actor.user_id,
        context.now,
        context.now + lifetime,
        notify,
        mention=wanted(mention),
    )
    earlier = await watch_of(context, look.resource.id, channel_id)
    if earlier is not None:
        who = wanted(mention, earlier.mention)
        watch = replace(watch, muted_until=earlier.muted_until, mention=who)
        if not may_end(context, earlier.owner):
            watch = widened(earlier, watch)
    return watch, await context.services.watches.begin(watch, look)


async def watch_of(context: Context, resource: ResourceId, channel_id: str) -> Watch | None:
    """The watch that follows a thing in a channel, where there is one."""
    found = await context.services.watches.in_channel(channel_id)
    thing = context.thing(resource)
    return next((each.watch for each in found if each.watch.thing == thing), None)
