"""`/qf chart` and `/qf compare`: loss curves, of one run or of several side by side."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum

from bot.commands.arguments import TaskId
from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.places import place_to_post
from bot.domain import comparisons as limits
from bot.domain.access import Role
from bot.domain.cadence import FRESH
from bot.domain.calls import Call, Reply
from bot.domain.curves import curve_of
from bot.domain.errors import PlatformError
from bot.domain.facts import ChartAsked, ComparisonAsked, Fact
from bot.domain.ids import ResourceId
from bot.domain.resources import FineTuningTask
from bot.wording import charts, comparisons

_Failed = tuple[ResourceId, PlatformError]


class Post(StrEnum):
    """The word that shows it to all."""

    YES = "yes"


@command(Role.VIEWER)
async def chart(context: Context, id: TaskId, *, post: Post | None = None) -> Reply:
    """Shows a run's training loss and perplexity against its steps.

    You alone see the curve, drawn with characters and told in words; the button, or post=yes,
    shows the channel a picture of it.
    """
    look = await context.look(id, max_age=FRESH)
    run = look.resource
    assert isinstance(run, FineTuningTask)
    curve = curve_of(run)
    if curve is None:
        return Reply(charts.no_curve(run), outcome="no curve")
    if post:
        return await _post(
            context, ChartAsked(run, context.actor.user_id, context.origin.thread_ts)
        )
    return Reply(charts.chart(look, curve, _posting(context)))


@command(Role.VIEWER)
async def compare(context: Context, *ids: TaskId, post: Post | None = None) -> Reply:
    """Shows two to six runs side by side: metrics, best checkpoints, mode and scale.

    You alone see the table; the button, or post=yes, shows the channel the table and a picture
    with the curves over one another.
    """
    different = list(dict.fromkeys(ids))
    if not limits.FEWEST <= len(different) <= limits.MOST:
        return Reply(comparisons.wrong_count(len(different)), outcome="wrong count")
    runs, failed = await _look(context, different)
    if len(runs) < limits.FEWEST:
        return Reply(comparisons.too_few_left(failed), outcome="too few")
    if post:
        by, thread_ts = context.actor.user_id, context.origin.thread_ts
        return await _post(context, ComparisonAsked(tuple(runs), by, thread_ts))
    return Reply(comparisons.comparison(runs, failed, _posting(context)))


async def _look(
    context: Context, ids: Sequence[TaskId]
) -> tuple[list[FineTuningTask], list[_Failed]]:
    looks = await asyncio.gather(
        *(context.look(each, max_age=FRESH) for each in ids), return_exceptions=True
    )
    runs: list[FineTuningTask] = []
    failed: list[_Failed] = []
    for resource, look in zip(ids, looks, strict=True):
        if isinstance(look, PlatformError):
            failed.append((resource, look))
        elif isinstance(look, BaseException):
            raise look
        elif isinstance(look.resource, FineTuningTask):
            runs.append(look.resource)
    return runs, failed


async def _post(context: Context, fact: Fact) -> Reply:
    """Owe the channel the picture. Raises CannotPost where the bot may not write there."""
    channel_id = await place_to_post(context, None)
    await context.services.outbox.add(channel_id, context.account, fact)
    return Reply(charts.posting(), outcome="posted")


def _posting(context: Context) -> str:
    """The command line that makes the same call for all to see."""
    call = Call(context.call.command, {**context.call.arguments, "post": Post.YES.value})
    return context.commands[call.command].signature.line(call)
