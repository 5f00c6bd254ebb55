"""Sending a card of each kind to a channel, and what Slack says of each."""

import re

from bot.doctor.findings import Finding
from bot.doctor.specimens import SPECIMENS
from bot.doctor.wording import sending as words
from bot.domain.resources import Watchable
from bot.slack.checkup import ChannelState, Installed, NoAnswer, channel_state, joined, post_once
from bot.slack.clients import Clients
from bot.wording.specimens import specimen

#: The name that these findings have among the checks.
NAME = "send-test"

# Names are in lower case. https://docs.slack.dev/reference/methods/conversations.create#naming
_ID = re.compile(r"[CGD][A-Z0-9]{6,}")


async def send_specimens(clients: Clients, bot: Installed, target: str) -> tuple[Finding, ...]:
    """Post them, where the bot may write in the channel of that name or id."""
    channel = await _channel(clients, target)
    if channel is None:
        return (words.no_such_channel(target, bot.name),)
    if isinstance(channel, NoAnswer):
        return (words.channel_is_not_told(target, channel),)
    if not channel.is_open:
        return (words.channel_is_closed(channel, bot.name),)
    return tuple([await _send(clients, bot, channel, each) for each in SPECIMENS])


async def _send(
    clients: Clients, bot: Installed, channel: ChannelState, resource: Watchable
) -> Finding:
    message = specimen(resource, bot.user_id)
    refused = await post_once(clients, channel.channel_id, message)
    kind = resource.id.kind
    return words.card_is_refused(kind, refused) if refused else words.card_is_sent(kind)


async def _channel(clients: Clients, target: str) -> ChannelState | NoAnswer | None:
    """What Slack says of it; None where the bot is in no channel of that name."""
    if _ID.fullmatch(target):
        return await channel_state(clients, target)
    ours = await joined(clients)
    if isinstance(ours, NoAnswer):
        return ours
    name = target.removeprefix("#")
    return next((channel for channel in ours.values() if channel.name == name), None)
