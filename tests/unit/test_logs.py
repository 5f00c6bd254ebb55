"""The log: one form for our events and for the libraries', and no secret in any."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.domain.secrets import STRUCK_OUT
from bot.logs import start_logging
from bot.settings import LogFormat, LogLevel

SECRET = "can'a\"r\\y"


@pytest.fixture(autouse=True)
def _root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_events_and_the_libraries_have_one_form(stream: io.StringIO) -> None:
    start_logging(LogFormat.JSON, LogLevel.INFO, stream=stream)

    structlog.get_logger("bot.watcher").info("looked", task="task-1", reason="训练")
    logging.getLogger("slack_bolt").warning("retry %d", 2)

    ours, theirs = events(stream)
    assert ours.pop("timestamp").endswith("Z")
    assert theirs.pop("timestamp").endswith("Z")
    assert ours == {
        "event": "looked",
        "level": "info",
        "logger": "bot.watcher",
        "reason": "训练",
        "task": "task-1",
    }
    assert theirs == {"event": "retry 2", "level": "warning", "logger": "slack_bolt"}


def test_people_read_a_line_an_event_without_colours_in_a_file(stream: io.StringIO) -> None:
    start_logging(LogFormat.TEXT, LogLevel.INFO, stream=stream)

    structlog.get_logger("bot.watcher").info("looked", task="task-1")

    (line,) = stream.getvalue().splitlines()
    assert "looked" in line
    assert "task=task-1" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("log_format", LogFormat)
def test_secrets_are_struck_out_wherever_they_are(
    log_format: LogFormat, stream: io.StringIO
) -> None:
    start_logging(log_format, LogLevel.DEBUG, [SECRET], stream)
    log = structlog.get_logger("bot")

    log.info(f"said {SECRET}", key=SECRET, nested={"list": [SECRET]}, token="xoxb-1-abcdef")
    logging.getLogger("aiohttp").info("header %s", {"Authorization": f"Bearer {SECRET}"})
    try:
        raise ValueError(SECRET, "postgresql://bot:hunter2@db")
    except ValueError as error:
        log.exception("broke")
        log.error("broke", error=error)
        logging.getLogger("sqlalchemy").exception("broke")

    written = stream.getvalue()
    assert written.count(STRUCK_OUT) >= 9
    for part in ("can'a", "abcdef", "hunter2"):
        assert part not in written


def test_json_stays_json_after_striking_out(stream: io.StringIO) -> None:
    start_logging(LogFormat.JSON, LogLevel.INFO, [SECRET], stream)

    structlog.get_logger("bot").info('"bce-auth-v1/AK/2025/host/81b1"', key=SECRET)

    assert events(stream)[0]["key"] == STRUCK_OUT
    assert events(stream)[0]["event"] == f'"{STRUCK_OUT}"'


@pytest.mark.parametrize("log_format", LogFormat)
def test_a_traceback_shows_no_local_variables(log_format: LogFormat, stream: io.StringIO) -> None:
    start_logging(log_format, LogLevel.INFO, stream=stream)
    local_variable = "".join(["un", "told"])

    try:
        int("x" + local_variable[:0])
    except ValueError:
        structlog.get_logger("bot").exception("broke")

    assert "invalid literal" in stream.getvalue()
    assert "untold" not in stream.getvalue()


def test_what_is_below_the_level_is_left_out(stream: io.StringIO) -> None:
    start_logging(LogFormat.JSON, LogLevel.WARNING, stream=stream)

    structlog.get_logger("bot").info("small talk")
    logging.getLogger("slack_bolt").info("small talk")
    logging.getLogger("httpx").warning("heard")

    assert [event["event"] for event in events(stream)] == ["heard"]


def test_libraries_that_tell_of_every_request_are_heard_at_debug_alone(
    stream: io.StringIO,
) -> None:
    for level in (LogLevel.INFO, LogLevel.DEBUG):
        start_logging(LogFormat.JSON, level, stream=stream)
        logging.getLogger("apscheduler.executors.default").info(f"ran at {level}")

    assert [event["event"] for event in events(stream)] == ["ran at DEBUG"]


def test_started_again_it_writes_each_event_once(stream: io.StringIO) -> None:
    start_logging(LogFormat.TEXT, LogLevel.INFO, stream=io.StringIO())
    start_logging(LogFormat.JSON, LogLevel.INFO, stream=stream)

    structlog.get_logger("bot").info("once")

    assert len(events(stream)) == 1


def test_warnings_of_python_are_events_too(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        start_logging(LogFormat.JSON, LogLevel.INFO, stream=stream)
        warnings.warn("old ways", UserWarning, stacklevel=1)

    assert [event["logger"] for event in events(stream)] == ["py.warnings"]


def test_values_bound_to_a_task_go_with_its_events(stream: io.StringIO) -> None:
    start_logging(LogFormat.JSON, LogLevel.INFO, stream=stream)

    with structlog.contextvars.bound_contextvars(attempt=7):
        structlog.get_logger("bot").info("asked")

    assert events(stream)[0]["attempt"] == 7
