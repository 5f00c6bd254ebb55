"""The image, made and run without an engine: the Dockerfile's own steps, in a folder.

What the engine gives a container is given here by the kernel, where it does: a read-only root, a
user of its own without capabilities, and the first place among the processes, to which no signal
comes that was not asked for. Where the tests are not run as root, the user is whoever runs them.
"""

# ruff: noqa: ASYNC110, ASYNC240 (nobody tells when a process has come so far)

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.slack.manifest import manifest
from tests.processes.test_serve import environment, settings, two_servers
from tests.unit import dockerfile
from tests.unit.test_deployment import DRAIN_SECONDS

#: Runs the words after the first in that folder, of which only `data` can be written to.
_READ_ONLY = (
    'mount --bind "$0" "$0" && mount --bind "$0/data" "$0/data" '
    '&& mount -o remount,bind,ro "$0" && mount -o remount,bind,ro / '
    '&& cd "$0/data" && exec "$@"'
)

_AS_ROOT = os.getuid() == 0
_OWN_USERS = () if _AS_ROOT else ("--user", "--map-root-user")
_APART = ("unshare", *_OWN_USERS, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def _missing(what: str) -> None:
    if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
        raise RuntimeError(what)
    pytest.skip(what)


@dataclass(frozen=True)
class Image:
    """What the build left, at `top`; whether what it runs is kept `apart` from this machine."""

    top: Path
    apart: bool

    @property
    def data(self) -> Path:
        """The volume."""
        return self.top / "data"

    def here(self, text: str) -> str:
        """A path of the image, as the same place in the folder."""
        for path in ("/opt", "/data"):
            text = text.replace(path, f"{self.top}{path}")
        return text

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of its process."""
        own = {
            name: self.here(value.replace("$PATH", os.defpath))
            for name, value in dockerfile.environment().items()
        }
        return environment(**{"HOME": str(self.data)} | own | more)

    def command(self, *argv: str) -> list[str]:
        """The command line that runs `argv` as the engine would."""
        if not self.apart:
            return [*_unprivileged(), *argv]
        return [*_APART, "sh", "-c", _READ_ONLY, str(self.top), *_unprivileged(), *argv]

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            self.command(*argv),
            cwd=self.data,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def _unprivileged() -> list[str]:
    bare = ["setpriv", "--no-new-privs", "--inh-caps=-all"]
    if not _AS_ROOT:
        return bare
    user, group = _user()
    return [*bare, "--bounding-set=-all", f"--reuid={user}", f"--regid={group}", "--clear-groups"]


def _user() -> tuple[int, int]:
    user, _, group = dockerfile.final()["USER"][0].rest.partition(":")
    return int(user), int(group)


def _interpreter() -> str:
    """A Python that the container's user can run."""
    for name in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        path = os.path.realpath(name)
        asked = [*_unprivileged(), path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if os.path.exists(path) and not subprocess.run(asked, check=False).returncode:
            return path
    _missing("no Python 3.11 or newer that another user than this one can run")
    raise AssertionError


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """What the Dockerfile makes."""
    for tool in ("uv", "setpriv"):
        if shutil.which(tool) is None:
            _missing(f"{tool} is not installed here")
    # Not pytest's own folder, into which no other user sees.
    with tempfile.TemporaryDirectory(prefix="qfbot-image-") as folder:
        top = Path(folder)
        top.chmod(0o755)
        (top / "data").mkdir(mode=0o700)
        if _AS_ROOT:
            os.chown(top / "data", *_user())
        _build(Image(top, apart=False))
        apart = Image(top, apart=True)
        yield apart if apart.run("true").returncode == 0 else Image(top, apart=False)


def _build(image: Image) -> None:
    """Do the steps of the first stage, in a folder with what .dockerignore lets in."""
    context = image.top / "src"
    context.mkdir()
    set_in_stage: dict[str, str] = {}
    for step in dockerfile.stages()[0]:
        if step.word == "ENV":
            set_in_stage |= {name: image.here(value) for name, value in step.pairs.items()}
        elif step.word == "COPY":
            *sources, target = step.arguments
            for source in sources:
                assert target in ("./", f"./{source}"), "everything keeps its name"
                _copy(source, context)
        elif step.word == "RUN" and step.rest.startswith("uv "):
            subprocess.run(
                step.rest.split(),
                cwd=context,
                env=environment(UV_PYTHON=_interpreter(), **set_in_stage),
                check=True,
            )
    shutil.rmtree(context)


def _copy(source: str, context: Path) -> None:
    for path in dockerfile.let_in():
        if path.parts[0] == source:
            (context / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(dockerfile.ROOT / path, context / path)


@asynccontextmanager
async def running(
    image: Image, *argv: str, **more: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A process as the container's first: what runs it, and its number out here."""
    process = await asyncio.create_subprocess_exec(
        *image.command(*argv),
        cwd=image.data,
        env=image.environment(**more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process, await _first(process.pid) if image.apart else process.pid
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _first(keeper: int) -> int:
    """The number out here of the process that is the first in there."""
    children = Path(f"/proc/{keeper}/task/{keeper}/children")
    async with asyncio.timeout(10):
        while not (found := children.read_text().split()):
            await asyncio.sleep(0.01)
    return int(found[0])


def test_it_says_what_it_can_do(image: Image) -> None:
    told = image.run("qfbot", "--help")
    assert told.returncode == 0, told.stderr
    assert "serve" in told.stdout


def test_it_prints_the_manifest(image: Image) -> None:
    told = image.run("qfbot", "manifest")
    assert told.returncode == 0, told.stderr
    assert yaml.safe_load(told.stdout) == manifest()


def test_nothing_can_be_written_but_the_volume(image: Image) -> None:
    if not (image.apart or _AS_ROOT):
        pytest.skip("the kernel gives no namespaces here")
    for place, writable in ((image.data, True), (image.top / "opt" / "qfbot", False)):
        assert (image.run("touch", str(place / "mark")).returncode == 0) is writable


async def test_it_serves_from_its_volume_and_ends_within_the_drain(image: Image) -> None:
    async with two_servers() as servers:
        given = settings(servers, image.data, "socket")
        del given["QFBOT_DATABASE_URL"]
        # The last word is the address; any free port will do here.
        argv = (*dockerfile.argv()[:-1], "127.0.0.1:0")
        async with running(image, *argv, **given) as (process, first), asyncio.timeout(60):
            assert process.stdout is not None
            ready = (await process.stdout.readline()).decode()
            assert ready.startswith("qfbot ready mode=socket address=127.0.0.1:")
            port = ready.strip().rpartition(":")[2]
            check = [word.replace("8080", port) for word in dockerfile.health_check()]
            health = await asyncio.create_subprocess_exec(*check, env=image.environment())
            assert await health.wait() == 0

            os.kill(first, signal.SIGTERM)
            async with asyncio.timeout(DRAIN_SECONDS):
                assert await process.wait() == 0
    assert (image.data / "qfbot" / "qfbot.db").exists()


async def test_a_signal_ends_it_before_it_is_ready_too(image: Image) -> None:
    async with (
        running(image, "qfbot", "serve") as (process, first),
        asyncio.timeout(60),
    ):
        while not _heeds(first, signal.SIGTERM):
            await asyncio.sleep(0.001)
        os.kill(first, signal.SIGTERM)
        _, err = await process.communicate()
    assert (process.returncode, err) == (1, b"qfbot: ended before it was ready.\n")


def _heeds(process: int, number: signal.Signals) -> bool:
    """Whether the process has asked for the signal."""
    status = Path(f"/proc/{process}/status").read_text()
    [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(int(caught, 16) >> (number - 1) & 1)
