"""The changes that wait for others to agree: the Approvals port.

Every transaction that moves a request on locks its row first, so that on PostgreSQL too they
come one after the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Update, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.approvals import Request, State
from bot.domain.audit import Asked
from bot.domain.errors import StoreError
from bot.domain.facts import Actors, ApprovalAsked, ApprovalEnded, Fact
from bot.domain.ports import Clock
from bot.store.announcements import inserting_where_new, know_channel, owe_all
from bot.store.attempts import add_asked, writing_audit
from bot.store.codec import REQUEST
from bot.store.database import Database
from bot.store.ledgers import approval_votes, approvals, is_unsettled


class StoredApprovals:
    """The changes that wait for others to agree. What has come to its end stays as history."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, request: Request) -> Request:
        """Keep a request and owe its channel the question, in one transaction; with its number."""
        fresh = replace(request, approvers=(), state=State.PENDING)
        row = {"body": REQUEST.write(fresh), "state": fresh.state, "until": fresh.until}
        adding = insert(approvals).values(row).returning(approvals.c.number)
        async with self._database.writing() as connection:
            number = int((await connection.execute(adding)).scalar_one())
            asked = replace(fresh, number=number)
            await self._tell(connection, asked, _question(asked), _channel(asked))
        return asked

    async def find(self, number: int) -> Request | None:
        """The request of that number, whatever has become of it."""
        async with self._database.reading() as connection:
            found = await _read(connection, approvals.c.number == number)
        return found[0] if found else None

    async def agree(self, number: int, by: str, at: datetime) -> Request:
        """Somebody agrees (world time); the request as it is then. Agreeing twice counts once.

        The asker's own agreement never counts. The last that was missing makes it APPROVED, and
        owes the channel the news, in one transaction. One that waits no more stays as it is, and
        one whose time is up ends.
        """
        async with self._database.writing() as connection:
            request = await _locked(connection, number)
            if request.state is not State.PENDING:
                return request
            if request.expired(at):
                return await self._end(connection, request, "expired", at)
            if by == request.origin.user_id:
                return request
            request = await _voted(connection, request, by, at)
            return request if request.missing else await self._approve(connection, request)

    async def decline(self, number: int, by: str, reason: str, at: datetime) -> Request:
        """Somebody declines, and channel and asker are owed the news; as it is then.

        It can be declined until it was started, also when enough have agreed; where it cannot
        be started, by nobody in particular.
        """
        async with self._database.writing() as connection:
            request = await _locked(connection, number)
            if request.state is State.PENDING and request.expired(at):
                return await self._end(connection, request, "expired", at)
            if request.state in (State.PENDING, State.APPROVED):
                return await self._end(connection, request, "declined", at, by, reason)
            return request

    async def expired(self, world: datetime) -> int:
        """End those whose time is up, and owe channel and asker the news; how many there were."""
        late = (approvals.c.state == State.PENDING) & (approvals.c.until < world)
        async with self._database.reading() as connection:
            numbers = list(await connection.scalars(_numbers(late & is_unsettled)))
        return sum([await self._expire(number, world) for number in numbers])

    async def approved(self) -> Sequence[Request]:
        """Those that everybody agreed to and that nobody has started, the oldest first."""
        async with self._database.reading() as connection:
            return await _read(connection, approvals.c.state == State.APPROVED, is_unsettled)

    async def start(self, request: Request, asked: Asked) -> int | None:
        """Start one: its audit row is written in the same transaction; None where it was started.

        Raises AuditUnavailable.
        """
        starting = _moving(request, State.STARTED, self._clock.world())
        async with writing_audit(self._database) as connection:
            started = await connection.execute(starting.where(approvals.c.state == State.APPROVED))
            return await add_asked(connection, asked) if started.rowcount == 1 else None

    async def _expire(self, number: int, world: datetime) -> bool:
        """End one, unless it waits no more; in its own transaction, so that others wait briefly."""
        async with self._database.writing() as connection:
            request = await _locked(connection, number)
            if request.state is not State.PENDING:
                return False
            await self._end(connection, request, "expired", world)
        return True

    async def _approve(self, connection: AsyncConnection, request: Request) -> Request:
        await connection.execute(_moving(request, State.APPROVED, None))
        news = _news(request, "approved", request.approvers)
        await self._tell(connection, request, news, _channel(request))
        return replace(request, state=State.APPROVED)

    async def _end(
        self,
        connection: AsyncConnection,
        request: Request,
        outcome: Literal["declined", "expired"],
        at: datetime,
        by: str = "",
        reason: str = "",
    ) -> Request:
        ended = replace(request, state=State(outcome))
        await connection.execute(_moving(request, ended.state, at))
        news = _news(request, outcome, (by,) if by else (), reason)
        await self._tell(connection, request, news, _channel(request), request.origin.user_id)
        return ended

    async def _tell(
        self, connection: AsyncConnection, request: Request, fact: Fact, *targets: str
    ) -> None:
        # In one order always, so that two such transactions never wait for each other.
        for target in sorted(set(targets)):
            await know_channel(connection, target)
        heard = [(target, fact) for target in targets]
        await owe_all(connection, request.account, heard, self._clock.wall())


