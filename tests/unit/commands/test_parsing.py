"""From what people type to a call: what is forgiven, and what is told apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.contents import COMMANDS
from bot.commands.parsing import parse
from bot.domain import errors
from bot.domain.calls import Call

SIGNATURES = {command.name: command.signature for command in COMMANDS}
TASK = "task-0tgmn4a7h4i6"
OTHER = "amva-abciuctdx15t"


def read(text: str) -> Call:
    return parse(text, SIGNATURES)


@pytest.mark.parametrize(
    "text",
    [
        f"status {TASK}",
        f"  STATUS   {TASK.upper()} ",
        f"`status {TASK}`",
        f"/status {TASK}",
        f"status: `{TASK}`",
        f"ｓｔａｔｕｓ　{TASK}",
        f"status，{TASK}。".replace("，", " "),
        f"status how is {TASK} doing?",
        f"status <https://console.bce.baidu.com/qianfan/train/sft/job-c9qm8jeiy1q7/{TASK}/detail|log>",
        f"status “{TASK}”",
        f"*status* *{TASK}*",
        f"status {TASK} {TASK}",
        TASK,
        f"<https://console.bce.baidu.com/qianfan/train/sft/job-c9qm8jeiy1q7/{TASK}/detail>",
    ],
)
def test_a_question_for_a_run_is_understood_however_it_is_typed(text: str) -> None:
    assert read(text) == Call("status", {"ids": (TASK,)})


def test_several_ids_are_all_meant() -> None:
    assert read(f"status {TASK}, {OTHER}").arguments == {"ids": (TASK, OTHER)}
    assert read(f"status {TASK},{OTHER}").arguments == {"ids": (TASK, OTHER)}


def test_an_empty_text_asks_for_help() -> None:
    assert read("   ") == Call("help")


def test_options_may_stand_anywhere() -> None:
    expected = {"ids": (TASK,), "in": "C0TRAIN", "notify": "ends"}
    assert read(f"watch in=<#C0TRAIN|training> {TASK} Notify=ENDS").arguments == expected
    assert read(f"watch {TASK} notify=ends in=<#C0TRAIN|training>").arguments == expected


def test_a_reason_keeps_its_letters() -> None:
    call = read(f'stop {TASK} reason="Wrong Data — 数据错了，NOT “mine”"')
    assert call.arguments["reason"] == "Wrong Data — 数据错了，NOT “mine”"


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("stauts", errors.UnknownCommand, {"nearest": "status"}),
        ("stat", errors.UnknownCommand, {"nearest": "status"}),
        ("frobnicate", errors.UnknownCommand, {"nearest": None}),
        ("停止", errors.UnknownCommand, {"nearest": None}),
        (f'stop {TASK} reason="oops', errors.UnclosedQuote, {"opened": '"'}),
        (f"stop {TASK} raeson=oops", errors.UnknownOption, {"nearest": "reason"}),
        (f"stop {TASK} {OTHER}", errors.UnexpectedWord, {"word": OTHER}),
        ("ping pong", errors.UnexpectedWord, {"word": "pong"}),
        ("stop everything", errors.NotAnId, {"why": errors.WhyNotAnId.NO_ID}),
    ],
)
def test_each_kind_of_mistake_has_its_own_answer(
    text: str, error: type[errors.QfbotError], told: dict[str, Any]
) -> None:
    with pytest.raises(error) as caught:
        read(text)
    assert {name: getattr(caught.value, name) for name in told} == told


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("am-ih8****", errors.WhyNotAnId.MASKED),
        ("24663", errors.WhyNotAnId.LEGACY_NUMBER),
        ("task-12", errors.WhyNotAnId.WRONG_LENGTH),
        ("tsk-0tgmn4a7h4i6", errors.WhyNotAnId.UNKNOWN_KIND),
    ],
)
def test_what_was_meant_as_an_id_says_what_is_wrong_with_it(
    typed: str, why: errors.WhyNotAnId
) -> None:
    call = read(f"status please {typed}")
    with pytest.raises(errors.NotAnId) as caught:
        SIGNATURES["status"].bind(call)
    assert (caught.value.given, caught.value.why) == (typed, why)


def test_a_call_reads_as_the_line_that_makes_it() -> None:
    call = Call("stop", {"id": TASK, "reason": "it's “mine”"})
    assert read(SIGNATURES["stop"].line(call)) == call


@given(st.text(alphabet=st.characters(exclude_characters="<>&\"'“”‘’「」『』«»„＂＇"), min_size=1))
def test_any_reason_survives_the_way_into_a_line_and_back(reason: str) -> None:
    call = Call("stop", {"id": TASK, "reason": reason})
    assert read(SIGNATURES["stop"].line(call)) == call


@given(st.text(max_size=200))
def test_any_text_is_a_call_or_a_mistake_that_can_be_told(text: str) -> None:
    try:
        call = read(text)
        SIGNATURES[call.command].bind(call)
    except errors.Misread:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "quiet 22:00-08:00",
        "quiet 22-8",
        "quiet 22：00–８",
        "quiet 22:00 - 8am",
        "quiet 10pm to 8am",
        "quiet from 22:00 until 08:00",
        "quiet `22:00~08:00`",
        "QUIET 22点至8点",
    ],
)
def test_hours_are_understood_however_they_are_typed(text: str) -> None:
    assert read(text) == Call("quiet", {"hours": "22:00-08:00"})


def test_hours_may_have_a_zone_beside_them() -> None:
    call = read("quiet 22:00 - 8:00 zone=Asia/Shanghai")
    args, kwargs = SIGNATURES["quiet"].bind(call)

    assert (args, kwargs["zone"]) == ([], "Asia/Shanghai")
    assert SIGNATURES["quiet"].line(call) == "quiet 22:00-08:00 zone=asia/shanghai"


@pytest.mark.parametrize(
    ("text", "at"), [("9", "09:00"), ("9 pm", "21:00"), ("09：30", "09:30"), ("off", "off")]
)
def test_a_time_of_day_is_understood_however_it_is_typed(text: str, at: str) -> None:
    assert read(f"digest {text}") == Call("digest", {"at": at})


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("<@U0LIN|lin>", "U0LIN"),
        ("<!subteam^S0OPS|@ops>", "S0OPS"),
        ("off", None),
        ("OFF", None),
    ],
)
def test_who_is_to_be_mentioned_is_picked_or_nobody(typed: str, who: str | None) -> None:
    call = read(f"watch {TASK} mention={typed}")

    assert SIGNATURES["watch"].bind(call)[1]["mention"].who == who


@pytest.mark.parametrize("typed", ["<!here>", "<!channel|channel>", "<!everyone>", "@here"])
def test_everybody_at_once_is_nobody_to_mention(typed: str) -> None:
    with pytest.raises(errors.MentionsAll):
        SIGNATURES["watch"].bind(read(f"watch {TASK} mention={typed}"))
