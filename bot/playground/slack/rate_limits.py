"""Slack's rate limits: one message a second a channel, and the methods' tiers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.playground.slack.clock import Clock

# Calls a minute by tier. https://docs.slack.dev/apis/web-api/rate-limits/
_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}

# "Rate limits" of each method's page, https://docs.slack.dev/reference/methods/
_TIERS = {
    "api.test": 4,
    "apps.connections.open": 1,
    "bots.info": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.unfurl": 3,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "reactions.add": 3,
    "team.info": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}

# "No more than one message per second per channel", with short bursts allowed; Slack does not
# say how short. The same page.
_MESSAGES_PER_SECOND = 1.0
_MESSAGE_BURST = 3

# Tier 1 means one or more a minute; a socket client that reconnects twice in one is served.
_SMALLEST_BURST = 10


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    filled_at: datetime

    def wait(self, now: datetime) -> float:
        """Take one token; return 0, or the seconds until there will be one."""
        passed = max(0.0, (now - self.filled_at).total_seconds())
        self.tokens = min(self.burst, self.tokens + passed * self.rate)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


class RateLimits:
    """Counts calls by method, and posted messages by channel."""

    def __init__(self, clock: Clock, enabled: Callable[[], bool]) -> None:
        self._clock = clock
        self._enabled = enabled
        self._buckets: dict[str, _Bucket] = {}

    def retry_after(self, method: str, channel: str = "") -> int | None:
        """Count a call; return None, or Retry-After's whole seconds where it comes too soon."""
        if not self._enabled():
            return None
        bucket = self._bucket(method, channel)
        seconds = bucket.wait(self._clock.wall()) if bucket else 0.0
        return math.ceil(seconds) or None

    def _bucket(self, method: str, channel: str) -> _Bucket | None:
        if method == "chat.postMessage":
            return self._kept(f"{method} {channel}", _MESSAGES_PER_SECOND, _MESSAGE_BURST)
        if method in _TIERS:
            per_minute = _PER_MINUTE[_TIERS[method]]
            return self._kept(method, per_minute / 60, max(per_minute, _SMALLEST_BURST))
        return None

    def _kept(self, key: str, rate: float, burst: float) -> _Bucket:
        full = _Bucket(rate, burst, burst, self._clock.wall())
        return self._buckets.setdefault(key, full)
