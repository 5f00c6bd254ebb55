"""What it costs to parse a command, decide on it and route it, against a bare Bolt "hello".

Both apps have the same flags and get the same signed requests in one process. The bot's router
knows 3 commands, or 30, which answer at once; what comes before and after them (Slack's look-ups,
the database, the reply's way back) is left out.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from time import process_time
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands.command import Command, command
from bot.commands.context import Context, Services
from bot.commands.router import Router
from bot.domain.access import Actor, Grant, Place, Role, Rules, Scope
from bot.domain.calls import Reply
from bot.domain.languages import Language
from bot.domain.messages import Message, say
from bot.logs import start_logging
from bot.settings import LogFormat, LogLevel
from bot.slack.clients import Clients, Identity
from bot.slack.desk import Desk
from bot.slack.listeners import bolt_app
from bot.slack.replies import Replies, ReplyPath
from bot.slack.windows import SlackWindow
from bot.terms import RealClock
from tests.benchmarks.slack_requests import SECRET, TEAM, Posted, SlashCommand, hello
from tests.benchmarks.tables import Bar, held, paired, spread, table

#: How many requests are one round, and how many commands there are.
ROUND = 200
FEW, MANY = 3, 30

_RULES = Rules(
    admins=("U0ADMIN",),
    grants=tuple(
        Grant(Role.OPERATOR, Scope(subjects=frozenset({f"U{number}"}))) for number in range(20)
    ),
)


class Unsaid(Replies):
    """What would be answered is dropped."""

    async def deliver(self, reply: Reply, path: ReplyPath, window: SlackWindow) -> None:
        assert reply.outcome == "answered"


class Audit:
    """An audit that keeps nothing."""

    async def asked(self, _asked: object) -> int:
        return 1

    async def ended(self, _attempt: int, _ended: object) -> None:
        """Nothing is written."""


class People:
    """Everybody is a member, every channel an ordinary one."""

    async def actor(self, user_id: str, _team_id: str) -> Actor:
        return Actor(user_id)

    async def language(self, _user_id: str) -> Language:
        return Language.ENGLISH

    async def place(self, channel_id: str) -> Place:
        return Place(channel_id)


def commands(count: int) -> list[Command]:
    """So many that answer at once; the last is the one that is asked."""

    async def answer(_context: Context) -> Reply:
        """Answer."""
        return Reply(Message(say("Hello.")))

    return [command(Role.VIEWER, name=f"hello{number}")(answer) for number in range(count)]


def bot(clients: Clients, count: int) -> tuple[AsyncApp, Desk]:
    """The bot's listeners, desk and router over so many commands."""
    services = SimpleNamespace(
        platforms={"default": None},
        people=People(),
        audit=Audit(),
        clock=RealClock(),
        rules=lambda: _RULES,
        rules_hash=lambda: "",
    )
    router = Router(commands(count), cast(Services, services), per_minute=10**9)
    people, nothing = cast(Any, services.people), cast(Any, None)
    desk = Desk(router, people, Unsaid(clients, people), services.clock, nothing, nothing, nothing)
    return bolt_app(clients, Identity(TEAM, "U0BOT"), SECRET, desk), desk


#: Takes one request in, and returns when nothing is left to do for it.
Take = Callable[[AsyncBoltRequest], Awaitable[object]]


async def measure(rounds: int) -> dict[str, list[float]]:
    """CPU microseconds a request, round by round, the apps in turn."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-1", session=session)
        clients = Clients(client, client, session)

        def taking(count: int) -> Take:
            app, desk = bot(clients, count)

            async def take(request: AsyncBoltRequest) -> None:
                await app.async_dispatch(request)
                # Anything else that waits for it would be measured too.
                while not desk.idle:  # noqa: ASYNC110
                    await asyncio.sleep(0)

            return take

        bare = hello(client, at_once=True)
        takes: dict[str, tuple[Take, str]] = {
            "Bolt": (bare.async_dispatch, "hello"),
            "few": (taking(FEW), f"hello{FEW - 1}"),
            "many": (taking(MANY), f"hello{MANY - 1}"),
        }
        costs: dict[str, list[float]] = {name: [] for name in takes}
        for _ in range(rounds + 1):
            for name, (take, text) in takes.items():
                costs[name].append(await _cost(take, text))
        return {name: each[1:] for name, each in costs.items()}


async def _cost(take: Take, text: str) -> float:
    """Each request is another person's: nobody asks faster than one person may."""
    posted = [Posted.now(SlashCommand(text, f"U{number}")) for number in range(ROUND)]
    began = process_time()
    for each in posted:
        await take(each.read())
    return (process_time() - began) / ROUND * 1e6


async def tables(quick: bool) -> str:
    """CPU of a request, from what the HTTP server has read to the end of the answer."""
    start_logging(LogFormat.TEXT, LogLevel.ERROR)
    costs = await measure(5 if quick else 40)
    names = {"Bolt": "bare Bolt", "few": f"the bot, {FEW} commands", "many": f"{MANY} commands"}
    rows = [
        (told, spread(costs[name], 0), spread(paired(costs[name], costs["Bolt"])))
        for name, told in names.items()
    ]
    few = statistics.median(paired(costs["few"], costs["Bolt"]))
    many = statistics.median(paired(costs["many"], costs["few"]))
    bars = held(
        Bar(f"{FEW} commands, of bare Bolt's CPU", few, 1.25),
        Bar(f"{MANY} commands, of the CPU of {FEW}", many, 1.05),
    )
    return f"{table(('asking', 'CPU us a command', 'of bare Bolt'), rows)}\n\n{bars}"


if __name__ == "__main__":
    print(asyncio.run(tables(quick=False)))
