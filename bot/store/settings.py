"""What was settled for each channel: the Channels port."""

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, select, update

from bot.domain.channels import ChannelSettings
from bot.store.announcements import know_channel
from bot.store.codec import Notation
from bot.store.database import Database
from bot.store.tables import channels

SETTINGS = Notation("channel's settings", TypeAdapter(ChannelSettings))


class StoredChannels:
    """The settings of all channels, those too of which nothing is known."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, channel_id: str) -> ChannelSettings:
        """What holds for a channel."""
        async with self._database.reading() as connection:
            text = await connection.scalar(_of(channel_id))
        return SETTINGS.read(text) if text else ChannelSettings()

    async def change(
        self, channel_id: str, change: Callable[[ChannelSettings], ChannelSettings]
    ) -> ChannelSettings:
        """Settle it anew from what is settled now, in one transaction; what holds from now on."""
        async with self._database.writing() as connection:
            await know_channel(connection, channel_id)
            text = await connection.scalar(_of(channel_id).with_for_update(key_share=True))
            changed = change(SETTINGS.read(text or "{}"))
            await connection.execute(
                update(channels)
                .where(channels.c.channel_id == channel_id)
                .values(settings=SETTINGS.write(changed))
            )
        return changed


def _of(channel_id: str) -> Select[Any]:
    return select(channels.c.settings).where(channels.c.channel_id == channel_id)
