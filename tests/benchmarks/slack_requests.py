"""Slash commands as Slack sends them, and the Bolt app that ours is measured against."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack.signed_http import signature

SECRET = "0123456789abcdef0123456789abcdef"
TEAM, CHANNEL, USER = "T0BENCH", "C0BENCH", "U0BENCH"


@dataclass(frozen=True)
class SlashCommand:
    """`/qf` with a text, of somebody, in a channel; answers go to the response URL."""

    text: str
    user: str = USER
    channel: str = CHANNEL
    team: str = TEAM
    response_url: str = ""

    @property
    def body(self) -> bytes:
        """The form that Slack posts.

        https://docs.slack.dev/interactivity/implementing-slash-commands
        """
        return urlencode(
            {
                "token": "verification",
                "team_id": self.team,
                "team_domain": "bench",
                "channel_id": self.channel,
                "channel_name": "bench",
                "user_id": self.user,
                "user_name": "ada",
                "command": "/qf",
                "text": self.text,
                "api_app_id": "A0BENCH",
                "is_enterprise_install": "false",
                "response_url": self.response_url,
                "trigger_id": "1.2.3",
            }
        ).encode()


def signed(body: bytes, secret: str = SECRET) -> Mapping[str, str]:
    """The headers of a request that is sent now."""
    timestamp = str(int(time.time()))
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    }


@dataclass(frozen=True)
class Posted:
    """A signed request as an HTTP server has read it."""

    body: str
    headers: Mapping[str, str]

    @classmethod
    def now(cls, command: SlashCommand, secret: str = SECRET) -> "Posted":
        """A command that is sent now."""
        body = command.body
        return cls(body.decode(), signed(body, secret))

    def read(self) -> AsyncBoltRequest:
        """As Bolt takes it."""
        return AsyncBoltRequest(body=self.body, headers=dict(self.headers))


def hello(client: AsyncWebClient, secret: str = SECRET, *, at_once: bool = False) -> AsyncApp:
    """A Bolt app that acknowledges each command and does nothing else.

    `at_once` is Bolt's `process_before_response`, which it has not by default.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-1")

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=secret,
        process_before_response=at_once,
    )
    app.command(re.compile(".*", re.DOTALL))(acknowledge)
    return app
