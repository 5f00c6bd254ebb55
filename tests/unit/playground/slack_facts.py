"""Facts about Slack: a call, the error that it gets, and the page that says so."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import FORM, api

METHODS = "https://docs.slack.dev/reference/methods/"
BLOCKS = "https://docs.slack.dev/reference/block-kit/blocks/"


class Fact(NamedTuple):
    """A call, the error that it gets, and the page that says so."""

    error: str
    source: str
    call: Callable[[AsyncWebClient], Any]


def posting(**arguments: Any) -> Callable[[AsyncWebClient], Any]:
    return lambda client: client.chat_postMessage(**{"channel": "CIN", "text": "x", **arguments})


def blocks(*blocks: Any) -> Callable[[AsyncWebClient], Any]:
    return posting(blocks=list(blocks))


def view(**changes: Any) -> Callable[[AsyncWebClient], Any]:
    return lambda client: client.views_open(trigger_id="1.2.3", view={**FORM, **changes})


TABS = {"home_tab_enabled": True, "messages_tab_enabled": True}
SCOPES = [
    "channels:history",
    "channels:read",
    "chat:write",
    "files:read",
    "im:write",
    "links:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
]


@asynccontextmanager
async def furnished() -> AsyncIterator[AsyncWebClient]:
    """Yield a client of a workspace with every kind of channel, to which facts can be put."""
    manifest = {"oauth_config": {"scopes": {"bot": SCOPES}}, "features": {"app_home": TABS}}
    async with LocalSlack(manifest=manifest, rate_limits=False) as slack, api(slack) as client:
        bot = slack.bot_user_id
        slack.workspace.add_user("out", id="UOUT")
        slack.workspace.add_user("gone", id="UGONE", deleted=True)
        slack.workspace.add_channel("in", id="CIN", members=[bot])
        slack.workspace.add_channel("out", id="COUT")
        slack.workspace.add_channel("private", id="CPRIVATE", is_private=True)
        slack.workspace.add_channel("old", id="COLD", is_archived=True, members=[bot])
        yield client
