"""`/qf quiet`: the hours of the day in which a channel hears of failures alone."""

from dataclasses import replace

from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.day_arguments import Hours, ZoneName
from bot.commands.places import zone_of
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.channels import ChannelSettings
from bot.domain.hours import QuietHours
from bot.wording import quiets


@command(Role.OPERATOR)
async def quiet(
    context: Context, hours: Hours | None = None, *, zone: ZoneName | None = None
) -> Reply:
    """Shows or sets the hours in which this channel hears of failures alone.

    22:00-08:00 sets them, off ends them and has told at once what was held back. Failures, and
    alarms as grave, are told at any hour, and so is what somebody asks for; the rest is told when
    the hours are over, at most one message a thing.

    The hours are those of the channel's time zone: at first yours, or the one that
    zone=Europe/Berlin names.
    """
    channels, here = context.services.channels, context.channel_id
    now = await channels.settings(here)
    if hours is None and zone is None:
        return _shown(context, now)
    if hours is not None and hours.span is None:
        await channels.change(here, lambda settings: replace(settings, quiet=None))
        return Reply(quiets.no_quiet(anew=True), outcome="ended")
    asked = _asked(context, now, hours, zone)
    if asked is None:
        return _shown(context, now)
    if asked.begin == asked.end:
        return Reply(quiets.whole_day(asked.begin), outcome="whole day")
    await channels.change(here, lambda settings: replace(settings, quiet=asked))
    return Reply(quiets.quiet_set(asked, context.now, anew=True), outcome="set")


def _shown(context: Context, settings: ChannelSettings) -> Reply:
    if settings.quiet is None:
        return Reply(quiets.no_quiet(anew=False), outcome="shown")
    return Reply(quiets.quiet_set(settings.quiet, context.now, anew=False), outcome="shown")


def _asked(
    context: Context, settings: ChannelSettings, hours: Hours | None, zone: ZoneName | None
) -> QuietHours | None:
    """The hours that were named, else those that hold, in the zone that is meant."""
    if hours is not None and hours.span is not None:
        begin, end = hours.span
    elif settings.quiet is not None:
        begin, end = settings.quiet.begin, settings.quiet.end
    else:
        return None
    return QuietHours(begin, end, zone or zone_of(context, settings))
