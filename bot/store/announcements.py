"""Owing a channel a message: the rows that the outbox sends later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digests import Digest
from bot.domain.facts import (
    SCHEMA_VERSION,
    AccessGone,
    ApprovalAsked,
    ApprovalEnded,
    Arrived,
    ComparisonAsked,
    CutOff,
    Fact,
    FollowExpired,
    Gathered,
    JobGone,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    Undeliverable,
    VersionAsked,
)
from bot.domain.gathering import ends_of
from bot.store.codec import FACT
from bot.store.tables import announcements, channels


def inserting_where_new(
    connection: AsyncConnection,
    table: Table,
    *key: Column[Any],
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """Adding rows, save those whose unique key is there already.

    `where` is the condition under which the key is unique, where there is one.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    inserting: Insert = dialect.insert(table).on_conflict_do_nothing(
        index_elements=key, index_where=where
    )
    return inserting


async def know_channel(connection: AsyncConnection, channel_id: str) -> None:
    """See to it that a channel, or a person as one, has its row."""
    row = {"channel_id": channel_id, "blocked": "", "holder": ""}
    adding = inserting_where_new(connection, channels, channels.c.channel_id)
    await connection.execute(adding.values(row))


async def owe(
    connection: AsyncConnection,
    channel_id: str,
    account: str,
    fact: Fact,
    wall: datetime,
    *,
    held_until: datetime | None = None,
    not_before: datetime | None = None,
) -> int:
    """Owe one channel, whose row is there, one message; the announcement's id.

    It is not sent before the world's time is `held_until`, nor before the wall's is `not_before`.
    """
    waits = {"held_until": held_until, "not_before": not_before}
    values = {**_row(channel_id, account, fact, wall), **waits}
    added = await connection.execute(
        insert(announcements).values(values).returning(announcements.c.id)
    )
    return int(added.scalar_one())


async def owe_once(
    connection: AsyncConnection, channel_id: str, account: str, fact: Fact, wall: datetime, key: str
) -> None:
    """Owe one channel, whose row is there, the message of that key, unless it was owed before."""
    values = {**_row(channel_id, account, fact, wall), "key": key}
    adding = inserting_where_new(connection, announcements, announcements.c.key)
    await connection.execute(adding.values(values))


async def owe_all(
    connection: AsyncConnection,
    account: str,
    heard: Iterable[tuple[str, Fact]],
    wall: datetime,
) -> None:
    """Owe channels, whose rows are there, what each is to hear, in this order."""
    rows = [_row(channel_id, account, fact, wall) for channel_id, fact in heard]
    if rows:
        await connection.execute(insert(announcements), rows)


def _row(channel_id: str, account: str, fact: Fact, wall: datetime) -> dict[str, Any]:
    return {
        "key": uuid4().hex,
        "channel_id": channel_id,
        "account": account,
        "resource_id": about(fact),
        "fact": FACT.write(fact),
        "schema_version": SCHEMA_VERSION,
        "state": "pending",
        "made_at": wall,
        "attempts": 0,
        "searches": 0,
        "ends": len(ends_of(fact)),
    }


def about(fact: Fact) -> str:
    """The id of the thing that it tells of, which may be watched; empty where it is not one."""
    match fact:
        case VersionAsked(version_id=version_id):
            return version_id
        case Undeliverable() | OutageBegan() | OutageEnded() | Gathered() | Digest():
            return ""
        case AccessGone() | FollowExpired() | JobGone() | CutOff():
            return ""
        case ApprovalAsked() | ApprovalEnded() | RightsChanged() | Arrived() | ComparisonAsked():
            return ""
        case _:
            return fact.resource.id.text
