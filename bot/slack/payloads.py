"""Interactions as Slack sends them, read into what is handed over; what is missing is empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.calls import Way
from bot.slack.desk import OpenForm, Question
from bot.slack.forms import FORM, fields_of, values_of
from bot.slack.home import Visit
from bot.slack.replies import ReplyPath

# What a person reads in a message, or is led to by it: in blocks, and in attachments of all ages.
# https://docs.slack.dev/messaging/formatting-message-text
_READ = frozenset({"text", "fallback", "pretext", "title", "title_link", "from_url", "url"})
#: What is on a button is to be pressed, and tells nothing.
_PRESSED = frozenset({"button", "overflow"})

#: Deeper than any message of Slack's goes.
_LEVELS = 16


def typed(body: Mapping[str, Any]) -> Question:
    """A slash command's payload.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    user_id = text_of(body, "user_id")
    path = ReplyPath(
        user_id=user_id,
        channel_id=text_of(body, "channel_id"),
        response_url=text_of(body, "response_url"),
        trigger_id=text_of(body, "trigger_id"),
    )
    return Question(text_of(body, "text"), Way.TYPED, user_id, text_of(body, "team_id"), path)


def pressed(body: Mapping[str, Any], value: str) -> Question:
    """A block action's payload; in the Home there is no channel.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    container, user_id = part_of(body, "container"), user_id_of(body)
    visit = visit_of(body)
    path = ReplyPath(
        user_id=user_id,
        channel_id=text_of(part_of(body, "channel"), "id") or text_of(container, "channel_id"),
        response_url=text_of(body, "response_url"),
        thread_ts=text_of(container, "thread_ts"),
        replaces=bool(container.get("is_ephemeral")),
        direct=visit is not None,
        trigger_id=text_of(body, "trigger_id"),
    )
    return Question(value, Way.BUTTON, user_id, team_id_of(body), path, visit)


def pointed_at(body: Mapping[str, Any]) -> Question:
    """A message shortcut's payload: all that stands in the message.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    message, user_id = part_of(body, "message"), user_id_of(body)
    path = ReplyPath(
        user_id=user_id,
        channel_id=text_of(part_of(body, "channel"), "id"),
        response_url=text_of(body, "response_url"),
        thread_ts=text_of(message, "thread_ts"),
        trigger_id=text_of(body, "trigger_id"),
    )
    told = " ".join(_told(message, _LEVELS))
    return Question(told, Way.SHORTCUT, user_id, team_id_of(body), path)


def open_form(body: Mapping[str, Any]) -> OpenForm:
    """What a payload of a view tells of the form in it.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    view = part_of(body, "view")
    return OpenForm(
        name=text_of(view, "private_metadata"),
        values=values_of(view),
        shown=fields_of(view),
        team_id=team_id_of(body),
        path=ReplyPath(
            user_id=user_id_of(body),
            channel_id="",
            view_id=text_of(view, "id"),
            view_title=text_of(part_of(view, "title"), "text"),
        ),
        view_hash=text_of(view, "hash"),
    )


def is_form(body: Mapping[str, Any]) -> bool:
    """Whether it comes of a form."""
    return text_of(part_of(body, "view"), "callback_id") == FORM


def visit_of(body: Mapping[str, Any]) -> Visit | None:
    """The Home that it comes of, where it is one."""
    view = part_of(body, "view")
    if text_of(view, "type") != "home":
        return None
    return Visit(user_id_of(body), team_id_of(body), text_of(view, "hash"))


def user_id_of(body: Mapping[str, Any]) -> str:
    """Who interacts."""
    return text_of(part_of(body, "user"), "id")


def team_id_of(body: Mapping[str, Any]) -> str:
    """In which workspace they are."""
    return text_of(part_of(body, "user"), "team_id") or text_of(part_of(body, "team"), "id")


def part_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name."""
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def text_of(body: Mapping[str, Any], name: str) -> str:
    """The text of that name."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _told(node: object, levels: int) -> Iterator[str]:
    """The texts in a message, in the order in which they stand there."""
    if levels == 0:
        return
    if isinstance(node, list):
        for each in node:
            yield from _told(each, levels - 1)
    elif isinstance(node, dict) and text_of(node, "type") not in _PRESSED:
        for name, each in node.items():
            if isinstance(each, str) and name in _READ:
                yield each
            yield from _told(each, levels - 1)
