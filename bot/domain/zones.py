"""Time zones by their names, as people write them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

#: What is meant where nobody says otherwise.
UTC_ZONE = "UTC"

# The database names a zone after its largest city, which is not the capital.
# https://data.iana.org/time-zones/theory.html#naming
_ALSO = {"beijing": "Asia/Shanghai", "北京": "Asia/Shanghai", "上海": "Asia/Shanghai"}


def zone_named(text: str) -> str | None:
    """The zone that is meant: by its whole name or by its city, in any letter case."""
    plain = text.strip().casefold().replace(" ", "_")
    return _whole_names().get(plain) or _ALSO.get(plain) or _cities().get(plain)


def known_zone(name: Any) -> str:
    """A zone's name as it came from outside, or UTC where no such zone is known."""
    return _whole_names().get(str(name).casefold(), UTC_ZONE)


@cache
def _whole_names() -> Mapping[str, str]:
    # zoneinfo's own list is made anew from all of the zones' files at each call.
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names}


@cache
def _cities() -> Mapping[str, str]:
    """The zones of which one city alone has the name."""
    found: dict[str, set[str]] = {}
    for name in _whole_names().values():
        found.setdefault(name.rpartition("/")[2].casefold(), set()).add(name)
    return {city: min(names) for city, names in found.items() if len(names) == 1}
