"""How far each person has read in each channel: what makes a channel unread."""

#: Before every message.
NOTHING_READ = "0"


class Readings:
    """The last message that each person has read, channel by channel."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], str] = {}

    def last(self, user: str, channel: str) -> str:
        """The timestamp of the last message read."""
        return self._last.get((user, channel), NOTHING_READ)

    def reads(self, user: str, channel: str, ts: str) -> None:
        """Everything up to `ts` is read now."""
        self._last[user, channel] = max(ts, self.last(user, channel))
