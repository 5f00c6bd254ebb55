"""The bot comes into a channel: it says hello, and tells what it could not tell before."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.domain.access import Rules
from bot.domain.errors import QfbotError
from bot.domain.facts import Arrived
from bot.domain.ports import Channels, Outbox, People

log = structlog.get_logger(__name__)


class Arrivals:
    """Sees to what is owed to a channel that the bot was brought into."""

    def __init__(
        self, outbox: Outbox, channels: Channels, people: People, rules: Callable[[], Rules]
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._people = people
        self._rules = rules

    async def arrive(self, channel_id: str, inviter: str, event_id: str) -> None:
        """Owe the channel a greeting, once an event, and let go on what waited for access.

        A channel that is shared with another organisation hears nothing. `inviter` is empty
        where nobody is known to have brought the bot.
        """
        self._people.forget_place(channel_id)
        try:
            place = await self._people.place(channel_id)
            if place.shared:
                return
            await self._outbox.unblocked(channel_id)
            await self._know_readers(channel_id, inviter)
            account = self._rules().home(place)
            await self._outbox.add(channel_id, account, Arrived(), once=event_id)
        except QfbotError as error:
            log.warning("no greeting", channel=channel_id, error=type(error).__name__)

    async def _know_readers(self, channel_id: str, inviter: str) -> None:
        """Whoever brings the bot reads what most do there, as far as one knows."""
        settings = await self._channels.settings(channel_id)
        if inviter and settings.readers is None:
            language = await self._people.language(inviter)
            await self._channels.change(channel_id, lambda it: replace(it, readers=language))
