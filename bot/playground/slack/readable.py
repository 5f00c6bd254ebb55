"""Messages and views as lines of plain text, for a terminal."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.playground.slack.inputs import own_options
from bot.playground.slack.mrkdwn import as_read
from bot.playground.slack.values import Json, Message, User, View
from bot.playground.slack.workspace import Workspace

_RULE = "─" * 24

# More are listed where somebody asks for them.
_OPTIONS_SHOWN = 12

# What of a field's state is no plain value.
_STRUCTURED = ("type", "selected_option", "selected_options", "files")


def message_lines(message: Message, workspace: Workspace, reader: User | None = None) -> list[str]:
    """Return what a message shows; its buttons are numbered as `Person.clicks` counts them."""
    page = _Page(workspace, reader.tz if reader else "UTC")
    lines = page.blocks(message.blocks) if message.blocks else page.text(message.text)
    for attachment in message.attachments:
        inner = page.blocks(attachment.get("blocks", ())) or page.text(_fallback(attachment))
        lines += [f"│ {line}" for line in inner]
    return lines + [f"(file: {each.title})" for each in message.files]


def view_lines(view: View, workspace: Workspace) -> list[str]:
    """Return what a modal or a Home tab shows: what its fields hold and offer, their errors."""
    page = _Page(workspace, workspace.user(view.user).tz, view.errors or {}, view.values or {})
    lines = [f"== {view.title or 'Home'} ==", *page.blocks(view.blocks)]
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
    errors: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._buttons = count(1)

    def blocks(self, blocks: Any) -> list[str]:
        return [line for block in blocks for line in self._block(block)]

    def text(self, text: str) -> list[str]:
        return as_read(text, self.workspace, self.tz).splitlines()

    def _block(self, block: Json) -> Iterator[str]:
        yield from _WRITERS.get(str(block.get("type")), _Page._other)(self, block)
        if error := self.errors.get(str(block.get("block_id"))):
            yield f"  ! {error}"

    def _alert(self, block: Json) -> Iterator[str]:
        yield f"! {self._said(block['text'])}"

    def _header(self, block: Json) -> Iterator[str]:
        yield f"# {self._said(block['text'])}"

    def _section(self, block: Json) -> Iterator[str]:
        if block.get("text"):
            yield from self._said(block["text"]).splitlines()
        for each in block.get("fields", ()):
            yield "  " + " ".join(self._said(each).splitlines())
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
        label, name = self._said(block["label"]), str(block.get("block_id", ""))
        spoken = "" if name.casefold() in ("", label.casefold()) else f"{name}="
        held = self.values.get(name, {}).get(block["element"].get("action_id"))
        yield f"{label}{optional}: {spoken}{self._field(block['element'], held)}"
        yield from self._offer(block["element"])
        if block.get("hint"):
            yield f"  {self._said(block['hint'])}"

    def _offer(self, element: Json) -> Iterator[str]:
        """What there is to choose from."""
        options = own_options(element)
        if options:
            texts = [self._said(each["text"]) for each in options[:_OPTIONS_SHOWN]]
            more = len(options) - len(texts)
            yield f"  one of: {' · '.join(texts)}" + (f" · and {more} more" if more else "")

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
                return f"[picture: {element.get('alt_text', '')}]"
            case "button" | "workflow_button" | "icon_button":
                return f"[{next(self._buttons)}: {self._said(element['text'])}]"
        return self._field(element)

    def _field(self, element: Json, held: Json | None = None) -> str:
        """A menu or an input: what it holds, else its placeholder."""
        shown = _value_of(element, held) or element.get("placeholder", {}).get("text", "")
        if element["type"] == "file_input":
            return f"[{shown or 'a file'}]"
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


def _value_of(element: Json, held: Json | None) -> str:
    """What a field holds now, in a line; what it began with where nobody has touched it."""
    if held is None:
        began = element.get("initial_option"), element.get("initial_value")
        held = dict(zip(("selected_option", "value"), began, strict=True))
    options = held.get("selected_options") or [held.get("selected_option")]
    parts = [each["text"]["text"] for each in options if each]
    parts += [each["name"] for each in held.get("files") or ()]
    parts += [str(each) for name, each in held.items() if name not in _STRUCTURED and each]
    return ", ".join(parts).replace("\n", "\\n")


def _fallback(attachment: Json) -> str:
    return str(attachment.get("text") or attachment.get("fallback") or "")
