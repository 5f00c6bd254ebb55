"""Messages and views as lines of plain text, for a terminal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.playground.slack.mrkdwn import as_read
from bot.playground.slack.values import Json, Message, User, View
from bot.playground.slack.workspace import Workspace

_RULE = "─" * 24


def message_lines(message: Message, workspace: Workspace, reader: User | None = None) -> list[str]:
    """Return what a message shows; its buttons are numbered as `Person.clicks` counts them."""
    page = _Page(workspace, reader.tz if reader else "UTC")
    lines = page.blocks(message.blocks) if message.blocks else page.text(message.text)
    for attachment in message.attachments:
        inner = page.blocks(attachment.get("blocks", ())) or page.text(_fallback(attachment))
        lines += [f"│ {line}" for line in inner]
    return lines + [f"(file: {each.title})" for each in message.files]


def view_lines(view: View, workspace: Workspace) -> list[str]:
    """Return what a modal or a Home tab shows, errors at their fields."""
    page = _Page(workspace, workspace.user(view.user).tz, view.errors or {})
    lines = [f"== {view.title} ==", *page.blocks(view.blocks)]
    ends = [view.content[end]["text"] for end in ("close", "submit") if view.content.get(end)]
    return lines + ([" ".join(f"({each})" for each in ends)] if ends else [])


def block_lines(blocks: Any, workspace: Workspace, tz: str = "UTC") -> list[str]:
    """Return what blocks show."""
    return _Page(workspace, tz).blocks(blocks)


@dataclass
class _Page:
    """One message or view while it is written out."""

    workspace: Workspace
    tz: str
    errors: Any = None

    def __post_init__(self) -> None:
        self._buttons = count(1)

    def blocks(self, blocks: Any) -> list[str]:
        return [line for block in blocks for line in self._block(block)]

    def text(self, text: str) -> list[str]:
        return as_read(text, self.workspace, self.tz).splitlines()

    def _block(self, block: Json) -> Iterator[str]:
        yield from _WRITERS.get(str(block.get("type")), _Page._other)(self, block)
        if error := (self.errors or {}).get(block.get("block_id")):
            yield f"  ! {error}"

    def _alert(self, block: Json) -> Iterator[str]:
        yield f"! {self._said(block['text'])}"

    def _header(self, block: Json) -> Iterator[str]:
        yield f"# {self._said(block['text'])}"

    def _section(self, block: Json) -> Iterator[str]:
        if block.get("text"):
            yield from self._said(block["text"]).splitlines()
        for field in block.get("fields", ()):
            yield "  " + " ".join(self._said(field).splitlines())
        if block.get("accessory"):
            yield self._element(block["accessory"])

    def _context(self, block: Json) -> Iterator[str]:
        yield "· " + "  ".join(self._element(each) for each in block["elements"])

    def _divider(self, block: Json) -> Iterator[str]:
        yield _RULE

    def _actions(self, block: Json) -> Iterator[str]:
        yield " ".join(self._element(each) for each in block["elements"])

    def _image(self, block: Json) -> Iterator[str]:
        yield self._element(block)

    def _input(self, block: Json) -> Iterator[str]:
        optional = " (optional)" if block.get("optional") else ""
        yield f"{self._said(block['label'])}{optional}: {self._element(block['element'])}"
        if block.get("hint"):
            yield f"  {self._said(block['hint'])}"

    def _rich_text(self, block: Json) -> Iterator[str]:
        for element in block["elements"]:
            yield from self._rich(element).splitlines()

    def _markdown(self, block: Json) -> Iterator[str]:
        yield from str(block["text"]).splitlines()

    def _table(self, block: Json) -> Iterator[str]:
        for row in block["rows"]:
            yield " | ".join(
                cell["text"] if isinstance(cell.get("text"), str) else self._rich(cell)
                for cell in row
            )

    def _other(self, block: Json) -> Iterator[str]:
        yield f"({block.get('type')})"

    def _said(self, text: Json) -> str:
        said = str(text["text"])
        return said if text["type"] == "plain_text" else as_read(said, self.workspace, self.tz)

    def _element(self, element: Json) -> str:
        match element["type"]:
            case "mrkdwn" | "plain_text":
                return self._said(element)
            case "image":
                return f"(picture: {element.get('alt_text', '')})"
            case "button" | "workflow_button" | "icon_button":
                return f"[{next(self._buttons)}: {self._said(element['text'])}]"
        return self._field(element)

    def _field(self, element: Json) -> str:
        """A menu or an input: what it holds, else its placeholder."""
        initial = element.get("initial_option") or {}
        held = initial.get("text", {}).get("text") or element.get("initial_value")
        shown = held or element.get("placeholder", {}).get("text", "")
        is_menu = "select" in element["type"] or element["type"] == "overflow"
        return f"[{shown or '…'} ▾]" if is_menu else f"[{shown}]"

    def _rich(self, element: Json) -> str:
        """One part of rich text, with the parts within it."""
        match element["type"]:
            case "text":
                return str(element["text"])
            case "link":
                return str(element.get("text") or element["url"])
            case "user":
                return as_read(f"<@{element['user_id']}>", self.workspace)
            case "channel":
                return as_read(f"<#{element['channel_id']}>", self.workspace)
            case "emoji":
                return f":{element['name']}:"
            case "rich_text_list":
                return "\n".join(f"• {self._rich(each)}" for each in element["elements"])
            case "rich_text_quote":
                return "> " + "".join(map(self._rich, element["elements"]))
        return "".join(map(self._rich, element.get("elements", ())))


_WRITERS: dict[str, Callable[[_Page, Json], Iterator[str]]] = {
    "alert": _Page._alert,
    "header": _Page._header,
    "section": _Page._section,
    "context": _Page._context,
    "divider": _Page._divider,
    "actions": _Page._actions,
    "image": _Page._image,
    "input": _Page._input,
    "rich_text": _Page._rich_text,
    "markdown": _Page._markdown,
    "table": _Page._table,
}


def _fallback(attachment: Json) -> str:
    return str(attachment.get("text") or attachment.get("fallback") or "")
