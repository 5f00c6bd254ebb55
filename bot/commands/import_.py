"""`/qf import`: a model in object storage becomes a model version."""

from dataclasses import replace

from bot.commands import importing
from bot.commands.approvals import needs_others
from bot.commands.arguments import ModelSetId
from bot.commands.command import command
from bot.commands.context import Context
from bot.commands.making import ask_to_make, make_version, offer_with_models
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.domain.creation import NewVersion
from bot.domain.errors import (
    FileUnfit,
    OutcomeUnknown,
    PlatformError,
    WhyFileUnfit,
)
from bot.domain.forms import Field, Form
from bot.domain.messages import Sentence
from bot.wording import errors, forms, imports

_FILE = "template_file"


def _version(model_set: ModelSetId | None = None, **given: str) -> NewVersion | None:
    """The version that a whole command asks for."""
    form = importing.import_form({"model_set": str(model_set or ""), **given})
    return None if form.unfits() else importing.new_version(form)


@command(Role.PUBLISHER, name="import", changes=_version)
async def import_(
    context: Context,
    model_set: ModelSetId | None = None,
    *,
    bucket: str = "",
    object_path: str = "",
    model_format: str = "",
    model_application_type: str = "",
    template: str = "",
    history_qa_template: str = "",
    latest_question_template: str = "",
    prompt_template: str = "",
    display_name: str = "",
    template_file: str = "",
    file_name: str = "",
    advance_conf: str = "",
    transformer_version: str = "",
    vllm_version: str = "",
    sampling_strategy: str = "",
    num_sampling: str = "",
    num_beams: str = "",
    description: str = "",
) -> Reply:
    """Makes a model version of a model in object storage.

    A form asks for what you leave out, and only for what applies to the format of the model.
    The request is sent to Qianfan once, and this channel hears when the version is ready.

    Every field can be typed by its name in Qianfan's document too, as in bucket=models
    objectPath=llama modelApplicationType=chat transformerVersion=4.40.2.
    """
    form = await _form(context)
    if lacking := context.lacking(form):
        return await offer_with_models(context, importing.telling_exclusions(lacking))
    if needs_others(context):
        return await ask_to_make(context, importing.new_version(form))
    try:
        form = await _with_stored_file(context, form)
    except (FileUnfit, PlatformError) as error:
        return await _not_stored(context, form, error)
    return await make_version(context, importing.new_version(form), form)


async def _form(context: Context) -> Form:
    """The form with the call's texts, each as it was given, and with the platform's lists."""
    given = {name: text for name, text in context.call.arguments.items() if isinstance(text, str)}
    if context.confirmed is not None and context.confirmed.form is not None:
        return importing.import_form(given, context.confirmed.form.field("advance_conf"))
    form = importing.import_form(given)
    if context.lacking(form):
        await context.window.open(imports.TITLE)
    elif not given.get("advance_conf"):
        return form
    return importing.import_form(given, await _configurations(context))


async def _configurations(context: Context) -> Field:
    """The platform's configurations for both sorts of text models, as a form may become either."""
    ask = context.platform.advanced_configurations
    applications = (importing.CHAT, importing.COMPLETION)
    try:
        lists = {each: await ask(importing.HUGGING_FACE, each) for each in applications}
    except PlatformError as error:
        return importing.unlisted_configuration(error)
    return importing.listed_configurations(lists)


async def _with_stored_file(context: Context, form: Form) -> Form:
    """Store the file that was given, where one was. Raises FileUnfit or a PlatformError."""
    file_id = form.arguments().get(_FILE)
    if file_id is None:
        return form
    file = await context.services.files.read(
        _FILE, file_id, context.actor.user_id, importing.LARGEST_FILE
    )
    if not file.name.lower().endswith(".py"):
        raise FileUnfit(_FILE, WhyFileUnfit.WRONG_ENDING)
    return importing.with_stored_file(form, await context.platform.upload_template(file))


async def _not_stored(context: Context, form: Form, error: FileUnfit | PlatformError) -> Reply:
    """Offer the form again, with what is wrong told at the file."""
    again = await offer_with_models(
        context, form.telling({_FILE: _why_not_stored(error)}, form.warnings)
    )
    request_id = error.request_id if isinstance(error, PlatformError) else None
    return replace(again, outcome=type(error).__name__, request_id=request_id)


def _why_not_stored(error: FileUnfit | PlatformError) -> Sentence:
    match error:
        case OutcomeUnknown():
            return imports.upload_lost()
        case PlatformError():
            return forms.qianfan_says(error)
        case _:
            return errors.explain(error).summary
