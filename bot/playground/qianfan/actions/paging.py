"""Pages of a list, by marker and maxKeys."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from bot.playground.qianfan.actions.call import Call
from bot.playground.qianfan.errors import invalid_marker

_DEFAULT_KEYS = 10
_MOST_KEYS = 100


class Named(Protocol):
    """What can be found again by a marker."""

    @property
    def id(self) -> str:
        """The id that a marker names."""


Item = TypeVar("Item", bound=Named)


def page(call: Call, items: Sequence[Item]) -> tuple[Sequence[Item], dict[str, Any]]:
    """The page of `items` that the call asks for, and its pageInfo.

    Raises ApiError InvalidMarker where the list holds no such id. maxKeys above 100 means 100.
    """
    ordered = list(reversed(items)) if call.body.get("pageReverse") else items
    keys = min(call.optional_int("maxKeys", least=1) or _DEFAULT_KEYS, _MOST_KEYS)
    marker = call.optional_text("marker") or ""
    start = _start(call, ordered, marker)
    shown, rest = ordered[start : start + keys], ordered[start + keys :]
    info: dict[str, Any] = {"marker": marker, "maxKeys": keys, "isTruncated": bool(rest)}
    if rest:
        last_seen = call.manners.marker == "last_seen"
        info["nextMarker"] = shown[-1].id if last_seen else rest[0].id
    return shown, info


def _start(call: Call, items: Sequence[Item], marker: str) -> int:
    if not marker:
        return 0
    for place, item in enumerate(items):
        if item.id == marker:
            return place + 1 if call.manners.marker == "last_seen" else place
    raise invalid_marker(marker)
