"""The stage: the local Slack, the local Qianfan, channels with people who watch runs, replicas."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, Task, World
from bot.playground.slack import Entry, LocalSlack, Message
from bot.playground.slack.happenings import MessageDeleted
from tests.chaos.count import CARD, Count, Follow, Heard, count
from tests.chaos.lives import QUEUED, Life
from tests.chaos.processes import Bot

#: The event type of announcements, and what only cards say, as a channel's reader knows them.
_EVENT_TYPE = "qfbot_announcement"
_CARD = "Watched for"
_TOLD = re.compile(r"`(?P<run>task-\w+)`.*?is \*(?P<state>\w+)\*")

# How much of a count fits into an error.
_LONGEST_COUNT = 2000

#: Looks come soon after each other, so that what happens is told in seconds and not in minutes.
HASTE = {
    "QFBOT_POLL_MIN_SECONDS": "0.2",
    "QFBOT_POLL_MAX_SECONDS": "1",
    "QFBOT_REQUESTS_PER_SECOND": "200",
    "QFBOT_GATHER_SECONDS": "2",
}


@dataclass
class Stage:
    """The servers, and what is followed where."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    folder: Path
    settings: Mapping[str, str]
    lives: dict[Follow, Life] = field(default_factory=dict)
    bots: list[Bot] = field(default_factory=list)
    healed: int = 0

    def bot(self, module: str = "bot", **settings: str) -> Bot:
        """One more replica, not started yet."""
        bot = Bot(f"bot-{len(self.bots)}", self.folder, {**self.settings, **settings}, module)
        self.bots.append(bot)
        return bot

    @property
    def tasks(self) -> Mapping[str, Task]:
        """The runs at the local Qianfan."""
        return self.world.tasks

    def new_life(self, *states: str) -> Life:
        """A run that waits in its queue, and the states that it is going to enter."""
        # Without checkpoints: drawing pictures would be most of the work.
        task = self.world.add_task(checkpoints=0)
        task.queues()
        return Life(task.id, (QUEUED, *states))

    async def watch(self, channel: str, lives: Sequence[Life]) -> None:
        """Somebody types `/qf watch …` in a channel; returns when every card is there."""
        await self.slack.until(lambda: self.slack.open_connections, timeout=60.0)
        runs = " ".join(life.run for life in lives)
        exchange = await self.slack.person(f"ada-{channel}").types(f"/qf watch {runs}", channel)
        assert exchange.acked, exchange.problem
        self.lives |= {Follow(channel, life.run): life for life in lives}
        # About one message a second in a channel, and five in the workspace.
        await self.until(
            lambda: all(self.has_heard(channel, life.run, CARD) for life in lives),
            60.0 + 3 * len(lives) + len(self.lives),
        )

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so. TimeoutError, with the count, after so many seconds."""
        try:
            await self.slack.until(condition, seconds)
        except TimeoutError:
            told = str(self.count())[:_LONGEST_COUNT]
            raise TimeoutError(f"not so within {seconds:g} s: {told}") from None

    def has_heard(self, channel: str, run: str, state: str) -> bool:
        """Whether a channel was told this of a run."""
        return any(
            each.follow.run == run and each.state == state for each in self.heard_in(channel)
        )

    def heard_in(self, channel: str) -> Iterator[Heard]:
        """What stands in a channel now of the announcements."""
        workspace = self.slack.workspace
        for message in workspace.messages(workspace.channel(channel).id):
            if (message.metadata or {}).get("event_type") == _EVENT_TYPE:
                yield from _heard(channel, message)

    def count(self) -> Count:
        """What was heard so far, against whole lives."""
        channels = {follow.channel: None for follow in self.lives}
        return count(self.lives, [each for name in channels for each in self.heard_in(name)])

    def note(self, entry: Entry) -> None:
        """See what happens in the local Slack: a message of ours that goes away was a repeat."""
        if isinstance(entry.what, MessageDeleted):
            self.healed += entry.what.message.metadata is not None


@asynccontextmanager
async def open_stage(
    folder: Path,
    database_url: str,
    channels: Sequence[str],
    *,
    seed: int = 0,
    rate_limits: bool = False,
    haste: Mapping[str, str] = HASTE,
) -> AsyncIterator[Stage]:
    """The servers, with somebody in each channel; in the end every replica is ended."""
    clock = WorldClock(1)
    world = World(clock, seed)
    slack = LocalSlack(clock=clock, seed=seed, rate_limits=rate_limits)
    async with slack, LocalQianfan(world) as qianfan:
        for name in channels:
            slack.workspace.add_user(f"ada-{name}")
            slack.workspace.add_channel(name, members=[f"ada-{name}", slack.bot_user_id])
        settings = _settings(slack, qianfan, database_url) | dict(haste)
        stage = Stage(slack, qianfan, world, folder, settings)
        slack.feed.observe(stage.note)
        try:
            yield stage
        finally:
            slack.faults.clear()
            qianfan.faults.clear()
            await asyncio.gather(*(bot.end() for bot in stage.bots))


def _settings(slack: LocalSlack, qianfan: LocalQianfan, database_url: str) -> dict[str, str]:
    return {
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "QIANFAN_ACCESS_KEY": qianfan.access_key,
        "QIANFAN_SECRET_KEY": qianfan.secret_key,
        "QIANFAN_CONSOLE_API_BASE_URL": qianfan.url,
        "QFBOT_DATABASE_URL": database_url,
    }


def _heard(channel: str, message: Message) -> Iterator[Heard]:
    """What a message tells: of one run, or of several that have ended."""
    told = list(_TOLD.finditer(message.text))
    assert told, message.text
    is_card = _CARD in json.dumps(message.blocks)
    for each in told:
        yield Heard(
            follow=Follow(channel, each["run"]),
            state=CARD if is_card else each["state"],
            key=(message.metadata or {})["event_payload"]["key"],
            ts=message.ts,
            shows=each["state"] if is_card else "",
        )
