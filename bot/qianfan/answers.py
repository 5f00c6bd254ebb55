"""From a status, headers and bytes to an answer or a refusal, in every shape that is known.

The shapes: `{requestId, code, message}` of V2; `{log_id, error_code, error_msg}` of V1, with
HTTP 200; the headers `X-Bce-Error-Code` and `X-Bce-Error-Message` of the gateway; `{error:
{code, message}}` of the inference API's gateway; and what a proxy says, which is no JSON.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from bot.domain.errors import BrokenAnswer, PlatformError
from bot.qianfan.failures import Complaint, error_of, meaning
from bot.qianfan.redaction import Redact

Headers = Mapping[str, str]

_SECONDS = re.compile(r"\d{1,6}(\.\d+)?")
_LONGEST_REQUEST_ID = 128


@dataclass(frozen=True)
class Reply:
    """What came over the wire; the headers' names are found in any letter case."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Answer:
    """Qianfan did as it was told; `result` is whatever JSON it answered, None without any."""

    action: str
    request_id: str | None
    result: object


@dataclass(frozen=True)
class Refusal:
    """Qianfan did not; `passing` where the same request may be served if it is asked again."""

    error: PlatformError
    passing: bool = False


def read_answer(action: str, reply: Reply, redact: Redact) -> Answer | Refusal:
    """What the reply to an action says, without any secret."""
    body = _json_of(reply.body)
    request_id = _request_id(reply.headers, body, redact)
    complaint = _complaint(reply, body, request_id, redact)
    if complaint is not None:
        return Refusal(error_of(action, complaint), meaning(complaint).passing)
    if not isinstance(body, dict) or reply.status >= 300:
        return Refusal(BrokenAnswer(action, request_id))
    return Answer(action, request_id, body.get("result"))


def _json_of(body: bytes) -> object:
    """The body as JSON, None where it is none. NaN, a byte order mark and bad bytes are read."""
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _complaint(
    reply: Reply, body: object, request_id: str | None, redact: Redact
) -> Complaint | None:
    code, message = _told(reply.headers, body)
    if reply.status < 400 and (not code or _has_result(body)):
        return None
    return Complaint(
        status=reply.status,
        code=redact(code),
        message=redact(message),
        request_id=request_id,
        retry_after=_retry_after(reply.headers),
        of_qianfan=bool(code) or isinstance(body, dict),
    )


def _told(headers: Headers, body: object) -> tuple[str, str]:
    """The code and the message of whichever shape of error this is; empty where it is none."""
    said = body if isinstance(body, dict) else {}
    if _code(said.get("error_code")):
        return _code(said["error_code"]), _text(said.get("error_msg"))
    nested = said.get("error")
    for shape in (said, nested if isinstance(nested, dict) else {}):
        if _code(shape.get("code")):
            return _code(shape["code"]), _text(shape.get("message"))
    return _code(headers.get("x-bce-error-code")), _text(headers.get("x-bce-error-message"))


def _has_result(body: object) -> bool:
    """A result beside a code is an answer; beside V1's `error_code` it is none."""
    return (
        isinstance(body, dict)
        and body.get("result") is not None
        and not _code(body.get("error_code"))
    )


def _code(value: object) -> str:
    """A code as text; 0, "0", "" and what is no code at all are no error."""
    text = _text(value)
    return "" if text == "0" else text


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode(errors="replace").decode().strip()


def _request_id(headers: Headers, body: object, redact: Redact) -> str | None:
    said = body if isinstance(body, dict) else {}
    candidates = (said.get("requestId"), headers.get("x-bce-request-id"), said.get("log_id"))
    found = next(filter(None, map(_text, candidates)), "")
    return redact(found)[:_LONGEST_REQUEST_ID] or None


def _retry_after(headers: Headers) -> timedelta | None:
    """Retry-After as seconds, or as a date beside the answer's own (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=float(value))
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(wait, timedelta(0))
