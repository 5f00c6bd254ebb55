"""The one way out of a company's network: a proxy that asks for a password, and its certificate."""

import asyncio
import base64
import os
import ssl
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from tests.processes.relay import pipe

USER, PASSWORD = "qfbot", "toll-canary-0001"


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A key and a certificate for these names (`DNS:…`, `IP:…`) that nobody has signed."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    try:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=qfbot-tests", "-addext", f"subjectAltName={','.join(names)}"),
                *("-keyout", str(key), "-out", str(cert)),
            ],
            check=True,
            capture_output=True,
        )
    except OSError as error:
        if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
            raise
        pytest.skip(f"no certificate can be made here: {error}")
    return key, cert


def serving_context(key: Path, cert: Path) -> ssl.SSLContext:
    """TLS as the server with this certificate speaks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Toll:
    """A proxy that leads to `https://NAME` for each of these names, and to nothing else.

    TLS ends in it: behind it is a port of this machine that speaks plain HTTP.
    """

    def __init__(self, ports: Mapping[str, int], context: ssl.SSLContext) -> None:
        self._ports = ports
        self._context = context
        self._server: asyncio.Server | None = None
        #: The names that somebody asked for who had the password.
        self.passed: set[str] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()
        return f"http://{USER}:{PASSWORD}@{host}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._lead(reader, writer)
        writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        verb, _, rest = head.partition(" ")
        name = rest.partition(":443 ")[0]
        key = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if verb != "CONNECT" or name not in self._ports or f"Basic {key}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        self.passed.add(name)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.start_tls(self._context)
        there, to_there = await asyncio.open_connection("127.0.0.1", self._ports[name])
        await asyncio.gather(pipe(reader, to_there), pipe(there, writer))
