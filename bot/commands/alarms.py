"""`/qf alarms`: from when on a channel is told that something is wrong with what it watches."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.commands.arguments import LongestTime, MostTimes
from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.alarms import LEAST_TIMES, LEAST_WAIT, NO_ALARMS, AlarmLimits
from bot.domain.calls import Reply
from bot.domain.channels import ChannelSettings
from bot.domain.errors import WrongArgument
from bot.domain.messages import say
from bot.wording import alarms as wording


class Switch(StrEnum):
    """Whether something is wanted."""

    ON = "on"
    OFF = "off"


@command(Role.OPERATOR)
async def alarms(
    context: Context,
    all_: Switch | None = None,
    *,
    queued: LongestTime | None = None,
    stalled: LongestTime | None = None,
    slow: MostTimes | None = None,
    loss: Switch | None = None,
) -> Reply:
    """Shows or sets when this channel hears that something is wrong with what it watches.

    queued=2h: it waits for so long; stalled=1h: it makes no progress for so long; slow=2x: it
    takes so many times as long as it seemed to at first; loss=on: the training loss rises or is
    no number. off ends one of them, or by itself all; on sets all as they were at first.

    Each is told once a watch, in the thread. That a run makes no progress, or that its loss is no
    number, is shown in the channel too, and told also where only failures are. mute ID ends the
    alarms of one run.
    """
    _check(context, queued, stalled, slow)
    channels, here = context.services.channels, context.channel_id
    given = _given(queued, stalled, slow, loss)
    if all_ is None and not given:
        settings = await channels.settings(here)
        return Reply(wording.alarms_set(settings.alarms), outcome="shown")

    def change(settings: ChannelSettings) -> ChannelSettings:
        limits = {None: settings.alarms, Switch.ON: AlarmLimits(), Switch.OFF: NO_ALARMS}[all_]
        return replace(settings, alarms=replace(limits, **given))

    changed = await channels.change(here, change)
    return Reply(wording.alarms_set(changed.alarms, anew=True), outcome="set")


def _check(
    context: Context,
    queued: LongestTime | None,
    stalled: LongestTime | None,
    slow: MostTimes | None,
) -> None:
    """Raises WrongArgument where a limit is so small that it would tell nothing."""
    for name, limit in (("queued", queued), ("stalled", stalled)):
        if limit and limit.length is not None and limit.length < LEAST_WAIT:
            raise _wrong(context, name, _minutes(LEAST_WAIT))
    if slow and slow.factor is not None and slow.factor < LEAST_TIMES:
        raise _wrong(context, "slow", f"{LEAST_TIMES:g}x")


def _given(
    queued: LongestTime | None,
    stalled: LongestTime | None,
    slow: MostTimes | None,
    loss: Switch | None,
) -> dict[str, Any]:
    """The limits that were named, by their names in `AlarmLimits`."""
    limits: dict[str, Any] = {}
    if queued is not None:
        limits["queued"] = queued.length
    if stalled is not None:
        limits["stalled"] = stalled.length
    if slow is not None:
        limits["slow"] = slow.factor
    if loss is not None:
        limits["loss"] = loss is Switch.ON
    return limits


def _wrong(context: Context, name: str, least: str) -> WrongArgument:
    given = str(context.call.arguments.get(name, ""))
    return WrongArgument(
        context.call.command, name, given, say("at least {least}, or off", least=least)
    )


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)}m"
