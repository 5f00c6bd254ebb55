"""`/qf publish`: a run's checkpoint becomes a model version."""

from dataclasses import replace

from bot.commands.arguments import Mention, ModelSetId, TaskId
from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.making import make_version, offer_with_models
from bot.commands.mentioning import check_mention, wanted
from bot.domain.access import Role
from bot.domain.cadence import FRESH
from bot.domain.calls import Reply
from bot.domain.creation import NewVersion, TrainSource
from bot.domain.ids import ResourceId
from bot.domain.resources import FineTuningTask, Phase
from bot.wording import publishing


def _version(
    id: TaskId | None = None,
    model_set: ModelSetId | None = None,
    *,
    step: int | None = None,
    description: str = "",
    mention: Mention | None = None,
) -> NewVersion | None:
    if id is None or model_set is None:
        return None
    return NewVersion(model_set, TrainSource(id, step), description)


@command(Role.PUBLISHER, changes=_version)
async def publish(
    context: Context,
    id: TaskId | None = None,
    model_set: ModelSetId | None = None,
    *,
    step: int | None = None,
    description: str = "",
    mention: Mention | None = None,
) -> Reply:
    """Makes a model version of a run's checkpoint.

    A form asks for what you leave out: the run's checkpoints, the best of them suggested, the
    model that gets the version, and a description of at most 300 characters. The request is
    sent to Qianfan once, and this channel hears when the version is ready; mention=@who mentions a
    person or a user group then.
    """
    await check_mention(context, mention, context.channel_id)
    given = _given(model_set, step, description)
    if id is None:
        return await _choose_run(context, given)
    if model_set is None or step is None:
        await context.window.open(publishing.TITLE)
    task = (await context.look(id, max_age=FRESH)).resource
    assert isinstance(task, FineTuningTask)
    if not task.checkpoints and task.phase is not Phase.DONE:
        return Reply(publishing.nothing_to_publish(task), outcome="nothing to publish")
    form = publishing.form(task, given)
    form = replace(form, settled={**form.settled, **_settled(context)})
    lacking = context.lacking(form)
    version = _version(id, model_set, step=step, description=description)
    if lacking is not None or version is None or (task.checkpoints and step is None):
        return await offer_with_models(context, lacking or form)
    return await make_version(context, version, form, wanted(mention))


def _given(model_set: ResourceId | None, step: int | None, description: str) -> dict[str, str]:
    """What was typed of what the form asks for."""
    typed = {"model_set": model_set, "step": step, "description": description or None}
    return {name: str(value) for name, value in typed.items() if value is not None}


async def _choose_run(context: Context, given: dict[str, str]) -> Reply:
    await context.window.open(publishing.TITLE)
    await context.services.catalogue.refresh_runs(context.account)
    return await context.offer(publishing.which_run({**given, **_settled(context)}))


def _settled(context: Context) -> dict[str, str]:
    """What was typed that no form asks for."""
    mention = context.call.arguments.get("mention")
    return {"mention": mention} if isinstance(mention, str) else {}
