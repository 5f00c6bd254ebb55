"""What each person would have seen, as lines for a terminal."""

from collections.abc import Iterator, Sequence

from bot.playground.slack import Entry, LocalSlack, Message, User, View
from bot.playground.slack.happenings import (
    MessageChanged,
    MessageDeleted,
    MessagePosted,
    ViewClosed,
    ViewShown,
)
from bot.playground.slack.readable import message_lines, view_lines

_HOW_TO_FILL = "(submit field=value … · pick field=value · options field · close)"


class Transcript:
    """Turns what happens in the local Slack into lines, each thing once."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._news = slack.feed.subscribe()

    def lines(self, reader: User, *, at_home: bool = False) -> list[str]:
        """What has happened since the last call, as the reader would have read it.

        A Home is seen by its own person only, while they are `at_home`.
        """
        entries = without_passing_views(self._news.waiting())
        return [
            line
            for entry in entries
            if _is_before(reader, entry, at_home)
            for line in self._entry_lines(entry, reader)
        ]

    def view(self, view: View) -> list[str]:
        """A form, with how to fill it, or a Home tab."""
        lines = view_lines(view, self._slack.workspace)
        return [*lines, _HOW_TO_FILL] if view.type == "modal" and view.can_be_sent else lines

    def _entry_lines(self, entry: Entry, reader: User) -> Iterator[str]:
        match entry.what:
            case MessagePosted(message=message):
                yield from self._message(message, reader, "")
            case MessageChanged(message=message, before=before):
                if message.blocks != before.blocks or message.text != before.text:
                    yield from self._message(message, reader, " (edited)")
                elif message.attachments != before.attachments:
                    yield from self._message(message, reader, " (unfolded)")
            case MessageDeleted(message=message):
                yield f"{self._where(message)}  (a message went away)"
            case ViewShown(view=view):
                yield from self.view(view)
            case ViewClosed(view=view):
                yield f"(the form {view.title!r} is closed)"
            case _:
                return

    def _message(self, message: Message, reader: User, mark: str) -> Iterator[str]:
        author = self._slack.workspace.user(message.user).name
        yield f"{self._where(message)}  {author}{mark}:"
        for line in message_lines(message, self._slack.workspace, reader):
            yield f"    {line}"

    def _where(self, message: Message) -> str:
        channel = self._slack.workspace.channel(message.channel)
        place = f"#{channel.name}" if not channel.id.startswith("D") else "direct message"
        if message.is_reply:
            place += " > thread" + (" and channel" if message.broadcast else "")
        if message.ephemeral_to:
            name = self._slack.workspace.user(message.ephemeral_to).name
            place += f" (only @{name} sees it)"
        return place


def _is_before(reader: User, entry: Entry, at_home: bool) -> bool:
    """Whether it happens where somebody can be looking: a Home is nobody else's."""
    match entry.what:
        case ViewShown(view=view) if view.type == "home":
            return at_home and view.user == reader.id
        case _:
            return True


def without_passing_views(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what a view showed only until it showed something else, or was closed."""
    last = {
        entry.what.view.id: entry.number
        for entry in entries
        if isinstance(entry.what, ViewShown | ViewClosed)
    }
    return [
        entry
        for entry in entries
        if not isinstance(entry.what, ViewShown) or last[entry.what.view.id] == entry.number
    ]
