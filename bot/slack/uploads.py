"""Files of the bot's own, uploaded for nobody to see until a message shows them.

Each step is made once: the SDK's own upload repeats steps unseen, and needs a channel.
https://docs.slack.dev/messaging/working-with-files#upload
"""

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.domain.errors import NotUploaded
from bot.domain.languages import Language
from bot.domain.messages import Sentence
from bot.domain.ports import Stored
from bot.slack.clients import Clients
from bot.slack.errors import INSTALLATION, slack_word
from bot.slack.mrkdwn import cut_plain
from bot.slack.spans import Plain
from bot.wording.languages import translation

# https://docs.slack.dev/reference/methods/files.getUploadURLExternal
_ALT_CHARACTERS = 1000


class SlackUploads:
    """The Uploads of `bot.domain.ports`."""

    def __init__(self, clients: Clients) -> None:
        self._reads = clients.reads
        self._writes = clients.writes
        self._session = clients.session

    async def put(self, name: str, content: bytes, told: Sentence, language: Language) -> str:
        """Upload a file once; the id that it has at Slack.

        What is cut off in between leaves a file that nobody sees. Raises NotUploaded.
        """
        alt_text = cut_plain(Plain(translation(language)).write(told), _ALT_CHARACTERS)
        place = await _answered(
            self._writes.files_getUploadURLExternal(
                filename=name, length=len(content), alt_txt=alt_text
            )
        )
        file_id = str(place["file_id"])
        await self._send(str(place["upload_url"]), content)
        files: list[dict[str, str | None]] = [{"id": file_id, "title": name}]
        await _answered(self._writes.files_completeUploadExternal(files=files))
        return file_id

    async def find(self, file_id: str) -> Stored:
        """How an uploaded file is now; its type is known when Slack has processed it.

        Raises NotUploaded.
        """
        file = (await _answered(self._reads.files_info(file=file_id))).get("file") or {}
        return Stored(str(file.get("permalink") or ""), bool(file.get("mimetype")))

    async def _send(self, url: str, content: bytes) -> None:
        try:
            async with self._session.post(url, data=content, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise NotUploaded(type(problem).__name__) from problem
        if status != 200:
            raise NotUploaded(f"HTTP {status}")


async def _answered(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        word = slack_word(problem)
        passing = word not in INSTALLATION
        raise NotUploaded(word or type(problem).__name__, passing) from problem
