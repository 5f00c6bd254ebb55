"""Looking at everything side by side, each part with a time limit of its own."""

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bot.doctor.given import Given
from bot.doctor.seen import Channels, Missing, Seen
from bot.doctor.wording import general as words
from bot.domain.access import DEFAULT_ACCOUNT
from bot.domain.errors import StoreError
from bot.domain.ports import Clock
from bot.qianfan.checkup import Asked, ask_once
from bot.qianfan.signing import Credentials
from bot.settings import Mode
from bot.slack.checkup import (
    ChannelState,
    Installed,
    Introduction,
    NoAnswer,
    channel_state,
    check_line,
    introduce,
    joined,
)
from bot.slack.clients import Clients
from bot.store.checkup import Content, FileState, content, file_state
from bot.store.migrate import Age

#: How long each part may take, in seconds; the channels are asked one after the other.
SECONDS = 15.0
CHANNELS_SECONDS = 45.0

#: How many channels are asked about by name; those that the bot is in need no question.
MOST_CHANNELS = 40

T = TypeVar("T")


async def look(given: Given, clients: Clients, clock: Clock) -> Seen:
    """Everything that can be seen from here. Whatever goes wrong is part of it."""
    async with asyncio.TaskGroup() as group:

        def begin(part: Awaitable[T | Missing]) -> Task[T | Missing]:
            return group.create_task(_foreseen(part))

        slack = begin(_slack(given, clients, clock))
        line = begin(_line(given, clients))
        accounts = {name: begin(_account(given, name, clock)) for name in _names(given)}
        file = begin(_file(given))
        inside = begin(_content(given, file))
        channels = begin(_channels(clients, slack, inside))
    return Seen(
        given=given,
        slack=slack.result(),
        line=line.result(),
        accounts={name: asked.result() for name, asked in accounts.items()},
        file=file.result(),
        content=inside.result(),
        channels=channels.result(),
    )


async def bounded(part: Callable[[], Awaitable[T]], seconds: float = SECONDS) -> T | Missing:
    """The part, or that it took too long or failed."""
    try:
        async with asyncio.timeout(seconds):
            return await _foreseen(part())
    except TimeoutError:
        return Missing(words.took_too_long(seconds))


async def _foreseen(part: Awaitable[T]) -> T | Missing:
    """The part, or why it failed; nobody foresees everything."""
    try:
        return await part
    except StoreError as error:
        return Missing(words.database_is_unusable(error.reason))
    except Exception as problem:
        return Missing(words.unforeseen(problem))


async def _slack(given: Given, clients: Clients, clock: Clock) -> Introduction | Missing:
    if lacking := given.lacks("SLACK_BOT_TOKEN", "SLACK_API_URL"):
        return Missing(words.settings_first(lacking))
    return await bounded(lambda: introduce(clients, clock))


async def _line(given: Given, clients: Clients) -> NoAnswer | Missing | None:
    token = given.settings.slack_app_token
    if given.settings.mode is Mode.HTTP or token is None:
        return Missing(words.not_in_this_mode(given.settings.mode))
    if lacking := given.lacks("SLACK_APP_TOKEN", "SLACK_API_URL"):
        return Missing(words.settings_first(lacking))
    return await bounded(lambda: check_line(clients, token.get_secret_value()))


def _names(given: Given) -> tuple[str, ...]:
    """The accounts whose keys are set up, or should be."""
    return (DEFAULT_ACCOUNT, *(account.name for account in given.accounts))


async def _account(given: Given, name: str, clock: Clock) -> Asked | Missing:
    settings = given.settings
    needed = ["QIANFAN_CONSOLE_API_BASE_URL"]
    if name == DEFAULT_ACCOUNT:
        needed += ["QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY"]
        access_key, secret_key = settings.qianfan_access_key, settings.qianfan_secret_key
    elif name in given.keys:
        access_key, secret_key = given.keys[name]
    else:
        return Missing(words.keys_first())
    if lacking := given.lacks(*needed):
        return Missing(words.settings_first(lacking))
    credentials = Credentials(access_key.get_secret_value(), secret_key)
    url = settings.qianfan_console_api_base_url
    return await bounded(lambda: ask_once(url, credentials, clock.wall))


async def _file(given: Given) -> FileState | Missing | None:
    if lacking := given.lacks("QFBOT_DATABASE_URL"):
        return Missing(words.settings_first(lacking))
    url = given.settings.qfbot_database_url.get_secret_value()
    return await bounded(lambda: asyncio.to_thread(file_state, url))


async def _content(given: Given, file: Task[FileState | Missing | None]) -> Content | Missing:
    state = await file
    if isinstance(state, Missing):
        return state
    if state is not None and not state.exists:
        return Missing(words.no_database_yet())
    url = given.settings.qfbot_database_url.get_secret_value()
    return await bounded(lambda: content(url))


async def _channels(
    clients: Clients,
    slack: Task[Introduction | Missing],
    inside: Task[Content | Missing],
) -> Channels | Missing:
    introduction, found = await slack, await inside
    if isinstance(introduction, Missing) or not isinstance(introduction.answer, Installed):
        return Missing(words.slack_first())
    if isinstance(found, Missing):
        return found
    if found.tables.age is not Age.CURRENT:
        return Missing(words.database_first())
    return await bounded(lambda: _hearing(clients, found.channels), CHANNELS_SECONDS)


async def _hearing(clients: Clients, blocked: Mapping[str, str]) -> Channels:
    """What Slack says of these channels, of which people's direct messages are none."""
    names = [name for name in blocked if name.startswith(("C", "G"))]
    if not names:
        return Channels()
    ours = await joined(clients)
    known = {} if isinstance(ours, NoAnswer) else ours
    asked: dict[str, ChannelState | NoAnswer] = {
        name: known[name] for name in names if name in known
    }
    others = sorted(set(names) - asked.keys(), key=lambda name: (not blocked[name], name))
    for name in others[:MOST_CHANNELS]:
        asked[name] = await channel_state(clients, name)
    return Channels(asked, blocked, max(0, len(others) - MOST_CHANNELS))
