"""What a fault does to a call that meets it."""

import asyncio
import contextlib

from aiohttp import web

from bot.playground.qianfan import shapes
from bot.playground.qianfan.faults import Fault, When
from bot.playground.qianfan.manners import ErrorShape


class Dropped(Exception):
    """The call gets no answer: its connection breaks."""


async def trouble(
    faults: list[Fault],
    when: When,
    request_id: str,
    shape: ErrorShape,
    answer: web.Response | None = None,
) -> web.Response | None:
    """The answer that faults make of `answer` at this moment; None before the effect: go on.

    Raises Dropped where the connection breaks.
    """
    for fault in faults:
        if fault.when == when:
            answer = await _suffer(fault, request_id, shape, answer)
    return answer


async def _suffer(
    fault: Fault, request_id: str, shape: ErrorShape, answer: web.Response | None
) -> web.Response | None:
    if fault.delay is not None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(fault.over.wait(), fault.delay)
    if fault.hangs:
        await fault.over.wait()
    if fault.hangs or fault.drops:
        raise Dropped
    if fault.garbled is not None:
        return shapes.garbled(request_id, fault.garbled, answer)
    if fault.refusal is not None:
        return shapes.refusal(request_id, fault.refusal, fault.shape or shape, fault.retry_after)
    return answer
