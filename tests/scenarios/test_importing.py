"""Importing a model: a form that asks for what applies, and a request that has nothing else."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from bot.playground.qianfan.resources import ModelSet
from tests.scenarios.play import Play

MODEL = "am-5sxpz4xn25uw"
HF = "HuggingFace.Transformers"

#: The parts of a template as the document's example has them: with backslashes, letter for letter.
HISTORY = "\\n\\nUser: {question} \\nAssistant: {answer}\\n"
LATEST = "\\n\\nUser: {question} \\nAssistant:"
PROMPT = "你是一个对话机器人,根据下文输入完成回答\n### 输入:\n{input}\n### 回答: "

PLACE = {"bucket": "test", "object_path": "demoModel"}
COMPLETION = (
    f"/qf import {MODEL} bucket=test object_path=demoModel model_format={HF} "
    "model_application_type=completion transformer_version=4.36.2"
)


@pytest.fixture
def model(play: Play) -> ModelSet:
    return play.world.add_model_set("spam-filter", id=MODEL)


def sent(play: Play) -> list[dict[str, Any]]:
    """The bodies of the requests that make a version."""
    return [dict(it.body) for it in play.qianfan.requests if it.action == "CreateCustomModel"]


def versions(play: Play, model: ModelSet) -> list[str]:
    return [each.id for each in play.world.versions_of(model)]


async def picks_chat(play: Play, template: str) -> str:
    """Open the form, and make it one of a chat model with such a template."""
    await play.ada.asks(f"/qf import {MODEL}")
    await play.ada.picks(model_format=HF)
    await play.ada.picks(model_application_type="chat")
    await play.ada.picks(template=template)
    return play.ada.dialog


async def test_ada_imports_a_chat_model_with_the_documents_template(
    play: Play, model: ModelSet
) -> None:
    assert await play.ada.asks(f"/qf import {MODEL}") == snapshot("""\
== Import a model ==
Model: model_set=[am-5sxpz4xn25uw ▾]
  The model (am-…) that gets the new version. Type a part of its name or its id.
Bucket: []
  Only its name, as in demo-bucket: no bos: before it, and no path after it.
Path in the bucket: object_path=[]
  The folder in which the model's files are.
Format: model_format=[… ▾]
  one of: HuggingFace.Transformers · Safetensors
Description (optional): []
  At most 300 characters.
(Cancel) (Import)\
""")
    await play.ada.picks(model_format=HF)
    await play.ada.picks(model_application_type="chat")
    await play.ada.picks(template="platform")
    assert play.ada.dialog == snapshot("""\
== Import a model ==
Model: model_set=[am-5sxpz4xn25uw ▾]
  The model (am-…) that gets the new version. Type a part of its name or its id.
Bucket: []
  Only its name, as in demo-bucket: no bos: before it, and no path after it.
Path in the bucket: object_path=[]
  The folder in which the model's files are.
Format: model_format=[HuggingFace.Transformers ▾]
  one of: HuggingFace.Transformers · Safetensors
What the model does: model_application_type=[chat ▾]
  one of: chat · completion
Template of the conversation (optional): template=[typed here ▾]
  one of: none · typed here · a file of mine · a file that Qianfan has
  For a chat model: how a conversation becomes the text that it reads.
Earlier questions and answers: history_qa_template=[]
  At most 200 characters. It is sent exactly as it stands here. {question} and {answer} stand for what was said.
The latest question: latest_question_template=[]
  At most 200 characters. It is sent exactly as it stands here. {question} stands for what is asked.
The prompt (optional): prompt_template=[]
  At most 300 characters. It is sent exactly as it stands here. {input} stands for the conversation. It may be empty.
Advanced configuration (optional): advance_conf=[… ▾]
Version of transformers: transformer_version=[… ▾]
Version of vLLM (optional): vllm_version=[… ▾]
  Only where the model is to run with vLLM.
Beams (optional): num_beams=[]
  From 2 to 15.
Description (optional): []
  At most 300 characters.
(Cancel) (Import)\
""")

    answer = await play.ada.submits(
        **PLACE,
        transformer_version="4.36.2",
        history_qa_template=HISTORY,
        latest_question_template=LATEST,
        prompt_template=PROMPT,
    )

    (version,) = versions(play, model)
    assert answer.replace(version, "amv-…") == snapshot("""\
