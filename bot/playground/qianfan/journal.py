"""What was asked of the local Qianfan and how it was answered, with the secrets struck out."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

STRUCK_OUT = "***"
# The official Python SDK's V2 helpers send keys that are given as arguments in the JSON body.
_SECRET_NAMES = frozenset(
    {"ak", "sk", "access_key", "secret_key", "accesskey", "secretkey", "token", "authorization"}
)
# Enough for any test; a playground that runs for days forgets its oldest requests.
_KEPT = 20_000


@dataclass(frozen=True)
class Request:
    """One request. `status` is None while it is not answered, and where its answer was dropped."""

    action: str
    body: Any
    status: int | None
    at: datetime
    request_id: str


class Journal:
    """The requests in the order of their arrival."""

    def __init__(self) -> None:
        self._requests: dict[str, Request] = {}
        self._changed = asyncio.Event()

    @property
    def requests(self) -> list[Request]:
        """All that arrived, oldest first; the oldest of very many are forgotten."""
        return list(self._requests.values())

    def arrives(self, request_id: str, action: str, at: datetime) -> None:
        """Note a request that is not answered yet."""
        self._note(Request(action, None, None, at, request_id))
        if len(self._requests) > _KEPT:
            del self._requests[next(iter(self._requests))]

    def reads(self, request_id: str, body: Any) -> None:
        """Note what the request says."""
        if request_id in self._requests:
            self._note(replace(self._requests[request_id], body=without_secrets(body)))

    def answered(self, request_id: str, status: int) -> None:
        """Note the HTTP status of its answer."""
        if request_id in self._requests:
            self._note(replace(self._requests[request_id], status=status))

    async def until(self, predicate: Callable[[list[Request]], bool], timeout: float) -> None:
        """Return once `predicate(requests)` is true. TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not predicate(self.requests):
                await self._changed.wait()

    def _note(self, request: Request) -> None:
        self._requests[request.request_id] = request
        self._changed.set()
        self._changed = asyncio.Event()


def without_secrets(value: Any) -> Any:
    """A copy of a JSON value in which whatever is named like a secret is struck out."""
    match value:
        case Mapping():
            return {
                name: STRUCK_OUT if str(name).lower() in _SECRET_NAMES else without_secrets(inner)
                for name, inner in value.items()
            }
        case list():
            return [without_secrets(inner) for inner in value]
        case _:
            return value
