"""What is said of this machine and of the database: clocks, tables, lock, disk."""

from datetime import timedelta
from pathlib import Path

from bot.doctor.findings import Finding, mend, note, ok
from bot.store.checkup import FileState
from bot.store.migrate import Tables

#: What a wrong clock breaks.
TOO_OLD = "requests from Slack that seem five minutes old are refused"
NOT_FOUND = "a message whose outcome is unclear is not found again, and sent twice"
REFUSED = "Qianfan refuses requests that are signed with such a time"

_NTP = "set the clock by NTP (timedatectl set-ntp true)"
_MIB = 1024 * 1024


def clock_is_right(whose: str) -> Finding:
    """No difference that can be seen."""
    return ok(f"this machine's clock goes with {whose}'s")


def clock_differs(whose: str, skew: timedelta) -> Finding:
    """It is off, and nothing breaks of it yet."""
    return note(f"this machine's clock is {_off(skew)} {whose}'s", _NTP)


def clock_is_wrong(whose: str, skew: timedelta, why: str) -> Finding:
    """It is off so far that something breaks."""
    return mend(f"this machine's clock is {_off(skew)} {whose}'s: {why}", _NTP)


def clock_is_not_told(whose: str) -> Finding:
    """No answer had a date."""
    return note(
        f"{whose} gave no date to compare this machine's clock with",
        "see by `timedatectl` whether it is set by NTP",
    )


def database_is_there(where: str) -> Finding:
    """It can be read and written."""
    return ok(f"the database can be reached, read and written: {where}")


def database_will_be_made(file: FileState) -> Finding:
    """It is not there, and can be made."""
    return ok(f"there is no database yet at {file.path}; `qfbot serve` makes it")


def database_only_reads() -> Finding:
    """Nothing can be written there."""
    return mend(
        "the database can be read and not written: it follows another server, or its user may "
        "make no tables there",
        "name the server that takes writes in QFBOT_DATABASE_URL, and GRANT CREATE, USAGE ON "
        "SCHEMA to its user",
    )


def file_cannot_be_written(file: FileState) -> Finding:
    """SQLite could not write there."""
    return mend(
        f"nothing can be written in {file.folder}, where the database is: {file.unwritable}",
        "give the folder and the file to whoever runs qfbot, or name another place in "
        "QFBOT_DATABASE_URL",
    )


def disk_has_room(folder: Path, free: int) -> Finding:
    """There is room for long."""
    return ok(f"{folder} can be written, and {_size(free)} are free there")


def disk_is_small(folder: Path, free: int) -> Finding:
    """There is room for a while."""
    return note(f"no more than {_size(free)} are free in {folder}", "make room there soon")


def disk_is_full(folder: Path, free: int) -> Finding:
    """There is no room for anything."""
    return mend(
        f"no more than {_size(free)} are free in {folder}",
        "make room there: without it nothing can be recorded, and what channels are owed waits",
    )


def no_disk() -> Finding:
    """The database is no file of this machine."""
    return ok("the database is a server's: its disk is looked after there")


def tables_are_current(tables: Tables) -> Finding:
    """They are those of this code."""
    return ok(f"the database's tables are those of this qfbot (revision {tables.revision})")


def tables_are_missing() -> Finding:
    """There are none yet."""
    return ok("the database has no tables of qfbot yet; `qfbot serve` makes them")


def tables_are_older(tables: Tables, backup: str) -> Finding:
    """The next start renews them."""
    return note(
        f"the database's tables are of revision {tables.revision}, and the next `qfbot serve` "
        f"renews them to {tables.known}, which an older qfbot cannot go back to",
        f"keep a copy first: {backup}",
    )


def tables_are_newer(tables: Tables) -> Finding:
    """A newer qfbot was here."""
    return mend(
        f"the database is newer than this qfbot: its revision is {tables.revision}, and this one "
        f"knows {tables.known}",
        "start the qfbot that renewed it, or a newer one, or go back to a copy from before",
    )


def database_is_free() -> Finding:
    """Nobody serves on it."""
    return ok("no qfbot serves on this database now")


def database_is_held(holder: str) -> Finding:
    """Somebody serves on it."""
    return ok(f"process {holder or 'unknown'} serves on this database now")


def database_is_shared() -> Finding:
    """Replicas share it."""
    return ok("any number of qfbot may serve on PostgreSQL at once")


def _off(skew: timedelta) -> str:
    ahead = skew > timedelta(0)
    return f"{_length(abs(skew))} {'ahead of' if ahead else 'behind'}"


def _length(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"


def _size(count: int) -> str:
    return f"{count // _MIB} MiB" if count < 10 * 1024 * _MIB else f"{count // (1024 * _MIB)} GiB"
