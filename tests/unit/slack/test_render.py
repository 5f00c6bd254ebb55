"""What a person sees of a message, and what outside text can never do to it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import (
    Bar,
    Button,
    Buttons,
    Channel,
    Code,
    Facts,
    Group,
    Heading,
    Line,
    Link,
    Listing,
    Message,
    Moment,
    Note,
    Person,
    Span,
    Style,
    Value,
    Verbatim,
    say,
)
from bot.slack import mrkdwn
from bot.slack.fallback import one_line, plain_text
from bot.slack.render import Rendered, render
from bot.slack.spans import Mrkdwn
from tests.unit.slack.limits import check_message, texts

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def written(value: Value) -> str:
    return Mrkdwn().write(value)


def blocks(rendered: Rendered) -> list[dict[str, Any]]:
    return [block.to_dict() for block in rendered.blocks]


@pytest.mark.parametrize(
    ("value", "mrkdwn"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        (7, "7"),
        (Code("task-abc`<x>"), "`task-abcˋ&lt;x&gt;`"),
        (Code(""), ""),
        (Person("U0123"), "<@U0123>"),
        (Person("!channel"), "!channel"),
        (Person("U1> <!here"), "U1&gt; &lt;!here"),
        (Group("S0123"), "<!subteam^S0123>"),
        (Group("channel"), "channel"),
        (Channel("C0123"), "<#C0123>"),
        (Channel("D0123"), "D0123"),
        (
            Link("https://a.example/x?y=1&z=2", "the run"),
            "<https://a.example/x?y=1&amp;z=2|the run>",
        ),
        (Link("https://a.example/x|y>z", "it"), "<https://a.example/x%7Cy%3Ez|it>"),
        (Link("javascript:alert(1)", "it"), "it"),
        (Link("https://a.example/a b", "it"), "it"),
        (Link("https://[", "it"), "it"),
        (Link("https://a.example", "a>b|c"), "<https://a.example|a&gt;b|c>"),
        (Link("https://a.example", ""), "<https://a.example>"),
        (
            Moment(NOON),
            "<!date^1772366400^{date_short_pretty} {time}|2026-03-01 12:00 UTC>",
        ),
        (Listing(("a", Code("b"))), "a, `b`"),
        (Listing(("x",) * 42), ", ".join("x" * 40) + " and 2 more"),
        (say("*{run}* ended", run=say("_{id}_", id=Code("task-1"))), "*_`task-1`_* ended"),
    ],
)
def test_a_value_is_written_so_that_slack_shows_what_it_means(value: Value, mrkdwn: str) -> None:
    assert written(value) == mrkdwn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("train_v2_final", "train_v2_final"),
        ("2*3*4", "2*3*4"),
        ("*bold* _it_ ~gone~ `code`", "∗bold∗ ˍitˍ ∼gone∼ ˋcodeˋ"),
        ("损失_过大_了", "损失ˍ过大ˍ了"),
        ("> quoted", "› quoted"),
        (":tada: at 10:20:30", "∶tada: at 10:20:30"),
        ("two\n\n  lines", "two lines"),
        ("\x1b[31mred\x1b[0m\x00\x07", "red"),
        ("evil\u202etxt.exe\u2066", "eviltxt.exe"),
        ("half \ud83d of a pair", "half \ufffd of a pair"),
    ],
)
def test_outside_text_in_a_sentence_neither_formats_nor_hides_anything(
    text: str, shown: str
) -> None:
    assert written(text).replace("&gt;", ">") == shown


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=10, seconds=20), "10 min"),
        (timedelta(minutes=59, seconds=50), "1 h"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=23, minutes=59, seconds=45), "1 d"),
        (timedelta(days=3, hours=4, minutes=20), "3 d 4 h"),
        (timedelta(days=14), "14 d"),
    ],
)
def test_a_span_has_the_coarseness_that_a_person_would_use(length: timedelta, words: str) -> None:
    assert written(Span(length)) == words


def test_a_template_is_translated_before_its_values_are_put_in() -> None:
    chinese = {"{who} stopped {run}": "{run} 已被 {who} 停止"}
    sentence = say("{who} stopped {run}", who=Person("U1"), run="{who}")
    written = Mrkdwn(lambda text: chinese.get(text, text)).write(sentence)
    assert written == "{who} 已被 <@U1> 停止"


def test_a_message_with_every_part_becomes_these_blocks() -> None:
    message = Message(
        say("{run} failed", run=Code("task-1")),
        (
            Heading(say("*{name}* failed", name="a & b")),
            Line(say("It *stopped* at {at}.", at=Moment(NOON))),
            Bar(40),
            Facts(((say("Model"), "qwen_3"), (say("Took"), Span(timedelta(hours=2))))),
            Verbatim("<!channel> *loss* is nan\n"),
            Buttons(
                (
                    Button(say("Stop"), press="stop task-1", style=Style.DANGER),
                    Button(say("Console"), url="https://a.example/?a=1&b=2"),
                )
            ),
            Note(say("watched by {who}", who=Person("U1"))),
        ),
    )
    rendered = render(message)
    assert rendered.text == "`task-1` failed"
    assert blocks(rendered) == [
        {"type": "header", "text": {"type": "plain_text", "text": "a & b failed"}},
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "It *stopped* at <!date^1772366400^{date_short_pretty} {time}"
                "|2026-03-01 12:00 UTC>.",
                "verbatim": True,
            },
        },
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "████████░░░░░░░░░░░░ 40 %", "verbatim": True},
        },
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Model*\nqwen_3", "verbatim": True},
                {"type": "mrkdwn", "text": "*Took*\n2 h", "verbatim": True},
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_preformatted",
                    "elements": [{"type": "text", "text": "<!channel> *loss* is nan"}],
                }
            ],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Stop"},
                    "action_id": "press0",
                    "value": "stop task-1",
                    "style": "danger",
                },
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Console"},
                    "action_id": "open1",
                    "url": "https://a.example/?a=1&b=2",
                },
            ],
        },
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "watched by <@U1>", "verbatim": True}],
        },
    ]


def test_a_cut_goes_around_a_link_and_a_mention() -> None:
    long = say(
        "{text} {more} {link}",
        text="x" * 990,
        more=Listing(("y" * 990,) * 2),
        link=Link("https://a.example/" + "p" * 40, "label"),
    )
    text = blocks(render(Message.of(long)))[0]["text"]["text"]
    assert len(text) <= 3000
    assert text.endswith("y …")
    assert "<" not in text


def test_a_long_verbatim_says_how_much_was_cut() -> None:
    shown, told = blocks(render(Message(say("failed"), (Verbatim("e" * 100_000),))))
    assert len(shown["elements"][0]["elements"][0]["text"]) == 3000
    assert told["elements"][0]["text"] == "… and 97000 more characters"


def test_a_message_of_too_many_blocks_loses_its_middle_and_says_so() -> None:
    parts = tuple(Line(say("line {number}", number=number)) for number in range(80))
    rendered = blocks(render(Message(say("many"), parts)))
    assert len(rendered) == 50
    assert rendered[39]["text"]["text"] == "line 39"
    assert rendered[40]["elements"][0]["text"] == "… 31 parts left out …"
    assert rendered[41]["text"]["text"] == "line 71"
    assert rendered[-1]["text"]["text"] == "line 79"


def test_a_message_of_too_much_text_keeps_its_beginning_and_its_end() -> None:
    lines = tuple(Line(say("{n} {text}", n=n, text=" y" * 500)) for n in range(20))
    rendered = blocks(render(Message(say("much"), (*lines, Note(say("the end"))))))
    assert sum(map(len, texts(rendered))) < 9000
    assert rendered[0]["text"]["text"].startswith("0 ")
    assert [block["elements"][0]["text"] for block in rendered if block["type"] == "context"] == [
        "… 13 parts left out …",
        "the end",
    ]


def test_many_facts_and_buttons_go_into_as_many_blocks_as_they_need() -> None:
    facts = Facts(tuple((say("label"), str(number)) for number in range(23)))
    row = Buttons(tuple(Button(say("b"), press=str(number)) for number in range(30)))
    rendered = blocks(render(Message(say("many"), (facts, row))))
    assert [len(block.get("fields", block.get("elements", ()))) for block in rendered] == [
        10,
        10,
        3,
        25,
        5,
    ]
    names = [each["action_id"] for block in rendered[3:] for each in block["elements"]]
    assert names == [f"press{number}" for number in range(30)]


def test_a_button_whose_command_cannot_be_carried_whole_is_left_out() -> None:
    row = Buttons((Button(say("Stop"), press="x" * 2001), Button(say("Bad"), url="file:///etc")))
    assert render(Message(say("m"), (row,))).blocks == ()


def test_the_plain_text_has_all_that_the_blocks_have_but_the_buttons() -> None:
    message = Message(
        say("{run} failed", run=Code("task-1")),
        (
            Heading(say("Failed")),
            Facts(((say("Model"), "q<3"),)),
            Bar(50),
            Verbatim("```\nnan"),
            Buttons((Button(say("Console"), url="https://a.example"), Button(say("Stop"), "x"))),
        ),
    )
    assert plain_text(message).splitlines() == [
        "Failed",
        "Model: q&lt;3",
        "██████████░░░░░░░░░░ 50 %",
        "```",
        "ˋˋˋ",
        "nan",
        "```",
        "<https://a.example|Console>",
    ]
    assert one_line(message) == "`task-1` failed"


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<!channel>",
            "<!here|x>",
            "<@U1>",
            "<#C1>",
            "<https://evil.example|x>",
            "<!subteam^S1>",
            "`<!everyone>`",
            "```",
            "a|b>c<d",
            "\u202eevil\u2066",
            "\ud800",
            "\x00\x1b[31m\r\n\t",
            "&lt;!channel&gt;",
            "*_~`" * 50,
            "&<>`" * 25_000,
            "x" * 100_000,
            "{who} {0} %s",
            "",
            " ",
            "\n> quote\n",
        ]
    ),
    st.text(st.characters(codec=None), max_size=60),
    st.text(alphabet="<>|&!@#`*_~:^ \nUSC1chanel", max_size=80),
)
SENTENCES = st.builds(
    lambda template, a, b: say(template, a=a, b=b),
    st.sampled_from(["{a}", "*{a}* and _{b}_", "{a}{b}", "see `{a}`:\n{b}", "plain words"]),
    st.one_of(
        HOSTILE,
        st.builds(Code, HOSTILE),
        st.builds(Person, HOSTILE),
        st.builds(Group, HOSTILE),
        st.builds(Channel, HOSTILE),
        st.builds(Link, HOSTILE, HOSTILE),
        st.builds(lambda text: Listing((text,) * 30), HOSTILE),
    ),
    HOSTILE,
)
BUTTONS = st.builds(
    Button,
    SENTENCES,
    press=HOSTILE,
    url=st.one_of(st.just(""), HOSTILE),
    style=st.sampled_from(Style),
)
PARTS = st.one_of(
    st.builds(Heading, SENTENCES),
    st.builds(Line, SENTENCES),
    st.builds(Facts, st.lists(st.tuples(SENTENCES, HOSTILE), max_size=12).map(tuple)),
    st.builds(Verbatim, HOSTILE),
    st.builds(Bar, st.integers(-5, 205)),
    st.builds(Note, SENTENCES),
    st.builds(Buttons, st.lists(BUTTONS, max_size=30).map(tuple)),
)
MESSAGES = st.builds(Message, SENTENCES, st.lists(PARTS, max_size=12).map(tuple))


def mrkdwn_texts(node: object) -> Iterator[str]:
    """Every text of a rendered message that Slack reads as mrkdwn."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            yield node["text"]
        for child in node.values():
            yield from mrkdwn_texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from mrkdwn_texts(child)


