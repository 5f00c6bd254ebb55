"""What a check has found: one value a line."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    NOTE = "note"
    MEND = "mend"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was found, and how to mend it where there is something to mend.

    `check` is the name of the check that found it, and is put there by who runs it.
    """

    sign: Sign
    what: str
    how: str = ""
    check: str = ""


def ok(what: str) -> Finding:
    """As it should be."""
    return Finding(Sign.OK, what)


def note(what: str, how: str = "") -> Finding:
    """The bot works; somebody may want to know, or to do something about it."""
    return Finding(Sign.NOTE, what, how)


def mend(what: str, how: str) -> Finding:
    """The bot does not work, or not wholly, until somebody mends it."""
    return Finding(Sign.MEND, what, how)


def skipped(what: str) -> Finding:
    """It could not be looked at; the reason is a finding of its own."""
    return Finding(Sign.SKIPPED, what)
