"""Asking an account once, for what the answer tells of its keys and of the clock."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from bot.domain.errors import PlatformError
from bot.domain.skew import Dated, http_date
from bot.qianfan.actions import LIST_JOBS
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.conversation import Conversation, Patience
from bot.qianfan.credentials import FixedKeys
from bot.qianfan.listing import page_body
from bot.qianfan.signing import Credentials
from bot.qianfan.transport import open_http

#: One attempt: what is throttled or broken now is to be told, and not to be waited for.
ONCE = Patience(attempt=timedelta(seconds=8), look=timedelta(seconds=8), attempts=1)


@dataclass(frozen=True)
class Asked:
    """What came of one question: an error, or none; and the answer's date where it had one."""

    error: PlatformError | None
    dated: Dated | None


async def ask_once(
    base_url: str,
    credentials: Credentials,
    wall: Callable[[], datetime],
    patience: Patience = ONCE,
) -> Asked:
    """Ask for the first page of the account's fine-tuning jobs, which changes nothing.

    Raises ValueError for keys or an address that cannot be.
    """
    http = open_http(base_url, patience.connect)
    asked, dates = wall(), list[Dated]()

    async def note(response: httpx.Response) -> None:
        theirs = http_date(response.headers.get("date", ""))
        if theirs is not None:
            dates.append(Dated(theirs, asked, wall()))

    http.event_hooks = {"response": [note]}
    keys, budget = FixedKeys(credentials), TokenBucket(1, 1, wall)
    async with (
        aclosing(budget),
        aclosing(Conversation(base_url, keys, wall, http, budget, patience)) as conversation,
    ):
        error: PlatformError | None = None
        try:
            await conversation.read(LIST_JOBS, page_body(""), Errand(urgent=True))
        except PlatformError as refused:
            error = refused
    return Asked(error, dates[-1] if dates else None)
