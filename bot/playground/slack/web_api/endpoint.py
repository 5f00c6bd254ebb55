"""Serves /api/…: faults, rate limits, tokens and scopes first, then the method."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web

from bot.playground.slack.arguments import Arguments, read_arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.happenings import ApiCalled
from bot.playground.slack.platform import Platform
from bot.playground.slack.replies import FaultGate, Reply, ratelimited
from bot.playground.slack.scopes import require_scope
from bot.playground.slack.values import Json
from bot.playground.slack.web_api.call import Call, Methods

# Methods that take the app-level token instead of the bot's, or none.
_APP_LEVEL = {"apps.connections.open"}
_OPEN = {"api.test"}


class Endpoint:
    """The one address of all methods."""

    def __init__(self, platform: Platform, methods: Methods) -> None:
        self._platform = platform
        self._methods = methods
        self._gate = FaultGate(platform.faults, platform.tasks)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or lose the answer where a fault says so."""
        begun = time.monotonic()
        method = request.match_info["method"]
        try:
            arguments = await read_arguments(request)
        except SlackError as refusal:
            arguments, reply = Arguments({}), Reply(refusal.error, refusal.body)
        else:
            reply = await self._gate.passes(method, partial(self._called, method, arguments))
        seconds = time.monotonic() - begun
        shown = _struck(dict(arguments), self._platform.credentials.strike_out)
        self._platform.feed.write(ApiCalled(method, reply.outcome, reply.status, seconds, shown))
        return reply.to(request)

    def _called(self, method: str, arguments: Arguments) -> Reply:
        seconds = self._platform.rate_limits.retry_after(method, arguments.text("channel"))
        if seconds is not None:
            return ratelimited(seconds)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._platform.installation.scopes))}
        try:
            body = self._result(method, arguments)
        except SlackError as refusal:
            return Reply(refusal.error, refusal.body, headers=headers)
        return Reply("ok", {"ok": True, **body}, headers=headers)

    def _result(self, method: str, arguments: Arguments) -> Json:
        if method not in self._methods:
            raise SlackError("unknown_method", req_method=method)
        self._check_token(method, arguments.token)
        require_scope(method, self._platform.installation.scopes)
        return self._methods[method](Call(self._platform, arguments))

    def _check_token(self, method: str, token: str | None) -> None:
        if method in _OPEN:
            return
        if token is None:
            raise SlackError("not_authed")
        credentials = self._platform.credentials
        if token not in (credentials.bot_token, credentials.app_token):
            raise SlackError("invalid_auth")
        if (token == credentials.app_token) != (method in _APP_LEVEL):
            raise SlackError("not_allowed_token_type")


def _struck(value: Any, strike_out: Callable[[str], str]) -> Any:
    """Return the same structure with secrets blotted out of its texts."""
    if isinstance(value, str):
        return strike_out(value)
    if isinstance(value, list):
        return [_struck(each, strike_out) for each in value]
    if isinstance(value, dict):
        return {name: _struck(each, strike_out) for name, each in value.items()}
    return value
