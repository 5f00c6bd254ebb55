"""What Slack says of the installation itself, each question asked once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError

from bot.domain.errors import WhyNoPost
from bot.domain.messages import Message
from bot.domain.ports import Clock
from bot.domain.skew import Dated, http_date
from bot.slack.announcer import AS_WRITTEN, NOT_UNFOLDED
from bot.slack.clients import Clients
from bot.slack.errors import RATE_LIMITED, slack_word
from bot.slack.people import is_shared, why_no_post
from bot.slack.render import render

# What a call can fail with; TimeoutError is one of the last.
_PROBLEMS = (SlackClientError, aiohttp.ClientError, OSError)

_KINDS = "public_channel,private_channel"
_PAGE = 999
#: So many pages of the bot's channels are read at most.
_PAGES = 20


class WhyNot(StrEnum):
    """Why Slack did not do what it was asked."""

    UNREACHABLE = "unreachable"
    SILENT = "silent"
    THROTTLED = "throttled"
    REFUSED = "refused"
    NOT_SLACK = "not Slack"


@dataclass(frozen=True)
class NoAnswer:
    """An answer that did not come, or says no; `word` is Slack's own, or what is known besides."""

    why: WhyNot
    word: str = ""


@dataclass(frozen=True)
class Installed:
    """Whom the bot token speaks for, and what was granted to it.

    `scopes` is None where the answer does not say; `app_id` is empty where Slack does not.
    """

    team_id: str
    team: str
    user_id: str
    name: str
    app_id: str
    scopes: frozenset[str] | None


@dataclass(frozen=True)
class Introduction:
    """What came of asking who the bot is, and the answer's date where it had one."""

    answer: Installed | NoAnswer
    dated: Dated | None


@dataclass(frozen=True)
class ChannelState:
    """A conversation and what keeps the bot from writing there; `name` where the bot sees it."""

    channel_id: str
    name: str = ""
    why: WhyNoPost | None = None
    shared: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the bot may tell something there."""
        return self.why is None and not self.shared


async def introduce(clients: Clients, clock: Clock) -> Introduction:
    """Ask who the bot is."""
    asked = clock.wall()
    try:
        answer = await clients.writes.auth_test()
    except _PROBLEMS as problem:
        response = getattr(problem, "response", None)
        return Introduction(why_not(problem), _dated(response, asked, clock))
    dated, scopes = _dated(answer, asked, clock), _header(answer, "x-oauth-scopes")
    installed = Installed(
        team_id=answer["team_id"],
        team=answer["team"],
        user_id=answer["user_id"],
        name=answer["user"],
        app_id=await _app_id(clients, answer.get("bot_id") or ""),
        scopes=None if scopes is None else _words(scopes),
    )
    return Introduction(installed, dated)


async def check_line(clients: Clients, app_token: str) -> NoAnswer | None:
    """Whether a Socket Mode connection could be opened; none is, only its address is asked for."""
    try:
        await clients.writes.apps_connections_open(app_token=app_token)
    except _PROBLEMS as problem:
        return why_not(problem)
    return None


async def joined(clients: Clients) -> Mapping[str, ChannelState] | NoAnswer:
    """The channels that the bot is in."""
    found: dict[str, ChannelState] = {}
    cursor = ""
    try:
        for _ in range(_PAGES):
            page = await clients.writes.users_conversations(
                types=_KINDS, limit=_PAGE, cursor=cursor
            )
            for channel in page["channels"]:
                # That it is listed is what tells the membership.
                state = _state(channel["id"], channel | {"is_member": True})
                found[state.channel_id] = state
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    except _PROBLEMS as problem:
        return why_not(problem)
    return found


async def channel_state(clients: Clients, channel_id: str) -> ChannelState | NoAnswer:
    """What keeps the bot from writing in a channel, if anything does."""
    try:
        answer = await clients.writes.conversations_info(channel=channel_id)
    except _PROBLEMS as problem:
        if slack_word(problem) == "channel_not_found":
            return _state(channel_id, None)
        return why_not(problem)
    return _state(channel_id, dict(answer["channel"]))


async def post_once(clients: Clients, channel_id: str, message: Message) -> NoAnswer | None:
    """Post a message in its richest form alone, so that Slack's own word on it is heard."""
    rendered = render(message)
    blocks = [block.to_dict() for block in rendered.blocks]
    try:
        await clients.writes.chat_postMessage(
            channel=channel_id, text=rendered.text, blocks=blocks, **AS_WRITTEN, **NOT_UNFOLDED
        )
    except _PROBLEMS as problem:
        return why_not(problem)
    return None


def why_not(problem: Exception) -> NoAnswer:
    """What a failed call says of the way to Slack, or Slack of the call."""
    response = getattr(problem, "response", None)
    if response is not None:
        word = slack_word(problem)
        # Where the body was no JSON the SDK gives aiohttp's response instead of its own.
        status = getattr(response, "status_code", None) or getattr(response, "status", 0)
        if word in RATE_LIMITED or status == 429:
            return NoAnswer(WhyNot.THROTTLED)
        return (
            NoAnswer(WhyNot.REFUSED, word) if word else NoAnswer(WhyNot.NOT_SLACK, f"HTTP {status}")
        )
    if isinstance(problem, aiohttp.ClientConnectionError | aiohttp.InvalidURL):
        silent = isinstance(problem, aiohttp.SocketTimeoutError)
        return NoAnswer(WhyNot.SILENT if silent else WhyNot.UNREACHABLE, type(problem).__name__)
    if isinstance(problem, TimeoutError):
        return NoAnswer(WhyNot.SILENT)
    return NoAnswer(WhyNot.NOT_SLACK, type(problem).__name__)


async def _app_id(clients: Clients, bot_id: str) -> str:
    """The app behind the bot, which takes the scope users:read."""
    try:
        answer = await clients.writes.bots_info(bot=bot_id)
    except _PROBLEMS:
        return ""
    return str(answer["bot"].get("app_id") or "")


def _state(channel_id: str, channel: dict[str, Any] | None) -> ChannelState:
    seen = channel or {}
    return ChannelState(
        channel_id, seen.get("name") or "", why_no_post(channel_id, channel), is_shared(seen)
    )


def _words(header: str) -> frozenset[str]:
    return frozenset(filter(None, (word.strip() for word in header.split(","))))


def _dated(response: Any, asked: datetime, clock: Clock) -> Dated | None:
    theirs = http_date(_header(response, "date") or "")
    return Dated(theirs, asked, clock.wall()) if theirs else None


def _header(response: Any, name: str) -> str | None:
    headers = getattr(response, "headers", None) or {}
    return next((text for each, text in headers.items() if each.lower() == name), None)
