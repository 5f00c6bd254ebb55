"""What an interaction gives the app for a while: a trigger, and a response_url."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.slack.clock import Clock
from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import Message

# https://docs.slack.dev/interactivity/handling-user-interaction/
TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class _Trigger:
    user: str
    ends_at: datetime
    exchanged: bool = False


class Triggers:
    """Trigger ids: each opens one view, within three seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """Return a new trigger for what `user` just did."""
        number = secrets.randbelow(10**12)
        trigger_id = f"{number}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user, self._clock.wall() + TRIGGER_LIFE)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Return the user whose trigger it is, once; SlackError where it is no longer good.

        Error names: https://docs.slack.dev/reference/methods/views.open/
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackError("exchanged_trigger_id")
        if self._clock.wall() > trigger.ends_at:
            raise SlackError("expired_trigger_id")
        trigger.exchanged = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer one interaction; `source` is the message that was clicked."""

    user: str
    channel: str
    source: Message | None
    ends_at: datetime
    uses_left: int = RESPONSE_URL_USES


class ResponseUrls:
    """The response_urls given out, by the secret part of their path."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, source: Message | None = None) -> str:
        """Return the secret part of a new response_url."""
        key = secrets.token_urlsafe(18)
        ends_at = self._clock.wall() + RESPONSE_URL_LIFE
        self._issued[key] = ResponseUrl(user, channel, source, ends_at)
        return key

    def find(self, key: str) -> ResponseUrl | None:
        """Return a response_url that was given out, used up or not."""
        return self._issued.get(key)

    def use(self, key: str) -> ResponseUrl:
        """Count one use; SlackError `expired_url`, or `used_url` after the fifth."""
        url = self._issued.get(key)
        if url is None or self._clock.wall() > url.ends_at:
            raise SlackError("expired_url")
        if url.uses_left == 0:
            raise SlackError("used_url")
        url.uses_left -= 1
        return url
