"""The import's form and request: every limit, every condition, every text byte for byte."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.commands import importing, sent_forms
from bot.commands.import_ import import_
from bot.commands.importing import import_form, new_version
from bot.domain.calls import Call
from bot.domain.creation import ChatTemplate, FileTemplate, ImportSource, NewVersion, Sampling
from bot.domain.errors import (
    BadCredentials,
    Excluded,
    FieldMissing,
    NoNumber,
    NotApplicable,
    NotOffered,
    OutOfRange,
    TooLong,
    Unfit,
    WrongCharacter,
)
from bot.domain.forms import ChoiceField, FileField, Form, TextField
from bot.domain.id_grammar import read_id

MODEL = "am-5sxpz4xn25uw"
HF = "HuggingFace.Transformers"

PLACE = {"model_set": MODEL, "bucket": "demo-bucket", "object_path": "models/demo"}
TEXT_MODEL = {**PLACE, "model_format": HF, "transformer_version": "4.40.2"}
COMPLETION = {**TEXT_MODEL, "model_application_type": "completion"}
CHAT = {**TEXT_MODEL, "model_application_type": "chat"}
PICTURES = {**PLACE, "model_format": "Safetensors"}
PARTS = {"history_qa_template": "{question}", "latest_question_template": "{question}"}
TYPED = {**CHAT, "template": "platform", **PARTS}
STORED = {**CHAT, "template": "stored", "display_name": "mine", "file_name": "custom_1.py"}
FILE_NOW = {**CHAT, "template": "file", "display_name": "mine", "template_file": "F0FILE"}
VLLM = {**CHAT, "vllm_version": "0.4.0"}
SAMPLED = {**VLLM, "sampling_strategy": "multinomialSampling"}

WHOLE = (COMPLETION, CHAT, PICTURES, TYPED, STORED, FILE_NOW, VLLM, SAMPLED)


def source(arguments: Mapping[str, str]) -> ImportSource:
    made = new_version(import_form(arguments)).source
    assert isinstance(made, ImportSource)
    return made


def unfits(arguments: Mapping[str, str]) -> dict[str, tuple[type[Unfit], dict[str, object]]]:
    """What is wrong, as kinds and details, by field."""
    found = import_form(arguments).unfits()
    return {name: (type(error), vars(error)) for name, error in found.items()}


def shown(arguments: Mapping[str, str]) -> list[str]:
    return [field.name for field in import_form(arguments).shown]


@pytest.mark.parametrize("arguments", WHOLE)
def test_what_is_whole_has_nothing_wrong(arguments: dict[str, str]) -> None:
    assert unfits(arguments) == {}
    assert import_form(arguments).doubts() == ()


def test_every_field_is_an_option_of_the_command_and_the_other_way_round() -> None:
    asked = [field.name for field in import_form({}).fields]
    assert sorted(asked) == sorted(each.name for each in import_.signature.parameters)


def test_what_is_needed_is_said_to_be_missing() -> None:
    def missing(arguments: Mapping[str, str]) -> set[str]:
        assert {kind for kind, _ in unfits(arguments).values()} <= {FieldMissing}
        return set(unfits(arguments))

    place = {"model_set", "bucket", "object_path"}
    assert missing({}) == {*place, "model_format"}
    assert missing({"model_format": "Safetensors"}) == place
    assert missing({"model_format": HF}) == {
        *place,
        "model_application_type",
        "transformer_version",
    }
    assert missing({**CHAT, "template": "platform"}) == set(PARTS)
    assert missing({**CHAT, "template": "file"}) == {"display_name", "template_file"}
    assert missing({**CHAT, "template": "stored"}) == {"display_name", "file_name"}
    assert missing({**CHAT, "template": "none"}) == set()


@pytest.mark.parametrize(
    ("arguments", "name", "longest"),
    [
        (PICTURES, "description", 300),
        (TYPED, "history_qa_template", 200),
        (TYPED, "latest_question_template", 200),
        (TYPED, "prompt_template", 300),
        (STORED, "display_name", 200),
    ],
)
def test_a_text_may_be_as_long_as_the_document_says(
    arguments: dict[str, str], name: str, longest: int
) -> None:
    assert unfits({**arguments, name: "模" * longest}) == {}
    assert unfits({**arguments, name: "模" * (longest + 1)}) == {
        name: (TooLong, {"field": name, "longest": longest, "given": longest + 1})
    }


@pytest.mark.parametrize(("name", "least", "most"), [("num_sampling", 1, 15), ("num_beams", 2, 15)])
def test_a_number_is_between_its_bounds(name: str, least: int, most: int) -> None:
    for number in (least, most):
        assert unfits({**SAMPLED, name: str(number)}) == {}
    for number in (least - 1, most + 1, -1, 10**17):
        details = {"field": name, "least": least, "most": most, "given": str(number)}
        assert unfits({**SAMPLED, name: str(number)}) == {name: (OutOfRange, details)}
    for text in ("many", "2.5", "1" * 30, " 3"):
        assert unfits({**SAMPLED, name: text}) == {name: (NoNumber, {"field": name, "given": text})}


@pytest.mark.parametrize(
    ("bucket", "character"),
    [
        ("bos:demo", ":"),
        ("bos:/demo/models", ":"),
        ("demo/models", "/"),
        ("demo bucket", " "),
        ("demo ", " "),
        ("demo\n", "\n"),
        ("demo\u3000", "\u3000"),
    ],
)
def test_a_bucket_is_its_name_alone(bucket: str, character: str) -> None:
    details = {"field": "bucket", "character": character}
    assert unfits({**PICTURES, "bucket": bucket}) == {"bucket": (WrongCharacter, details)}


@pytest.mark.parametrize(
    ("name", "text", "offered"),
    [
        ("model_format", "GGUF", (HF, "Safetensors")),
        ("model_application_type", "Text-to-Image", ("chat", "completion")),
        ("model_application_type", "embedding", ("chat", "completion")),
        ("template", "own", ("none", "platform", "file", "stored")),
        ("sampling_strategy", "topK", ("multinomialSampling", "beamSearch", "greedySearch")),
    ],
)
def test_a_closed_list_takes_nothing_else(name: str, text: str, offered: tuple[str, ...]) -> None:
    found = import_form({**VLLM, name: text}).unfits()[name]
    assert isinstance(found, NotOffered)
    assert (found.given, found.offered) == (text, offered)


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("transformer_version", ["4.34.0", "4.36.2", "4.39.3", "4.40.2"]),
        ("vllm_version", ["0.3.2", "0.4.0"]),
    ],
)
def test_a_version_that_is_not_listed_is_a_doubt_and_no_mistake(
    name: str, listed: list[str]
) -> None:
    form = import_form({**CHAT, name: "9.9.9"})
    assert form.unfits() == {}
    ((field, text),) = form.doubts()
    assert (field.name, text) == (name, "9.9.9")
    assert [option.value for option in field.options] == listed


ALWAYS = ["model_set", "bucket", "object_path", "model_format"]
OF_TEXT = ["advance_conf", "transformer_version", "vllm_version"]


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        ({}, ALWAYS),
        (PICTURES, ALWAYS),
        ({"model_format": HF}, [*ALWAYS, "model_application_type", *OF_TEXT, "num_beams"]),
        (COMPLETION, [*ALWAYS, "model_application_type", *OF_TEXT, "num_beams"]),
        (CHAT, [*ALWAYS, "model_application_type", "template", *OF_TEXT, "num_beams"]),
        (
            TYPED,
            [
                *ALWAYS,
                "model_application_type",
                "template",
                "history_qa_template",
                "latest_question_template",
                "prompt_template",
                *OF_TEXT,
                "num_beams",
            ],
        ),
        (
            FILE_NOW,
            [
                *ALWAYS,
                "model_application_type",
                "template",
                "display_name",
                "template_file",
                *OF_TEXT,
                "num_beams",
            ],
        ),
        (
            STORED,
            [
                *ALWAYS,
                "model_application_type",
                "template",
                "display_name",
                "file_name",
                *OF_TEXT,
                "num_beams",
            ],
        ),
        (
            SAMPLED,
            [
                *ALWAYS,
                "model_application_type",
                "template",
                *OF_TEXT,
                "sampling_strategy",
                "num_sampling",
                "num_beams",
            ],
        ),
        (
            {**VLLM, "sampling_strategy": "beamSearch"},
            [
                *ALWAYS,
                "model_application_type",
                "template",
                *OF_TEXT,
                "sampling_strategy",
                "num_beams",
            ],
        ),
        (
            {**CHAT, "vllm_version": "0.9.0"},
            [
                *ALWAYS,
                "model_application_type",
                "template",
                *OF_TEXT,
                "sampling_strategy",
                "num_beams",
            ],
        ),
    ],
)
def test_a_field_is_shown_where_it_applies(arguments: dict[str, str], fields: list[str]) -> None:
    assert shown(arguments) == [*fields, "description"]


@pytest.mark.parametrize(
    ("arguments", "extra", "decider"),
    [
        (PICTURES, {"model_application_type": "chat"}, "model_format"),
        (PICTURES, {"advance_conf": "{}"}, "model_format"),
        (PICTURES, {"transformer_version": "4.40.2"}, "model_format"),
        (PICTURES, {"vllm_version": "0.4.0"}, "model_format"),
        (PICTURES, {"num_beams": "3"}, "model_format"),
        (COMPLETION, {"template": "platform"}, "model_application_type"),
        (COMPLETION, {"prompt_template": "{input}"}, "model_application_type"),
        ({**CHAT, "template": "none"}, {"file_name": "custom_1.py"}, "template"),
        (CHAT, {"sampling_strategy": "beamSearch"}, "vllm_version"),
        (CHAT, {"num_sampling": "3"}, "vllm_version"),
        ({**VLLM, "sampling_strategy": "beamSearch"}, {"num_sampling": "3"}, "sampling_strategy"),
    ],
)
def test_what_has_no_place_is_refused_with_what_it_hangs_on_and_never_sent(
    arguments: dict[str, str], extra: dict[str, str], decider: str
) -> None:
    (name,) = extra
    kind, told = unfits({**arguments, **extra})[name]
    assert kind is NotApplicable
    assert told["other"] == decider
    assert name not in import_form({**arguments, **extra}).arguments()


@pytest.mark.parametrize(
    ("given_", "followed"),
    [
        ({"model_application_type": "chat"}, {"model_format": HF}),
        ({"num_beams": "3"}, {"model_format": HF}),
        (
            {"prompt_template": "{input}"},
            {"template": "platform", "model_application_type": "chat", "model_format": HF},
        ),
        (
            {"file_name": "custom_1.py", "display_name": "mine"},
            {"template": "stored", "model_application_type": "chat", "model_format": HF},
        ),
        (
            {"template_file": "F0FILE"},
            {"template": "file", "model_application_type": "chat", "model_format": HF},
        ),
        (
            {"vllm_version": "0.4.0", "num_sampling": "2"},
            {"sampling_strategy": "multinomialSampling", "model_format": HF},
        ),
    ],
)
def test_what_is_given_brings_along_what_it_cannot_be_without(
    given_: dict[str, str], followed: dict[str, str]
) -> None:
    assert import_form(given_).values == {**given_, **followed}


def test_what_is_empty_brings_nothing_along() -> None:
    assert import_form({**CHAT, "prompt_template": "", "file_name": ""}).values == CHAT


def test_a_model_that_makes_pictures_is_one_of_safetensors_and_the_other_way_round() -> None:
    typed = import_form({**PLACE, "model_application_type": "Text-to-Image"})
    assert typed.unfits() == {}
    assert typed.values == PICTURES
    assert new_version(typed) == new_version(import_form(PICTURES))
    assert source(PICTURES).application_type == "Text-to-Image"


@pytest.mark.parametrize(
    ("arguments", "exclusions"),
    [
        (
            {**CHAT, **PARTS, "file_name": "custom_1.py"},
            {
                "history_qa_template": "file_name",
                "latest_question_template": "file_name",
            },
        ),
        (
            {**TYPED, "file_name": "custom_1.py", "display_name": "mine"},
            {"file_name": "history_qa_template", "display_name": "history_qa_template"},
        ),
        ({**STORED, "template_file": "F0FILE"}, {"template_file": "file_name"}),
        ({**FILE_NOW, "prompt_template": "x"}, {"prompt_template": "template_file"}),
        (TYPED, {}),
        (STORED, {}),
        ({**CHAT, "template": "none", "file_name": "custom_1.py"}, {}),
    ],
)
def test_a_template_is_said_in_one_way(
    arguments: dict[str, str], exclusions: dict[str, str]
) -> None:
    form = import_form(arguments)
    found = importing.excluded(form)
    assert {name: error.other for name, error in found.items()} == exclusions
    assert all(isinstance(error, Excluded) for error in found.values())
    assert set(found) <= set(form.unfits())


def test_two_ways_at_once_are_told_at_the_field_in_words() -> None:
    form = import_form({**TYPED, "file_name": "custom_1.py"})
    lacking = sent_forms.lacking(form, import_.signature, None)
    assert lacking is not None
    told = importing.telling_exclusions(lacking).told
    assert set(told) == {"file_name"}
    assert told["file_name"].template == "Only one of {field} and {other} may be given."


def test_nobody_is_blamed_for_what_was_not_asked_yet() -> None:
    typed = import_form({"model_set": MODEL, "bucket": "demo bucket", "num_beams": "99"})
    lacking = sent_forms.lacking(typed, import_.signature, None)
    assert lacking is not None
    assert set(lacking.told) == {"bucket", "num_beams"}


def test_a_whole_import_of_a_chat_model() -> None:
    arguments = {
        **TYPED,
        **SAMPLED,
        "prompt_template": "### 输入:\n{input}\n### 回答: ",
        "advance_conf": '{"chat": {}}',
        "num_sampling": "3",
        "num_beams": "2",
        "description": "v1",
    }
    assert new_version(import_form(arguments)) == NewVersion(
        read_id(MODEL),
        ImportSource(
            "demo-bucket",
            "models/demo",
            HF,
            "chat",
            ChatTemplate("{question}", "{question}", "### 输入:\n{input}\n### 回答: "),
            '{"chat": {}}',
            "4.40.2",
            "0.4.0",
            Sampling("multinomialSampling", 3, 2),
        ),
        "v1",
    )


def test_a_prompt_may_be_empty() -> None:
    assert source(TYPED).template == ChatTemplate("{question}", "{question}", "")


def test_a_file_is_named_as_it_is_stored() -> None:
    form = importing.with_stored_file(import_form(FILE_NOW), "custom_7.py")
    assert form.unfits() == {}
    made = new_version(form).source
    assert isinstance(made, ImportSource)
    assert made.template == FileTemplate("mine", "custom_7.py")


def test_a_file_of_ones_own_ends_in_py_and_is_smaller_than_a_megabyte() -> None:
    field = import_form(FILE_NOW).field("template_file")
    assert isinstance(field, FileField)
    assert field.endings == ("py",)
    assert importing.LARGEST_FILE < 1_000_000


def test_no_template_is_none() -> None:
    assert source({**CHAT, "template": "none"}).template is None
    assert source(CHAT).template is None


def test_configurations_are_chosen_from_the_platforms_lists() -> None:
    field = importing.listed_configurations({"chat": ["a", "b"], "completion": ["a", "c"]})
    assert isinstance(field, ChoiceField)
    notes = {each.value: each.note.values if each.note else None for each in field.options}
    assert notes == {
        "a": None,
        "b": {"application": "chat"},
        "c": {"application": "completion"},
    }
    assert import_form({**CHAT, "advance_conf": "a"}, field).doubts() == ()
    assert len(import_form({**CHAT, "advance_conf": "z"}, field).doubts()) == 1
    assert set(import_form({**PICTURES, "advance_conf": "a"}, field).unfits()) == {"advance_conf"}


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (importing.listed_configurations({"chat": [], "completion": []}), "Qianfan lists none"),
        (importing.listed_configurations({"chat": ["{" * 151]}), "Copy one of them whole"),
        (
            importing.unlisted_configuration(BadCredentials("DescribeModelSystemAdvancedConf")),
            "There is no list to choose from",
        ),
    ],
)
def test_where_there_is_no_list_a_configuration_is_typed(field: Any, says: str) -> None:
    assert isinstance(field, TextField)
    assert field.help is not None
    assert says in field.help.template
    assert import_form({**CHAT, "advance_conf": "anything"}, field).doubts() == ()


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(history=ANY_TEXT, latest=ANY_TEXT, prompt=st.just("") | ANY_TEXT)
def test_a_template_arrives_byte_for_byte(history: str, latest: str, prompt: str) -> None:
    arguments = {
        **TYPED,
        "history_qa_template": history,
        "latest_question_template": latest,
        "prompt_template": prompt,
    }
    assert unfits(arguments) == {}
    assert source(arguments).template == ChatTemplate(history, latest, prompt)


@given(path=ANY_TEXT, description=ANY_TEXT, name=ANY_TEXT)
def test_every_other_text_arrives_byte_for_byte(path: str, description: str, name: str) -> None:
    arguments = {
        **STORED,
        "object_path": path,
        "description": description,
        "display_name": name,
        "file_name": path,
    }
    made = new_version(import_form(arguments))
    assert made.description == description
    assert isinstance(made.source, ImportSource)
    assert made.source.object_path == path
    assert made.source.template == FileTemplate(name, path)


#: A few of each: choices that there are and that there are not, numbers, and texts.
TEXTS = st.sampled_from(["1", "2", "16", "x/y", "模 \n", "  ", MODEL])
VALUES = {
    field.name: st.sampled_from([*(each.value for each in field.options), "Text-to-Image"])
    if isinstance(field, ChoiceField)
    else TEXTS
    for field in import_form({}).fields
}
PAIRS = st.one_of(*(st.tuples(st.just(name), texts) for name, texts in VALUES.items()))
ANY_ARGUMENTS = st.fixed_dictionaries({}, optional=VALUES)
#: What is whole, with something else in a few of its fields.
NEARLY_WHOLE = st.builds(
    lambda whole, few: {**whole, **dict(few)}, st.sampled_from(WHOLE), st.lists(PAIRS, max_size=3)
)
ARGUMENTS = ANY_ARGUMENTS | NEARLY_WHOLE


@given(arguments=ARGUMENTS)
def test_a_form_makes_the_arguments_that_make_the_form(arguments: dict[str, str]) -> None:
    form = import_form(arguments)
    again = import_form(form.arguments())
    assert again.arguments() == form.arguments()
    assert form.filled(form.arguments()).arguments() == form.arguments()
    assert not any(isinstance(error, NotApplicable) for error in again.unfits().values())


@given(arguments=ARGUMENTS)
def test_nothing_that_was_given_goes_without_a_word(arguments: dict[str, str]) -> None:
    form = import_form(arguments)
    kept = {**form.arguments(), **form.unfits()}
    is_said_by_format = {"model_application_type"} if _makes_pictures(form) else set()
    given_ = {name for name, text in arguments.items() if text}
    assert given_ - is_said_by_format <= set(kept)


def _makes_pictures(form: Form) -> bool:
    return form.values.get("model_format") == "Safetensors"


@given(arguments=NEARLY_WHOLE)
def test_what_is_sent_is_what_applies(arguments: dict[str, str]) -> None:
    form = import_form({**arguments, "model_set": MODEL})
    assume(not form.unfits())
    made = new_version(form).source
    assert isinstance(made, ImportSource)
    is_of_text = made.model_format == HF
    assert is_of_text == (made.application_type in ("chat", "completion"))
    assert is_of_text == bool(made.transformer_version)
    assert is_of_text or not (made.advance_conf or made.vllm_version or made.sampling.beams)
    assert made.application_type == "chat" or made.template is None
    assert made.vllm_version or not made.sampling.strategy
    assert made.sampling.strategy == "multinomialSampling" or made.sampling.sequences is None


@pytest.mark.parametrize("arguments", WHOLE)
def test_a_whole_command_names_the_version_that_it_makes(arguments: dict[str, str]) -> None:
    args, kwargs = import_.signature.bind(Call("import", arguments))
    assert import_.target is not None
    assert import_.target(*args, **kwargs) == new_version(import_form(arguments))


def test_a_command_that_lacks_something_makes_nothing() -> None:
    assert import_.target is not None
    assert import_.target() is None
    assert import_.target(read_id(MODEL), bucket="demo") is None
