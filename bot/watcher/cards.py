"""The live cards: shown anew where they show something old, as seldom as Slack wants it."""

import asyncio
from datetime import timedelta

import structlog

from bot.crew import Crew
from bot.domain.errors import AccessLost, InstallationBroken, MessageRefused, SendError, TryLater
from bot.domain.ports import Announcer, Outbox
from bot.domain.watching import Card
from bot.watcher.mood import Allowance, Mood
from bot.watcher.readers import ReadIn
from bot.watcher.sender import AT_ONCE, BLOCKED_PAUSE, DEADLINE, LEASE
from bot.wording import cards
from bot.wording.buttons import meaning

log = structlog.get_logger(__name__)

#: An edit may be made twice, so that one with an unclear outcome is simply made again.
AGAIN = timedelta(seconds=5)

# https://docs.slack.dev/reference/methods/chat.update#errors
_DELETED = "message_not_found"


class Cards:
    """Keeps the cards up to date."""

    def __init__(
        self,
        outbox: Outbox,
        announcer: Announcer,
        mood: Mood,
        edits: Allowance,
        language: ReadIn,
        *,
        pause: timedelta = timedelta(minutes=1),
    ) -> None:
        """`pause` lies between two edits of one card (wall time)."""
        self._outbox = outbox
        self._announcer = announcer
        self._mood = mood
        self._edits = edits
        self._language = language
        self._pause = pause
        self._crew = Crew("show", AT_ONCE)

    @property
    def idle(self) -> bool:
        """Whether no card is being edited."""
        return self._crew.idle

    async def tick(self) -> int:
        """Begin to edit what may be edited now; how many cards that were."""
        room = self._mood.room(min(self._crew.room, self._edits.room))
        if not room:
            return 0
        cards = await self._outbox.claim_cards(LEASE, room)
        self._edits.spend(len(cards))
        for card in cards:
            self._crew.start(self._show(card))
        return len(cards)

    async def drain(self, patience: timedelta) -> None:
        """Let the edits under way be made."""
        await self._crew.drain(patience)

    async def _show(self, card: Card) -> None:
        message = meaning(cards.card(card.face), card.account)
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                language = await self._language(card.channel_id)
                await self._announcer.edit(card, message.read_in(language))
        except (TimeoutError, SendError) as error:
            await self._not_shown(card, error)
        else:
            self._mood.opens()
            await self._outbox.card_shown(card, self._pause)

    async def _not_shown(self, card: Card, error: Exception) -> None:
        match error:
            case MessageRefused(reason=reason) if reason == _DELETED:
                log.info("card deleted by somebody", channel=card.channel_id)
                await self._outbox.card_gone(card)
            case MessageRefused():
                log.warning("card left as it is", channel=card.channel_id, why=error)
                await self._outbox.card_shown(card, self._pause)
            case TryLater(after=after):
                # Edits are counted for the whole workspace, not for a channel.
                self._edits.rest(after)
                await self._outbox.card_later(card, after)
            case InstallationBroken(reason=reason):
                self._mood.closes(reason)
                await self._outbox.card_later(card, AGAIN)
            case AccessLost():
                await self._outbox.card_later(card, BLOCKED_PAUSE)
            case _:
                await self._outbox.card_later(card, AGAIN)
