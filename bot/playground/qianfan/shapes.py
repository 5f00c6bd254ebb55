"""Answers on the wire: a result, or a refusal in each of the shapes known of Qianfan."""

import json
import math
from typing import Any

from aiohttp import web

from bot.playground.qianfan.errors import ApiError
from bot.playground.qianfan.faults import Garbled
from bot.playground.qianfan.manners import ErrorShape

# V1's numeric codes: the official SDK's consts.APIErrorCode.
_V1_CODES = {
    "RequestLimited": 18,
    "ServiceUnavailable": 336100,
    "AccessDenied": 500002,
    "NoSuchTask": 510202,
    "NoSuchJob": 510301,
    "OperationDenied": 510302,
    "InvalidAccessKeyId": 14,
    "SignatureDoesNotMatch": 14,
    "RequestExpired": 14,
}
_V1_BAD_PARAMETER = 500001
_V1_INTERNAL = 500000

_BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


def success(request_id: str, result: Any) -> web.Response:
    """HTTP 200 with the result; an action without one answers its request's id only."""
    body = {"requestId": request_id} | ({} if result is None else {"result": result})
    return _json(body, 200, request_id)


def refusal(
    request_id: str, error: ApiError, shape: ErrorShape, retry_after: float | None = None
) -> web.Response:
    """A refusal in one of its shapes. The X-Bce-Error-* headers go with every V2 shape."""
    answer = _refusal(request_id, error, shape)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(math.ceil(retry_after))
    return answer


def garbled(request_id: str, how: Garbled, answer: web.Response | None) -> web.Response:
    """What a broken proxy or a cut connection makes of an answer."""
    headers = {"X-Bce-Request-Id": request_id}
    match how:
        case "html":
            return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
        case "text":
            return web.Response(text="upstream connect error", headers=headers)
        case "empty":
            return web.Response(headers=headers)
        case "cut":
            whole = (answer.text if answer else None) or '{"requestId": "'
            return web.Response(
                text=whole[: len(whole) // 2], content_type="application/json", headers=headers
            )


def _refusal(request_id: str, error: ApiError, shape: ErrorShape) -> web.Response:
    v2 = {"requestId": request_id, "code": error.code, "message": error.message}
    match shape:
        case "v2":
            return _json(v2, error.status, request_id, _error_headers(error))
        case "v2_with_200":
            return _json(v2, 200, request_id)
        case "headers":
            headers = _error_headers(error) | {"X-Bce-Request-Id": request_id}
            return web.Response(status=error.status, headers=headers)
        case "v1":
            other = _V1_INTERNAL if error.status >= 500 else _V1_BAD_PARAMETER
            code = _V1_CODES.get(error.code, other)
            v1 = {"log_id": request_id, "error_code": code, "error_msg": error.message}
            return _json(v1, 200, request_id)


def _error_headers(error: ApiError) -> dict[str, str]:
    message = "".join(
        sign if sign.isascii() and sign.isprintable() else "?" for sign in error.message
    )
    return {"X-Bce-Error-Code": error.code, "X-Bce-Error-Message": message[:500]}


def _json(
    body: Any, status: int, request_id: str, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(body, ensure_ascii=False),
        content_type="application/json",
        headers={"X-Bce-Request-Id": request_id} | (headers or {}),
    )
