"""A PostgreSQL server for those tests that need one, where it can be had."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.chaos.databases import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def server(taking_turns: Callable[[], AbstractContextManager[None]]) -> Iterator[PostgresServer]:
    """A server of our own, for all of these tests."""
    try:
        starting = postgres_server()
        with taking_turns():
            started = starting.__enter__()
    except Exception as error:
        if os.environ.get("QFBOT_TESTS_REQUIRE") == "all":
            raise
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield started
    starting.__exit__(None, None, None)
