"""`/qf status`: how things are."""

import asyncio
from enum import StrEnum

from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.cadence import FRESH
from bot.domain.calls import Reply
from bot.domain.changes import Look
from bot.domain.errors import PlatformError, WrongKind
from bot.domain.ids import WATCHABLE, ResourceId
from bot.domain.messages import say
from bot.wording import resources, watches


class Show(StrEnum):
    """How much is told of one thing."""

    BRIEF = "brief"
    ALL = "all"


@command(Role.VIEWER)
async def status(context: Context, *ids: ResourceId, show: Show = Show.BRIEF) -> Reply:
    """Shows runs, compression tasks and model versions as they are.

    Name them by id (task-…, amva-…, amv-…) or by a link to their page in Qianfan's console,
    at most 20 at once. Without an id it shows what this channel watches.

    Of one thing show=all tells everything that Qianfan does: every checkpoint of a run, what a
    model version can be used for. Several things have a line each.
    """
    for resource in ids:
        if resource.kind not in WATCHABLE:
            raise WrongKind(context.call.command, resource)
    if not ids:
        return await _of_channel(context)
    if len(ids) == 1:
        look = await context.look(ids[0], max_age=FRESH)
        message = resources.status(
            look,
            context.now,
            await context.services.watches.known(context.thing(ids[0])),
            whole=show is Show.ALL,
            private=not context.origin.seen_by_all,
        )
        return Reply(message, shareable=True)
    results = await asyncio.gather(*(_look(context, resource) for resource in ids))
    return Reply(watches.several(list(zip(ids, results, strict=True))), shareable=True)


async def _of_channel(context: Context) -> Reply:
    watched = await context.services.watches.in_channel(context.channel_id)
    if not watched:
        return Reply(watches.nothing_watched(say("This channel watches nothing.")))
    title = say("What this channel watches")
    return Reply(watches.watch_list(watched, title, context.now, here=True), shareable=True)


async def _look(context: Context, resource: ResourceId) -> Look | PlatformError:
    try:
        return await context.look(resource, max_age=FRESH)
    except PlatformError as error:
        return error
