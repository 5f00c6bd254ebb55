"""A client of the local Qianfan that signs by hand, and one whole stage to use it on."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, Manners, Wording, World

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

FINETUNING = {
    "DescribeFineTuningTask",
    "StopFineTuningTask",
    "DescribeFineTuningJobs",
    "DescribeFineTuningTasks",
}


def authorization(
    access_key: str,
    secret_key: str,
    url: httpx.URL,
    headers: dict[str, str],
    at: datetime | None = None,
    seconds: int = 1800,
    method: str = "POST",
) -> str:
    """The Authorization header of a request that signs all of `headers`, in their order."""
    date = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    prefix = f"bce-auth-v1/{access_key}/{date}/{seconds}"
    pairs = (pair.split("=", 1) for pair in url.query.decode().split("&") if pair)
    query = "&".join(sorted(f"{name}={value}" for name, value in pairs))
    lines = sorted(f"{name}:{quote(value, safe='')}" for name, value in headers.items())
    text = "\n".join((method, quote(url.path), query, *lines))
    signature = _hmac(_hmac(secret_key, prefix), text)
    return f"{prefix}/{';'.join(headers)}/{signature}"


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


@dataclass
class Stage:
    """A world that stands still, a Qianfan on it, and somebody who asks."""

    clock: WorldClock
    world: World
    qianfan: LocalQianfan
    client: httpx.AsyncClient

    async def sends(
        self, action: str, content: bytes | None = None, route: str | None = None, **more: Any
    ) -> httpx.Response:
        """The answer to a signed POST; `more` goes to httpx (`json`, `files`)."""
        path = route or ("/v2/finetuning" if action in FINETUNING else "/v2/model")
        url = httpx.URL(f"{self.qianfan.url}{path}?Action={action}")
        signed = {
            "host": url.netloc.decode(),
            "x-bce-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        token = authorization(self.qianfan.access_key, self.qianfan.secret_key, url, signed)
        headers = signed | {"authorization": token}
        return await self.client.post(url, content=content, headers=headers, **more)

    async def asks(self, action: str, **parameters: Any) -> Any:
        """The result of an action that must succeed."""
        answer = await self.sends(action, json=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json().get("result")

    async def refuses(self, action: str, **parameters: Any) -> tuple[int, str, str]:
        """Status, code and message of an action that must be refused."""
        answer = await self.sends(action, json=parameters)
        body = answer.json()
        assert "result" not in body, body
        return answer.status_code, body["code"], body["message"]


@asynccontextmanager
async def stage(
    speed: float = 0.0, manners: Manners | None = None, wording: Wording | None = None
) -> AsyncIterator[Stage]:
    """A started Qianfan, stopped at the end."""
    clock = WorldClock(speed=speed, start=START)
    world = World(clock, seed=7)
    qianfan = LocalQianfan(world, manners=manners, wording=wording)
    await qianfan.start()
    try:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            yield Stage(clock, world, qianfan, client)
    finally:
        await qianfan.stop()
