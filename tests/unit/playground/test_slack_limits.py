"""Which blocks Slack refuses, and where Slack says so: one row a fact."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.unit.playground.slack_app import CARD, STOP, error_of, plain, section
from tests.unit.playground.slack_facts import BLOCKS, METHODS, Fact, blocks, furnished, posting

LIMITS = {
    "more than 50 blocks": Fact("invalid_blocks", BLOCKS, blocks(*[{"type": "divider"}] * 51)),
    "a section of more than 3,000 characters": Fact(
        "invalid_blocks", BLOCKS + "section-block/", blocks(section("x" * 3001))
    ),
    "an empty section": Fact("invalid_blocks", BLOCKS + "section-block/", blocks(section(""))),
    "more than ten fields": Fact(
        "invalid_blocks",
        BLOCKS + "section-block/",
        blocks({"type": "section", "fields": [plain("x")] * 11}),
    ),
    "a field of more than 2,000 characters": Fact(
        "invalid_blocks",
        BLOCKS + "section-block/",
        blocks({"type": "section", "fields": [plain("x" * 2001)]}),
    ),
    "a header of more than 150 characters": Fact(
        "invalid_blocks",
        BLOCKS + "header-block/",
        blocks({"type": "header", "text": plain("x" * 151)}),
    ),
    "a header in mrkdwn": Fact(
        "invalid_blocks",
        BLOCKS + "header-block/",
        blocks({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ),
    "a button's label of more than 75 characters": Fact(
        "invalid_blocks",
        "https://docs.slack.dev/reference/block-kit/block-elements/button-element/",
        blocks({"type": "actions", "elements": [{**STOP, "text": plain("x" * 76)}]}),
    ),
    "a button's label in mrkdwn": Fact(
        "invalid_blocks",
        "https://docs.slack.dev/reference/block-kit/block-elements/button-element/",
        blocks(
            {"type": "actions", "elements": [{**STOP, "text": {"type": "mrkdwn", "text": "x"}}]}
        ),
    ),
    "a button's value of more than 2,000 characters": Fact(
        "invalid_blocks",
        "https://docs.slack.dev/reference/block-kit/block-elements/button-element/",
        blocks({"type": "actions", "elements": [{**STOP, "value": "x" * 2001}]}),
    ),
    "an invented style": Fact(
        "invalid_blocks",
        "https://docs.slack.dev/reference/block-kit/block-elements/button-element/",
        blocks({"type": "actions", "elements": [{**STOP, "style": "rainbow"}]}),
    ),
    "the same action_id twice in a block": Fact(
        "invalid_blocks",
        BLOCKS + "actions-block/",
        blocks({"type": "actions", "elements": [STOP] * 2}),
    ),
    "the same block_id twice in a message": Fact(
        "invalid_blocks",
        BLOCKS + "section-block/",
        blocks({**section("a"), "block_id": "same"}, {**section("b"), "block_id": "same"}),
    ),
    "an actions block without elements": Fact(
        "invalid_blocks", BLOCKS + "actions-block/", blocks({"type": "actions", "elements": []})
    ),
    "more than 25 elements": Fact(
        "invalid_blocks",
        BLOCKS + "actions-block/",
        blocks(
            {"type": "actions", "elements": [{**STOP, "action_id": f"a{n}"} for n in range(26)]}
        ),
    ),
    "a context of more than ten elements": Fact(
        "invalid_blocks",
        BLOCKS + "context-block/",
        blocks({"type": "context", "elements": [plain("x")] * 11}),
    ),
    "an image without alt_text": Fact(
        "invalid_blocks",
        BLOCKS + "image-block/",
        blocks({"type": "image", "image_url": "https://example.com/x.png"}),
    ),
    "a field that no block has": Fact(
        "invalid_blocks", BLOCKS + "section-block/", blocks({**section("x"), "colour": "red"})
    ),
    "a block that Slack does not know": Fact("invalid_blocks", BLOCKS, blocks({"type": "poem"})),
    "an alert in a message": Fact(
        "invalid_blocks",
        BLOCKS + "alert-block/",
        blocks({"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}),
    ),
    "a plan in a Home tab": Fact(
        "invalid_arguments",
        BLOCKS + "plan-block/",
        lambda client: client.views_publish(
            user_id="UOUT", view={"type": "home", "blocks": [{"type": "plan", "title": "x"}]}
        ),
    ),
    "blocks that hold text instead of elements": Fact(
        "invalid_blocks",
        BLOCKS + "actions-block/",
        blocks({"type": "actions", "elements": ["Stop"]}),
    ),
    "a select without options": Fact(
        "invalid_blocks",
        "https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element/",
        blocks({"type": "actions", "elements": [{"type": "static_select", "action_id": "s"}]}),
    ),
    "a picture by a file that is not there": Fact(
        "invalid_blocks",
        "https://github.com/slackapi/python-slack-sdk/issues/1521",
        blocks({"type": "image", "alt_text": "loss", "slack_file": {"id": "F0PLAY9999"}}),
    ),
    "more than some 13,200 characters in all": Fact(
        "msg_blocks_too_long",
        "https://github.com/slackapi/bolt-js/issues/2509",
        blocks(*[section("x" * 2900)] * 5),
    ),
    "blocks that are no list": Fact(
        "invalid_blocks_format", METHODS + "chat.postMessage/#errors", posting(blocks="{}")
    ),
    "two tables": Fact(
        "invalid_blocks",
        BLOCKS + "table-block/",
        blocks(*[{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2),
    ),
}


@pytest.fixture
async def client() -> AsyncIterator[AsyncWebClient]:
    async with furnished() as client:
        yield client


@pytest.mark.parametrize("fact", LIMITS.values(), ids=LIMITS.keys())
async def test_slack_refuses(fact: Fact, client: AsyncWebClient) -> None:
    assert await error_of(fact.call(client)) == fact.error


async def test_what_slack_takes_is_taken(client: AsyncWebClient) -> None:
    every_block: list[dict[str, Any]] = [
        {"type": "header", "text": plain("task-1")},
        *CARD,
        {"type": "divider"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Model*\nERNIE"}]},
        {**section("with a menu"), "accessory": OVERFLOW, "expand": True},
        {"type": "actions", "elements": [UNNAMED, UNNAMED, {"type": "datepicker"}, MOMENT]},
        {"type": "container", "title": plain("more"), "child_blocks": [section("inside")]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "ada watches"}, PICTURE]},
        {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "loss"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "markdown", "text": "**bold**"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
        {"type": "data_visualization", "title": "Loss", "chart": CHART},
        {"type": "actions", "elements": [SELECT, {**STOP, "confirm": CONFIRM, "style": "danger"}]},
    ]
    assert (
        await error_of(client.chat_postMessage(channel="CIN", text="card", blocks=every_block))
        == "ok"
    )


OPTION = {"text": plain("task-1"), "value": "task-1"}
OVERFLOW = {"type": "overflow", "action_id": "more", "options": [OPTION]}
UNNAMED = {"type": "button", "text": plain("Go")}
MOMENT = {"type": "datetimepicker", "initial_date_time": 1_700_000_000}
PICTURE = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "ada"}
SELECT = {
    "type": "static_select",
    "action_id": "which",
    "placeholder": plain("Which run?"),
    "options": [OPTION],
    "initial_option": OPTION,
}
CONFIRM = {
    "title": plain("Stop it?"),
    "text": {"type": "mrkdwn", "text": "*task-1*"},
    "confirm": plain("Stop"),
    "deny": plain("No"),
    "style": "danger",
}
CHART = {
    "type": "line",
    "series": [{"name": "loss", "data": [{"label": "1", "value": 2.0}]}],
    "axis_config": {"categories": ["1"]},
}
