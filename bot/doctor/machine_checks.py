"""Checks of this machine and of the database: clocks, tables, lock, disk."""

from collections.abc import Iterator
from datetime import timedelta

from bot.doctor.findings import Finding
from bot.doctor.seen import Missing, Seen, sure
from bot.doctor.setting_checks import without_password
from bot.doctor.wording import general
from bot.doctor.wording import machine as words
from bot.domain.skew import Dated
from bot.qianfan.signing import LIFETIME
from bot.settings import Mode
from bot.slack.announcer import CLOCK_TOLERANCE
from bot.store.migrate import Age, backup_hint

#: From this difference on it is told, though nothing breaks of it.
NOTABLE = timedelta(seconds=30)

#: Bolt takes no request that is older, or younger.
#: https://docs.slack.dev/authentication/verifying-requests-from-slack
OLDEST_REQUEST = timedelta(minutes=5)

_MIB = 1024 * 1024
#: Below the first a note is made of it, below the second the bot may stand still any moment.
SMALL_DISK = 1024 * _MIB
FULL_DISK = 100 * _MIB


def slack_clock(seen: Seen) -> Iterator[Finding]:
    """How far this machine's clock is from Slack's."""
    dated = sure(seen.slack).dated
    if seen.given.settings.mode is Mode.HTTP:
        yield clock("Slack", dated, words.TOO_OLD, ahead=OLDEST_REQUEST, behind=OLDEST_REQUEST)
    else:
        yield clock("Slack", dated, words.NOT_FOUND, ahead=CLOCK_TOLERANCE)


def qianfan_clock(seen: Seen) -> Iterator[Finding]:
    """How far this machine's clock is from Qianfan's."""
    asked = [each for each in seen.accounts.values() if not isinstance(each, Missing)]
    if not asked:
        yield general.told_already("qianfan-accounts")
        return
    dated = next((each.dated for each in asked if each.dated), None)
    yield clock("Qianfan", dated, words.REFUSED, ahead=LIFETIME, behind=LIFETIME)


def clock(
    whose: str,
    dated: Dated | None,
    why: str,
    *,
    ahead: timedelta,
    behind: timedelta | None = None,
) -> Finding:
    """What to say of an answer's date; `why` is what breaks from so far ahead or behind on."""
    if dated is None:
        return words.clock_is_not_told(whose)
    if dated.skew >= ahead or (behind is not None and -dated.skew >= behind):
        return words.clock_is_wrong(whose, dated.skew, why)
    if abs(dated.skew) >= NOTABLE:
        return words.clock_differs(whose, dated.skew)
    return words.clock_is_right(whose)


def database(seen: Seen) -> Iterator[Finding]:
    """Whether the database can be reached, read and written."""
    file = sure(seen.file)
    if file is not None and file.unwritable:
        yield words.file_cannot_be_written(file)
    if file is not None and not file.exists:
        if not file.unwritable:
            yield words.database_will_be_made(file)
        return
    if not sure(seen.content).writable:
        yield words.database_only_reads()
    elif file is None or not file.unwritable:
        url = seen.given.settings.qfbot_database_url.get_secret_value()
        yield words.database_is_there(without_password(url))


def tables(seen: Seen) -> Iterator[Finding]:
    """Whether the tables are those of this code."""
    found = sure(seen.content)
    match found.tables.age:
        case Age.CURRENT:
            yield words.tables_are_current(found.tables)
        case Age.MISSING:
            yield words.tables_are_missing()
        case Age.OLDER:
            dialect = "postgresql" if sure(seen.file) is None else "sqlite"
            yield words.tables_are_older(found.tables, backup_hint(dialect))
        case Age.NEWER:
            yield words.tables_are_newer(found.tables)


def lock(seen: Seen) -> Iterator[Finding]:
    """Who serves on the database now."""
    file = sure(seen.file)
    if file is None:
        yield words.database_is_shared()
    elif file.holder is None:
        yield words.database_is_free()
    else:
        yield words.database_is_held(file.holder)


def disk(seen: Seen) -> Iterator[Finding]:
    """Whether there is room where the database is."""
    file = sure(seen.file)
    if file is None:
        yield words.no_disk()
    elif file.unwritable:
        yield general.told_already("database")
    elif file.free_bytes < FULL_DISK:
        yield words.disk_is_full(file.folder, file.free_bytes)
    elif file.free_bytes < SMALL_DISK:
        yield words.disk_is_small(file.folder, file.free_bytes)
    else:
        yield words.disk_has_room(file.folder, file.free_bytes)