def _numbers(which: ColumnElement[bool]) -> Select[Any]:
    return select(approvals.c.number).where(which).order_by(approvals.c.number)


async def _locked(connection: AsyncConnection, number: int) -> Request:
    """The request as it is, and stays until the transaction ends. Raises StoreError."""
    one = approvals.c.number == number
    await connection.execute(_numbers(one).with_for_update(key_share=True))
    found = await _read(connection, one)
    if not found:
        raise StoreError(f"there is no request {number}")
    return found[0]


async def _read(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Request]:
    rows = (await connection.execute(select(approvals).where(*which).order_by("number"))).all()
    agreed = await _approvers(connection, [row.number for row in rows])
    return [
        replace(
            REQUEST.read(row.body),
            number=row.number,
            state=State(row.state),
            approvers=tuple(agreed.get(row.number, ())),
        )
        for row in rows
    ]


async def _approvers(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Who agreed to which request, in the order in which they did."""
    votes = select(approval_votes).where(approval_votes.c.number.in_(numbers))
    agreed: dict[int, list[str]] = {}
    for row in await connection.execute(votes.order_by("at", "user_id")):
        agreed.setdefault(row.number, []).append(row.user_id)
    return agreed


async def _voted(connection: AsyncConnection, request: Request, by: str, at: datetime) -> Request:
    vote = {"number": request.number, "user_id": by, "at": at}
    voting = inserting_where_new(connection, approval_votes, *approval_votes.primary_key)
    await connection.execute(voting.values(vote))
    agreed = await _approvers(connection, [request.number])
    return replace(request, approvers=tuple(agreed[request.number]))


def _moving(request: Request, state: State, settled_at: datetime | None) -> Update:
    return (
        update(approvals)
        .where(approvals.c.number == request.number)
        .values(state=state, settled_at=settled_at)
    )


def _channel(request: Request) -> str:
    return request.origin.place.channel_id


def _question(request: Request) -> ApprovalAsked:
    return ApprovalAsked(
        number=request.number,
        command=request.call.command,
        target=request.target,
        state=request.seen,
        by=Actors(request.origin.user_id, request.reason),
        needed=request.needed,
        until=request.until,
    )


def _news(
    request: Request,
    outcome: Literal["approved", "declined", "expired"],
    by: tuple[str, ...],
    reason: str = "",
) -> ApprovalEnded:
    return ApprovalEnded(
        number=request.number,
        command=request.call.command,
        target=request.target,
        outcome=outcome,
        asker=request.origin.user_id,
        by=by,
        reason=reason,
    )
