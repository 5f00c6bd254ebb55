"""What Qianfan's error codes and statuses mean."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import (
    AccessDenied,
    BadCredentials,
    ClockSkewed,
    PlatformError,
    RequestRejected,
    Throttled,
    Unavailable,
    UnknownResource,
)


@dataclass(frozen=True)
class Meaning:
    """The error that a code stands for; `passing` where the same request may soon be served."""

    error: type[PlatformError]
    passing: bool = False


@dataclass(frozen=True)
class Complaint:
    """What an answer says went wrong, in its own words."""

    status: int
    code: str
    message: str
    request_id: str | None = None
    retry_after: timedelta | None = None
    of_qianfan: bool = True
    """Whether Qianfan itself says so, and not something on the way to it."""


_REJECTED = Meaning(RequestRejected)
_BROKEN_FOR_NOW = Meaning(Unavailable, passing=True)
_TOO_FAST = Meaning(Throttled, passing=True)
_USED_UP = Meaning(Throttled)

CODES: dict[str, Meaning] = {
    # V2, the platform's own list: https://cloud.baidu.com/doc/qianfan/s/Pmh4sv5qa
    "InappropriateJSON": _REJECTED,
    "InvalidMarker": _REJECTED,
    "InvalidHTTPRequest": _REJECTED,
    "InvalidURI": _REJECTED,
    "MalformedJSON": _REJECTED,
    "IdempotentParameterMismatch": _REJECTED,
    "SignatureDoesNotMatch": Meaning(BadCredentials),
    "InvalidHTTPAuthHeader": Meaning(BadCredentials),
    "RequestExpired": Meaning(ClockSkewed),
    "AccessDenied": Meaning(AccessDenied),
    "InternalError": _BROKEN_FOR_NOW,
    # V2, the list that Baidu Cloud's products share:
    # https://cloud.baidu.com/doc/Reference/s/Bjz3uz3qj
    "InvalidAccessKeyId": Meaning(BadCredentials),
    "OptInRequired": Meaning(AccessDenied),
    "InvalidVersion": _REJECTED,
    "PreconditionFailed": _REJECTED,
    "NoSuchKey": Meaning(UnknownResource),
    "ServiceUnavailable": _BROKEN_FOR_NOW,
    # Named so by Baidu's log service; Qianfan does not publish a name of its own.
    # https://cloud.baidu.com/doc/BLS/s/Dmhybglys-en
    "RequestLimited": _TOO_FAST,
    # V1 numbers, which the gateway may still answer with: `APIErrorCode` of the official Python
    # SDK (qianfan/consts.py); 18, 336100 and 500000 are those that its console calls repeat.
    "4": _USED_UP,
    "14": Meaning(BadCredentials),
    "17": _USED_UP,
    "18": _TOO_FAST,
    "19": _USED_UP,
    "336100": _BROKEN_FOR_NOW,
    "336501": _USED_UP,
    "336502": _USED_UP,
    "500000": _BROKEN_FOR_NOW,
    "500001": _REJECTED,
    "500002": Meaning(BadCredentials),
    "510202": Meaning(UnknownResource),
    "510301": Meaning(UnknownResource),
    "510302": _REJECTED,
    "510402": _REJECTED,
    "510403": _REJECTED,
}

# The sentences by which the official Python SDK knows a wrong access key and a wrong secret key;
# under which code they come is not published.
_BAD_CREDENTIALS = re.compile("could not find credential|signature does not match", re.IGNORECASE)

# The code of an unknown id is not published either; it may be that of any bad parameter.
_UNKNOWN = re.compile(r"not\s?exist|not\s?found|不存在", re.IGNORECASE)

_STATUSES = {
    401: Meaning(BadCredentials),
    403: Meaning(AccessDenied),
    404: Meaning(UnknownResource),
}


def meaning(complaint: Complaint) -> Meaning:
    """What a complaint stands for; of what nobody knows, RequestRejected."""
    if complaint.status == 429:
        return _TOO_FAST
    if _BAD_CREDENTIALS.search(complaint.message):
        return Meaning(BadCredentials)
    known = CODES.get(complaint.code)
    if known not in (None, _REJECTED):
        return known
    if known is None and complaint.status >= 500:
        return _BROKEN_FOR_NOW
    if _UNKNOWN.search(f"{complaint.code} {complaint.message}"):
        return Meaning(UnknownResource)
    return known or _of_status(complaint)


def _of_status(complaint: Complaint) -> Meaning:
    return _STATUSES.get(complaint.status, _REJECTED) if complaint.of_qianfan else _REJECTED


def error_of(action: str, complaint: Complaint) -> PlatformError:
    """The error that the action's caller gets to see."""
    error = meaning(complaint).error
    if error is Throttled:
        return Throttled(action, complaint.request_id, complaint.retry_after)
    if error is RequestRejected:
        code = complaint.code or f"HTTP {complaint.status}"
        return RequestRejected(action, complaint.request_id, code, complaint.message)
    return error(action, complaint.request_id)
