"""Which things a process looks at next, where more are due than can be looked at.

Each question is put into words once and asked again and again with other values: to build it
anew would cost more than to answer it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, func, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.facts import SCHEMA_VERSION
from bot.domain.watching import Window
from bot.store import leases
from bot.store.tables import is_live, things, watches

_NOW = bindparam("now", type_=things.c.next_look_at.type)
_HORIZON = bindparam("horizon", type_=things.c.next_look_at.type)
_WALL = bindparam("wall", type_=things.c.lease_until.type)


@cache
def taking(accounts: int) -> ReturningUpdate[Any]:
    """Claim due things of so many accounts that nobody has in hand, the most wanted of each.

    Those that should have ended by now go first, since there is most to tell of them. The
    others take turns by channel, so that one that watches hundreds leaves room for one that
    watches a single run; within a channel the longest overdue goes first. The values are those
    of `given_rooms` and `given_times`, and `taken_until` and `by`.
    """
    numbers = range(accounts)
    ranked = _ranked(numbers)
    rooms: list[Any] = [(ranked.c.account == _account(n), bindparam(f"room_{n}")) for n in numbers]
    room = case(*rooms, else_=0)
    due = (
        select(things.c.id)
        .join(ranked, ranked.c.id == things.c.id)
        .where(ranked.c.place <= room, _is_free())
    )
    return (
        update(things)
        .where(things.c.id.in_(select(leases.untaken(due, of=things).c.id)))
        .values(lease_until=bindparam("taken_until"), holder=bindparam("by"))
        .returning(things)
    )


def given_rooms(rooms: Mapping[str, int]) -> Mapping[str, Any]:
    """So many of each account."""
    given: dict[str, Any] = {}
    for number, (account, room) in enumerate(rooms.items()):
        given |= {f"account_{number}": account, f"room_{number}": room}
    return given


def given_times(window: Window, wall: datetime) -> Mapping[str, Any]:
    """What is due, and which claims have run out."""
    return {"now": window.now, "horizon": window.horizon, "wall": wall}


#: Whether something is due at `now`, or beyond the `horizon`; each half has an index of its own.
IS_ANY_DUE = select(
    or_(
        select(things.c.id).where(things.c.next_look_at <= _NOW).exists(),
        select(things.c.id).where(things.c.next_look_at > _HORIZON).exists(),
    )
)

#: What is watched in each account, what of it is overdue at `now`, and when the first was due.
LOAD = (
    select(
        things.c.account,
        func.count().label("watched"),
        func.sum(case((things.c.next_look_at <= _NOW, 1), else_=0)).label("overdue"),
        func.min(things.c.next_look_at).label("first"),
    )
    .where(things.c.next_look_at.is_not(None))
    .group_by(things.c.account)
)


def _ranked(numbers: Iterable[int]) -> Any:
    """Every due thing with its place among those of its account."""
    turn = _turns(numbers)
    place = func.row_number().over(
        partition_by=turn.c.account,
        order_by=(turn.c.should_have_ended.desc(), turn.c.turn, turn.c.next_look_at, turn.c.id),
    )
    return select(turn.c.id, turn.c.account, place.label("place")).subquery()


def _turns(numbers: Iterable[int]) -> Any:
    """At which turn each due thing is looked at: the earliest that one of its channels gives it."""
    in_channel = func.row_number().over(
        partition_by=watches.c.channel_id, order_by=(things.c.next_look_at, things.c.id)
    )
    should_have_ended = case((things.c.expected_end_at <= _NOW, 1), else_=0)
    columns = (things.c.id, things.c.account, things.c.next_look_at)
    each = (
        select(*columns, should_have_ended.label("should_have_ended"), in_channel.label("turn"))
        .join(watches, watches.c.thing_id == things.c.id)
        .where(
            is_live,
            things.c.account.in_([_account(n) for n in numbers]),
            or_(things.c.next_look_at <= _NOW, things.c.next_look_at > _HORIZON),
            # What a newer neighbour has written is its own to look at.
            things.c.schema_version <= SCHEMA_VERSION,
            _is_free(),
        )
        .subquery()
    )
    kept = (each.c.id, each.c.account, each.c.next_look_at, each.c.should_have_ended)
    return select(*kept, func.min(each.c.turn).label("turn")).group_by(*kept).subquery()


def _account(number: int) -> BindParameter[Any]:
    return bindparam(f"account_{number}", type_=things.c.account.type)


def _is_free() -> ColumnElement[bool]:
    return leases.has_come(things.c.lease_until, _WALL)
