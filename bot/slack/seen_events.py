"""Events that were seen already: Slack sends an event again where it missed the answer."""

from collections import OrderedDict

#: Slack repeats an event at once, after a minute and after five; far fewer come in that time.
#: https://docs.slack.dev/apis/events-api/#retries
_REMEMBERED = 10_000


class SeenEvents:
    """The ids of the latest events."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._ids: OrderedDict[str, None] = OrderedDict()

    def is_new(self, event_id: str) -> bool:
        """Whether this event is seen for the first time; from now on it is not."""
        if event_id and event_id in self._ids:
            return False
        self._ids[event_id] = None
        while len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True
