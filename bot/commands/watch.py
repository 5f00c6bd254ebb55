"""`/qf watch`, `/qf unwatch`, `/qf watches`: what a channel follows."""

import asyncio
from datetime import timedelta
from enum import StrEnum

from bot.commands.arguments import ME, ChannelId
from bot.commands.command import command
from bot.commands.context import FRESH, Context
from bot.domain.access import Place, Right, Role
from bot.domain.calls import Reply
from bot.domain.changes import Look
from bot.domain.errors import (
    CannotPost,
    MissingArgument,
    NotAMember,
    PlatformError,
    StoreError,
    WhyNoPost,
    WrongArgument,
    WrongKind,
)
from bot.domain.facts import Notify
from bot.domain.ids import WATCHABLE, ResourceId
from bot.domain.messages import Sentence, say
from bot.domain.watching import DEFAULT_LIFETIME, LONGEST_LIFETIME, Watch, widened
from bot.wording import errors, watches


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
    for_: timedelta = DEFAULT_LIFETIME,
) -> Reply:
    """Follows runs, compression tasks or model versions to their end.

    This channel gets a card that is kept up to date, and hears of every change beneath it.
    in=#channel follows elsewhere, in=me in our direct messages; notify=ends or notify=failures
    tells less; for=30d follows longer than 14 days, at most 90.
    """
    _check(context, ids, for_)
    try:
        channel_id = await _channel(context, in_)
    except CannotPost as error:
        return _elsewhere(context, error, ids)
    lines = await asyncio.gather(
        *(_begin(context, resource, channel_id, notify, for_) for resource in ids)
    )
    return Reply(watches.watches_begun(lines), outcome="watching")


@command(Role.VIEWER)
async def unwatch(context: Context, *ids: ResourceId) -> Reply:
    """Stops following things in this channel: your own, or anybody's as an operator."""
    if not ids:
        raise MissingArgument(context.call.command, "ID")
    lines = [await _end(context, resource) for resource in ids]
    return Reply(watches.unwatched_all(lines), outcome="unwatched")


@command(Role.VIEWER, name="watches")
async def list_watches(context: Context, whose: Whose | None = None) -> Reply:
    """Lists what this channel watches; mine, all or blocked lists across channels.

    mine are the watches that you began; all and blocked show those of every channel.
    """
    port = context.services.watches
    match whose:
        case None:
            found = await port.in_channel(context.channel_id)
            title, none = say("What this channel watches"), say("This channel watches nothing.")
        case Whose.MINE:
            found = await port.of_owner(context.actor.user_id)
            title, none = say("What you watch"), say("You watch nothing.")
        case Whose.ALL:
            found = await port.everywhere()
            title, none = say("All watches"), say("Nobody watches anything.")
        case Whose.BLOCKED:
            found = [each for each in await port.everywhere() if each.watch.blocked]
            title, none = say("Blocked watches"), say("No watch is blocked.")
    if not found:
        return Reply(watches.nothing_watched(none))
    return Reply(watches.watch_list(found, title, here=whose is None), shareable=True)


def _check(context: Context, ids: tuple[ResourceId, ...], lifetime: timedelta) -> None:
    if not ids:
        raise MissingArgument(context.call.command, "ID")
    for resource in ids:
        if resource.kind not in WATCHABLE:
            raise WrongKind(context.call.command, resource)
    if lifetime > LONGEST_LIFETIME:
        given = str(context.call.arguments.get("for", ""))
        raise WrongArgument(context.call.command, "for", given, "at most 90d")


async def _channel(context: Context, in_: ChannelId | None) -> str:
    """Where to post: checked for the right, the asker's membership, and the bot's own access."""
    people = context.services.people
    if in_ == ME:
        direct = await people.direct_channel(context.actor.user_id)
        context.require(Place(direct, direct=True))
        return direct
    if in_ is not None and in_ != context.channel_id:
        context.require(await people.place(in_))
        if not await people.is_member(in_, context.actor.user_id):
            raise NotAMember(in_)
    channel_id = in_ or context.channel_id
    await people.check_can_post(channel_id)
    await context.services.outbox.unblocked(channel_id)
    return channel_id


def _elsewhere(context: Context, error: CannotPost, ids: tuple[ResourceId, ...]) -> Reply:
    message = errors.explain(error)
    if error.why is WhyNoPost.OTHERS_DIRECT_MESSAGE:
        line = " ".join(["watch", *map(str, ids)])
        message = watches.watch_elsewhere(message, line)
    return Reply(message, outcome="cannot post")


async def _begin(
    context: Context, resource: ResourceId, channel_id: str, notify: Notify, lifetime: timedelta
) -> Sentence:
    try:
        look = await context.look(resource, max_age=FRESH)
        if look.resource.phase.is_final:
            return watches.over_already(look)
        return await _follow(context, look, channel_id, notify, lifetime)
    except (PlatformError, StoreError) as error:
        return watches.failed_for(resource, error)


async def _follow(
    context: Context, look: Look, channel_id: str, notify: Notify, lifetime: timedelta
) -> Sentence:
    watch = Watch(
        context.thing(look.resource.id),
        channel_id,
        context.actor.user_id,
        context.now,
        context.now + lifetime,
        notify,
    )
    earlier = await _watch_of(context, look.resource.id, channel_id)
    if earlier is not None and not _may_end(context, earlier):
        watch = widened(earlier, watch)
    begun = await context.services.watches.begin(watch, look)
    return watches.watching(look, watch, begun=begun, here=channel_id == context.channel_id)


async def _end(context: Context, resource: ResourceId) -> Sentence:
    found = await _watch_of(context, resource, context.channel_id)
    if found is not None and not _may_end(context, found):
        return watches.not_your_watch(found)
    ended = await context.services.watches.end(context.thing(resource), context.channel_id)
    return watches.unwatched(resource, ended)


async def _watch_of(context: Context, resource: ResourceId, channel_id: str) -> Watch | None:
    """The watch that follows a thing in a channel, where there is one."""
    found = await context.services.watches.in_channel(channel_id)
    thing = context.thing(resource)
    return next((each.watch for each in found if each.watch.thing == thing), None)


def _may_end(context: Context, watch: Watch) -> bool:
    """Whether the watch is the asker's own, or they are an operator."""
    if watch.owner == context.actor.user_id:
        return True
    right = Right(context.call.command, Role.OPERATOR)
    place = context.origin.place
    return context.services.rules().decide(context.actor, right, place, context.account).allowed
