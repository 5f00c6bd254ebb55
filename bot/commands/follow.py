"""`/qf follow`, `/qf unfollow`, and the runs of a job: hearing of runs that do not exist yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.commands.arguments import ChannelId, Mention
from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.mentioning import check_mention, wanted
from bot.commands.places import check_lifetime, may_end, not_there, place_to_post
from bot.commands.watching import begin_watch
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.changes import Look
from bot.domain.errors import (
    AccessDenied,
    CannotPost,
    Excluded,
    PlatformError,
    StoreError,
)
from bot.domain.facts import Notify, loudest
from bot.domain.following import Follow, Selection, What
from bot.domain.ids import ResourceId
from bot.domain.messages import Sentence, say
from bot.domain.resources import FineTuningTask
from bot.domain.watching import LONGEST_LIFETIME
from bot.wording import follows, watches


class Everything(StrEnum):
    """The word for all runs."""

    ALL = "all"


@command(Role.OPERATOR)
async def follow(
    context: Context,
    what: Everything | None = None,
    *,
    model: str = "",
    mode: str = "",
    in_: ChannelId | None = None,
    notify: Notify = Notify.ALL,
    mention: Mention | None = None,
    for_: timedelta = LONGEST_LIFETIME,
) -> Reply:
    """Has new runs of this channel's account announce themselves here.

    Every new run gets a watch of its own; model=… or mode=… picks some of them. The runs that
    there are already are no news: watch them one by one, or a job with all its runs by
    watch job-…. mention=@who mentions a person or a user group with each end, mention=off nobody
    any more. A follow lasts 90 days at most, for=30d makes it shorter; unfollow ends it.
    """
    check_lifetime(context, for_)
    selection = _selection(what, model, mode)
    try:
        channel_id = await place_to_post(context, in_)
    except CannotPost as error:
        return not_there(context, error, say("Follow in our direct messages"))
    await check_mention(context, mention, channel_id)
    earlier = await _earlier(context, channel_id, selection)
    # A run that appears while the list is read is newer than the follow.
    asked = _follow(context, channel_id, selection, notify, for_, mention, earlier)
    try:
        listed = await context.services.catalogue.refresh_runs(context.account)
    except AccessDenied as error:
        return Reply(follows.may_not_list(error), outcome="may not list")
    except PlatformError as error:
        trouble: PlatformError | None = error
        others: Sequence[str] = ()
    else:
        trouble = None
        others = _others(asked.selection, listed.items)
    begun = await context.services.follows.begin(asked)
    here = channel_id == context.channel_id
    told = follows.following(asked, trouble, begun=begun, here=here, others=others)
    return Reply(told, outcome="following")


@command(Role.OPERATOR)
async def unfollow(context: Context) -> Reply:
    """Ends what this channel follows: new runs announce themselves here no more.

    The runs that are watched already go on being watched; unwatch ends that.
    """
    ended = await _in_channel(context, context.channel_id)
    await context.services.follows.end(context.account, context.channel_id, None)
    return Reply(follows.unfollowed(ended), outcome="unfollowed")


async def follow_job(
    context: Context,
    job: ResourceId,
    channel_id: str,
    notify: Notify,
    lifetime: timedelta,
    mention: Mention | None,
) -> Sentence:
    """Watch the runs of a job that go on, and follow those to come; what is to be said of it."""
    selection = Selection(What.JOB, str(job))
    earlier = await _earlier(context, channel_id, selection)
    asked = _follow(context, channel_id, selection, notify, lifetime, mention, earlier)
    try:
        listed = await context.services.catalogue.refresh_job(context.account, job)
        # A run that appeared since the list was read is newer than the follow.
        asked = replace(asked, since=min(asked.since, listed.at))
        if earlier is not None and not may_end(context, earlier.owner):
            asked = _widened(earlier, asked)
        begun = await context.services.follows.begin(asked)
        named = Mention(asked.mention) if mention is None and asked.mention else mention
        going_on = [run for run in listed.items if not run.phase.is_final]
        for run in reversed(going_on):
            look = Look(run, listed.at)
            await begin_watch(context, look, channel_id, notify, lifetime, named)
    except AccessDenied:
        return follows.may_not_list_job(job)
    except (PlatformError, StoreError) as error:
        return watches.failed_for(job, error)
    here = channel_id == context.channel_id
    return follows.following_job(asked, len(going_on), begun=begun, here=here)


async def unfollow_job(context: Context, job: ResourceId) -> Sentence:
    """End what follow_job began here, by its owner or an operator; what is to be said of it."""
    found = await _earlier(context, context.channel_id, Selection(What.JOB, str(job)))
    if found is None:
        return watches.unwatched(job, None)
    if not may_end(context, found.owner):
        return follows.not_your_follow(found)
    await context.services.follows.end(context.account, context.channel_id, found.selection)
    return follows.unfollowed_job(job, await _end_watches(context, found))


async def _end_watches(context: Context, ended: Follow) -> int:
    """End the watches that came of following a job; how many there were."""
    watched = await context.services.watches.in_channel(context.channel_id)
    theirs = [
        each.watch.thing
        for each in watched
        if each.watch.owner == ended.owner
        and isinstance(each.look.resource, FineTuningTask)
        and ended.selection.covers(each.look.resource)
        and each.watch.thing.account == ended.account
    ]
    for thing in theirs:
        await context.services.watches.end(thing, context.channel_id)
    return len(theirs)


def _selection(what: Everything | None, model: str, mode: str) -> Selection:
    """What was picked, where it is one thing; all runs where it is nothing."""
    given = {
        What.ALL: what or "",
        What.MODEL: model.strip(),
        What.MODE: mode.strip(),
    }
    named = [(each, value) for each, value in given.items() if value]
    if len(named) > 1:
        raise Excluded(named[0][0], named[1][0])
    if not named or named[0][0] is What.ALL:
        return Selection(What.ALL)
    return Selection(*named[0])


async def _earlier(context: Context, channel_id: str, asked: Selection) -> Follow | None:
    """What the channel follows of it already, though it may be spelt another way."""
    found = await _in_channel(context, channel_id)
    return next((each for each in found if each.selection.is_like(asked)), None)


def _others(selection: Selection, runs: Sequence[FineTuningTask]) -> Sequence[str]:
    """The models or modes of the runs there are, where none is the one that is followed."""
    names = {What.MODEL: "model", What.MODE: "train_mode"}
    if selection.what not in names or any(selection.covers(run) for run in runs):
        return ()
    return sorted({getattr(run, names[selection.what]) for run in runs} - {""})


def _follow(
    context: Context,
    channel_id: str,
    selection: Selection,
    notify: Notify,
    lifetime: timedelta,
    mention: Mention | None,
    earlier: Follow | None,
) -> Follow:
    now = context.now
    return Follow(
        context.account,
        channel_id,
        context.actor.user_id,
        earlier.selection if earlier else selection,
        now,
        now + lifetime,
        notify,
        wanted(mention, earlier.mention if earlier else ""),
    )


async def _in_channel(context: Context, channel_id: str) -> list[Follow]:
    found = await context.services.follows.in_channel(channel_id)
    return [each for each in found if each.account == context.account]


def _widened(follow: Follow, asked: Follow) -> Follow:
    """Another's follow as somebody may renew it who may not end it: longer or louder."""
    return replace(
        follow,
        until=max(follow.until, asked.until),
        notify=loudest(follow.notify, asked.notify),
        mention=follow.mention or asked.mention,
    )
