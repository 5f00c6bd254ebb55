"""conversations.history and conversations.replies: reading messages back."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.slack.errors import SlackError
from bot.playground.slack.ids import microseconds, ts_value
from bot.playground.slack.values import Channel, Json, Message
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.wire import message_object


def history(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.history/"""
    channel = _readable(call)
    window = _Window.of(call)
    found = [
        message
        for message in call.workspace.newest_first(channel.id)
        if (message.broadcast or not message.is_reply) and window.holds(message)
    ]
    return _answer(call, found)


def replies(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.replies/"""
    channel = _readable(call)
    parent = call.message(channel, "ts", "thread_not_found")
    window = _Window.of(call)
    below = call.workspace.replies(channel.id, parent.ts)
    return _answer(call, [parent, *filter(window.holds, below)])


@dataclass(frozen=True, slots=True)
class _Window:
    """Which messages are asked for, and old enough to be read back; times in microseconds."""

    oldest: int | None
    latest: int | None
    inclusive: bool
    now: int
    lag_of: Callable[[str], float]

    @classmethod
    def of(cls, call: Call) -> "_Window":
        return cls(
            call.ts("oldest"),
            call.ts("latest"),
            call.arguments.flag("inclusive"),
            microseconds(call.platform.clock.wall()),
            call.platform.faults.lag_of,
        )

    def holds(self, message: Message) -> bool:
        ts = ts_value(message.ts)
        lag = self.lag_of(message.ts)
        if lag and ts + lag * 1_000_000 > self.now:
            return False
        if self.inclusive and ts in (self.oldest, self.latest):
            return True
        after = self.oldest is None or ts > self.oldest
        return after and (self.latest is None or ts < self.latest)


def _readable(call: Call) -> Channel:
    channel = call.channel(reading="history")
    if call.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _answer(call: Call, found: list[Message]) -> Json:
    page, following = call.page(found, 100, 999)
    metadata = call.arguments.flag("include_all_metadata")
    return {
        "messages": [message_object(each, call.workspace, metadata=metadata) for each in page],
        "has_more": bool(following["response_metadata"]["next_cursor"]),
        **following,
    }


METHODS: Methods = {"conversations.history": history, "conversations.replies": replies}
