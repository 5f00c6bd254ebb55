"""The parts of blocks that a person can use: buttons, menus, inputs."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Which field of a block holds elements that can be used, and which holds further blocks.
# https://docs.slack.dev/reference/block-kit/blocks/
_ELEMENTS = {
    "actions": "elements",
    "card": "actions",
    "context_actions": "elements",
    "input": "element",
    "section": "accessory",
}
_BLOCKS = {"carousel": "elements", "container": "child_blocks"}


#: The ids of an element's block and of itself, which no other element of the same place has.
Ids = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Interactive:
    """One element with the block it stands in; a form's field need not `dispatch` its changes."""

    block_id: str
    element: dict[str, Any]
    input_label: str | None = None
    dispatches: bool = True

    @property
    def type(self) -> str:
        return str(self.element.get("type", ""))

    @property
    def is_button(self) -> bool:
        return self.type in ("button", "workflow_button", "icon_button")

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def ids(self) -> Ids:
        return self.block_id, self.action_id

    @property
    def label(self) -> str:
        """What a person reads on it: a button's text, a menu's placeholder, an input's label."""
        own = self.element.get("text") or self.element.get("placeholder") or {}
        return self.input_label or str(own.get("text", ""))

    @property
    def value(self) -> str | None:
        return self.element.get("value")

    @property
    def url(self) -> str | None:
        return self.element.get("url")

    @property
    def style(self) -> str | None:
        return self.element.get("style")


def meant(among: Sequence[Interactive], name: str) -> Interactive | None:
    """Return the one that is meant by a block id, else by an action id, else by a label.

    An action id that several have names none of them: forms call every field's element the same.
    """
    actions = [each for each in among if each.action_id == name]
    named = (
        [each for each in among if each.block_id == name],
        actions if len(actions) == 1 else [],
        [each for each in among if each.label.casefold() == name.casefold()],
    )
    return next((found[0] for found in named if found), None)


def interactives(blocks: Sequence[dict[str, Any]]) -> Iterator[Interactive]:
    """Yield every usable element of the blocks, in reading order."""
    for block in blocks:
        yield from interactives(block.get(_BLOCKS.get(str(block.get("type")), ""), ()))
        is_input = block.get("type") == "input"
        label = block.get("label", {}).get("text") if is_input else None
        dispatches = bool(block.get("dispatch_action")) or not is_input
        for element in _held(block):
            if _is_usable(element):
                yield Interactive(str(block.get("block_id", "")), element, label, dispatches)


def with_ids(blocks: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the blocks with the ids that Slack makes up where an app gives none."""
    return tuple(_with_ids(block) for block in blocks)


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    named = {"block_id": secrets.token_urlsafe(4), **block}
    kind = str(block.get("type"))
    if kind in _BLOCKS:
        named[_BLOCKS[kind]] = list(with_ids(block.get(_BLOCKS[kind], ())))
    field = _ELEMENTS.get(kind, "")
    if isinstance(block.get(field), list):
        named[field] = [_with_action_id(element) for element in block[field]]
    elif isinstance(block.get(field), dict):
        named[field] = _with_action_id(block[field])
    return named


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    return {"action_id": secrets.token_urlsafe(4), **element} if _is_usable(element) else element


def _held(block: dict[str, Any]) -> list[dict[str, Any]]:
    held = block.get(_ELEMENTS.get(str(block.get("type")), ""), [])
    return held if isinstance(held, list) else [held]


def _is_usable(element: dict[str, Any]) -> bool:
    return element.get("type") != "image"
