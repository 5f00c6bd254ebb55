"""The judge of rendered messages: slackblocks, which builds none of them, and what it misses."""

from collections.abc import Iterator
from typing import Any

import slackblocks
from slackblocks import _limits as limits

#: slackblocks has no limit for these; a text object's own is taken.
#: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
CODE_TEXT = limits.TEXT_MAX_LENGTH
FALLBACK_TEXT = 4000
#: https://github.com/slackapi/bolt-js/issues/2867
MESSAGE_TEXT = 11_000


def check_message(text: str, blocks: list[dict[str, Any]]) -> None:
    """Fails where Slack would not take the message."""
    assert 0 < len(text) <= FALLBACK_TEXT
    assert len(blocks) <= limits.MESSAGE_BLOCKS_MAX_ITEMS
    for block in blocks:
        check_block(block)
    assert sum(map(len, texts(blocks))) <= MESSAGE_TEXT
    names = [button["action_id"] for block in blocks for button in _buttons(block)]
    assert len(names) == len(set(names))


def check_block(block: dict[str, Any]) -> None:
    """Fails where the block breaks one of Slack's limits."""
    match block["type"]:
        case "actions":
            slackblocks.ActionsBlock(elements=[_button(button) for button in _buttons(block)])
        case "rich_text":
            for part in block["elements"]:
                assert part["type"] == "rich_text_preformatted"
                for element in part["elements"]:
                    assert element["type"] == "text"
                    assert 0 < len(element["text"]) <= CODE_TEXT
        case _:
            # slackblocks reads no block with something beside it.
            for beside in _buttons(block):
                _button(beside)
            alone = {name: part for name, part in block.items() if name != "accessory"}
            slackblocks.Block.from_dict(alone)


def texts(node: object) -> Iterator[str]:
    """Every text in the blocks."""
    if isinstance(node, dict):
        yield from [node["text"]] if isinstance(node.get("text"), str) else ()
        for child in node.values():
            yield from texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from texts(child)


def _buttons(block: dict[str, Any]) -> list[dict[str, Any]]:
    if block["type"] == "actions":
        return list(block["elements"])
    return [block["accessory"]] if "accessory" in block else []


def _button(button: dict[str, Any]) -> slackblocks.Button:
    assert button["text"]["text"]
    return slackblocks.Button(
        text=slackblocks.PlainText(button["text"]["text"]),
        action_id=button["action_id"],
        url=button.get("url"),
        value=button.get("value"),
        style=button.get("style"),
    )
