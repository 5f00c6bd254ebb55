"""What Bolt can read is told from what it fails on, and nothing that Slack sends is turned away."""

import json
from typing import Any

import pytest

from bot.slack.shapes import is_readable

# The shapes of the examples in Slack's reference, null where they have null.
READABLE: list[dict[str, Any]] = [
    {},
    {"type": "url_verification", "challenge": "x"},
    {"command": "/qf", "text": "ping", "user_id": "U1", "team_id": "T1"},
    {
        "type": "event_callback",
        "event": {"type": "app_mention", "user": "U1", "channel": "C1", "team": "T1"},
        "authorizations": [{"enterprise_id": None, "team_id": "T1", "is_bot": True}],
    },
    {"type": "event_callback", "event": {"type": "user_change", "user": {"id": "U1"}}},
    {"type": "event_callback", "event": {"type": "channel_created", "channel": {"id": "C1"}}},
    {
        "type": "event_callback",
        "event": {"type": "reaction_added", "item": {"type": "message", "channel": "C1"}},
    },
    {
        "type": "event_callback",
        "event": {"type": "message", "message": {"type": "message", "user": "U1"}},
    },
    {
        "type": "block_actions",
        "enterprise": None,
        "user": {"id": "U1"},
        "team": None,
        "channel": {"id": "C1"},
        "message": {"type": "message", "blocks": [{"type": "actions"}]},
        "actions": [{"type": "button", "action_id": "press0", "block_id": "b"}],
    },
    {
        "type": "view_submission",
        "view": {"type": "modal", "callback_id": "", "state": {"values": {}}},
        "response_urls": [],
    },
    {"type": "shortcut", "callback_id": "x", "team": {"id": "T1"}},
]


@pytest.mark.parametrize("payload", READABLE, ids=json.dumps)
def test_what_slack_sends_is_readable(payload: dict[str, Any]) -> None:
    assert is_readable(payload)


UNREADABLE: list[Any] = [
    None,
    [],
    "x",
    {"type": []},
    {"user": 7},
    {"team": ["id"]},
    {"channel": True},
    {"command": 7},
    {"authorizations": "x"},
    {"authorizations": ["x"]},
    {"authorizations": [{"team": 7}]},
    {"response_urls": None},
    {"response_urls": ["x"]},
    {"type": "event_callback", "event": None},
    {"type": "event_callback", "event": 7},
    {"type": "event_callback", "event": {"type": 7}},
    {"type": "event_callback", "event": {"type": "message", "channel": 7}},
    {"type": "event_callback", "event": {"type": "message", "message": {"user": 7}}},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [7]},
    {"type": "block_actions", "actions": [{"type": "button"}]},
    {"type": "block_actions", "actions": [{"action_id": 7}]},
    {"type": "interactive_message", "callback_id": "x"},
    {"type": "block_suggestion", "action_id": {}},
    {"type": "shortcut", "callback_id": 7},
    {"type": "view_submission", "view": None},
    {"type": "view_submission", "view": {"callback_id": "x"}},
    {"type": "view_submission", "view": {"callback_id": "x", "type": "workflow_step"}},
    {"type": "view_closed"},
    {"type": "workflow_step_edit", "callback_id": "x"},
]


@pytest.mark.parametrize("payload", UNREADABLE, ids=json.dumps)
def test_what_bolt_fails_on_is_not(payload: object) -> None:
    assert not is_readable(payload)


def test_what_is_nested_without_end_is_not_readable() -> None:
    payload: dict[str, Any] = {}
    for _ in range(5_000):
        payload = {"event": payload}
    assert not is_readable(payload)
