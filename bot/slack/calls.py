"""Each call of Slack's API is told: which method, and "ok", Slack's word, or why there was none."""

import asyncio
import json
import re

import aiohttp
from yarl import URL

from bot.happenings import THROTTLED, SlackAnswered, Tell
from bot.slack.errors import RATE_LIMITED, word_in

#: What goes to no method: files, and answers by the address that came with a question.
DOWNLOAD, UPLOAD, RESPONSE_URL = "download", "upload", "response_url"

# Slack begins with it; what does not is read whole, which is seldom.
_OK = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')
_METHOD = re.compile(r"[a-zA-Z.]{1,60}")


def telling_of_calls(api_url: str, tell: Tell) -> aiohttp.ClientMiddlewareType:
    """What stands between a client and Slack, and listens."""
    base = URL(api_url)

    async def listen(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        method, code = _method(request, base), "lost"
        try:
            answer = await send(request)
            code = _status(answer) if method == DOWNLOAD else await _code(answer)
        except (TimeoutError, asyncio.CancelledError):
            # aiohttp's own timeout looks like a cancellation from here.
            code = "timeout"
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError):
            code = "no connection"
            raise
        finally:
            tell(SlackAnswered(method, code))
        return answer

    return listen


def _method(request: aiohttp.ClientRequest, base: URL) -> str:
    url = request.url
    name = url.path.removeprefix(base.path)
    if url.origin() == base.origin() and url.path != name and _METHOD.fullmatch(name):
        return name
    if request.method == "GET":
        return DOWNLOAD
    # https://docs.slack.dev/messaging/working-with-files#upload
    return UPLOAD if url.path.startswith("/upload/") else RESPONSE_URL


async def _code(answer: aiohttp.ClientResponse) -> str:
    body = await answer.read()
    return "ok" if _OK.match(body) else _word(body) or _status(answer)


def _word(body: bytes) -> str:
    try:
        word = word_in(json.loads(body))
    except ValueError:
        return ""
    return THROTTLED if word in RATE_LIMITED else word


def _status(answer: aiohttp.ClientResponse) -> str:
    if answer.status == 429:
        return THROTTLED
    return "ok" if answer.status < 400 else f"HTTP {answer.status}"
