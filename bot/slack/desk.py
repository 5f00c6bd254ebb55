"""Where listeners hand over: each question is answered in a task of its own."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.commands.router import Router
from bot.crew import Crew
from bot.domain.calls import Origin, Reply, Way
from bot.domain.errors import QfbotError
from bot.domain.ports import Clock, People
from bot.slack.replies import Replies, ReplyPath
from bot.wording import errors

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Question:
    """Something that somebody asked: what was typed, or what the pressed button carries."""

    text: str
    way: Way
    user_id: str
    team_id: str
    path: ReplyPath


class Desk:
    """Takes questions in without waiting, and owns the tasks that answer them."""

    def __init__(self, router: Router, people: People, replies: Replies, clock: Clock) -> None:
        self._router = router
        self._people = people
        self._replies = replies
        self._clock = clock
        self._crew = Crew("answer")

    @property
    def idle(self) -> bool:
        """Whether every question has been answered."""
        return self._crew.idle

    def take(self, question: Question) -> None:
        """Begin to answer a question."""
        self._crew.start(self._serve(question))

    async def drain(self, patience: timedelta) -> None:
        """Let the questions in hand be answered."""
        await self._crew.drain(patience)

    async def _serve(self, question: Question) -> None:
        await self._replies.deliver(await self._answer(question), question.path)

    async def _answer(self, question: Question) -> Reply:
        try:
            origin = await self._origin(question)
        except QfbotError as error:
            return Reply(errors.explain(error))
        if question.way is Way.BUTTON:
            return await self._router.pressed(question.text, origin)
        return await self._router.typed(question.text, origin)

    async def _origin(self, question: Question) -> Origin:
        return Origin(
            user_id=question.user_id,
            team_id=question.team_id,
            place=await self._people.place(question.path.channel_id),
            way=question.way,
            at=self._clock.world(),
        )
