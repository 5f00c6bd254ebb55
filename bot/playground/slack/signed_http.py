"""Deliveries by signed HTTP requests, for apps that do not use Socket Mode.

https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import asyncio
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.slack.clock import Clock
from bot.playground.slack.delivery import ACK_SECONDS, Answer, Delivery, Retry

_FORM = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of X-Slack-Signature for a body sent at `timestamp` (Unix seconds)."""
    signed = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class SignedHttp:
    """Posts to the app's request URL."""

    name = "http"

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        secret: str,
        url: str,
        ack_seconds: float = ACK_SECONDS,
    ) -> None:
        self._session = session
        self._clock = clock
        self._secret = secret
        self._url = url
        self._ack_seconds = ack_seconds

    async def send(self, delivery: Delivery, retry: Retry | None) -> Answer:
        """Post one delivery and wait for its answer."""
        content_type, body = _encoded(delivery)
        headers = {**self._signed(body), "Content-Type": content_type}
        if retry is not None:
            headers["X-Slack-Retry-Num"] = str(retry.attempt)
            headers["X-Slack-Retry-Reason"] = retry.reason
        try:
            async with asyncio.timeout(self._ack_seconds):
                return await self._post(body, headers)
        except TimeoutError:
            return Answer(False, problem="operation_timeout", reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(False, problem="dispatch_failed", reason="connection_failed")

    async def verify_url(self, challenge: str = "playground") -> bool:
        """Do Slack's url_verification handshake; tell whether the app echoed the challenge."""
        payload = {"type": "url_verification", "challenge": challenge}
        answer = await self.send(Delivery("events_api", "url_verification", payload), None)
        echoed = answer.payload or {}
        return answer.acked and challenge in (echoed.get("challenge"), echoed.get("text"))

    async def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._session.post(self._url, data=body, headers=headers) as response:
            text = await response.text()
            if response.status != 200:
                may_retry = response.headers.get("X-Slack-No-Retry") != "1"
                return Answer(
                    False, problem="dispatch_failed", reason="http_error", may_retry=may_retry
                )
            return Answer(True, _decoded(text, response.content_type))

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.wall().timestamp()))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def _encoded(delivery: Delivery) -> tuple[str, bytes]:
    """Events are JSON, interactions a form with one field of JSON, commands a plain form."""
    if delivery.kind == "events_api":
        return "application/json", json.dumps(delivery.payload).encode()
    if delivery.kind == "interactive":
        return _FORM, urlencode({"payload": json.dumps(delivery.payload)}).encode()
    return _FORM, urlencode(
        {name: "" if value is None else _plain(value) for name, value in delivery.payload.items()}
    ).encode()


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _decoded(text: str, content_type: str) -> Any:
    """Return JSON as it is, any other body as a text to show, and nothing as None."""
    if content_type == "application/json":
        with suppress(ValueError):
            return json.loads(text)
    return {"text": text} if text else None