== Import a model ==
`amv-…` is being made in `am-5sxpz4xn25uw`.
· This channel hears when it is ready.
(Close)\
""")
    assert sent(play) == [
        {
            "modelSetId": MODEL,
            "sourceType": "Import",
            "importMeta": {
                "bucket": "test",
                "objectPath": "demoModel",
                "modelFormat": HF,
                "modelApplicationType": "chat",
                "transformerVersion": "4.36.2",
                "chatConf": {
                    "historyQATemplate": HISTORY,
                    "latestQuestionTemplate": LATEST,
                    "promptTemplate": PROMPT,
                },
            },
        }
    ]
    await play.passes(minutes=10)
    assert [line.replace(version, "amv-…") for line in play.training.hears()] == snapshot(
        [
            "@ada makes `test/demoModel` a version of `am-5sxpz4xn25uw`: `amv-…`.",
            "the card, now: ✅ `amv-…` (V1) is *Ready*",
            "in the thread and the channel: ✅ `amv-…` (V1) is *Ready*",
        ]
    )


async def test_a_whole_command_line_needs_no_form(play: Play, model: ModelSet) -> None:
    answer = await play.ada.asks(
        f"/qf import {MODEL} bucket=test objectPath=demoModel modelFormat={HF} "
        "modelApplicationType=chat transformerVersion=4.40.2 vLLMVersion=0.4.0 "
        "samplingStrategy=multinomialSampling numSampling=3 numBeams=2 "
        'historyQATemplate="  {question}<b>&amp;</b> " latestQuestionTemplate="{question}" '
        'description="a < b & c"'
    )

    (version,) = versions(play, model)
    assert answer.replace(version, "amv-…") == snapshot("""\
