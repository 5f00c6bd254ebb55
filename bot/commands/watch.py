"""`/qf watch`, `/qf unwatch`, `/qf watches`: what a channel follows."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.commands.arguments import ChannelId, Mention
from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.follow import follow_job, unfollow_job
from bot.commands.mentioning import check_mention
from bot.commands.places import (
    asked_in,
    check_lifetime,
    elsewhere,
    may_end,
    not_there,
    place_to_post,
)
from bot.commands.watching import begin_watch, watch_of
from bot.domain.access import Role
from bot.domain.cadence import FRESH
from bot.domain.calls import Reply
from bot.domain.errors import CannotPost, MissingArgument, PlatformError, StoreError, WrongKind
from bot.domain.facts import Notify
from bot.domain.following import Follow
from bot.domain.ids import WATCHABLE, Kind, ResourceId
from bot.domain.messages import Sentence, say
from bot.domain.watching import DEFAULT_LIFETIME, Watched
from bot.wording import follows, watches


class Whose(StrEnum):
    """Which watches are meant."""

    MINE = "mine"
    ALL = "all"
    BLOCKED = "blocked"


@command(Role.VIEWER)
async def watch(
    context: Context,
    *ids: ResourceId,
    in_: ChannelId | None = None,
    notify: Notify = Notify.ALL,
    mention: Mention | None = None,
    for_: timedelta = DEFAULT_LIFETIME,
) -> Reply:
    """Follows runs, compression tasks or model versions to their end.

    This channel gets a card that is kept up to date, and hears of every change beneath it. Of a
    job (job-…) it hears of every run, those to come too; without an id a menu offers what runs.
    in=#channel follows elsewhere, in=me in our direct messages; notify=ends or notify=failures
    tells less; for=30d follows longer than 14 days, at most 90. mention=@who mentions a person, or
    as an operator a user group, with the end and with grave alarms; mention=off nobody any more.
    """
    check_lifetime(context, for_)
    if not ids:
        return await _choose(context)
    for resource in ids:
        if resource.kind not in WATCHABLE and resource.kind is not Kind.JOB:
            raise WrongKind(context.call.command, resource)
    try:
        channel_id = await place_to_post(context, in_)
    except CannotPost as error:
        return not_there(context, error, say("Watch in our direct messages"))
    await check_mention(context, mention, channel_id)
    lines = await asyncio.gather(
        *(_begin(context, resource, channel_id, notify, for_, mention) for resource in ids)
    )
    return Reply(watches.watches_begun(lines), outcome="watching")


@command(Role.VIEWER)
async def unwatch(context: Context, *ids: ResourceId, in_: ChannelId | None = None) -> Reply:
    """Stops following things in this channel: your own, or anybody's as an operator.

    in=#channel means another channel, in=me our direct messages.
    """
    if not ids:
        raise MissingArgument(context.call.command, "ID")
    lines = [await _end(context, resource, in_) for resource in ids]
    return Reply(watches.unwatched_all(lines), outcome="unwatched")


@command(Role.VIEWER, name="watches")
async def list_watches(context: Context, whose: Whose | None = None) -> Reply:
    """Lists what this channel watches; mine, all or blocked lists across channels.

    mine are the watches that you began; all and blocked show those of every channel. What is
    followed, runs that do not exist yet, is listed too.
    """
    watched, followed = await _found(context, whose)
    title, none = watches.TITLES[whose]
    if not watched and not followed:
        return Reply(watches.nothing_watched(none))
    here = whose is None
    lines = [follows.follow_line(each, here=here) for each in followed]
    message = watches.watch_list(watched, title, context.now, here=here, followed=lines)
    return Reply(message, shareable=True)


async def _found(
    context: Context, whose: Whose | None
) -> tuple[Sequence[Watched], Sequence[Follow]]:
    """The watches and the follows that are meant."""
    port, follows = context.services.watches, context.services.follows
    match whose:
        case None:
            here = context.channel_id
            return await port.in_channel(here), await follows.in_channel(here)
        case Whose.MINE:
            me = context.actor.user_id
            mine = [each for each in await follows.everywhere() if each.owner == me]
            return await port.of_owner(me), mine
        case Whose.ALL:
            return await port.everywhere(), await follows.everywhere()
        case Whose.BLOCKED:
            return [each for each in await port.everywhere() if each.watch.blocked], []


async def _choose(context: Context) -> Reply:
    """Offer what runs, or where there is no list to offer, a place for the id."""
    await context.window.open(watches.CHOICE)
    trouble: PlatformError | None = None
    try:
        await context.services.catalogue.refresh_runs(context.account)
    except PlatformError as error:
        trouble = error
    settled = {name: str(text) for name, text in context.call.arguments.items()}
    return await context.offer(watches.which_run(settled, trouble))


async def _begin(
    context: Context,
    resource: ResourceId,
    channel_id: str,
    notify: Notify,
    lifetime: timedelta,
    mention: Mention | None,
) -> Sentence:
    if resource.kind is Kind.JOB:
        return await follow_job(context, resource, channel_id, notify, lifetime, mention)
    try:
        look = await context.look(resource, max_age=FRESH)
        if look.resource.phase.is_final:
            return watches.over_already(look)
        watch, begun = await begin_watch(context, look, channel_id, notify, lifetime, mention)
    except (PlatformError, StoreError) as error:
        return watches.failed_for(resource, error)
    here = channel_id == context.channel_id
    return watches.watching(look, watch, context.now, begun=begun, here=here)


async def _end(context: Context, resource: ResourceId, in_: ChannelId | None) -> Sentence:
    if resource.kind is Kind.JOB:
        return await unfollow_job(await asked_in(context, in_), resource)
    there = await elsewhere(context, in_)
    found = await watch_of(there, resource, there.channel_id)
    if found is not None and found.owner == context.actor.user_id:
        # One's own can be ended from outside too: the bot itself is perhaps shut out there, or
        # another organisation has come in, which hears nothing of it.
        there.require(replace(there.origin.place, shared=False))
    else:
        await asked_in(context, in_)
    if found is not None and not may_end(there, found.owner):
        return watches.not_your_watch(found)
    ended = await there.services.watches.end(there.thing(resource), there.channel_id)
    where = None if there.channel_id == context.channel_id else there.origin.place
    return watches.unwatched(resource, ended, where)
