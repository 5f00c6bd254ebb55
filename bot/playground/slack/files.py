"""Files: announced, uploaded, completed, processed a little later, and shared by a message."""

import json
import re
from dataclasses import replace
from datetime import timedelta

from bot.playground.slack.clock import Clock
from bot.playground.slack.errors import SlackError
from bot.playground.slack.faults import Faults
from bot.playground.slack.feed import Feed
from bot.playground.slack.happenings import FileUploaded
from bot.playground.slack.values import File, Json
from bot.playground.slack.workspace import TEAM_DOMAIN, Workspace

_PERMALINK = re.compile(rf"https://{TEAM_DOMAIN}\.slack\.com/files/(\w+)/(F\w+)/")


class Files:
    """The files of the workspace; `processing_seconds` pass before Slack knows a file's type."""

    def __init__(
        self,
        feed: Feed,
        clock: Clock,
        workspace: Workspace,
        faults: Faults,
        processing_seconds: float = 0.3,
    ) -> None:
        self._faults = faults
        self._feed = feed
        self._clock = clock
        self._workspace = workspace
        self._files: dict[str, File] = {}
        self.processing_seconds = processing_seconds

    def announce(self, name: str, size: int, alt_text: str, user: str) -> File:
        """Make room for an upload of `size` bytes."""
        file = File(
            self._workspace.next_id("F"), name, name, user=user, size=size, alt_text=alt_text
        )
        return self._keep(file)

    def receive(self, file_id: str, content: bytes) -> File:
        """Take the bytes of an announced file."""
        return self._keep(replace(self.find(file_id), content=content, size=len(content)))

    def complete(self, file_id: str, title: str) -> File:
        """End an upload; `file_not_found` where no bytes came."""
        file = self.find(file_id)
        if not file.content:
            raise SlackError("file_not_found")
        ready_at = self._clock.wall() + timedelta(seconds=self.processing_seconds)
        done = replace(file, title=title or file.name, complete=True, processed_at=ready_at)
        self._feed.write(FileUploaded(done))
        return self._keep(done)

    def upload(self, name: str, content: bytes, user: str) -> File:
        """Take a file that a person gives in a form: whole, and its type known at once."""
        announced = self.announce(name, len(content), "", user)
        now = self._clock.wall()
        return self._keep(replace(announced, content=content, complete=True, processed_at=now))

    def share(self, file_id: str, channel: str, ts: str) -> File:
        """Note that the message at `ts` shows the file."""
        file = self.find(file_id)
        return self._keep(replace(file, shares=(*file.shares, (channel, ts))))

    def linked(self, text: str, blocks: tuple[Json, ...], user: str) -> tuple[File, ...]:
        """The files of that user whose permalinks stand in a message.

        A link that its owner posts shares the file: everybody there may see it from then on.
        https://github.com/slackapi/bolt-python/issues/1018
        """
        named = _PERMALINK.findall(f"{text} {json.dumps(blocks)}")
        ids = dict.fromkeys(file_id for owner, file_id in named if owner == user)
        return tuple(self._files[each] for each in ids if each in self._files)

    def find(self, file_id: str) -> File:
        """Return a file; `file_not_found` where there is none."""
        if file_id not in self._files:
            raise SlackError("file_not_found")
        return self._files[file_id]

    def is_processed(self, file: File) -> bool:
        """Whether Slack knows the file's type by now, and can show it in a block."""
        if self._faults.unprocessed or file.processed_at is None:
            return False
        return self._clock.wall() >= file.processed_at

    def can_be_shown(self, reference: str) -> bool:
        """Whether a `slack_file` with this id or address can stand in a block now."""
        return any(self.is_processed(file) for file in self._files.values() if file.id in reference)

    def _keep(self, file: File) -> File:
        self._files[file.id] = file
        return file
