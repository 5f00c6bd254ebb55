"""The form that imports a model, and the request that it makes; nobody is asked for anything."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from bot.domain.creation import (
    LONGEST_DESCRIPTION,
    ChatTemplate,
    FileTemplate,
    ImportSource,
    NewVersion,
    Sampling,
)
from bot.domain.errors import Excluded, PlatformError
from bot.domain.forms import (
    ChoiceField,
    Field,
    FileField,
    Form,
    NumberField,
    Option,
    TextField,
    When,
)
from bot.domain.id_grammar import read_id
from bot.domain.messages import Sentence
from bot.wording import errors, imports, publishing

# The lists and limits are those of CreateCustomModel's document, ImportSourceMeta
# (https://cloud.baidu.com/doc/qianfan-api/s/Mmnijpuh3).
HUGGING_FACE = "HuggingFace.Transformers"
SAFETENSORS = "Safetensors"
CHAT = "chat"
COMPLETION = "completion"
TEXT_TO_IMAGE = "Text-to-Image"
TRANSFORMERS = ("4.34.0", "4.36.2", "4.39.3", "4.40.2")
VLLM = ("0.3.2", "0.4.0")
LONGEST_NAME = LONGEST_PART = 200
LONGEST_PROMPT = 300

#: The largest template, in bytes: Qianfan takes less than 1 MB.
LARGEST_FILE = 999_999

# The name alone; people copy `bos:` before it, a path after it, and blanks around it.
_NOT_IN_A_BUCKET = ":/ \t\r\n\u00a0\u3000"

# What Slack carries as an option's value
# (https://docs.slack.dev/reference/block-kit/composition-objects/option-object).
_LONGEST_CHOICE = 150

_PARTS = ("history_qa_template", "latest_question_template", "prompt_template")

# A conversation's template is said in one of these ways; a name to show goes with either file.
_WAYS = (*_PARTS, "file_name", "template_file")

_HUGGING_FACE = (When("model_format", (HUGGING_FACE,)),)
_CHAT = (When("model_application_type", (CHAT,)),)
_TYPED_HERE = (When("template", ("platform",)),)
_IN_A_FILE = (When("template", ("file", "stored")),)
_FILE_NOW = (When("template", ("file",)),)
_FILE_STORED = (When("template", ("stored",)),)
_MULTINOMIAL = (When("sampling_strategy", ("multinomialSampling",)),)


class _Said(TypedDict):
    name: str
    label: Sentence
    help: Sentence | None


def import_form(given: Mapping[str, str], advance_conf: Field | None = None) -> Form:
    """The form with the given arguments, and with what follows from them."""
    values = {name: text for name, text in given.items() if text}
    fields = (
        *_place(),
        *_kind(),
        *_conversation(),
        advance_conf or typed_configuration(imports.configurations_not_asked()),
        *_engine(),
        TextField(**_said("description"), longest=LONGEST_DESCRIPTION, multiline=True),
    )
    form = Form("import", imports.TITLE, imports.SUBMIT, fields)
    return form.filled(_implied(fields, values))


def new_version(form: Form) -> NewVersion:
    """The request that a form makes which lacks nothing and whose file is stored already.

    Only what applies is sent, each text byte for byte.
    """
    given = form.arguments()
    return NewVersion(read_id(given["model_set"]), _source(given), given.get("description", ""))


def with_stored_file(form: Form, file_name: str) -> Form:
    """The form with the name under which Qianfan stored its file, in the file's place."""
    values = {name: text for name, text in form.values.items() if name != "template_file"}
    return form.filled({**values, "template": "stored", "file_name": file_name})


def excluded(form: Form) -> Mapping[str, Excluded]:
    """What is given beside another way of saying the template, by field."""
    asked = {each.name for each in form.shown}
    given = [name for name in (*_WAYS, "display_name") if name in form.values]
    other = next((name for name in given if name in asked and name in _WAYS), None)
    return {name: Excluded(name, other) for name in given if other and name not in asked}


def telling_exclusions(lacking: Form) -> Form:
    """The form, telling of what has no place beside something else beside what that is."""
    told = {name: errors.explain(error).summary for name, error in excluded(lacking).items()}
    return lacking.telling({**lacking.told, **told}, lacking.warnings)


def listed_configurations(lists: Mapping[str, Sequence[str]]) -> Field:
    """The field for one of the platform's configurations, which are listed by application type."""
    texts = tuple(dict.fromkeys(text for listed in lists.values() for text in listed))
    if not texts:
        return typed_configuration(imports.no_configurations())
    if any(len(text) > _LONGEST_CHOICE for text in texts):
        return typed_configuration(imports.configurations_to_copy(texts))
    options = tuple(_configuration(text, lists) for text in texts)
    return ChoiceField(**_said("advance_conf"), applies=_HUGGING_FACE, options=options, open=True)


