"""A Slack that gives the answers it was told to, and remembers what it was asked."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

#: What a method answers: a body, a whole response, or something that makes one.
Answer = dict[str, Any] | web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """One call of a method."""

    method: str
    arguments: dict[str, Any] = field(hash=False)


class CannedSlack:
    """Answers each method with its answers in turn, and the last of them for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._handle)
        self._server = TestServer(application)

    @property
    def api_url(self) -> str:
        return str(self._server.make_url("/api/"))

    def answers(self, method: str, *answers: Answer) -> None:
        """From now on the method answers so."""
        self._answers[method] = list(answers)

    def refuses(self, method: str, *errors: str) -> None:
        """From now on the method answers with these errors."""
        self.answers(method, *({"ok": False, "error": error} for error in errors))

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of a method so far."""
        return [asked.arguments for asked in self.asked if asked.method == method]

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            arguments |= await request.json()
        else:
            arguments |= dict(await request.post())
        self.asked.append(Asked(method, arguments))
        answers = self._answers[method]
        if not answers:
            return web.json_response({"ok": False, "error": "unknown_method"})
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, dict):
            return web.json_response({"ok": True, **answer})
        if isinstance(answer, web.Response):
            return answer
        return await answer(request)
