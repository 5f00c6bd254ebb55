"""Which payloads Bolt can read: what it looks into, of which JSON type, before any listener.

Slack sends nothing else. The names are those of slack_bolt's request/internals.py, its
request/payload_utils.py and its listener_matcher/builtins.py, which fail on any other type.
https://github.com/slackapi/bolt-python/tree/main/slack_bolt
"""

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any

_TEXT = (str, NoneType)
_ID_OR_OBJECT = (str, dict, NoneType)

#: Fields that Bolt reads, and of which types they may be.
_FIELDS: Mapping[str, tuple[type, ...]] = {
    "type": _TEXT,
    "command": _TEXT,
    "callback_id": _TEXT,
    "action_id": _TEXT,
    "enterprise": _ID_OR_OBJECT,
    "team": _ID_OR_OBJECT,
    "user": _ID_OR_OBJECT,
    "channel": _ID_OR_OBJECT,
}

#: Fields in whose objects, or lists of objects, it looks for fields again.
_PARTS: Mapping[str, tuple[type, ...]] = {
    "event": (dict,),
    "view": (dict, NoneType),
    "actions": (list,),
    "authorizations": (list, NoneType),
    "response_urls": (list,),
    # Bolt asks by itself whether these are objects.
    "message": (object,),
    "previous_message": (object,),
    "item": (object,),
    "assistant_thread": (object,),
}

_TYPES = {**_FIELDS, **_PARTS}

_Path = tuple[str | int, ...]

#: Where a field says this, there must be another.
_NEEDED: tuple[tuple[_Path, str, _Path], ...] = (
    (("type",), "block_actions", ("actions", 0, "action_id")),
    (("type",), "interactive_message", ("actions", 0)),
    (("type",), "view_submission", ("view", "type")),
    (("type",), "view_closed", ("view",)),
    (("type",), "workflow_step_edit", ("workflow_step",)),
    (("view", "type"), "workflow_step", ("workflow_step",)),
)

#: Slack's own stand at most three deep: an event's message, or the item of an event.
_LEVELS = 8


def is_readable(payload: object) -> bool:
    """Whether Bolt, given this payload, comes to its listeners without an error."""
    return (
        isinstance(payload, dict)
        and _has_types(payload, _LEVELS)
        and all(_at(payload, needed) is not None for needed in _needed(payload))
    )


#: What Slack calls a payload, and what it is to whoever reads of acknowledgements.
_KINDS: Mapping[str, str] = {
    "event_callback": "event",
    "block_actions": "action",
    "block_suggestion": "options",
    "view_submission": "submission",
    "view_closed": "closing",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


def kind_of(payload: object) -> str:
    """What a payload is: one of a few words."""
    if not isinstance(payload, dict):
        return "other"
    return "command" if "command" in payload else _KINDS.get(str(payload.get("type")), "other")


def _has_types(part: object, levels: int) -> bool:
    return (
        isinstance(part, dict)
        and levels > 0
        and all(isinstance(part[name], _TYPES[name]) for name in _TYPES.keys() & part.keys())
        and all(_has_types(inner, levels - 1) for inner in _parts(part))
    )


def _parts(part: Mapping[str, Any]) -> Iterator[object]:
    for name in _PARTS.keys() & part.keys():
        if isinstance(part[name], dict):
            yield part[name]
        elif isinstance(part[name], list) and list in _PARTS[name]:
            yield from part[name]


def _needed(payload: Mapping[str, Any]) -> Iterator[_Path]:
    return (needed for where, text, needed in _NEEDED if _at(payload, where) == text)


def _at(payload: Any, path: _Path) -> Any:
    """What stands there, or None."""
    for step in path:
        try:
            payload = payload[step]
        except (LookupError, TypeError):
            return None
    return payload
