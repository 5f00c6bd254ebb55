"""The files of an announcement, made before it is sent: drawn, uploaded, and seen to be processed.

All of it is done under the announcement's claim, for a few seconds at most and a few times at
most; then the message goes without what is missing. What was noted is never uploaded again; what
was cut off before that leaves a file that nobody sees.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.attachments import (
    MOST_TRIES,
    Attached,
    Chart,
    Preparation,
    Wanted,
    WhyMissing,
    is_settled,
)
from bot.domain.errors import NotAttached, NotDrawn
from bot.domain.languages import Language
from bot.domain.ports import Charts, Outbox, Uploads
from bot.domain.watching import Announcement
from bot.watcher.readers import ReadIn
from bot.wording.attachments import told

log = structlog.get_logger(__name__)

#: A claim holds so long; what is done under it takes less.
LEASE = timedelta(seconds=10)
DEADLINE = timedelta(seconds=7)

#: Between two tries.
PAUSE = timedelta(seconds=1)

#: Between two looks whether Slack has processed a file, in seconds: longer each time.
_FIRST_GLANCE = 0.1
_LONGEST_GLANCE = 1.0

#: So long the bot does not ask again for a scope that it lacks, in seconds.
_NOT_GRANTED_FOR = 600.0

# https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors
_NOT_GRANTED = "missing_scope"


class Preparer:
    """Makes the files that facts want."""

    def __init__(
        self,
        charts: Charts,
        uploads: Uploads,
        outbox: Outbox,
        language: ReadIn,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._charts = charts
        self._uploads = uploads
        self._outbox = outbox
        self._language = language
        self._monotonic = monotonic
        self._ask_again_at: float | None = None

    async def prepare(self, announcement: Announcement) -> None:
        """Try once to make what is missing, note how far that came, and put it back to be sent.

        Raises StoreError where the channel is in another process's hand meanwhile.
        """
        begun = replace(announcement.files, tries=announcement.files.tries + 1)
        await self._outbox.preparing(announcement, begun, LEASE)
        making = [_Making(want, file) for want, file in begun.of(announcement.fact)]
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                language = await self._language(announcement.channel_id)
                for each in making:
                    await self._make(each, language)
        except TimeoutError:
            log.warning("files not ready in time", key=announcement.key, tries=begun.tries)
        except Exception:
            log.exception("preparing failed", key=announcement.key)
        is_last = begun.tries >= MOST_TRIES
        files = Preparation(begun.tries, tuple(each.outcome(last=is_last) for each in making))
        is_ready = all(is_settled(each.want, each.file) for each in making)
        pause = timedelta(0) if is_ready or is_last else PAUSE
        await self._outbox.prepared(announcement, files, pause)

    async def _make(self, making: "_Making", language: Language) -> None:
        if is_settled(making.want, making.file):
            return
        if self._is_not_granted():
            making.is_missing(WhyMissing.NOT_GRANTED)
            return
        try:
            await self._upload(making, language)
            await self._see_processed(making)
        except NotAttached as error:
            self._failed(making, error)

    async def _upload(self, making: "_Making", language: Language) -> None:
        """Nothing that was uploaded before is uploaded again."""
        if making.file.file_id:
            return
        content = await self._content(making.want)
        file_id = await self._uploads.put(making.want.name, content, told(making.want), language)
        making.file = replace(making.file, file_id=file_id)

    async def _content(self, want: Wanted) -> bytes:
        if isinstance(want, Chart):
            return await self._charts.draw(want.curves)
        return want.text.encode(errors="replace")

    async def _see_processed(self, making: "_Making") -> None:
        glance = _FIRST_GLANCE
        while True:
            stored = await self._uploads.find(making.file.file_id)
            making.file = replace(
                making.file, permalink=stored.permalink, processed=stored.processed
            )
            if is_settled(making.want, making.file):
                return
            await asyncio.sleep(glance)
            glance = min(2 * glance, _LONGEST_GLANCE)

    def _failed(self, making: "_Making", error: NotAttached) -> None:
        if error.reason == _NOT_GRANTED:
            self._is_refused()
            making.is_missing(WhyMissing.NOT_GRANTED)
            return
        log.warning("file not made", name=making.want.name, why=error)
        making.why = WhyMissing.NOT_DRAWN if isinstance(error, NotDrawn) else WhyMissing.NOT_TAKEN
        if not error.passing:
            making.is_missing(making.why)

    def _is_refused(self) -> None:
        if self._ask_again_at is None:
            log.warning(
                "the bot may not upload files, so that messages go without pictures; grant it the "
                "scopes of the manifest, and install it again",
                why=_NOT_GRANTED,
            )
        self._ask_again_at = self._monotonic() + _NOT_GRANTED_FOR

    def _is_not_granted(self) -> bool:
        return self._ask_again_at is not None and self._monotonic() < self._ask_again_at


class _Making:
    """A file that is being made, and why it will be missing where it does not come to be."""

    def __init__(self, want: Wanted, file: Attached) -> None:
        self.want = want
        self.file = file
        self.why = WhyMissing.LATE

    def is_missing(self, why: WhyMissing) -> None:
        """It will not be there."""
        self.file = replace(self.file, missing=why)

    def outcome(self, *, last: bool) -> Attached:
        """The file as it is noted; nothing follows the last try."""
        if last and not is_settled(self.want, self.file):
            self.is_missing(self.why)
        return self.file
