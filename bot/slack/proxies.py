"""HTTP sessions to Slack, through the environment's proxy except where it does not count.

slack_sdk takes the proxy from the environment by itself, and NO_PROXY does not count for it;
Bolt's copies of a client would take it up again, so that it is undone where all of them meet.
"""

from ipaddress import ip_address
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from yarl import URL


def open_session(
    timeout: aiohttp.ClientTimeout, *middlewares: aiohttp.ClientMiddlewareType
) -> aiohttp.ClientSession:
    """A session for Slack's hosts; certificates are those of the system, or of SSL_CERT_FILE."""
    hosts = _Hosts()
    return aiohttp.ClientSession(
        timeout=timeout,
        proxy=load_http_proxy_from_env(),
        middlewares=(*middlewares, hosts.without_needless_proxy),
    )


def is_loopback(url: str | URL) -> bool:
    """Whether a URL names this very machine, which no proxy could reach."""
    host = URL(url).host or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Hosts:
    """Which hosts are reached without the proxy; asked of the environment once for each."""

    def __init__(self) -> None:
        self._direct: dict[str | None, bool] = {}

    async def without_needless_proxy(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        host = request.url.host
        if host not in self._direct:
            self._direct[host] = is_loopback(request.url) or bool(proxy_bypass(host or ""))
        if self._direct[host]:
            request.update_proxy(None, None, None)
        return await send(request)
