"""bce-auth-v1, the signature of Baidu Cloud's APIs, as an httpx authentication.

The algorithm: https://cloud.baidu.com/doc/Reference/s/njwvz1yfu. Signed are the headers `host`
and `x-bce-date` and nothing else, as in the curl examples of Baidu's documents; the body is not
part of a signature.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

import httpx
from pydantic import SecretStr

# Baidu refuses a request whose clock is off by more than this (RequestExpired), so that a
# signature which lives as long excludes nobody whom the clock would not exclude.
LIFETIME = timedelta(minutes=30)

_SIGNED_HEADERS = "host;x-bce-date"
_HEADER_WORD = re.compile(r"[!-.0-~]+")


@dataclass(frozen=True)
class Credentials:
    """The keys of one account. Raises ValueError for an access key that no header could carry."""

    access_key: str = field(repr=False)
    secret_key: SecretStr

    def __post_init__(self) -> None:
        if not _HEADER_WORD.fullmatch(self.access_key):
            raise ValueError("the access key is empty, or has characters that no access key has")
        if not self.secret_key.get_secret_value():
            raise ValueError("the secret key is empty")


class BceAuth(httpx.Auth):
    """Signs each request as it is sent, a repeated one too.

    Each gets the wall clock's time and the keys that count then.
    """

    def __init__(
        self,
        credentials: Callable[[], Credentials],
        wall: Callable[[], datetime],
        lifetime: timedelta = LIFETIME,
    ) -> None:
        self._credentials = credentials
        self._wall = wall
        self._lifetime = lifetime

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        date = bce_date(self._wall())
        request.headers["x-bce-date"] = date
        request.headers["Authorization"] = authorization(
            self._credentials(),
            method=request.method,
            target=request.url.raw_path.decode("ascii"),
            host=request.headers["host"],
            date=date,
            lifetime=self._lifetime,
        )
        yield request


def authorization(
    credentials: Credentials,
    *,
    method: str,
    target: str,
    host: str,
    date: str,
    lifetime: timedelta = LIFETIME,
) -> str:
    """The Authorization header of a request for `target` (path and query, as on the wire).

    `date` is what its header `x-bce-date` says.
    """
    prefix = f"bce-auth-v1/{credentials.access_key}/{date}/{int(lifetime.total_seconds())}"
    key = _hmac(credentials.secret_key.get_secret_value(), prefix)
    canonical = f"{_canonical(method, target, host)}\nx-bce-date:{_encoded(date)}"
    return f"{prefix}/{_SIGNED_HEADERS}/{_hmac(key, canonical)}"


def bce_date(at: datetime) -> str:
    """A moment as the API's headers write it: in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# The bot asks for a handful of targets at one host, again and again. The derived key is not kept:
# it is good for one second, in which an account is asked about once.
@lru_cache(maxsize=64)
def _canonical(method: str, target: str, host: str) -> str:
    path, _, query = target.partition("?")
    lines = (method.upper(), _encoded(path, "/"), _canonical_query(query), f"host:{_encoded(host)}")
    return "\n".join(lines)


def _canonical_query(query: str) -> str:
    """The query sorted and encoded anew; a plus is a space, as httpx writes one."""
    pairs = (pair.partition("=") for pair in query.replace("+", "%20").split("&") if pair)
    return "&".join(sorted(f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs))


def _encoded(text: str, but: str = "") -> str:
    return quote(unquote_to_bytes(text), safe=but)


def _hmac(key: str, text: str) -> str:
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256).hex()
