"""Messages and views as plain lines."""

from typing import Any

import pytest

from bot.playground.slack import File, LocalSlack, View
from bot.playground.slack.readable import block_lines, message_lines, view_lines
from tests.unit.playground.slack_app import CARD, FORM, plain, section

SLACK = LocalSlack()
WORKSPACE = SLACK.workspace
ADA = WORKSPACE.add_user("ada", id="UADA", tz="Asia/Shanghai")
CHANNEL = WORKSPACE.add_channel("training", id="C1", members=["ada"])
PICTURE = {"type": "image", "image_url": "https://x.y", "alt_text": "the loss"}
REASON = File("F1", "reason.txt", "why it failed", "UADA", 3)
OPTION = {"text": plain("task-2"), "value": "v2"}


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "header", "text": plain("task-1")}, ["# task-1"]),
        (section("*done*\nby <@UADA>"), ["*done*", "by @ada"]),
        ({"type": "section", "fields": [plain("Model\nERNIE")]}, ["  Model ERNIE"]),
        ({**section("x"), "accessory": PICTURE}, ["x", "[picture: the loss]"]),
        ({"type": "context", "elements": [PICTURE, plain("2 watch")]},
         ["· [picture: the loss]  2 watch"]),
        ({"type": "divider"}, ["─" * 24]),
        ({"type": "alert", "text": plain("Slack is down")}, ["! Slack is down"]),
        (PICTURE, ["[picture: the loss]"]),
        ({"type": "markdown", "text": "a\nb"}, ["a", "b"]),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"},
                                     {"type": "raw_text", "text": "b"}]]}, ["a | b"]),
        ({"type": "actions", "elements": [
            {"type": "static_select", "placeholder": plain("Which?"), "options": [OPTION]},
            {"type": "static_select", "initial_option": OPTION, "options": [OPTION]}]},
         ["[Which? ▾] [task-2 ▾]"]),
        ({"type": "data_visualization", "title": "Loss"}, ["(data_visualization)"]),
    ],
)  # fmt: skip
def test_a_block_reads_as_lines(block: dict[str, Any], lines: list[str]) -> None:
    assert block_lines([block], WORKSPACE) == lines


def test_rich_text_reads_with_its_names_and_lists() -> None:
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "UADA"},
                    {"type": "text", "text": " in "},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "text", "text": " see "},
                    {"type": "link", "url": "https://x.y"},
                    {"type": "emoji", "name": "eyes"},
                ],
            },
            {
                "type": "rich_text_list",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        ],
    }
    assert block_lines([block], WORKSPACE) == [
        "@ada in #training see https://x.y:eyes:",
        "• one",
        "> said",
    ]


def test_the_buttons_of_a_message_are_numbered_through() -> None:
    more = {"type": "button", "text": plain("Share"), "action_id": "share"}
    blocks = (*CARD, {**section("more"), "accessory": more})
    message = WORKSPACE.post("C1", "UADA", text="fallback", blocks=blocks)
    assert message_lines(message, WORKSPACE) == [
        "*task-1* is running",
        "[1: Stop]",
        "more",
        "[2: Share]",
    ]
    assert [each.label for each in message.buttons] == ["Stop", "Share"]


def test_a_message_without_blocks_shows_its_text_in_the_readers_time() -> None:
    text = "done <!date^1700000000^{time}|then>"
    message = WORKSPACE.post("C1", "UADA", text=text, files=(REASON,))
    assert message_lines(message, WORKSPACE, ADA) == ["done 06:13", "(file: why it failed)"]


def test_an_unfurl_is_set_off() -> None:
    unfurl = {"from_url": "https://x.y", "blocks": CARD}
    message = WORKSPACE.post("C1", "UADA", text="see", attachments=(unfurl, {"text": "plain"}))
    assert message_lines(message, WORKSPACE) == [
        "see",
        "│ *task-1* is running",
        "│ [1: Stop]",
        "│ plain",
    ]


def test_a_form_shows_its_fields_and_their_errors() -> None:
    hinted = {**FORM["blocks"][0], "hint": plain("lower case")}
    content = {**FORM, "close": plain("Cancel"), "blocks": [hinted, FORM["blocks"][1]]}
    view = View("V1", "h", "UADA", "modal", content, "V1", errors={"name": "taken"})
    assert view_lines(view, WORKSPACE) == [
        "== Import a model ==",
        "Name: []",
        "  lower case",
        "  ! taken",
        "Bucket (optional): [… ▾]",
        "(Cancel) (Import)",
    ]
