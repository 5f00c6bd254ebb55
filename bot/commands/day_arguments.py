"""The kinds of arguments that speak of a day: hours, a time of day, a time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import NewType

from bot.commands.argument import OFF, Argument
from bot.commands.words import Word
from bot.domain.day_grammar import read_hours, read_time, told
from bot.domain.messages import say
from bot.domain.zones import zone_named

ZoneName = NewType("ZoneName", str)


@dataclass(frozen=True)
class Hours:
    """From a time of day to another; None: no such hours."""

    span: tuple[time, time] | None


@dataclass(frozen=True)
class DayTime:
    """A time of day; None: at none."""

    at: time | None


class HoursOrOff(Argument):
    """Hours of a day, 22:00-08:00, or off."""

    expected = say("hours such as 22:00-08:00, or off")
    shown = "22:00-08:00|off"
    spreads = True

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        text = " ".join(word.plain for word in words).strip()
        try:
            begin, end = read_hours(text)
        except ValueError:
            return (text,)
        return (f"{told(begin)}-{told(end)}",)

    def read(self, text: str) -> Hours:
        return Hours(None if text == OFF else read_hours(text))


class DayTimeOrOff(Argument):
    """A time of day, 09:00, or off."""

    expected = say("a time of day such as 09:00, or off")
    shown = "09:00|off"
    spreads = True

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        text = " ".join(word.plain for word in words).strip()
        try:
            return (told(read_time(text)),)
        except ValueError:
            return (text,)

    def read(self, text: str) -> DayTime:
        return DayTime(None if text == OFF else read_time(text))


class Zone(Argument):
    """A time zone, by the name of it or of its city."""

    expected = say("the name of a time zone such as Asia/Shanghai or Europe/Berlin")
    shown = "Asia/Shanghai"

    def read(self, text: str) -> ZoneName:
        zone = zone_named(text)
        if zone is None:
            raise ValueError(text)
        return ZoneName(zone)
