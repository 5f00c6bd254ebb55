"""What happens, as lines of the log: one for each command and each step of an announcement.

The ids in them lead on: `id` from a change of state to what was told of it, `key`, `channel` and
`ts` to the message, `attempt` to the audit, `work` to all other lines of the same piece of work.
Trouble that goes on is told when it begins and when it is over.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.domain.watching import Announcement
from bot.happenings import (
    THROTTLED,
    CommandEnded,
    Happening,
    NotTold,
    Parked,
    SlackAnswered,
    SocketFailed,
    SocketOpened,
    StateChanged,
    Told,
)

log = structlog.get_logger(__name__)

#: What is told of a call that did not come through; other codes are told by whoever made it.
_DOWN = ("timeout", "no connection", "lost")
_SERVER_ERROR = "HTTP 5"

#: Slack's trouble comes and goes; it is over when it has stayed away for so long, in seconds.
AWAY_SECONDS = 60.0


class Journal:
    """Writes what it is told; it is a `bot.happenings.Tell`."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._slack = _Spell()
        self._throttled: dict[str, _Spell] = defaultdict(_Spell)
        self._line_down = False
        self._writing: Mapping[type, Callable[[Any], None]] = {
            CommandEnded: _command_ended,
            StateChanged: _state_changed,
            Told: _told,
            NotTold: _not_told,
            Parked: _parked,
            SlackAnswered: self._slack_answered,
            SocketFailed: self._socket_failed,
            SocketOpened: self._socket_opened,
        }

    def __call__(self, happening: Happening) -> None:
        """Write it down, where it is worth a line."""
        write = self._writing.get(type(happening))
        if write is not None:
            write(happening)

    def _slack_answered(self, answered: SlackAnswered) -> None:
        code, method, now = answered.code, answered.method, self._monotonic()
        log.debug("Slack answered", method=method, code=code)
        if code in _DOWN or code.startswith(_SERVER_ERROR):
            if self._slack.begins(now):
                log.warning("Slack in trouble", method=method, why=code)
        elif self._slack.ends(now):
            log.warning("Slack well again", method=method)
        if code == THROTTLED:
            if self._throttled[method].begins(now):
                log.warning("Slack throttles", method=method)
        elif method in self._throttled and self._throttled[method].ends(now):
            log.warning("Slack throttles no more", method=method)

    def _socket_failed(self, failed: SocketFailed) -> None:
        if not self._line_down:
            log.warning("socket line failed", why=failed.problem)
        self._line_down = True

    def _socket_opened(self, _opened: SocketOpened) -> None:
        if self._line_down:
            log.warning("socket line open again")
        self._line_down = False


class _Spell:
    """Trouble that comes and goes."""

    def __init__(self) -> None:
        self._came_at: float | None = None

    def begins(self, now: float) -> bool:
        """It came; whether it had not been there."""
        is_new, self._came_at = self._came_at is None, now
        return is_new

    def ends(self, now: float) -> bool:
        """It did not come; whether that is its end."""
        if self._came_at is None or now - self._came_at < AWAY_SECONDS:
            return False
        self._came_at = None
        return True


def _command_ended(ended: CommandEnded) -> None:
    origin = ended.origin
    log.info(
        "command",
        command=ended.command,
        user=origin.user_id,
        channel=origin.place.channel_id,
        way=str(origin.way),
        outcome=ended.outcome,
        seconds=round(ended.took.total_seconds(), 3),
        request_id=ended.request_id,
    )


def _state_changed(changed: StateChanged) -> None:
    seen_after = changed.seen_after
    log.info(
        "state changed",
        id=str(changed.thing.id),
        account=changed.thing.account,
        before=changed.before,
        after=changed.after,
        seen_after=None if seen_after is None else round(seen_after.total_seconds()),
    )


def _told(told: Told) -> None:
    waited = told.waited
    log.info(
        "told",
        **_naming(told.announcement),
        ts=told.posted.ts,
        waited=None if waited is None else round(waited.total_seconds(), 3),
    )


def _not_told(not_told: NotTold) -> None:
    error = not_told.error
    log.info(
        "not told now",
        **_naming(not_told.announcement),
        why=type(error).__name__,
        reason=getattr(error, "reason", ""),
    )


def _parked(parked: Parked) -> None:
    log.warning("given up", **_naming(parked.announcement), why=parked.reason)


def _naming(announcement: Announcement) -> dict[str, str]:
    return {
        "id": announcement.about,
        "kind": announcement.fact.type,
        "key": announcement.key,
        "channel": announcement.channel_id,
        "account": announcement.account,
    }
