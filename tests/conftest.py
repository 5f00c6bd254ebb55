"""How the tests are run: many side by side, few in one process."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

#: The tests wait about as long as they reckon; each process has a PostgreSQL and a Chromium.
_FEWEST, _MOST = 2, 4


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many processes as there are cores; none beside this one where a few tests are named.

    Nor where snapshots are written: inline-snapshot does not do so from several processes.
    """
    named = any("::" in each or each.endswith(".py") for each in config.args)
    if named or config.option.keyword or config.option.inline_snapshot:
        return 0
    return max(_FEWEST, min(os.cpu_count() or 1, _MOST))


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The processes that tests start find the bot compiled, though it be told to keep nothing.

    Compiling is most of what the start of a process costs.
    """
    with pytest.MonkeyPatch.context() as patched:
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            patched.delenv("PYTHONDONTWRITEBYTECODE")
            patched.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def taking_turns(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], AbstractContextManager[None]]:
    """What is done within it, only one of the processes does at a time.

    The first start of a PostgreSQL server makes a user of the system, where it is begun by root.
    """

    @contextmanager
    def turn() -> Iterator[None]:
        with (tmp_path_factory.getbasetemp().parent / "turns.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    return turn
