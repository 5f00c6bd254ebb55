"""Why something could not be looked at."""

from collections.abc import Sequence

from bot.doctor.findings import Finding, Sign, mend, ok, skipped
from bot.settings import Mode

#: How the findings are counted in the end, what is to be done first.
SIGNS = {
    Sign.MEND: "to mend",
    Sign.NOTE: "to note",
    Sign.SKIPPED: "skipped",
    Sign.OK: "in order",
}


def settings_first(names: Sequence[str]) -> Finding:
    """The settings that it takes are missing or wrong."""
    return skipped(f"not looked at: {' and '.join(names)} must be mended first")


def keys_first() -> Finding:
    """An account's keys cannot be had."""
    return skipped("not asked: its keys cannot be read")


def rules_first() -> Finding:
    """It takes a file of the rules that can be read."""
    return skipped("not looked at: qfbot.toml must be mended first")


def slack_first() -> Finding:
    """It takes a token that Slack accepts."""
    return skipped("not looked at: Slack does not serve this token")


def database_first() -> Finding:
    """It takes a database with the tables of this code."""
    return skipped("not looked at: the database cannot be read by this qfbot as it is")


def database_is_unusable(reason: str) -> Finding:
    """It cannot be opened or read."""
    return mend(
        f"the database cannot be read: {reason}",
        "see whether QFBOT_DATABASE_URL is right, whether the server runs, and whether qfbot's "
        "user may use it",
    )


def told_already(check: str) -> Finding:
    """What it takes is missing for a reason that another check tells."""
    return skipped(f"not looked at: see {check}")


def no_database_yet() -> Finding:
    """Nothing was ever kept."""
    return skipped("there is no database yet: `qfbot serve` makes it")


def not_in_this_mode(mode: Mode) -> Finding:
    """The mode does without it."""
    return ok(f"not needed in {mode} mode")


def took_too_long(seconds: float) -> Finding:
    """It did not come to an end."""
    return mend(
        f"there was no end of it within {seconds:g} s",
        "see whether the network or this machine is overloaded, and check again",
    )


def unforeseen(problem: Exception) -> Finding:
    """The doctor itself has failed; an exception's own text might hold a secret."""
    return mend(
        f"this could not be looked at: {type(problem).__name__}, which nobody foresaw",
        "check again; if it stays so, report it with the version of qfbot",
    )
