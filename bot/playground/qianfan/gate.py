"""What a request passes before its action: signature, rate limit, and a body that is an object."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.playground.qianfan import errors
from bot.playground.qianfan.accounts import Account
from bot.playground.qianfan.limits import RateLimit
from bot.playground.qianfan.manners import Manners
from bot.playground.qianfan.signature import SignedRequest, signer_of


class Gate:
    """The accounts that may come in, and how fast."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._limits: dict[str, RateLimit] = {}

    def admit(self, account: Account) -> None:
        """From now on the account's key opens the gate."""
        self._accounts[account.access_key] = account
        self._limits[account.access_key] = RateLimit()

    def account_of(self, request: web.Request, now: datetime) -> Account:
        """The account that signed the request. Raises ApiError where nobody here did."""
        signed = SignedRequest(
            request.method,
            request.path,
            request.rel_url.raw_query_string,
            {name.lower(): value for name, value in request.headers.items()},
        )
        return self._accounts[signer_of(signed, self._secret_of, now)]

    def wait_for(self, account: Account, manners: Manners) -> float:
        """0 where the account may ask now, else the seconds until it may."""
        if manners.requests_per_second is None:
            return 0.0
        limit = self._limits[account.access_key]
        return limit.wait_at(time.monotonic(), manners.requests_per_second, manners.burst)

    def _secret_of(self, access_key: str) -> str | None:
        account = self._accounts.get(access_key)
        return account.secret_key if account else None


async def body_of(request: web.Request) -> Any:
    """The body as it was sent: JSON or a form with files (as bytes); text where it is neither."""
    if request.content_type == "multipart/form-data":
        return {name: _content(value) for name, value in (await request.post()).items()}
    text = (await request.read()).decode("utf-8", "replace")
    try:
        return json.loads(text) if text.strip() else {}
    except ValueError:
        return text


def parameters(body: Any) -> Mapping[str, Any]:
    """The body of a call. Raises ApiError unless it is a JSON object."""
    if isinstance(body, str):
        raise errors.malformed_json()
    if not isinstance(body, dict):
        raise errors.bad_parameter("body", "is not an object")
    return body


def _content(value: str | bytes | bytearray | web.FileField) -> str | bytes:
    if isinstance(value, web.FileField):
        return value.file.read()
    return value if isinstance(value, str) else bytes(value)