`amv-…` is being made in `am-5sxpz4xn25uw`.
· This channel hears when it is ready.\
""")
    assert sent(play) == [
        {
            "modelSetId": MODEL,
            "sourceType": "Import",
            "description": "a < b & c",
            "importMeta": {
                "bucket": "test",
                "objectPath": "demoModel",
                "modelFormat": HF,
                "modelApplicationType": "chat",
                "transformerVersion": "4.40.2",
                "vLLMVersion": "0.4.0",
                "advancedSettings": {
                    "samplingStrategy": "multinomialSampling",
                    "numSampling": 3,
                    "numBeams": 2,
                },
                "chatConf": {
                    "historyQATemplate": "  {question}<b>&amp;</b> ",
                    "latestQuestionTemplate": "{question}",
                    "promptTemplate": "",
                },
            },
        }
    ]


async def test_a_model_that_makes_pictures_is_asked_for_its_place_alone(
    play: Play, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf import {MODEL}")
    await play.ada.picks(model_format=HF)
    assert "Version of transformers" in play.ada.dialog

    await play.ada.picks(model_format="Safetensors")
    assert "Version of transformers" not in play.ada.dialog
    await play.ada.submits(**PLACE)

    assert [body["importMeta"] for body in sent(play)] == [
        {
            "bucket": "test",
            "objectPath": "demoModel",
            "modelFormat": "Safetensors",
            "modelApplicationType": "Text-to-Image",
        }
    ]


async def test_a_file_of_ones_own_is_stored_and_named(play: Play, model: ModelSet) -> None:
    await picks_chat(play, "file")
    await play.ada.gives("template_file", "mine.py", b"def build(): ...\n")

    await play.ada.submits(**PLACE, transformer_version="4.36.2", display_name="my own")

    assert list(play.world.files.values()) == [b"def build(): ...\n"]
    (body,) = sent(play)
    assert body["importMeta"]["customSpec"] == {
        "displayName": "my own",
        "fileName": next(iter(play.world.files)),
    }


async def test_a_file_of_a_megabyte_is_too_large_and_the_form_comes_back(
    play: Play, model: ModelSet
) -> None:
    await picks_chat(play, "file")
    await play.ada.gives("template_file", "mine.py", b"#" * 1_000_000)

    told = await play.ada.submits(**PLACE, transformer_version="4.36.2", display_name="my own")

    assert "This file is too large: Qianfan takes less than 1 MB." in told
    assert "my own" in told
    assert play.calls("CreateModelCustomConf") == 0
    assert sent(play) == []
    await play.ada.gives("template_file", "mine.py", b"#" * 999_999)
    await play.ada.submits()
    assert len(versions(play, model)) == 1


async def test_where_the_upload_is_lost_nothing_is_imported_and_the_form_comes_back(
    play: Play, model: ModelSet
) -> None:
    play.qianfan.faults.drops(action="CreateModelCustomConf", when="after", times=1)
    await picks_chat(play, "file")
    await play.ada.gives("template_file", "mine.py", b"one")

    told = await play.ada.submits(**PLACE, transformer_version="4.36.2", display_name="my own")

    assert "the answer was lost on the way. Nothing was imported." in told
    assert play.calls("CreateModelCustomConf") == 1
    assert sent(play) == []
    await play.ada.gives("template_file", "mine.py", b"two")
    await play.ada.submits()
    (body,) = sent(play)
    assert play.world.files[body["importMeta"]["customSpec"]["fileName"]] == b"two"


async def test_a_file_is_not_stored_again_where_only_the_import_was_refused(
    play: Play, model: ModelSet
) -> None:
    play.qianfan.faults.answers(
        400, code="Refused", message="quota is used up", action="CreateCustomModel", times=1
    )
    await picks_chat(play, "file")
    await play.ada.gives("template_file", "mine.py", b"one")

    told = await play.ada.submits(**PLACE, transformer_version="4.36.2", display_name="my own")

    assert "quota is used up" in told
    assert "my own" in told
    await play.ada.submits()
    assert play.calls("CreateModelCustomConf") == 1
    assert len(versions(play, model)) == 1


async def test_every_limit_is_told_at_its_field_and_nothing_is_sent(
    play: Play, model: ModelSet
) -> None:
    await picks_chat(play, "platform")

    told = await play.ada.submits(
        bucket="bos:/test",
        object_path="demoModel",
        transformer_version="4.36.2",
        history_qa_template="x" * 201,
        latest_question_template="x",
        prompt_template="x" * 301,
        num_beams="16",
        description="x" * 301,
    )

    assert [line for line in told.splitlines() if line.startswith("  !")] == snapshot(
        [
            "  ! bucket may not have : in it.",
            "  ! history_qa_template may have at most 200 characters; these are 201.",
            "  ! prompt_template may have at most 300 characters; these are 301.",
            "  ! num_beams has to be from 2 to 15, and 16 is not.",
            "  ! description may have at most 300 characters; these are 301.",
        ]
    )
    assert told == play.ada.dialog
    assert sent(play) == []


async def test_what_is_typed_into_the_form_arrives_byte_for_byte(
    play: Play, model: ModelSet
) -> None:
    text = "  {question} \\n\t<b>&amp;</b> *x* 模\u3000\n"
    await picks_chat(play, "platform")

    await play.ada.submits(
        **PLACE,
        transformer_version="4.36.2",
        history_qa_template=text,
        latest_question_template=text,
        prompt_template=text,
        description=text,
    )

    (body,) = sent(play)
    assert set(body["importMeta"]["chatConf"].values()) == {text}
    assert body["description"] == text


async def test_sampling_is_asked_for_with_vllm_and_sequences_where_it_draws(
    play: Play, model: ModelSet
) -> None:
    await play.ada.asks(COMPLETION.replace("bucket=test ", ""))
    assert "Sampling" not in play.ada.dialog

    assert "Sampling" in await play.ada.picks(vllm_version="0.3.2")
    assert "Sequences" not in await play.ada.picks(sampling_strategy="beamSearch")
    assert "Sequences" in await play.ada.picks(sampling_strategy="multinomialSampling")
    await play.ada.submits(bucket="test", num_sampling="15")

    (body,) = sent(play)
    assert body["importMeta"]["vLLMVersion"] == "0.3.2"
    assert body["importMeta"]["advancedSettings"] == {
        "samplingStrategy": "multinomialSampling",
        "numSampling": 15,
    }


async def test_a_file_has_the_right_ending_and_is_ones_own(play: Play, model: ModelSet) -> None:
    line = COMPLETION.replace("completion", "chat") + " display_name=mine template_file="
    note = play.ada.person.uploads("mine.txt", b"x")
    of_lin = play.lin.person.uploads("lin.py", b"x")

    told = await play.ada.asks(line + note.id)
    assert "This file has the wrong ending: Qianfan takes a .py file." in told
    await play.ada.closes()
    told = await play.ada.asks(line + of_lin.id)
    assert "Only a file that you gave yourself can be used." in told
    assert play.calls("CreateModelCustomConf") == 0
    assert sent(play) == []


async def test_a_version_that_is_not_listed_is_warned_of_once_and_then_tried(
    play: Play, model: ModelSet
) -> None:
    line = COMPLETION.replace("4.36.2", "5.0.0")

    told = await play.ada.asks(line)

    assert "`5.0.0` is not one of those that Qianfan lists" in told
    assert sent(play) == []
    told = await play.ada.submits()
    assert sent(play)[0]["importMeta"]["transformerVersion"] == "5.0.0"
    assert "transformerVersion" in told


async def test_what_is_typed_and_does_not_fit_opens_the_form_filled(
    play: Play, model: ModelSet
) -> None:
    told = await play.ada.asks(f"{COMPLETION} num_beams=1")

    assert "`num_beams` has to be from 2 to 15, and `1` is not." in told
    assert "demoModel" in told
    await play.ada.submits(num_beams="2")
    assert sent(play)[0]["importMeta"]["advancedSettings"] == {"numBeams": 2}


async def test_two_ways_to_say_the_template_are_one_too_many(play: Play, model: ModelSet) -> None:
    line = COMPLETION.replace("completion", "chat")

    told = await play.ada.asks(
        f"{line} history_qa_template=q latest_question_template=q "
        "display_name=mine file_name=custom_1.py"
    )

    assert "Only one of `history_qa_template` and `file_name` may be given." in told
    assert sent(play) == []


async def test_a_configuration_is_chosen_from_the_platforms_own(
    play: Play, model: ModelSet
) -> None:
    await play.ada.asks(f"/qf import {MODEL} model_format={HF}")
    (configuration,) = await play.ada.searches("advance_conf")
    assert configuration.startswith('{"chat"')
    assert await play.ada.searches("advance_conf", "mine") == ["mine"]

    told = await play.ada.asks(f"{COMPLETION} advance_conf=mine")
    assert "Advanced configuration: `mine` is not one of those" in told


async def test_where_the_platforms_configurations_cannot_be_read_one_is_typed(
    play: Play, model: ModelSet
) -> None:
    play.qianfan.faults.answers(403, code="AccessDenied", action="DescribeModelSystemAdvancedConf")

    told = await play.ada.asks(f"/qf import {MODEL} model_format={HF}")

    assert "There is no list to choose from" in told
    await play.ada.picks(model_application_type="completion")
    await play.ada.submits(**PLACE, transformer_version="4.36.2", advance_conf='{"a":  1}')
    assert sent(play)[0]["importMeta"]["advanceConf"] == '{"a":  1}'


async def test_a_lost_answer_is_looked_for_and_nothing_is_sent_again(
    play: Play, model: ModelSet
) -> None:
    play.qianfan.faults.drops(action="CreateCustomModel", when="after", times=1)

    told = await play.ada.asks(COMPLETION)

    (version,) = versions(play, model)
    assert told.replace(version, "amv-…") == snapshot("""\
`amv-…` is being made in `am-5sxpz4xn25uw`.
· Qianfan's answer was lost on the way. The version was found by looking for it; nothing was sent twice.
· This channel hears when it is ready.\
""")
    assert len(sent(play)) == 1


async def test_without_a_model_one_is_searched_for(play: Play, model: ModelSet) -> None:
    await play.ada.asks("/qf import")
    assert await play.ada.searches("model_set", "spam") == ["spam-filter"]

    await play.ada.picks(model_format="Safetensors")
    await play.ada.submits(model_set=MODEL, **PLACE)

    assert len(versions(play, model)) == 1


async def test_an_operator_may_not_import_and_no_form_opens(play: Play, model: ModelSet) -> None:
    told = await play.lin.asks(f"/qf import {MODEL}")

    assert "`/qf import` is for those with the role `publisher`" in told
    assert not play.lin.dialog


async def test_another_kind_of_id_is_told_what_fits(play: Play) -> None:
    told = await play.ada.asks("/qf import amv-21qxxr97z8fp")

    assert "`amv-21qxxr97z8fp` is a model version, and `/qf import` has no use for one" in told
    assert not play.ada.dialog
