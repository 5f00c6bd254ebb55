"""What 10,000 watches cost: memory, processor, database, and each query that is repeated.

Two processes of `qfbot serve` stand between the local Slack and the local Qianfan, with ten
accounts at 1 request/s each: one follows nothing, the other 2,000 runs in 1,000 channels, whose
cards stand there already. Both have the same time. Afterwards the database is asked what each
tick asks it, with the time that takes and with the plan that SQLite makes.
"""

import asyncio
import sqlite3
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, bindparam, event, func, select, update

from bot.domain.id_grammar import read_id
from bot.domain.watching import Thing, Watch, Window
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.qianfan.client import QianfanClient, open_account
from bot.store.opening import Store, open_store
from bot.store.tables import announcements, cards, metadata, things, watches
from bot.terms import RealClock
from tests.benchmarks import starting
from tests.benchmarks.starting import Serving
from tests.benchmarks.tables import Bar, held, table

ACCOUNTS = ("default", *(f"team{number}" for number in range(1, 10)))
RUNS_OF_AN_ACCOUNT = 200
CHANNELS = 1000
WATCHES_OF_A_RUN = 5

#: So long both processes run before they are measured, in seconds.
WARM_UP = 30

#: The tables, those of `bot.store.ledgers` included.
TABLES = frozenset(metadata.tables)

#: How often each query is asked.
REPEATS = 20


@dataclass(frozen=True)
class Place:
    """The two servers, and what each account has."""

    slack: LocalSlack
    qianfan: LocalQianfan
    keys: Mapping[str, tuple[str, str]]
    runs: Mapping[str, list[str]]
    channels: list[str]
    owner: str

    def settings(self, folder: Path) -> dict[str, str]:
        """What a bot needs that has all the accounts."""
        variables, rules = {}, []
        for name in ACCOUNTS[1:]:
            access, secret = f"{name.upper()}_ACCESS", f"{name.upper()}_SECRET"
            variables[access], variables[secret] = self.keys[name]
            rules.append(
                f'[accounts.{name}]\naccess_key_env = "{access}"\nsecret_key_env = "{secret}"\n'
            )
        (folder / "qfbot.toml").write_text("\n".join(rules))
        ours = {"QFBOT_CONFIG": str(folder / "qfbot.toml"), "QFBOT_REQUESTS_PER_SECOND": "1"}
        return starting.settings(self.slack, self.qianfan, folder) | variables | ours


@dataclass(frozen=True)
class Minute:
    """What a process did while it was measured."""

    memory: float
    most_memory: float
    cpu_share: float


def furnish(slack: LocalSlack, qianfan: LocalQianfan, worlds: Mapping[str, World]) -> Place:
    """Ten accounts of runs, most of which are in the midst of their lives, and the channels."""
    keys, runs = {"default": (qianfan.access_key, qianfan.secret_key)}, {}
    for name, world in worlds.items():
        if name != "default":
            account = qianfan.add_account(world)
            keys[name] = (account.access_key, account.secret_key)
        ages = (timedelta(minutes=number) for number in range(RUNS_OF_AN_ACCOUNT))
        runs[name] = [world.add_task(age=age, length=timedelta(hours=4)).id for age in ages]
    owner = slack.workspace.add_user("bo")
    members = (owner, slack.workspace.bot)
    channels = [
        slack.workspace.add_channel(f"room-{number}", members=members).id
        for number in range(CHANNELS)
    ]
    return Place(slack, qianfan, keys, runs, channels, owner.id)


async def fill(url: str, place: Place) -> int:
    """Begin the watches, and have their cards stand in Slack; how many watches there are."""
    clock = RealClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(url, clock))
        accounts = {name: _open(place, name) for name in ACCOUNTS}
        for account in accounts.values():
            stack.push_async_callback(account.aclose)
        # The accounts in turn, as people would begin them: what is due first is of all accounts.
        runs = [
            Thing(name, read_id(place.runs[name][number]))
            for number in range(RUNS_OF_AN_ACCOUNT)
            for name in ACCOUNTS
        ]
        channels = cycle(place.channels)
        for thing in runs:
            look = await accounts[thing.account].look(thing.id)
            for channel in islice(channels, WATCHES_OF_A_RUN):
                since = clock.world()
                watch = Watch(thing, channel, place.owner, since, since + timedelta(days=14))
                await store.watches.begin(watch, look)
        await _post_cards(store, place)
    return len(runs) * WATCHES_OF_A_RUN


