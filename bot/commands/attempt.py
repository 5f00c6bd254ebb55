"""The two audit rows of an attempt: one before anything happens, one before the reply."""

import asyncio
from types import TracebackType
from typing import Self

import structlog

from bot.commands.command import Command
from bot.commands.context import Context, Services
from bot.domain.access import Decision
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Reply
from bot.domain.errors import AuditUnavailable

log = structlog.get_logger(__name__)


class Attempt:
    """Around a handler's run. Where the audit cannot be written, nothing that changes may run.

    Raises AuditUnavailable on entering, for a command that changes something.
    """

    reply: Reply

    def __init__(
        self, services: Services, command: Command, context: Context, decision: Decision
    ) -> None:
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
        )
        try:
            self._id = await self._services.audit.asked(asked)
        except AuditUnavailable:
            if self._command.changes:
                raise
            log.warning("audit unavailable", command=self._command.name)
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # What is cut off stays without an end, so that somebody looks into it afterwards.
        if self._id is None or isinstance(error, asyncio.CancelledError):
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
