"""The judge of rendered messages notices what Slack would refuse."""

from typing import Any

import pytest
import slackblocks

from tests.unit.slack.limits import check_message


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


def actions(*labels: str, value: str = "v") -> dict[str, Any]:
    buttons = [
        {"type": "button", "text": plain(label), "action_id": f"press{number}", "value": value}
        for number, label in enumerate(labels)
    ]
    return {"type": "actions", "elements": buttons}


@pytest.mark.parametrize(
    "blocks",
    [
        [section("")],
        [section("x" * 3001)],
        [section("x")] * 51,
        [section("x" * 3000)] * 4,
        [{"type": "header", "text": plain("x" * 151)}],
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        [{"type": "context", "elements": [mrkdwn("x" * 3001)]}],
        [actions("x" * 76)],
        [actions("x", value="v" * 2001)],
        [actions(*"x" * 26)],
        [actions("x"), actions("x")],
    ],
)
def test_these_blocks_are_refused(blocks: list[dict[str, Any]]) -> None:
    with pytest.raises((slackblocks.InvalidUsageError, AssertionError)):
        check_message("text", blocks)


def test_good_blocks_are_taken() -> None:
    check_message("text", [section("x" * 3000), actions("Stop", "Watch")])
