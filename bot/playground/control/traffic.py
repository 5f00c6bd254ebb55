"""The traffic between bot, Slack and Qianfan as JSON, with the secrets struck out."""

from typing import Any

from bot.playground.control.verbs import Json
from bot.playground.qianfan import Request
from bot.playground.slack import Entry
from bot.playground.slack.happenings import (
    ApiCalled,
    Delivered,
    ResponseUrlUsed,
    SocketClosed,
    SocketOpened,
    SocketRefused,
)

STRUCK_OUT = "***"

# What lets its holder speak for somebody, by the field that carries it.
_SECRETS = frozenset({"token", "trigger_id", "response_url", "response_urls", "upload_url"})


def traffic_of(entry: Entry) -> Json | None:
    """What went over the line; None where the entry tells of something else."""
    told = _told(entry.what)
    if told is None:
        return None
    return {"number": entry.number, "at": entry.at.timestamp(), **told}


def qianfan_call(request: Request, number: int) -> Json:
    """A call of the bot to Qianfan."""
    return {
        "number": number,
        "at": request.at.timestamp(),
        "way": "qianfan",
        "name": request.action,
        "outcome": "no answer" if request.status is None else str(request.status),
        "ok": request.status is not None and request.status < 400,
        "details": {"body": without_secrets(request.body)},
    }


def without_secrets(value: Any) -> Any:
    """A copy of a JSON value in which whatever could be misused is struck out."""
    match value:
        case dict():
            return {
                name: STRUCK_OUT if name in _SECRETS and inner else without_secrets(inner)
                for name, inner in value.items()
            }
        case list() | tuple():
            return [without_secrets(inner) for inner in value]
        case bytes():
            return f"({len(value)} bytes)"
    return value


def _told(what: object) -> Json | None:
    match what:
        case Delivered():
            return {
                "way": "to the bot",
                "name": what.name,
                "kind": what.kind,
                "outcome": what.problem or ("acked" if what.acked else "not acked"),
                "ok": what.acked and what.problem is None,
                "seconds": what.seconds,
                "attempt": what.attempt,
                "details": without_secrets({"payload": what.payload, "ack": what.ack_payload}),
            }
        case ApiCalled():
            return {
                "way": "from the bot",
                "name": what.method,
                "outcome": what.outcome,
                "ok": what.outcome == "ok",
                "seconds": what.seconds,
                "details": without_secrets(dict(what.arguments)),
            }
        case ResponseUrlUsed():
            return {
                "way": "from the bot",
                "name": "response_url",
                "outcome": what.outcome,
                "ok": what.outcome == "ok",
                "details": without_secrets(what.body),
            }
        case SocketOpened() | SocketClosed():
            opened = isinstance(what, SocketOpened)
            outcome = f"{what.open_connections} open"
            name = f"socket {what.connection} {'opened' if opened else 'closed'}"
            return {"way": "line", "name": name, "outcome": outcome, "ok": opened}
        case SocketRefused():
            return {"way": "line", "name": "socket refused", "outcome": what.why, "ok": False}
    return None
