"""One line for each command and each step of an announcement; trouble begins once and ends once."""

from datetime import timedelta
from typing import Any

from inline_snapshot import snapshot
from structlog.testing import capture_logs

from bot.domain.access import Place
from bot.domain.calls import Origin, Way
from bot.domain.errors import TryLater
from bot.domain.facts import Moved
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import Happened
from bot.domain.ports import Posted
from bot.domain.resources import Phase
from bot.domain.watching import Announcement, Thing
from bot.happenings import (
    Acknowledged,
    CommandEnded,
    Happening,
    Looked,
    LoopTurned,
    NotTold,
    Parked,
    SlackAnswered,
    SocketFailed,
    SocketOpened,
    StateChanged,
    Told,
)
from bot.journal import AWAY_SECONDS, Journal
from tests.unit.domain.samples import NOON, task

SECOND = timedelta(seconds=1)
RUN = "task-0tgmn4a7h4i6"
MOVED = Moved(task(), Phase.QUEUED, "Queued", Happened(None, NOON))
OWED = Announcement(1, "key-1", "C1", MOVED, account="default", about=RUN, made_at=NOON)


def written(*happenings: Happening | float) -> list[dict[str, Any]]:
    """The lines that come of these; a number lets so many seconds pass."""
    now = [1000.0]
    journal = Journal(lambda: now[0])
    with capture_logs() as lines:
        for happening in happenings:
            if isinstance(happening, float):
                now[0] += happening
            else:
                journal(happening)
    return [dict(line) for line in lines if line["log_level"] != "debug"]


def events(*happenings: Happening | float) -> list[str]:
    return [f"{line['log_level']}: {line['event']}" for line in written(*happenings)]


def test_a_command_is_a_line_with_who_where_what_and_how_long() -> None:
    origin = Origin("UADA", Place("C1"), Way.TYPED, NOON)
    [line] = written(CommandEnded("stop", origin, "stop accepted", 1.23456 * SECOND, "request-1"))
    assert line == snapshot(
        {
            "command": "stop",
            "user": "UADA",
            "channel": "C1",
            "way": "typed",
            "outcome": "stop accepted",
            "seconds": 1.235,
            "request_id": "request-1",
            "event": "command",
            "log_level": "info",
        }
    )


def test_a_change_leads_by_its_id_to_the_message_that_tells_of_it() -> None:
    thing = Thing("default", ResourceId(Kind.TASK, RUN))
    happened = Happened(NOON, NOON + 60 * SECOND, NOON + 50 * SECOND)
    assert written(
        StateChanged(thing, "Running", "Failed", Phase.FAILED, happened),
        NotTold(OWED, TryLater(5 * SECOND, "ratelimited")),
        Told(OWED, Posted("C1", "7.0"), NOON + 3 * SECOND),
    ) == snapshot(
        [
            {
                "id": "task-0tgmn4a7h4i6",
                "account": "default",
                "before": "Running",
                "after": "Failed",
                "seen_after": 10,
                "event": "state changed",
                "log_level": "info",
            },
            {
                "id": "task-0tgmn4a7h4i6",
                "kind": "moved",
                "key": "key-1",
                "channel": "C1",
                "account": "default",
                "why": "TryLater",
                "reason": "ratelimited",
                "event": "not told now",
                "log_level": "info",
            },
            {
                "id": "task-0tgmn4a7h4i6",
                "kind": "moved",
                "key": "key-1",
                "channel": "C1",
                "account": "default",
                "ts": "7.0",
                "waited": 3.0,
                "event": "told",
                "log_level": "info",
            },
        ]
    )


def test_what_is_given_up_is_a_warning() -> None:
    assert events(Parked(OWED, "invalid_blocks")) == ["warning: given up"]


def test_what_happens_all_the_time_is_no_line() -> None:
    assert not written(
        Acknowledged("command", SECOND),
        Looked("default", "same"),
        LoopTurned(SECOND),
        SlackAnswered("chat.update", "ok"),
        SlackAnswered("chat.update", "not_in_channel"),
        SocketOpened(),
    )


def test_slacks_trouble_is_told_when_it_begins_and_when_it_is_over() -> None:
    down = [SlackAnswered("chat.update", code) for code in ("timeout", "HTTP 503", "lost")]
    well = SlackAnswered("auth.test", "ok")
    assert events(*down, well, *down, well, AWAY_SECONDS, well, well) == [
        "warning: Slack in trouble",
        "warning: Slack well again",
    ]


def test_a_method_that_is_throttled_is_told_apart_from_the_others() -> None:
    assert written(
        SlackAnswered("chat.update", "ratelimited"),
        SlackAnswered("chat.update", "ratelimited"),
        AWAY_SECONDS,
        SlackAnswered("auth.test", "ok"),
        SlackAnswered("chat.update", "ok"),
    ) == snapshot(
        [
            {"method": "chat.update", "event": "Slack throttles", "log_level": "warning"},
            {"method": "chat.update", "event": "Slack throttles no more", "log_level": "warning"},
        ]
    )


def test_a_line_that_fails_again_and_again_is_told_once() -> None:
    assert events(SocketFailed("TimeoutError"), SocketFailed("silent"), SocketOpened()) == [
        "warning: socket line failed",
        "warning: socket line open again",
    ]
