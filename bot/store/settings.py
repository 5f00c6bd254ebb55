"""What was settled for each channel: the Channels port."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.channels import ChannelSettings
from bot.domain.ports import Clock
from bot.store import heads
from bot.store.announcements import know_channel
from bot.store.codec import Notation
from bot.store.database import Database
from bot.store.tables import announcements, channels, digests

SETTINGS = Notation("channel's settings", TypeAdapter(ChannelSettings))


class StoredChannels:
    """The settings of all channels, those too of which nothing is known."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def settings(self, channel_id: str) -> ChannelSettings:
        """What holds for a channel."""
        async with self._database.reading() as connection:
            text = await connection.scalar(_of(channel_id, channels.c.settings))
        return SETTINGS.read(text) if text else ChannelSettings()

    async def next_digest(self, channel_id: str) -> datetime | None:
        """When a channel is owed its next digest (world), where it wants one."""
        async with self._database.reading() as connection:
            at: datetime | None = await connection.scalar(_of(channel_id, channels.c.digest_at))
        return at

    async def change(
        self, channel_id: str, change: Callable[[ChannelSettings], ChannelSettings]
    ) -> ChannelSettings:
        """Settle it anew from what is settled now, in one transaction; what holds from now on.

        What is held back waits for the end of the new quiet hours, or no longer.
        """
        async with self._database.writing() as connection:
            await know_channel(connection, channel_id)
            settled = _of(channel_id, channels.c.settings).with_for_update(key_share=True)
            before = SETTINGS.read(await connection.scalar(settled) or "{}")
            changed = change(before)
            values: dict[str, Any] = {"settings": SETTINGS.write(changed)}
            if changed.digest != before.digest:
                values["digest_at"] = await self._digest_at(connection, channel_id, changed)
            await connection.execute(
                update(channels).where(channels.c.channel_id == channel_id).values(values)
            )
            if changed.quiet != before.quiet:
                await self._hold_anew(connection, channel_id, changed)
        return changed

    async def _digest_at(
        self, connection: AsyncConnection, channel_id: str, settings: ChannelSettings
    ) -> datetime | None:
        if settings.digest is None:
            return None
        last = select(func.max(digests.c.local_date)).where(digests.c.channel_id == channel_id)
        made = await connection.scalar(last)
        on = date.fromisoformat(made) if made else None
        return settings.digest.next_after(self._clock.world(), on)

    async def _hold_anew(
        self, connection: AsyncConnection, channel_id: str, settings: ChannelSettings
    ) -> None:
        world = self._clock.world()
        until = settings.quiet.end_of(world) if settings.quiet else None
        await connection.execute(
            update(announcements)
            .where(announcements.c.channel_id == channel_id, heads.is_asleep(world))
            .values(held_until=until)
        )


def _of(channel_id: str, column: Any) -> Select[Any]:
    return select(column).where(channels.c.channel_id == channel_id)
