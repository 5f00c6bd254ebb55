"""HTTP answers of the local Slack, and what faults make of them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.playground.slack.errors import SlackError
from bot.playground.slack.faults import Fault, Faults
from bot.playground.slack.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: JSON, text or bytes as `body` is; nothing at all where it is `lost`.

    `outcome` says it in a word, for readers of the feed.
    """

    outcome: str
    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False

    def to(self, request: web.Request) -> web.StreamResponse:
        """Return the response; a lost one breaks the connection instead."""
        if self.lost:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(self.body, bytes):
            return web.Response(body=self.body, status=self.status, headers=self.headers)
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status, headers=self.headers)
        return web.json_response(self.body, status=self.status, headers=self.headers)


def ratelimited(seconds: float) -> Reply:
    """Slack's answer to a call that comes too soon.

    https://docs.slack.dev/apis/web-api/rate-limits/
    """
    headers = {"Retry-After": f"{seconds:g}"}
    return Reply("ratelimited", SlackError("ratelimited").body, 429, headers)


class FaultGate:
    """Lets requests through to their effect, or not, as the faults in force say."""

    def __init__(self, faults: Faults, tasks: Tasks) -> None:
        self._faults = faults
        self._tasks = tasks

    async def passes(self, name: str, effect: Callable[[], Reply]) -> Reply:
        """Return what `effect` replies, or what the fault that meets `name` leaves of it."""
        fault = self._faults.strike(name)
        if fault is None:
            return effect()
        await asyncio.sleep(fault.delay)
        if fault.hang:
            await asyncio.get_running_loop().create_future()
        if fault.drop is not None:
            return self._dropped(fault, effect)
        if fault.status == 429:
            return ratelimited(fault.retry_after)
        if fault.status is not None:
            return Reply(f"HTTP {fault.status}", SlackError("fault").body, fault.status)
        if fault.error is not None:
            return Reply(fault.error, SlackError(fault.error).body)
        return effect()

    def _dropped(self, fault: Fault, effect: Callable[[], Reply]) -> Reply:
        outcome = f"answer dropped {fault.drop} the effect"
        if fault.drop == "after":
            effect()
        elif fault.drop == "late":
            outcome = f"answer dropped, effect {fault.late_by:g} s late"
            self._tasks.start(_later(effect, fault.late_by))
        return Reply(outcome, lost=True)


async def _later(effect: Callable[[], Reply], seconds: float) -> None:
    await asyncio.sleep(seconds)
    effect()
