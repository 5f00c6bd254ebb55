"""The types of the API's JSON fields, read as widely as its documents contradict themselves.

Each raises ValueError for what it cannot read; `bot.qianfan.wire` then leaves the field out.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator

# Zero times come as 0000-00-00, 0001-01-01 and 1970-01-01; the far end is where a change of
# time zone overflows.
_POSSIBLE_YEARS = range(2000, 9999)


def _text(value: object) -> str:
    """Text, or a number as text (a legacy id). What no database or UTF-8 can hold is dropped."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("neither text nor a number")
    return str(value).encode(errors="replace").decode().replace("\0", "")


def _moment(value: object) -> datetime:
    """A time, as it is written; without a zone it is taken for UTC."""
    if not isinstance(value, str):
        raise ValueError("no time")
    moment = datetime.fromisoformat(value.strip())
    if moment.year not in _POSSIBLE_YEARS:
        raise ValueError("a time that stands for none")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(value: object) -> float:
    """A number, perhaps as text; it may be NaN or infinite."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("no number")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _percent(value: object) -> int:
    """Whole percents from 0 to 100, rounded down: `34`, `34.5`, "34%"."""
    number = _number(value.strip().rstrip("%％") if isinstance(value, str) else value)
    if not math.isfinite(number):
        raise ValueError("no share of anything")
    return int(min(max(number, 0.0), 100.0))


def _whole(value: object) -> int:
    number = _number(value)
    if not number.is_integer() or abs(number) > 2**53:
        raise ValueError("no whole number")
    return int(number)


def _flag(value: object) -> bool:
    """True or false, perhaps as text."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.strip().lower() not in ("true", "false"):
        raise ValueError("neither true nor false")
    return value.strip().lower() == "true"


def _limits(value: object) -> dict[str, dict[str, int]]:
    """The whole numbers of each object within an object."""
    if not isinstance(value, Mapping):
        raise ValueError("no object")
    return {
        _text(group): {_text(name): _whole(it) for name, it in limits.items() if _is_whole(it)}
        for group, limits in value.items()
        if isinstance(limits, Mapping)
    }


def _is_whole(value: object) -> bool:
    try:
        _whole(value)
    except ValueError:
        return False
    return True


def _texts(value: object) -> dict[str, str]:
    """An object's members that are texts or numbers."""
    if not isinstance(value, Mapping):
        raise ValueError("no object")
    return {_text(key): _text(it) for key, it in value.items() if _is_told(it)}


def _is_told(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _objects(value: object) -> list[Mapping[str, object]]:
    """The objects of a list, or the one object that stands in a list's place."""
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list):
        raise ValueError("no list")
    return [item for item in value if isinstance(item, Mapping)]


Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Number = Annotated[float, BeforeValidator(_number)]
Percent = Annotated[int, BeforeValidator(_percent)]
Step = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Limits = Annotated[dict[str, dict[str, int]], BeforeValidator(_limits)]
Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
Objects = BeforeValidator(_objects)
