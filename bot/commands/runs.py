"""`/qf runs`: the account's runs, newest first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.errors import AccessDenied, PlatformError
from bot.domain.following import Selection, What
from bot.domain.listings import Listed
from bot.domain.resources import CompressionTask, FineTuningTask, Phase
from bot.wording import follows
from bot.wording import runs as wording

Run = TypeVar("Run", FineTuningTask, CompressionTask)

#: How many runs one message holds, each with its buttons.
PAGE = 10

#: A further page belongs to the list of the one before, where that is not older.
_SAME_LIST = timedelta(minutes=5)

_DAY = timedelta(hours=24)


class Which(StrEnum):
    """Which runs are meant, by what they do or did."""

    RUNNING = "running"
    FAILED = "failed"
    TODAY = "today"
    COMPRESSIONS = "compressions"


@command(Role.VIEWER)
async def runs(
    context: Context,
    which: Which | None = None,
    *,
    model: str = "",
    mode: str = "",
    page: int = 1,
) -> Reply:
    """Lists the account's runs, the newest first, ten at a time.

    running are those that have not ended, failed those that failed, today those of the last 24
    hours; model="…" and mode=… pick those of a base model or a training mode. compressions lists
    the compression tasks instead.
    """
    try:
        listed, trouble = await _listed(context, which, page)
    except AccessDenied as error:
        return Reply(follows.may_not_list(error), outcome="may not list")
    found = [run for run in _of(listed, model, mode) if _is_meant(run, which, context.now)]
    picked = wording.Picked(which or "", model, mode)
    if not found:
        tasks = [run for run in listed.items if isinstance(run, FineTuningTask)]
        models = sorted({run.model for run in tasks if run.model})
        modes = sorted({run.train_mode for run in tasks if run.train_mode})
        message = wording.no_runs(picked, models, modes, listed, context.now, trouble)
        return Reply(message, shareable=True)
    last = -(-len(found) // PAGE)
    page = max(1, min(page, last))
    shown = wording.Page(
        found[(page - 1) * PAGE : page * PAGE],
        number=page,
        of=last,
        total=len(found),
        more=_next_page(context, page) if page < last else "",
    )
    return Reply(wording.run_list(shown, picked, listed, context.now, trouble), shareable=True)


async def _listed(
    context: Context, which: Which | None, page: int
) -> tuple[Listed[FineTuningTask] | Listed[CompressionTask], PlatformError | None]:
    """The runs, and why they are no newer where Qianfan does not serve."""
    catalogue = context.services.catalogue
    if which is Which.COMPRESSIONS:
        return await _read(context, page, catalogue.compressions, catalogue.refresh_compressions)
    return await _read(context, page, catalogue.runs, catalogue.refresh_runs)


async def _read(
    context: Context,
    page: int,
    in_memory: Callable[[str], Listed[Run] | PlatformError | None],
    refresh: Callable[[str], Awaitable[Listed[Run]]],
) -> tuple[Listed[Run], PlatformError | None]:
    known = in_memory(context.account)
    if page > 1 and isinstance(known, Listed) and context.now - known.at < _SAME_LIST:
        return known, None
    try:
        return await refresh(context.account), None
    except AccessDenied:
        raise
    except PlatformError as error:
        known = in_memory(context.account)
        if not isinstance(known, Listed):
            raise
        return known, error


def _of(
    listed: Listed[FineTuningTask] | Listed[CompressionTask], model: str, mode: str
) -> Sequence[FineTuningTask | CompressionTask]:
    wanted = [
        Selection(what, text.strip())
        for what, text in ((What.MODEL, model), (What.MODE, mode))
        if text.strip()
    ]
    return [run for run in listed.items if all(_covers(each, run) for each in wanted)]


def _covers(selection: Selection, run: FineTuningTask | CompressionTask) -> bool:
    return isinstance(run, FineTuningTask) and selection.covers(run)


def _is_meant(run: FineTuningTask | CompressionTask, which: Which | None, now: datetime) -> bool:
    match which:
        case None | Which.COMPRESSIONS:
            return True
        case Which.RUNNING:
            return not run.phase.is_final
        case Which.FAILED:
            return run.phase is Phase.FAILED
        case Which.TODAY:
            return run.created_at is not None and now - run.created_at <= _DAY


def _next_page(context: Context, page: int) -> str:
    """The command line that shows the page after this one."""
    arguments = {**context.call.arguments, "page": str(page + 1)}
    call = replace(context.call, arguments=arguments)
    return context.commands[call.command].signature.line(call)