def _open(place: Place, name: str) -> QianfanClient:
    access, secret = place.keys[name]
    return open_account(
        place.qianfan.url,
        access,
        SecretStr(secret),
        RealClock(),
        requests_per_second=1e6,
        burst=1e6,
    )


async def _post_cards(store: Store, place: Place) -> None:
    """As if each first message had been sent: 10,000 of them would take Slack some minutes."""
    bot = place.slack.workspace.bot
    now = RealClock().wall()
    async with store.database.writing() as connection:
        owed = (
            await connection.execute(select(announcements.c.id, announcements.c.channel_id))
        ).all()
        posted = [
            {
                "which": row.id,
                "stands": place.slack.workspace.post(
                    row.channel_id, bot.id, bot_id=bot.bot_id, text="card"
                ).ts,
                "where": row.channel_id,
            }
            for row in owed
        ]
        await connection.execute(
            update(announcements)
            .where(announcements.c.id == bindparam("which"))
            .values(
                state="sent", settled_at=now, ts=bindparam("stands"), posted_in=bindparam("where")
            ),
            posted,
        )
        await connection.execute(
            update(cards)
            .where(cards.c.announcement_id == bindparam("which"))
            .values(ts=bindparam("stands")),
            posted,
        )


async def stand(bots: Mapping[str, Serving], seconds: float) -> dict[str, Minute]:
    """Let the bots work, and see what each takes meanwhile."""
    await asyncio.sleep(WARM_UP)
    used, began = {name: bot.cpu for name, bot in bots.items()}, perf_counter()
    await asyncio.sleep(seconds)
    passed = perf_counter() - began
    return {
        name: Minute(bot.memory, bot.most_memory, (bot.cpu - used[name]) / passed)
        for name, bot in bots.items()
    }


Ask = Callable[[], Awaitable[object]]


def _window(clock: RealClock) -> Window:
    return Window(clock.world(), clock.world() + timedelta(days=1))


def repeated(store: Store) -> dict[str, Ask]:
    """What is asked of the store again and again, by who asks; claims are not held."""
    clock, none = RealClock(), timedelta(0)
    return {
        "watch: watches.expired": lambda: store.watches.expired(clock.world()),
        "watch: duties.is_any_due": lambda: store.duties.is_any_due(_window(clock)),
        "watch: duties.load": lambda: store.duties.load(clock.world()),
        "watch: duties.claim_due, 4 an account": lambda: store.duties.claim_due(
            dict.fromkeys(ACCOUNTS, 4), _window(clock), none
        ),
        "watch: outages.open": store.outages.open,
        "discover: follows.expired": lambda: store.follows.expired(clock.world()),
        "discover: follows.everywhere": store.follows.everywhere,
        "run_approved: approvals.expired": lambda: store.approvals.expired(clock.world()),
        "run_approved: approvals.approved": store.approvals.approved,
        "look_into: audit.unfinished": lambda: store.audit.unfinished(clock.wall()),
        "send: outbox.claim, 16": lambda: store.outbox.claim(none, 16),
        "show: outbox.claim_cards, 16": lambda: store.outbox.claim_cards(none, 16),
        "heal: repeats.claim, 16": lambda: store.repeats.claim(none, 16),
        "read grants: grants.all": store.grants.all,
    }


@dataclass(frozen=True)
class Asked:
    """How long a question takes, and the plans of its statements where they scan or sort."""

    milliseconds: float
    plans: list[str]


async def ask_all(url: str, path: Path) -> dict[str, Asked]:
    """Ask each question again and again; what is claimed is given back at once."""
    asked = {}
    async with open_store(url, RealClock()) as store:
        for name, ask in repeated(store).items():
            with _statements() as sent:
                await ask()
            times = []
            for _ in range(REPEATS):
                began = perf_counter()
                await ask()
                times.append((perf_counter() - began) * 1000)
            plans = [line for statement in sent for line in _costly(path, *statement)]
            asked[name] = Asked(statistics.median(times), plans)
    return asked


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, many: bool) -> None:
        if not many:
            sent.append((statement, given))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


