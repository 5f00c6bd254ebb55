"""Making a model version: sent once, looked for where the answer was lost, told, and watched."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.commands.approvals import ask_others, needs_others
from bot.commands.context import Context
from bot.commands.traces import MADE, Sight, Trace, trace_of
from bot.domain.calls import Reply
from bot.domain.creation import NewVersion, TrainSource
from bot.domain.errors import (
    AccessDenied,
    OutcomeUnknown,
    PlatformError,
    QfbotError,
    StoreError,
    UnknownResource,
)
from bot.domain.facts import Actors, VersionAsked
from bot.domain.forms import Form
from bot.domain.ids import ResourceId
from bot.domain.messages import Note
from bot.domain.secrets import strike_out
from bot.domain.watching import DEFAULT_LIFETIME, Watch
from bot.wording import forms, publishing

log = structlog.get_logger(__name__)

# When to look for what a lost answer may have made, as shares of the time it may take to appear.
_LOOKS = (0.1, 0.3, 0.6)


async def offer_with_models(context: Context, form: Form) -> Reply:
    """Offer a form with the account's models to choose from, or with why there is no list."""
    try:
        await context.services.catalogue.refresh_model_sets(context.account)
    except PlatformError as error:
        typed = publishing.typed_model_set(error)
        fields = tuple(typed if each.name == typed.name else each for each in form.fields)
        form = replace(form, fields=fields)
    return await context.offer(form)


async def make_version(
    context: Context, request: NewVersion, form: Form, mention: str = ""
) -> Reply:
    """Have a version made, and say what is true afterwards.

    Where certainly nothing was made, the form comes back as it was, with Qianfan's reason. Where
    others have to agree first, they are asked and nothing is made yet. `mention` is whom to mention
    when the version is ready.
    """
    if needs_others(context):
        return await ask_to_make(context, request)
    try:
        before, since = await _versions(context, request.model_set), context.now
        created = await context.platform.create(request)
    except OutcomeUnknown as lost:
        return await _after_loss(context, request, lost, since, before, mention)
    except PlatformError as error:
        return await _refused(context, form, error)
    reply = await _made(context, request, created.version, mention, found=False)
    return replace(reply, request_id=created.request_id)


async def ask_to_make(context: Context, request: NewVersion) -> Reply:
    """Have others agree before a version is made; what becomes one of which model is told."""
    step = request.source.step if isinstance(request.source, TrainSource) else None
    what = [request.source.origin, *([f"step={step}"] if step is not None else [])]
    target = strike_out(" ".join([*what, str(request.model_set)]))
    return await ask_others(context, target, reason=request.description)


async def _versions(context: Context, model_set: ResourceId) -> Sequence[ResourceId] | None:
    """The versions that a model has; None where the account may make some and list none."""
    try:
        return (await context.platform.model_set(model_set)).versions
    except AccessDenied:
        return None


async def _after_loss(
    context: Context,
    request: NewVersion,
    lost: OutcomeUnknown,
    since: datetime,
    before: Sequence[ResourceId] | None,
    mention: str,
) -> Reply:
    trace = await _search(context, request, since, before)
    if trace.sight is Sight.MADE:
        reply = await _made(context, request, trace.versions[0], mention, found=True)
        return replace(reply, request_id=lost.request_id)
    if trace.sight is not Sight.NONE:
        await _tell_channel(context, request, "")
    message = publishing.after_loss(trace.sight, str(request.model_set), trace.versions)
    return Reply(message, outcome=f"lost, {trace.sight}", request_id=lost.request_id)


async def _search(
    context: Context,
    request: NewVersion,
    since: datetime,
    before: Sequence[ResourceId] | None,
) -> Trace:
    """Look several times: what was asked for may appear a little later."""
    trace = Trace(Sight.UNREADABLE)
    for share in _LOOKS:
        await asyncio.sleep(context.services.settle.total_seconds() * share)
        trace = await trace_of(context.platform, context.services.audit, request, since, before)
        if trace.sight is Sight.MADE:
            break
    return trace


async def _made(
    context: Context, request: NewVersion, version: ResourceId, mention: str, *, found: bool
) -> Reply:
    await _tell_channel(context, request, str(version))
    message = publishing.made(str(version), str(request.model_set), found=found)
    told = message.with_parts(await _watch(context, version, mention))
    return Reply(told, outcome=f"{MADE}{version}")


async def _tell_channel(context: Context, request: NewVersion, version_id: str) -> None:
    """Owe the channel its line. What was done is done: trouble here is no reason to hide it."""
    fact = version_asked(request, Actors(context.actor.user_id), version_id)
    try:
        await context.services.outbox.add(context.channel_id, context.account, fact)
    except StoreError:
        log.exception("a new version was not told", version=version_id)


def version_asked(request: NewVersion, by: Actors, version_id: str) -> VersionAsked:
    """What a channel is told of a version that somebody had made; "" where none is known."""
    return VersionAsked(
        by,
        model_set_id=str(request.model_set),
        version_id=version_id,
        made_from=strike_out(request.source.origin),
        step=request.source.step if isinstance(request.source, TrainSource) else None,
        description=strike_out(request.description),
    )


async def _watch(context: Context, version: ResourceId, mention: str) -> Note:
    """Have the channel follow the version until it is ready."""
    try:
        await context.services.people.check_can_post(context.channel_id)
        look = await context.look(version)
        watch = Watch(
            context.thing(version),
            context.channel_id,
            context.actor.user_id,
            context.now,
            context.now + DEFAULT_LIFETIME,
            mention=mention,
        )
        await context.services.watches.begin(watch, look)
    except QfbotError as error:
        return publishing.not_watched(error, str(version))
    return publishing.watched_here()


async def _refused(context: Context, form: Form, error: PlatformError) -> Reply:
    of_model = isinstance(error, UnknownResource) and error.action == "DescribeModelSet"
    told = {"model_set" if of_model else "": forms.qianfan_says(error)}
    again = await offer_with_models(context, form.telling(told, form.warnings))
    return replace(again, outcome=type(error).__name__, request_id=error.request_id)
