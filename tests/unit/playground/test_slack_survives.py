"""Whatever an app sends, the local Slack refuses it by a name of Slack's, or takes it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.slack import LocalSlack
from bot.playground.slack.arguments import Arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.limits import check_message, check_view
from bot.playground.slack.web_api import METHODS
from bot.playground.slack.web_api.call import Call
from tests.unit.playground.slack_app import CARD, FORM

SLACK = LocalSlack()
BOT = SLACK.bot_user_id
SLACK.workspace.add_channel("training", id="C1", members=[BOT])
POSTED = SLACK.workspace.post("C1", BOT, text="x", bot_id="B1")

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
TYPES = st.sampled_from(["section", "actions", "input", "context", "image", "table", "rich_text"])
FIELDS = st.sampled_from(
    ["text", "fields", "elements", "element", "accessory", "label", "rows", "block_id"]
)
BLOCKS = st.lists(
    st.builds(lambda kind, fields: {**fields, "type": kind}, TYPES, st.dictionaries(FIELDS, JSON)),
    max_size=3,
)
VALUES = st.one_of(
    st.sampled_from(["C1", BOT, POSTED.ts, "1", "", "{}", "[]", "[1]", '{"a": 1}']),
    BLOCKS,
    JSON,
)
NAMES = st.sampled_from(
    [
        "attachments",
        "blocks",
        "channel",
        "channel_id",
        "cursor",
        "file",
        "filename",
        "files",
        "hash",
        "latest",
        "length",
        "limit",
        "message_ts",
        "metadata",
        "name",
        "oldest",
        "reply_broadcast",
        "text",
        "thread_ts",
        "timestamp",
        "trigger_id",
        "ts",
        "types",
        "unfurl_id",
        "unfurls",
        "user",
        "user_id",
        "usergroup",
        "users",
        "view",
        "view_id",
    ]
)


def error_of(call: Callable[[], object]) -> str:
    """Return "ok" or Slack's name for the refusal; anything else that is raised is a mistake."""
    try:
        call()
    except SlackError as refusal:
        return refusal.error
    return "ok"


@given(BLOCKS | JSON)
def test_any_blocks_are_taken_or_refused(blocks: Any) -> None:
    outcome = error_of(lambda: check_message(blocks, lambda reference: False))
    assert outcome in ("ok", "invalid_blocks", "invalid_blocks_format")


@given(st.dictionaries(st.sampled_from([*FORM, "private_metadata"]), JSON | BLOCKS))
def test_any_view_is_taken_or_refused(changes: dict[str, Any]) -> None:
    outcome = error_of(lambda: check_view({**FORM, "blocks": CARD, **changes}, "modal"))
    assert outcome in ("ok", "invalid_arguments")


@pytest.mark.parametrize("method", METHODS)
def test_any_arguments_are_taken_or_refused(method: str) -> None:
    @settings(max_examples=25)
    @given(st.dictionaries(NAMES, VALUES, max_size=6))
    def call(arguments: dict[str, Any]) -> None:
        assert error_of(lambda: METHODS[method](Call(SLACK._platform, Arguments(arguments))))

    call()
