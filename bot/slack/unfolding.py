"""Links to the console that somebody posts: the state of what they lead to, below the message.

https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.commands.router import Router
from bot.domain.calls import Origin, Way
from bot.domain.errors import MessageRefused, PersonUnknown, StoreError
from bot.domain.id_grammar import id_in_word
from bot.domain.languages import Language
from bot.domain.messages import Message
from bot.domain.ports import Clock, People
from bot.slack.clients import Clients
from bot.slack.errors import slack_word, write_error
from bot.slack.fallback import plain_text
from bot.slack.render import render

log = structlog.get_logger(__name__)

#: More cards than these would bury the message that they hang on.
MOST_UNFOLDED = 3


@dataclass(frozen=True)
class SharedLinks:
    """A message with links to the console: who posted it where, and the links."""

    user_id: str
    team_id: str
    channel_id: str
    message_ts: str
    urls: tuple[str, ...]


class Unfolding:
    """Unfolds links, decided as the one who posted them; where it may not, nothing happens.

    `read_in` tells what a channel reads.
    """

    def __init__(
        self,
        router: Router,
        people: People,
        clients: Clients,
        clock: Clock,
        read_in: Callable[[str], Awaitable[Language]],
    ) -> None:
        self._router = router
        self._people = people
        self._reads = clients.reads
        self._clock = clock
        self._read_in = read_in

    async def unfold(self, shared: SharedLinks) -> None:
        """Show what the first links of a message lead to."""
        try:
            place = await self._people.place(shared.channel_id)
            language = await self._read_in(shared.channel_id)
        except (PersonUnknown, StoreError) as error:
            log.debug("links not unfolded", error=type(error).__name__)
            return
        origin = Origin(shared.user_id, place, Way.LINK, self._clock.world(), shared.team_id)
        urls = _worth_showing(shared.urls)
        shown = await asyncio.gather(*(self._router.unfolded(url, origin) for url in urls))
        cards = {
            url: message.read_in(language)
            for url, message in zip(urls, shown, strict=True)
            if message is not None
        }
        if cards:
            await self._show(shared, cards)

    async def _show(self, shared: SharedLinks, cards: Mapping[str, Message]) -> None:
        """In the richest form that Slack takes."""
        for unfurls in _forms(cards):
            try:
                # Slack puts what comes a second time into the place of the first.
                await self._reads.chat_unfurl(
                    channel=shared.channel_id, ts=shared.message_ts, unfurls=unfurls
                )
            except Exception as problem:
                why = slack_word(problem) or type(problem).__name__
                log.info("links not unfolded", channel=shared.channel_id, error=why)
                if isinstance(write_error(problem, self._clock.wall()), MessageRefused):
                    continue
            return


def _worth_showing(urls: tuple[str, ...]) -> list[str]:
    """The first links that lead to something, each thing once."""
    first: dict[object, str] = {}
    for url in urls:
        named = id_in_word(url)
        if named is not None:
            first.setdefault(named, url)
    return list(first.values())[:MOST_UNFOLDED]


def _forms(cards: Mapping[str, Message]) -> Iterator[dict[str, Any]]:
    yield {url: in_blocks(message) for url, message in cards.items()}
    yield {url: {"text": plain_text(message)} for url, message in cards.items()}


def in_blocks(message: Message) -> dict[str, Any]:
    """The message as it hangs on another, with a text for notices and screen readers."""
    rendered = render(message)
    return {"fallback": rendered.text, "blocks": [block.to_dict() for block in rendered.blocks]}
