"""The app's Home tab: what the command `home` answers, as a view that its person has for good.

https://docs.slack.dev/surfaces/app-home
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.models.views import View

from bot.commands.router import Router
from bot.commands.windows import NoWindow
from bot.domain.access import Place
from bot.domain.calls import Call, Origin, Way
from bot.domain.errors import QfbotError
from bot.domain.languages import Language
from bot.domain.messages import Message
from bot.domain.ports import Clock, People
from bot.slack.clients import Clients
from bot.slack.errors import slack_word
from bot.slack.render import render
from bot.wording import errors
from bot.wording.home import HOME, with_refresh

log = structlog.get_logger(__name__)

#: Slack tells of each look at the tab, and one may go to and fro (wall time).
PAUSE = timedelta(seconds=3)

#: So long after a Home was shown somebody may still have it before them (wall time).
OPEN_FOR = timedelta(hours=1)

_PEOPLE = 5_000


@dataclass(frozen=True)
class Visit:
    """Somebody at their Home; `hash` is the state of the view there, where one is told."""

    user_id: str
    team_id: str
    hash: str = ""


@dataclass(frozen=True)
class _Shown:
    """When a Home was last shown (wall), and the state of its view then."""

    at: datetime
    hash: str


class HomeTabs:
    """Shows people their Homes."""

    def __init__(
        self,
        router: Router,
        people: People,
        clients: Clients,
        clock: Clock,
        pause: timedelta = PAUSE,
    ) -> None:
        """`pause` lies between two looks that somebody takes at their Home (wall time)."""
        self._router = router
        self._people = people
        self._reads = clients.reads
        self._clock = clock
        self._pause = pause
        self._shown: OrderedDict[str, _Shown] = OrderedDict()
        self._waiting: set[str] = set()

    async def opened(self, visit: Visit) -> None:
        """Show it to somebody who comes; to one who was here just now, a moment later."""
        if visit.user_id in self._waiting:
            return
        self._waiting.add(visit.user_id)
        try:
            await asyncio.sleep(self._left(visit.user_id, self._pause).total_seconds())
        finally:
            self._waiting.discard(visit.user_id)
        await self.show(visit)

    async def refresh(self, visit: Visit) -> None:
        """Show it anew where somebody may have it before them."""
        if self._left(visit.user_id, OPEN_FOR) > timedelta(0):
            await self.show(visit)

    async def show(self, visit: Visit) -> None:
        """Show it as it is now. What was shown later than it was read is not overwritten."""
        before = self._shown.get(visit.user_id)
        present = visit.hash or (before.hash if before else "")
        self._note(visit.user_id, present)
        try:
            shown = await self._publish(visit, present)
            if shown is None:  # somebody was quicker, and has perhaps read it earlier
                shown = await self._publish(visit, "")
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
            why = slack_word(problem) or type(problem).__name__
            log.warning("home not shown", user=visit.user_id, error=why)
        else:
            self._note(visit.user_id, shown or "")

    async def _publish(self, visit: Visit, present: str) -> str | None:
        """The state of the view that is shown; None where it is no longer in the present one."""
        message = await self._read(visit)
        view = home_view(message, await self._people.language(visit.user_id))
        condition = {"hash": present} if present else {}
        try:
            # Showing the same twice harms nobody, so that the client may try again.
            answer = await self._reads.views_publish(user_id=visit.user_id, view=view, **condition)
        except SlackClientError as problem:
            if slack_word(problem) == "hash_conflict":
                return None
            raise
        return str(answer["view"].get("hash") or "")

    async def _read(self, visit: Visit) -> Message:
        """What the Home tells; also why it tells nothing."""
        try:
            place = Place(await self._people.direct_channel(visit.user_id), direct=True)
        except QfbotError as error:
            return errors.explain(error)
        now = self._clock.world()
        origin = Origin(visit.user_id, place, Way.HOME, now, visit.team_id)
        return (await self._router.route(Call(HOME), origin, NoWindow())).message

    def _left(self, user_id: str, of: timedelta) -> timedelta:
        """What is left of a time that began when a Home was last shown; nothing before that."""
        shown = self._shown.get(user_id)
        if shown is None:
            return timedelta(0)
        return min(max(shown.at + of - self._clock.wall(), timedelta(0)), of)

    def _note(self, user_id: str, state: str) -> None:
        self._shown[user_id] = _Shown(self._clock.wall(), state)
        self._shown.move_to_end(user_id)
        if len(self._shown) > _PEOPLE:
            self._shown.popitem(last=False)


def home_view(message: Message, language: Language = Language.ENGLISH) -> dict[str, Any]:
    """The message as a Home tab, with the button that shows it as it is now."""
    rendered = render(with_refresh(message).read_in(language))
    return View(type="home", callback_id=HOME, blocks=rendered.blocks).to_dict()
