"""`/qf digest`: one message a day of what a channel watches."""

from dataclasses import replace

from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.day_arguments import DayTime, ZoneName
from bot.commands.places import place_to_post, zone_of
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.channels import ChannelSettings
from bot.domain.hours import DailyTime
from bot.wording import digests


@command(Role.OPERATOR)
async def digest(
    context: Context, at: DayTime | None = None, *, zone: ZoneName | None = None
) -> Reply:
    """Shows or sets when this channel gets its digest, one message a day.

    09:00 sets the time, off ends it. The digest tells what has ended since the last one, failures
    first, then what runs, with when that is expected to end, and what waits. It comes in quiet
    hours too; on a day on which there is nothing to tell, none comes.

    The time is that of the channel's time zone: at first yours, or the one that
    zone=Europe/Berlin names.
    """
    channels, here = context.services.channels, context.channel_id
    now = await channels.settings(here)
    if at is None and zone is None:
        return await _told(context, now, anew=False)
    if at is not None and at.at is None:
        await channels.change(here, lambda settings: replace(settings, digest=None))
        return Reply(digests.no_digest(anew=True), outcome="ended")
    asked = _asked(context, now, at, zone)
    if asked is None:
        return await _told(context, now, anew=False)
    await place_to_post(context, None)
    changed = await channels.change(here, lambda settings: replace(settings, digest=asked))
    return await _told(context, changed, anew=True)


async def _told(context: Context, settings: ChannelSettings, *, anew: bool) -> Reply:
    outcome = "set" if anew else "shown"
    if settings.digest is None:
        return Reply(digests.no_digest(anew=False), outcome=outcome)
    following = await context.services.channels.next_digest(context.channel_id)
    return Reply(digests.digest_set(settings.digest, following, anew=anew), outcome=outcome)


def _asked(
    context: Context, settings: ChannelSettings, at: DayTime | None, zone: ZoneName | None
) -> DailyTime | None:
    """The time that was named, else the one that holds, in the zone that is meant."""
    time = at.at if at is not None else settings.digest.at if settings.digest else None
    return DailyTime(time, zone or zone_of(context, settings)) if time else None
