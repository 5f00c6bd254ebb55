"""A modal on somebody's screen: opened while its trigger lives, and shown anew after that."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError

from bot.domain.calls import Reply
from bot.domain.forms import Form
from bot.domain.languages import Language
from bot.domain.messages import Sentence, Value
from bot.slack.clients import Clients
from bot.slack.errors import slack_word
from bot.slack.forms import reply_view, view_of, working_view

log = structlog.get_logger(__name__)

#: A trigger lives for three seconds.
#: https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
OPEN_SECONDS = 2.5
#: For all repetitions of an update.
SHOW_SECONDS = 10.0


class SlackWindow:
    """The Window of `bot.domain.ports`, for one question or one form that was sent.

    `language` is what its person reads.

    It opens by a `trigger_id`, once, or is open already: then it has a `view_id` and a title.
    Without either nothing can be shown in it.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        trigger_id: str = "",
        view_id: str = "",
        title: Value = "qfbot",
        language: Language = Language.ENGLISH,
    ) -> None:
        self._clients = clients
        self._trigger_id = trigger_id
        self._view_id = view_id
        self._title = title
        self.language = language

    async def open(self, title: Sentence) -> bool:
        """Open it now, to show later what comes with the reply; False where that cannot be."""
        if self._view_id:
            return True
        self._title = title
        return await self._open(working_view(title, self.language))

    async def show(self, reply: Reply) -> bool:
        """Show the reply's form, or else its message where the window is open already.

        False where it could not be shown: the window was closed, or Slack does not serve.
        """
        if self._view_id:
            return await self._update(self._view(reply))
        return reply.form is not None and await self._open(self._view(reply))

    async def reshape(self, form: Form, name: str, view_hash: str) -> bool:
        """Show the form with other fields; False where the view changed or went meanwhile."""
        return await self._update(view_of(form, name, self.language), hash=view_hash)

    def _view(self, reply: Reply) -> dict[str, Any]:
        return reply_view(self._title, reply, self.language)

    async def _open(self, view: dict[str, Any]) -> bool:
        trigger_id, self._trigger_id = self._trigger_id, ""  # it is good for one attempt
        if not trigger_id:
            return False
        # Never repeated: a second modal would lie on the first.
        answer = await _answer(
            lambda: self._clients.writes.views_open(trigger_id=trigger_id, view=view), OPEN_SECONDS
        )
        match answer:
            case {"view": {"id": str(view_id)}}:
                self._view_id = view_id
        return bool(self._view_id)

    async def _update(self, view: dict[str, Any], **condition: str) -> bool:
        # Showing the same view twice harms nobody, so that the client may try again.
        answer = await _answer(
            lambda: self._clients.reads.views_update(view_id=self._view_id, view=view, **condition),
            SHOW_SECONDS,
        )
        return answer is not None


async def _answer(call: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    """Slack's answer; None where there is none, as with a view that its person has closed."""
    try:
        async with asyncio.timeout(seconds):
            answer = await call()
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        log.debug("view not shown", error=slack_word(problem) or type(problem).__name__)
        return None
    return answer.data
