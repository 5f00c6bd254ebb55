"""`qfbot serve`: from the settings to a running bot, until a signal asks it to end."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.app import open_app
from bot.commands.contents import COMMANDS
from bot.live_rules import LiveFile
from bot.logs import start_logging
from bot.pulse import Watchdog
from bot.rules_file import read_account_keys
from bot.settings import Mode, read_environment, read_settings
from bot.terms import ORDINARY, RealClock, Ruling

log = structlog.get_logger(__name__)

#: How long the ready line waits for Slack's hello; without one the bot goes on trying.
HELLO_SECONDS = 5.0


async def serve(mode: Mode | None, host: str, port: int) -> None:
    """Run the bot until SIGTERM or SIGINT, then finish what is in hand.

    Cancelled by such a signal where it comes before the bot is ready.

    Raises SettingsError, StoreError where the database cannot be used, and OSError where the
    address is taken.
    """
    settings, environ = read_settings(mode=mode), read_environment()
    _hide_settings_from_bolt()
    file = LiveFile(settings.qfbot_config, {each.name: each.changes for each in COMMANDS})
    keys = read_account_keys(file.current.accounts, environ)
    secrets = settings.secrets.union(*(pair.secrets for pair in keys.values()))
    start_logging(settings.qfbot_log_format, settings.qfbot_log_level, secrets)
    _on_signal(_this_task().cancel)
    ruling = Ruling(
        rules=lambda: file.rules,
        hash=lambda: file.hash,
        tick=file.tick,
        refusals=lambda: file.refusals,
        language=lambda: file.language,
        accounts=file.current.accounts,
        environ=environ,
    )
    tempo = replace(ORDINARY, gathering=timedelta(seconds=settings.qfbot_gather_seconds))
    async with open_app(settings, ruling, RealClock(), host=host, port=port, tempo=tempo) as app:
        ended = asyncio.Event()
        _on_signal(ended.set)
        if app.line is not None and not await app.line.first_hello(HELLO_SECONDS):
            log.warning("Slack has not said hello yet")
        host, port = app.address
        print(f"qfbot ready mode={settings.mode} address={host}:{port}", flush=True)
        with Watchdog(lambda: app.pulse.beats):
            await ended.wait()
        log.info("ending")


def _hide_settings_from_bolt() -> None:
    """Bolt reads some settings by itself, and prefers them to what it is given."""
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        del os.environ[name]


def _this_task() -> asyncio.Task[None]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _on_signal(act: Callable[[], object]) -> None:
    """What SIGTERM and SIGINT do: during the start they break it off, afterwards they end it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, act)
