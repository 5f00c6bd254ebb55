"""HTTP to Qianfan: httpx over an aiohttp session, and what a lost connection means."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext, create_default_context
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.qianfan.answers import Reply

# While aiohttp raises one of these, no byte of the request has been written. httpx's own classes
# cannot tell: httpx-aiohttp turns a connection lost after the request into a ConnectTimeout.
_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)


@dataclass(frozen=True)
class Upload:
    """A file, sent as the one field of a form."""

    parameter: str
    name: str
    content: bytes = field(repr=False)


Body = Mapping[str, object] | Upload


class NoReply(Exception):
    """Nothing came back, or nothing that is HTTP; `sent` where the request may have arrived."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__(sent)
        self.sent = sent


class GarbledReply(NoReply):
    """Something came back that is not HTTP, or not what its headers say."""

    def __init__(self) -> None:
        super().__init__(sent=True)


def open_http(base_url: str, connect: timedelta) -> httpx.AsyncClient:
    """A client for one API; its session opens with the first request and closes with it.

    `connect` bounds the way to an open connection (a free place in the pool, the name, the
    socket, TLS). Certificates are those of the system, or of SSL_CERT_FILE, as for Slack. Proxies
    of the environment are used, except for a loopback host, which no proxy could reach; no
    password file is read. Raises ValueError for an address that is no HTTP URL or carries a
    password, and for a proxy that does not speak HTTP.
    """
    url = address(base_url)
    tls = create_default_context()
    transport = AiohttpTransport(verify=tls, client=lambda: _session(tls), proxy=_proxy(url))
    return httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(None, connect=connect.total_seconds(), pool=connect.total_seconds()),
        follow_redirects=False,
        trust_env=False,
    )


@cache
def address(base_url: str, target: str = "") -> httpx.URL:
    """Where a request is sent; kept, since httpx is slow at it. ValueError as of `open_http`."""
    url = httpx.URL(base_url.rstrip("/") + target)
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ValueError("Qianfan's address must be https://HOST (or http://), without a user")
    return url


async def post(
    http: httpx.AsyncClient,
    url: httpx.URL,
    body: Body,
    auth: httpx.Auth,
    within: timedelta,
) -> Reply:
    """Send a request once and read the whole reply. Raises NoReply where none came in time."""
    request = _request(http, url, body)
    try:
        async with asyncio.timeout(within.total_seconds()):
            response = await http.send(request, auth=auth)
    except httpx.DecodingError as error:
        raise GarbledReply from error
    except httpx.TransportError as error:
        raise NoReply(sent=not isinstance(error.__cause__, _BEFORE_SENDING)) from error
    except aiohttp.ClientResponseError as error:
        raise GarbledReply from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoReply(sent=True) from error
    return Reply(response.status_code, response.headers, response.content)


def _request(http: httpx.AsyncClient, url: httpx.URL, body: Body) -> httpx.Request:
    if not isinstance(body, Upload):
        return http.build_request("POST", url, json=body)
    request = http.build_request("POST", url, files={body.parameter: (body.name, body.content)})
    # Read at once, it is sent as one piece with its length, like any other body.
    request.read()
    return request


def _session(tls: SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(ssl=tls)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _proxy(url: httpx.URL) -> httpx.Proxy | None:
    """The environment's proxy for this host.

    Not aiohttp's `trust_env`: it would look the proxy up in a thread before each request, and
    refuse to send where a netrc file names the host.
    """
    if _is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address:
        return None
    proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    if proxy.url.scheme not in ("http", "https"):
        raise ValueError("the environment's proxy for Qianfan is not one that speaks HTTP")
    return proxy


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