def _costly(path: Path, statement: str, given: Any) -> list[str]:
    """The lines of SQLite's plan that go through a whole table or index, or sort."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
    details = [str(row[3]) for row in rows]
    # What a statement has found itself is as short as its limit; only tables grow.
    return [
        line
        for line in details
        if line.startswith("USE TEMP") or (line.startswith("SCAN") and line.split()[1] in TABLES)
    ]


async def pile_up(url: str) -> None:
    """As after an hour without a network: all runs are due, all cards old, all messages owed."""
    async with (
        open_store(url, RealClock()) as store,
        store.database.writing() as connection,
    ):
        await connection.execute(
            update(cards).values(wanted=cards.c.shown + 1, next_edit_at=None, lease_until=None)
        )
        await connection.execute(update(announcements).values(state="pending", settled_at=None))
        await connection.execute(update(things).values(next_look_at=RealClock().world()))


async def count(url: str) -> str:
    """How much there is."""
    async with open_store(url, RealClock()) as store, store.database.reading() as connection:
        live = await connection.scalar(select(func.count()).select_from(watches))
        stale = await connection.scalar(
            select(func.count()).select_from(cards).where(cards.c.wanted > cards.c.shown)
        )
    return f"{live} watches, {stale} cards that show something old"


async def measure(seconds: float) -> str:
    """The tables of both processes, and of the questions to the database."""
    clock = WorldClock(1)
    worlds = {name: World(clock, seed) for seed, name in enumerate(ACCOUNTS)}
    with tempfile.TemporaryDirectory() as name:
        folders = {which: Path(name) / which for which in ("empty", "full")}
        for folder in folders.values():
            folder.mkdir()
        path = folders["full"] / "qfbot.db"
        url = f"sqlite:///{path}"
        async with (
            LocalSlack(clock=clock) as slack,
            LocalQianfan(worlds["default"]) as qianfan,
        ):
            place = furnish(slack, qianfan, worlds)
            await fill(url, place)
            async with AsyncExitStack() as stack:
                bots = {
                    which: await stack.enter_async_context(
                        starting.serving(folder, place.settings(folder))
                    )
                    for which, folder in folders.items()
                }
                asked_before = len(qianfan.requests)
                minutes = await stand(bots, seconds)
                rate = (len(qianfan.requests) - asked_before) / (seconds + WARM_UP)
        size = f"database: {path.stat().st_size / 2**20:.1f} MiB; {await count(url)}"
        usual = await ask_all(url, path)
        await pile_up(url)
        asked = _questions(usual, await ask_all(url, path))
    return f"{_minutes(minutes)}\n\n{rate:.1f} requests/s; {size}\n\n{asked}"


def _minutes(minutes: Mapping[str, Minute]) -> str:
    """What the two processes took, and the bars."""
    rows = [
        (name, f"{each.memory:.1f}", f"{each.most_memory:.1f}", f"{each.cpu_share:.1%}")
        for name, each in minutes.items()
    ]
    full, empty = minutes["full"], minutes["empty"]
    bars = held(
        Bar("memory over the empty bot", full.memory - empty.memory, 60, unit=" MiB"),
        Bar("of a core", full.cpu_share * 100, 10, unit=" %"),
    )
    head = ("bot", "memory, MiB", "at most, MiB", "share of a core")
    return f"{table(head, rows)}\n\n{bars}"


def _questions(usual: Mapping[str, Asked], piled: Mapping[str, Asked]) -> str:
    """How long each question took, and which go through whole tables.

    Piled up: every run is due, every card shows something old, 10,000 messages are owed.
    """
    rows = [
        (
            name,
            f"{asked.milliseconds:.1f}",
            f"{piled[name].milliseconds:.1f}",
            "; ".join(dict.fromkeys(asked.plans)) or "none",
        )
        for name, asked in usual.items()
    ]
    return table(("question", "ms", "ms, piled up", "scans and sorts"), rows)


async def tables(quick: bool) -> str:
    """A minute of both bots, and what is asked of the database."""
    return await measure(15 if quick else 60)


if __name__ == "__main__":
    print(asyncio.run(tables(quick=False)))
