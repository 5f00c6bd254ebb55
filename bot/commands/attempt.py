"""The two audit rows of an attempt: one before anything happens, one before the reply."""

import asyncio
from types import TracebackType
from typing import Self

import structlog

from bot.commands.command import Command
from bot.commands.context import Context, Services
from bot.domain.access import Decision
from bot.domain.approvals import Request
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Reply
from bot.domain.errors import AuditUnavailable

log = structlog.get_logger(__name__)


class NotStarted(Exception):
    """An approved request is not run here and now: another process has it, or it cannot begin."""


class Attempt:
    """Around a handler's run. Where the audit cannot be written, nothing that changes may run.

    Raises AuditUnavailable on entering, for a command that changes something, and NotStarted
    for an approved request that is not to be run here.
    """

    reply: Reply

    def __init__(
        self,
        services: Services,
        command: Command,
        context: Context,
        decision: Decision,
        request: Request | None = None,
    ) -> None:
        """`request` is the approved one that is run, where it is one."""
        self._request = request
        self._services = services
        self._command = command
        self._context = context
        self._decision = decision
        self._id: int | None = None

    async def __aenter__(self) -> Self:
        self._began = self._services.clock.wall()
        asked = Asked(
            self._began,
            self._context.origin,
            self._context.account,
            self._context.call.struck_out(),
            self._decision,
            confirmed=self._context.confirmed is not None,
        )
        try:
            self._id = await self._written_down(asked)
            # What is logged from here on can be found in the audit, and the other way round.
            structlog.contextvars.bind_contextvars(attempt=self._id)
        except AuditUnavailable:
            if self._command.changes:
                raise
            log.warning("audit unavailable", command=self._command.name)
        return self

    async def _written_down(self, asked: Asked) -> int:
        """The row's number; an approved request is started by its row. Raises NotStarted."""
        if self._request is None:
            return await self._services.audit.asked(asked)
        try:
            started = await self._services.approvals.start(self._request, asked)
        except AuditUnavailable:
            raise NotStarted from None
        if started is None:
            raise NotStarted
        return started

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # What is cut off stays without an end, so that somebody looks into it afterwards.
        if self._id is None or isinstance(error, asyncio.CancelledError | TimeoutError):
            return
        now = self._services.clock.wall()
        outcome = type(error).__name__ if error else self.reply.outcome
        request_id = getattr(error, "request_id", None) if error else self.reply.request_id
        try:
            await self._services.audit.ended(
                self._id, Ended(now, outcome, now - self._began, request_id)
            )
        except AuditUnavailable:
            log.warning("outcome not audited", command=self._command.name, outcome=outcome)
