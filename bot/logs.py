"""The log: one chain for our own events and for those of the libraries, without secrets."""

import json
import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from bot.domain.secrets import strike_out
from bot.settings import LogFormat, LogLevel

# They tell of every request and every tick at INFO.
_TALKATIVE = ("aiohttp.access", "aiosqlite", "alembic", "apscheduler", "httpcore", "httpx")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
)


def start_logging(
    log_format: LogFormat,
    level: LogLevel,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Write all events from now on, as lines without the secrets, to the stream.

    The stream is standard error where none is given: standard output is for the reader of a
    command. Called again, it replaces what was there.
    """
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(_StrikingFormatter(_rendering(log_format, target), secrets))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one.formatter, _StrikingFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    talkative = logging.WARNING if level is LogLevel.INFO else logging.NOTSET
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(talkative)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _rendering(log_format: LogFormat, target: TextIO) -> list[Processor]:
    # Exceptions as plain text: the prettier ways to show them print local variables.
    if log_format is LogFormat.JSON:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=plain)]


class _StrikingFormatter(ProcessorFormatter):
    """Strikes secrets out of the finished line, so that nothing in an event can get past."""

    def __init__(self, rendering: Iterable[Processor], secrets: Iterable[str]) -> None:
        super().__init__(
            processors=[ProcessorFormatter.remove_processors_meta, *rendering],
            foreign_pre_chain=_SHARED,
        )
        self._secrets = frozenset(form for secret in secrets for form in _forms(secret))

    def format(self, record: logging.LogRecord) -> str:
        return strike_out(super().format(record), self._secrets)


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as it stands within what `repr` and JSON write."""
    plain = {secret, repr(secret)[1:-1]}
    return plain | {json.dumps(form, ensure_ascii=False)[1:-1] for form in plain}
