"""bce-auth-v1: is this request signed by someone who holds the secret key?

Written from the algorithm's description alone (https://cloud.baidu.com/doc/Reference/s/njwvz1yfu),
so that the bot's own signer is not compared with itself. The body is not part of the signature.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from bot.playground.qianfan import errors

# How far a client's clock may be off; the reference's RequestExpired.
LARGEST_SKEW = timedelta(minutes=30)

# What is signed where the header's list is empty.
_DEFAULT_HEADERS = frozenset({"host", "content-md5", "content-length", "content-type"})

_AUTHORIZATION = re.compile(
    r"bce-auth-v1/(?P<prefix>(?P<key>[^/]+)/(?P<at>[^/]+)/(?P<seconds>\d{1,9}))"
    r"/(?P<headers>[^/]*)/(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class SignedRequest:
    """What of a request is signed: its path, its raw query and its headers (lower-case names)."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Claim:
    """An Authorization header, taken apart."""

    prefix: str
    access_key: str
    at: datetime
    lifetime: timedelta
    signed_headers: frozenset[str]
    signature: str


def signer_of(request: SignedRequest, secret_of: Callable[[str], str | None], now: datetime) -> str:
    """The access key that signed the request; `secret_of` finds its secret key.

    Raises ApiError: unsigned, malformed, unknown access key, expired, or signed with another key.
    """
    claim = _claim(request.headers.get("authorization", ""))
    secret = secret_of(claim.access_key)
    if secret is None:
        raise errors.unknown_access_key()
    _check_time(claim, request.headers.get("x-bce-date"), now)
    if not hmac.compare_digest(_signature(secret, claim, request), claim.signature):
        raise errors.wrong_signature()
    return claim.access_key


def _claim(authorization: str) -> _Claim:
    if not authorization:
        raise errors.unsigned()
    parts = _AUTHORIZATION.fullmatch(authorization.strip())
    if parts is None:
        raise errors.invalid_auth_header("it is not of the form bce-auth-v1")
    return _Claim(
        prefix=f"bce-auth-v1/{parts['prefix']}",
        access_key=parts["key"],
        at=_moment(parts["at"]),
        lifetime=timedelta(seconds=int(parts["seconds"])),
        signed_headers=_signed_headers(parts["headers"]),
        signature=parts["signature"],
    )


def _signed_headers(text: str) -> frozenset[str]:
    names = frozenset(name.strip().lower() for name in text.split(";")) if text else frozenset()
    if names and "host" not in names:
        raise errors.invalid_auth_header("the header host must be signed")
    return names


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise errors.invalid_auth_header(
            "its date is not of the form 2025-01-15T00:00:00Z"
        ) from None


def _check_time(claim: _Claim, bce_date: str | None, now: datetime) -> None:
    """The header x-bce-date tells the client's clock; the signature's own date only its end.

    The documents' own examples are signed for 180000 s and sent with a later x-bce-date.
    """
    client_clock = _moment(bce_date) if bce_date else claim.at
    if abs(now - client_clock) > LARGEST_SKEW or now - claim.at > claim.lifetime:
        raise errors.request_expired()
    if claim.at - now > LARGEST_SKEW:
        raise errors.request_expired()


def _signature(secret: str, claim: _Claim, request: SignedRequest) -> str:
    key = _hmac(secret, claim.prefix)
    return _hmac(key, canonical(request, claim.signed_headers))


def canonical(request: SignedRequest, signed_headers: frozenset[str]) -> str:
    """The text that is signed: method, path, query and headers, a line each."""
    return "\n".join(
        (
            request.method.upper(),
            quote(request.path, safe="/"),
            _canonical_query(request.query),
            _canonical_headers(request.headers, signed_headers),
        )
    )


def _canonical_query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    decoded = ((unquote(name), unquote(value)) for name, _, value in pairs)
    return "&".join(
        sorted(
            f"{_encoded(name)}={_encoded(value)}"
            for name, value in decoded
            if name.lower() != "authorization"
        )
    )


def _canonical_headers(headers: Mapping[str, str], signed: frozenset[str]) -> str:
    return "\n".join(
        sorted(
            f"{_encoded(name)}:{_encoded(value.strip())}"
            for name, value in headers.items()
            if value.strip() and _is_signed(name, signed)
        )
    )


def _is_signed(name: str, signed: frozenset[str]) -> bool:
    if signed:
        return name in signed
    return name in _DEFAULT_HEADERS or name.startswith("x-bce-")


def _encoded(text: str) -> str:
    return quote(text, safe="")


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
