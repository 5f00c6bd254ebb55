"""The command line: `qfbot`, or `python -m bot`."""

import asyncio
import os
import signal
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from bot import __version__
from bot.settings import LogFormat, LogLevel, Mode, SettingsError


class ExportFormat(StrEnum):
    """How the audit is printed."""

    JSONL = "jsonl"


app = typer.Typer(
    name="qfbot",
    help="A Slack bot for teams that fine-tune models on Baidu Qianfan.",
    no_args_is_help=True,
    add_completion=False,
    # Half of the time that a help took went into importing what draws its boxes.
    rich_markup_mode=None,
    # A traceback with local variables could show a secret.
    pretty_exceptions_enable=False,
)

database = typer.Typer(help="Move the bot's database.", no_args_is_help=True)
app.add_typer(database, name="db")


# Each command imports what it runs when it runs: `qfbot --help` needs none of it.


@app.command()
def serve(
    mode: Annotated[
        Mode | None,
        typer.Option(help="How Slack reaches the bot; socket where SLACK_APP_TOKEN is set."),
    ] = None,
    http: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT",
            help="Where health and metrics are served, in http mode Slack's requests too.",
        ),
    ] = "127.0.0.1:8080",
) -> None:
    """Run the bot, with the settings of the environment and of .env."""
    _heed_sigterm()
    from bot.serve import serve as run

    host, port = _address(http)
    try:
        asyncio.run(run(mode, host, port))
    except asyncio.CancelledError:
        _refuse(["ended before it was ready."], 1)
    except SettingsError as error:
        _refuse(error.sentences, 2)
    except _start_errors() as error:
        _refuse([_told(error)], 1)


@app.command()
def playground(
    port: Annotated[int, typer.Option(help="The local Slack's port.")] = 8750,
    qianfan_port: Annotated[int, typer.Option(help="The local Qianfan's port.")] = 8751,
    speed: Annotated[
        float, typer.Option(help="World seconds in a real second.", min=0.0, max=3600.0)
    ] = 60.0,
    no_page: Annotated[bool, typer.Option("--no-page", help="Only the terminal.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Keep the database in this folder.", file_okay=False)
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="First print addresses and keys as one line of JSON.")
    ] = False,
) -> None:
    """Run the real bot between a local Slack and a local Qianfan: no account, no network."""
    _forget_environment()
    from bot.logs import start_logging
    from bot.playground.play import play

    start_logging(LogFormat.TEXT, LogLevel.ERROR)
    playing = play(
        port=port,
        qianfan_port=qianfan_port,
        speed=speed,
        data=data,
        as_json=as_json,
        page_wanted=not no_page,
    )
    try:
        code = asyncio.run(playing)
    except KeyboardInterrupt:
        code = 0
    except _start_errors() as error:
        _refuse([_told(error)], 1)
    raise typer.Exit(code)


@app.command()
def check(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of lines.")
    ] = False,
    send_test: Annotated[
        str | None,
        typer.Option(metavar="CHANNEL", help="Post a card of each kind there, marked as a test."),
    ] = None,
) -> None:
    """Look at all that is set up, and say what is to be mended; a bot may serve meanwhile."""
    from bot.doctor.check import check as run
    from bot.logs import start_logging

    # The libraries' own complaints would say again what the findings say.
    start_logging(LogFormat.TEXT, LogLevel.CRITICAL)
    report = asyncio.run(run(os.environ, send_test))
    typer.echo(report.as_json() if as_json else report.as_text())
    raise typer.Exit(0 if report.is_well else 1)


@app.command()
def manifest(
    url: Annotated[
        str | None,
        typer.Option(help="The bot's public address, for http mode; without it, socket mode."),
    ] = None,
) -> None:
    """Print the Slack app's manifest."""
    from bot.slack.manifest import manifest_yaml

    typer.echo(manifest_yaml(url), nl=False)


@app.command()
def audit(
    since: Annotated[
        str, typer.Option(metavar="DATE", help="From when on, such as 2026-05-04.")
    ] = "2000-01-01",
    format: Annotated[ExportFormat, typer.Option(help="A JSON object a line.")] = (
        ExportFormat.JSONL
    ),
) -> None:
    """Print who asked for what and what came of it; a bot may serve meanwhile."""
    from bot.exports import day, export_audit
    from bot.settings import read_settings

    try:
        asyncio.run(export_audit(read_settings(), day(since), typer.echo))
    except ValueError:
        _refuse([f"--since has to be a date such as 2026-05-04, and not {since}."], 2)
    except SettingsError as error:
        _refuse(error.sentences, 2)
    except _start_errors() as error:
        _refuse([_told(error)], 1)


@database.command()
def copy(
    to: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="postgresql://USER:PASSWORD@HOST/NAME or sqlite:///PATH; it must be empty. The "
            "password may be in PGPASSWORD or ~/.pgpass instead.",
        ),
    ],
) -> None:
    """Copy everything from the SQLite database that is set up to another database."""
    from bot.exports import copy_database
    from bot.settings import read_settings

    say_aside = partial(typer.echo, err=True)
    try:
        asyncio.run(copy_database(read_settings(), to, typer.echo, say_aside))
    except SettingsError as error:
        _refuse(error.sentences, 2)
    except _start_errors() as error:
        _refuse([f"the copy failed: {_told(error)}"], 1)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    app()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        _refuse([f"--http has to be HOST:PORT, such as 127.0.0.1:8080, and not {text}."], 2)
    return host.strip("[]"), int(port)


def _heed_sigterm() -> None:
    """Let SIGTERM end the start, from its first moment on.

    A container's first process is sent no signal that it has not asked for.
    https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit("qfbot: ended before it was ready.")

    signal.signal(signal.SIGTERM, end)


def _forget_environment() -> None:
    """Let nothing of the environment reach the playground; Bolt reads some of it by itself."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "QIANFAN_", "QFBOT_")):
            del os.environ[name]


def _start_errors() -> tuple[type[Exception], ...]:
    from bot.domain.errors import StoreError

    return (StoreError, OSError)


def _told(error: Exception) -> str:
    return str(error.args[0]) if len(error.args) == 1 else str(error)


def _refuse(sentences: tuple[str, ...] | list[str], code: int) -> NoReturn:
    for sentence in sentences:
        print(f"qfbot: {sentence}", file=sys.stderr)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
