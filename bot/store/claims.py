"""Which things a process looks at next, where more are due than can be looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from bot.domain.facts import SCHEMA_VERSION
from bot.domain.watching import Window
from bot.store import leases
from bot.store.tables import is_live, things, watches


def due(rooms: Mapping[str, int], window: Window, wall: datetime) -> Select[Any]:
    """Due things that nobody has in hand, so many of each account, the most wanted of each.

    Those that should have ended by now go first, since there is most to tell of them. The
    others take turns by channel, so that one that watches hundreds leaves room for one that
    watches a single run; within a channel the longest overdue goes first.
    """
    ranked = _ranked(rooms, window, wall)
    room = case(dict(rooms), value=ranked.c.account, else_=0)
    return (
        select(things.c.id)
        .join(ranked, ranked.c.id == things.c.id)
        .where(ranked.c.place <= room, _is_free(wall))
    )


def is_any_due(window: Window) -> Select[Any]:
    """Whether something is due; each half of the question has an index of its own."""
    by_now = select(things.c.id).where(things.c.next_look_at <= window.now)
    too_far = select(things.c.id).where(things.c.next_look_at > window.horizon)
    return select(or_(by_now.exists(), too_far.exists()))


def load(world: datetime) -> Select[Any]:
    """What is watched in each account, what of it is overdue, and when the first was due."""
    overdue = func.sum(case((things.c.next_look_at <= world, 1), else_=0))
    return (
        select(
            things.c.account,
            func.count().label("watched"),
            overdue.label("overdue"),
            func.min(things.c.next_look_at).label("first"),
        )
        .where(things.c.next_look_at.is_not(None))
        .group_by(things.c.account)
    )


def _ranked(rooms: Mapping[str, int], window: Window, wall: datetime) -> Any:
    """Every due thing with its place among those of its account."""
    turn = _turns(rooms, window, wall)
    place = func.row_number().over(
        partition_by=turn.c.account,
        order_by=(turn.c.should_have_ended.desc(), turn.c.turn, turn.c.next_look_at, turn.c.id),
    )
    return select(turn.c.id, turn.c.account, place.label("place")).subquery()


def _turns(rooms: Mapping[str, int], window: Window, wall: datetime) -> Any:
    """At which turn each due thing is looked at: the earliest that one of its channels gives it."""
    in_channel = func.row_number().over(
        partition_by=watches.c.channel_id, order_by=(things.c.next_look_at, things.c.id)
    )
    should_have_ended = case((things.c.expected_end_at <= window.now, 1), else_=0)
    columns = (things.c.id, things.c.account, things.c.next_look_at)
    each = (
        select(*columns, should_have_ended.label("should_have_ended"), in_channel.label("turn"))
        .join(watches, watches.c.thing_id == things.c.id)
        .where(
            is_live,
            things.c.account.in_(rooms),
            _is_due(window),
            # What a newer neighbour has written is its own to look at.
            things.c.schema_version <= SCHEMA_VERSION,
            _is_free(wall),
        )
        .subquery()
    )
    kept = (each.c.id, each.c.account, each.c.next_look_at, each.c.should_have_ended)
    return select(*kept, func.min(each.c.turn).label("turn")).group_by(*kept).subquery()


def _is_due(window: Window) -> ColumnElement[bool]:
    return or_(things.c.next_look_at <= window.now, things.c.next_look_at > window.horizon)


def _is_free(wall: datetime) -> ColumnElement[bool]:
    return leases.has_come(things.c.lease_until, wall)
