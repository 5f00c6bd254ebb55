"""Every form and unfolded card, with the longest texts, is taken by Slack in each language."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import importing
from bot.domain.changes import Look
from bot.domain.console import CONSOLE
from bot.domain.errors import Busy, PlatformError, RequestRejected
from bot.domain.forms import Form, Option
from bot.domain.id_grammar import read_id
from bot.domain.languages import Language
from bot.domain.listings import ModelSet
from bot.domain.messages import Message, say
from bot.domain.resources import (
    Checkpoint,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    Watchable,
)
from bot.playground.slack.limits import check_view
from bot.slack.forms import errors_of, message_view, options_of, view_of, working_view
from bot.slack.unfolding import in_blocks
from bot.wording import errors, forms, publishing, resources, watches
from tests.unit.slack.limits import check_message

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LONG = "训练<!channel> *_~`" * 400
NAME = f"#{'x' * 60}"
LANGUAGES = pytest.mark.parametrize("language", Language)


def run(phase: Phase = Phase.DONE, text: str = LONG) -> FineTuningTask:
    return FineTuningTask(
        id=read_id(f"task-{'a' * 32}"),
        state=text,
        phase=phase,
        name=text,
        description=text,
        created_at=NOW,
        finished_at=NOW,
        failure=Failure(text, text),
        job_id="job-3fpvp7w8agtp",
        model=text,
        train_mode=text,
        parameter_scale=text,
        progress=34,
        vdl_link=f"{CONSOLE}/vdl?token=secret",
        metrics=tuple((f"{text}{number}", text) for number in range(30)),
        checkpoints=tuple(Checkpoint(step, 1.0 / step, 2.0) for step in range(1, 300)),
    )


def things(phase: Phase) -> list[Watchable]:
    return [
        run(phase),
        CompressionTask(
            id=read_id(f"amva-{'a' * 32}"), state=LONG, phase=phase, name=LONG, source_version=LONG
        ),
        ModelVersion(
            id=read_id(f"amv-{'a' * 32}"),
            state=LONG,
            phase=phase,
            name=LONG,
            model_set_name=LONG,
            source=LONG,
            uses=((LONG, True),),
        ),
    ]


TROUBLE: PlatformError = RequestRejected("CreateCustomModel", LONG, LONG, "id")
LISTED = importing.listed_configurations(
    {each: [LONG, "x"] * 200 for each in ("chat", "completion")}
)
GIVEN = {
    "model_set": "am-5sxpz4xn25uw",
    "bucket": "b",
    "object_path": LONG,
    "display_name": LONG,
    "description": LONG,
}

FORMS: dict[str, Form] = {
    "watch": watches.which_run({"notify": "ends"}, None),
    "watch without a list": watches.which_run({}, Busy("DescribeFineTuningJobs")),
    "publish": publishing.which_run({}),
    "publish a run": publishing.form(run(), {"description": LONG, "step": "3"}),
    **{
        f"import {model_format} {kind} {template}": importing.import_form(
            {
                **GIVEN,
                "model_format": model_format,
                "model_application_type": kind,
                "template": template,
            },
            conf,
        )
        for model_format in ("", importing.HUGGING_FACE, importing.SAFETENSORS)
        for kind in ("", importing.CHAT, importing.COMPLETION)
        for template in ("", "platform", "file", "stored")
        for conf in (LISTED, importing.unlisted_configuration(TROUBLE))
    },
}


@LANGUAGES
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_is_taken_empty_filled_wrong_and_afresh(form: Form, language: Language) -> None:
    long = {field.name: LONG for field in form.fields}
    told = {field.name: say("{why}", why=LONG) for field in form.fields}
    wrong = form.filled(long).telling(
        {**told, "": say("{why}", why=LONG)}, [say("{a}", a=LONG)] * 20
    )
    for each in (form, form.filled({}), form.filled(long), wrong):
        for afresh in (False, True):
            check_view(view_of(each, NAME, language, afresh=afresh), "modal")
    assert set(errors_of(told, language)) == set(told)


@LANGUAGES
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_stands_around_a_form_is_taken(form: Form, language: Language) -> None:
    check_view(working_view(form.title, language), "modal")
    offered = forms.offered(form.telling({"": say("{why}", why=LONG)}), f"form {NAME}")
    check_view(message_view(form.title, offered, language), "modal")
    check_view(message_view(form.title, errors.explain(TROUBLE), language), "modal")


@LANGUAGES
def test_every_menu_is_taken(language: Language) -> None:
    model_set = ModelSet(read_id("am-5sxpz4xn25uw"), LONG)
    options = [
        forms.run_option(run()),
        forms.model_set_option(model_set),
        forms.as_typed(LONG[:150]),
        *(Option(str(number), say("{name}", name=LONG)) for number in range(200)),
    ]
    shown = options_of(options, language)
    assert len(shown) == 100
    for option in shown:
        assert len(option["text"]["text"]) <= 75
        assert len(option["value"]) <= 150
        assert len(option.get("description", {"text": ""})["text"]) <= 75


@LANGUAGES
@pytest.mark.parametrize("phase", Phase)
def test_whatever_a_link_leads_to_unfolds_and_keeps_its_secrets(
    phase: Phase, language: Language
) -> None:
    for resource in things(phase):
        message: Message = resources.status(Look(resource, NOW), NOW + timedelta(seconds=14))
        shown = in_blocks(message.read_in(language))
        check_message(shown["fallback"], shown["blocks"])
        # What stands letter for letter is no markup.
        marked = [block for block in shown["blocks"] if block["type"] != "rich_text"]
        assert "<!channel>" not in str((shown["fallback"], marked))
        assert "vdl" not in str(shown)