def unlisted_configuration(why: PlatformError) -> Field:
    """The field for a configuration where Qianfan does not list them."""
    return typed_configuration(imports.configurations_unread(why))


def typed_configuration(help: Sentence) -> TextField:
    """The field for a configuration that nobody can choose from a list."""
    label = imports.LABELS["advance_conf"]
    return TextField(
        name="advance_conf", label=label, help=help, applies=_HUGGING_FACE, multiline=True
    )


def _said(name: str) -> _Said:
    return _Said(name=name, label=imports.LABELS[name], help=imports.HELPS.get(name))


def _place() -> tuple[Field, ...]:
    """Where the version goes, and where its files are."""
    return (
        publishing.model_set(),
        TextField(**_said("bucket"), required=True, forbidden=_NOT_IN_A_BUCKET),
        TextField(**_said("object_path"), required=True),
    )


def _kind() -> tuple[Field, ...]:
    """What kind of model it is. Safetensors can be one thing only, which is not asked for."""
    return (
        ChoiceField(**_said("model_format"), required=True, options=imports.FORMATS),
        ChoiceField(
            **_said("model_application_type"),
            required=True,
            applies=_HUGGING_FACE,
            options=imports.APPLICATIONS,
        ),
    )


def _conversation() -> tuple[Field, ...]:
    """The template of a conversation, in one way of three."""
    history, latest, prompt = _PARTS
    return (
        ChoiceField(**_said("template"), applies=_CHAT, options=imports.TEMPLATES),
        _part(history, LONGEST_PART, required=True),
        _part(latest, LONGEST_PART, required=True),
        _part(prompt, LONGEST_PROMPT, required=False),
        TextField(**_said("display_name"), required=True, applies=_IN_A_FILE, longest=LONGEST_NAME),
        FileField(**_said("template_file"), required=True, applies=_FILE_NOW, endings=("py",)),
        TextField(**_said("file_name"), required=True, applies=_FILE_STORED),
    )


def _part(name: str, longest: int, *, required: bool) -> TextField:
    return TextField(
        **_said(name), required=required, applies=_TYPED_HERE, longest=longest, multiline=True
    )


def _engine() -> tuple[Field, ...]:
    """What the model is to run with, and how it samples then."""
    with_vllm = (When("vllm_version"),)
    return (
        ChoiceField(
            **_said("transformer_version"),
            required=True,
            applies=_HUGGING_FACE,
            options=tuple(map(imports.version, TRANSFORMERS)),
            open=True,
        ),
        ChoiceField(
            **_said("vllm_version"),
            applies=_HUGGING_FACE,
            options=tuple(map(imports.version, VLLM)),
            open=True,
        ),
        ChoiceField(**_said("sampling_strategy"), applies=with_vllm, options=imports.SAMPLINGS),
        NumberField(**_said("num_sampling"), applies=_MULTINOMIAL, least=1, most=15),
        NumberField(**_said("num_beams"), applies=_HUGGING_FACE, least=2, most=15),
    )


def _implied(fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, str]:
    """The values with those without which they would have no place, where there is one such."""
    values = dict(given)
    if values.get("model_application_type") == TEXT_TO_IMAGE:
        values.setdefault("model_format", SAFETENSORS)
        if values["model_format"] == SAFETENSORS:
            del values["model_application_type"]
    # What a field hangs on stands before it.
    for field in reversed(fields):
        if field.name in values:
            for when in field.applies:
                if len(when.values) == 1:
                    values.setdefault(when.field, when.values[0])
    return values


def _source(given: Mapping[str, str]) -> ImportSource:
    return ImportSource(
        bucket=given["bucket"],
        object_path=given["object_path"],
        model_format=given["model_format"],
        application_type=given.get("model_application_type", TEXT_TO_IMAGE),
        template=_template(given),
        advance_conf=given.get("advance_conf", ""),
        transformer_version=given.get("transformer_version", ""),
        vllm_version=given.get("vllm_version", ""),
        sampling=Sampling(
            given.get("sampling_strategy", ""),
            _whole(given.get("num_sampling")),
            _whole(given.get("num_beams")),
        ),
    )


def _template(given: Mapping[str, str]) -> ChatTemplate | FileTemplate | None:
    match given.get("template"):
        case "platform":
            return ChatTemplate(*(given.get(part, "") for part in _PARTS))
        case "stored":
            return FileTemplate(given["display_name"], given["file_name"])
        case _:
            return None


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _configuration(text: str, lists: Mapping[str, Sequence[str]]) -> Option:
    applications = [name for name, texts in lists.items() if text in texts]
    return imports.configuration(text, applications[0] if len(applications) < len(lists) else "")