def assert_harmless(text: str) -> None:
    """Nothing pings or links but what an id of the right form, or a web address, has made."""
    for entity in re.findall(r"<[^>]*>?", text):
        assert re.fullmatch(
            r"<@[UW][A-Z0-9]+>|<#[CG][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<https?://[^\s<>|]+(\|[^<>]*)?>",
            entity,
        )
    assert ">" not in re.sub(r"<[^<>]*>", "", text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert not re.search(r"[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_no_outside_text_pings_links_or_breaks_a_limit(message: Message) -> None:
    rendered = render(message)
    drawn = blocks(rendered)
    check_message(rendered.text, drawn)
    for text in (rendered.text, *mrkdwn_texts(drawn)):
        assert_harmless(text)
    json.dumps(drawn).encode()


@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_the_texts_for_refused_blocks_are_as_harmless(message: Message) -> None:
    for text, limit in ((plain_text(message), 4000), (one_line(message), 300)):
        assert 0 < len(text) <= limit
        assert_harmless(text)


@given(HOSTILE)
def test_nothing_breaks_out_of_a_code_span(text: str) -> None:
    code = written(Code(text))
    assert code == "" or (code.startswith("`") and code.endswith("`"))
    assert "`" not in code[1:-1]
    assert "`" not in written(text)


def test_a_line_may_have_a_button_beside_it() -> None:
    message = Message.of(say("ended")).with_parts(
        Line(say("{run}", run=Code("task-1")), Button(say("Status"), "status task-1")),
        Line(say("{run}", run=Code("task-2")), Button(say("Status"), "x" * 3000)),
    )
    rendered = render(message)
    _, first, second = blocks(rendered)

    assert first["accessory"]["value"] == "status task-1"
    assert "accessory" not in second
    check_message(rendered.text, blocks(rendered))


@pytest.mark.parametrize(
    ("close", "apart"),
    [
        ("状态是*运行中*，40%", "状态是 *运行中* ，40%"),
        ("`task-1`（a）已结束", "`task-1` （a）已结束"),
        ("用`/qf help`。", "用 `/qf help` 。"),
        ("a*b*c 与 2*3*4", "a*b*c 与 2*3*4"),
        ("```代码`里`的```不变", "```代码`里`的```不变"),
        ("*bold*, `code`.", "*bold*, `code`."),
    ],
)
def test_marks_stand_apart_from_chinese_signs(close: str, apart: str) -> None:
    assert mrkdwn.apart(close) == apart
    assert mrkdwn.apart(apart) == apart
