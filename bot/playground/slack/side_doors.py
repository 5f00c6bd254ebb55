"""The addresses besides the Web API: response_urls, uploads and downloads."""

import json
from functools import partial

from aiohttp import web

from bot.playground.slack.errors import SlackError
from bot.playground.slack.faults import DOWNLOAD, RESPONSE_URL, UPLOAD
from bot.playground.slack.happenings import ResponseUrlUsed
from bot.playground.slack.interaction import ResponseUrl
from bot.playground.slack.platform import Platform
from bot.playground.slack.replies import FaultGate, Reply
from bot.playground.slack.responses import respond
from bot.playground.slack.scopes import FILES_READ

_DEAD_URLS = ("expired_url", "used_url")

# Who may not have a file is shown where to sign in, by a redirect and not by an error.
# https://docs.slack.dev/reference/objects/file-object/#authentication
_SIGN_IN = "/signin"
_HTML = {"Content-Type": "text/html; charset=utf-8"}


class SideDoors:
    """Addresses that Slack hands out for one purpose each."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._gate = FaultGate(platform.faults, platform.tasks)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take an answer: "ok", or Slack's error as JSON (404 for a url past its life)."""
        key, body = request.match_info["key"], await request.read()
        reply = await self._gate.passes(RESPONSE_URL, partial(self._answered, key, body))
        where = self._platform.response_urls.find(key)
        user = where.user if where else ""
        shown = _shown(body)
        self._platform.feed.write(ResponseUrlUsed(reply.outcome, reply.status, user, shown))
        return reply.to(request)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of an announced file."""
        file_id, content = request.match_info["file"], await request.read()
        reply = await self._gate.passes(UPLOAD, partial(self._uploaded, file_id, content))
        return reply.to(request)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file's bytes to the app's token, and to everyone else a way to sign in."""
        key, token = request.match_info["key"], request.headers.get("Authorization", "")
        reply = await self._gate.passes(DOWNLOAD, partial(self._handed_out, key, token))
        return reply.to(request)

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """What a browser without a session sees."""
        page = "<!doctype html><title>Sign in | Slack</title><h1>Sign in to your workspace</h1>"
        return Reply("ok", page.encode(), headers=_HTML).to(request)

    def _handed_out(self, key: str, authorization: str) -> Reply:
        may_read = FILES_READ in self._platform.installation.scopes
        if not may_read or authorization != f"Bearer {self._platform.credentials.bot_token}":
            return Reply("not signed in", status=302, headers={"Location": _SIGN_IN})
        try:
            file = self._platform.files.find(key.rpartition("-")[2])
        except SlackError as refusal:
            return Reply(refusal.error, refusal.error, 404)
        return Reply("ok", file.content, headers={"Content-Type": "application/octet-stream"})

    def _answered(self, key: str, body: bytes) -> Reply:
        try:
            where: ResponseUrl = self._platform.response_urls.use(key)
            respond(self._platform, where, _parsed(body))
        except SlackError as refusal:
            status = 404 if refusal.error in _DEAD_URLS else 400
            return Reply(refusal.error, refusal.body, status)
        return Reply("ok", "ok")

    def _uploaded(self, file_id: str, content: bytes) -> Reply:
        try:
            self._platform.files.receive(file_id, content)
        except SlackError as refusal:
            return Reply(refusal.error, refusal.error, 404)
        return Reply("ok", f"OK - {len(content)}")


def _shown(body: bytes) -> object:
    try:
        return _parsed(body)
    except SlackError:
        return None


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
