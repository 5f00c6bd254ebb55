"""The languages that qfbot speaks, and which of them a person or a channel is told in."""

from enum import StrEnum


class Language(StrEnum):
    """A language that every sentence is there in."""

    ENGLISH = "en"
    CHINESE = "zh"


def of_locale(locale: str) -> Language:
    """The language of somebody's Slack locale (`zh-CN`), or English where qfbot has none."""
    known = {each.value: each for each in Language}
    return known.get(locale.replace("_", "-").partition("-")[0].lower(), Language.ENGLISH)
