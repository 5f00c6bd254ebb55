"""Refuses blocks and views that Slack would refuse: slackblocks' limits, and what it misses."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from slackblocks import HomeTabView, Message, ModalView
from slackblocks.errors import InvalidUsageError

from bot.playground.slack.elements import interactives, with_ids
from bot.playground.slack.errors import SlackError
from bot.playground.slack.parsed_blocks import parsed_block
from bot.playground.slack.values import Json

# Fields whose text must be plain_text; slackblocks turns mrkdwn into it without a word.
# "Fields" of each block and element, https://docs.slack.dev/reference/block-kit/
_PLAIN_FIELDS = {
    "header": ("text",),
    "button": ("text",),
    "input": ("label", "hint"),
    "image": ("title",),
    "modal": ("title", "submit", "close"),
}
_ALWAYS_PLAIN = ("placeholder", "confirm", "deny")

# Fields (one of each group) without which Slack refuses a part and slackblocks does not.
_REQUIRED = {
    "actions": (("elements",),),
    "context": (("elements",),),
    "image": (("alt_text",),),
    "static_select": (("options", "option_groups"),),
    "multi_static_select": (("options", "option_groups"),),
}
_BUTTON_STYLES = (None, "primary", "danger")

# https://github.com/slackapi/bolt-js/issues/2509
MESSAGE_CHARACTERS = 13_200

# "The view is greater than 250 kB", https://docs.slack.dev/reference/methods/views.open/
VIEW_BYTES = 250_000


def check_message(blocks: Any, can_show_file: Callable[[str], bool]) -> None:
    """Refuse with Slack's error where these blocks cannot be a message's."""
    if not isinstance(blocks, list) or not all(isinstance(each, dict) for each in blocks):
        raise SlackError("invalid_blocks_format")
    _check("invalid_blocks", "message", blocks, lambda all: Message(channel="C0", blocks=all))
    if sum(block.get("type") == "table" for block in blocks) > 1:
        raise _refusal("invalid_blocks", "only one table allowed")
    if sum(len(part["text"]) for part in _parts(blocks) if _is_text(part)) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    for reference in _file_references(blocks):
        if not can_show_file(reference):
            raise _refusal("invalid_blocks", f"invalid slack file: {reference}")


def check_view(content: Any, surface: Literal["modal", "home"]) -> None:
    """Refuse with Slack's error where this cannot be a view of its kind."""
    if not isinstance(content, dict) or content.get("type") != surface:
        raise _refusal("invalid_arguments", "invalid `view`")
    if len(json.dumps(content).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    blocks = content.get("blocks")
    if not isinstance(blocks, list):
        raise _refusal("invalid_arguments", "missing required field: blocks")
    _check("invalid_arguments", surface, blocks, lambda all: _view(content, all))
    for finding in _text_findings(content):
        raise _refusal("invalid_arguments", finding)


def check_options(answer: Json) -> None:
    """Refuse what an app cannot offer in a menu that asks it for options; nothing it may offer."""
    offered = {name: answer[name] for name in ("options", "option_groups") if answer.get(name)}
    if offered:
        menu = {"type": "static_select", **offered}
        block = {"type": "actions", "elements": [menu]}
        _check("invalid_options", "modal", [block], lambda all: all)


def _check(
    error: str, surface: str, blocks: list[Json], build: Callable[[list[Any]], object]
) -> None:
    try:
        build([parsed_block(block, surface) for block in with_ids(blocks)])
        findings = [*_id_findings(blocks), *_field_findings(blocks), *_text_findings(blocks)]
    except (InvalidUsageError, AttributeError, KeyError, TypeError, ValueError) as failure:
        raise _refusal(error, str(failure)) from None
    for finding in findings:
        raise _refusal(error, finding)


def _id_findings(blocks: list[Json]) -> Iterator[str]:
    """Name ids that stand twice.

    "block_id" and "action_id" of https://docs.slack.dev/reference/block-kit/blocks/
    """
    for double in _doubles([block["block_id"] for block in blocks if block.get("block_id")]):
        yield f"duplicate block_id: {double}"
    for block in blocks:
        ids = [each.action_id for each in interactives([block]) if each.action_id]
        for double in _doubles(ids):
            yield f"duplicate action_id: {double}"


def _field_findings(blocks: list[Json]) -> Iterator[str]:
    """Name fields that are missing, and values that Slack does not know."""
    for part in _parts(blocks):
        for alternatives in _REQUIRED.get(str(part.get("type")), ()):
            if not any(part.get(name) for name in alternatives):
                yield f"missing required field: {alternatives[0]}"
        if part.get("type") == "button" and part.get("style") not in _BUTTON_STYLES:
            yield f"invalid style: {part['style']}"


def _text_findings(content: Any) -> Iterator[str]:
    """Name mrkdwn where only plain text may stand."""
    for part in _parts(content):
        for field in (*_PLAIN_FIELDS.get(str(part.get("type")), ()), *_ALWAYS_PLAIN):
            text = part.get(field)
            if isinstance(text, dict) and _is_text(text) and text.get("type") != "plain_text":
                yield f"`{field}` must be plain_text"


def _view(content: Json, blocks: list[Any]) -> object:
    common = {
        name: content[name]
        for name in ("private_metadata", "callback_id", "external_id")
        if content.get(name)
    }
    if content["type"] == "home":
        return HomeTabView(blocks=blocks, **common)
    texts = {
        name: content[name]["text"] for name in ("title", "submit", "close") if content.get(name)
    }
    return ModalView(blocks=blocks, **texts, **common)


def _file_references(blocks: list[Json]) -> list[str]:
    named = [part["slack_file"] for part in _parts(blocks) if "slack_file" in part]
    return [str(file.get("id") or file.get("url")) for file in named]


def _parts(value: Any) -> Iterator[Json]:
    """Yield every object in a structure, however deep."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)


def _is_text(part: Json) -> bool:
    return isinstance(part.get("text"), str)


def _doubles(ids: Sequence[str]) -> list[str]:
    return [each for each, count in Counter(ids).items() if count > 1]


def _refusal(error: str, message: str) -> SlackError:
    return SlackError(
        error, errors=[message], response_metadata={"messages": [f"[ERROR] {message}"]}
    )
