"""What Slack sends: acknowledged at once, then handed over to a task that answers it.

Bolt's `process_before_response=True` is right because no listener waits for anything: the
acknowledgement is the only thing between Slack's request and its answer.
https://docs.slack.dev/tools/bolt-python/concepts/acknowledge
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.clients import Clients, Identity
from bot.slack.desk import Desk, Pressed, Typed
from bot.slack.replies import ReplyPath

log = structlog.get_logger(__name__)

_ANYTHING = re.compile(".*", re.DOTALL)


def bolt_app(clients: Clients, identity: Identity, signing_secret: str, desk: Desk) -> AsyncApp:
    """The Bolt app with all listeners; nothing in it asks Slack before it acknowledges."""
    token = clients.writes.token

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_token=token,
            bot_user_id=identity.user_id,
        )

    app = AsyncApp(
        name="qfbot",
        # Without a token of its own: Bolt would ask auth.test within the first request.
        client=AsyncWebClient(base_url=clients.reads.base_url, session=clients.session),
        authorize=authorize,
        signing_secret=signing_secret,
        process_before_response=True,
    )
    _listen(app, desk)
    return app


def _listen(app: AsyncApp, desk: Desk) -> None:
    async def command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        desk.take(_typed(body))

    async def action(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        await ack()
        if str(action.get("action_id", "")).startswith("press") and action.get("value"):
            desk.take(_pressed(body, str(action["value"])))

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def nothing() -> None:
        """An event that qfbot has no use for; Bolt acknowledges it by itself."""

    async def failed(error: Exception) -> None:
        log.error("listener failed", exc_info=error)

    app.command(_ANYTHING)(command)
    app.action(_ANYTHING)(action)
    # What is not known is acknowledged too: over a socket an envelope without an answer is
    # shown to the person as an error, or sent again.
    app.event(_ANYTHING)(nothing)
    app.shortcut(_ANYTHING)(acknowledge)
    app.view(_ANYTHING)(acknowledge)
    app.view_closed(_ANYTHING)(acknowledge)
    app.options(_ANYTHING)(acknowledge)
    app.error(failed)


def _typed(body: Mapping[str, Any]) -> Typed:
    """A slash command's payload.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    return Typed(
        text=_text(body, "text"),
        user_id=_text(body, "user_id"),
        team_id=_text(body, "team_id"),
        path=ReplyPath(
            _text(body, "user_id"), _text(body, "channel_id"), _text(body, "response_url")
        ),
    )


def _pressed(body: Mapping[str, Any], value: str) -> Pressed:
    """A block action's payload.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    user = _part(body, "user")
    container = _part(body, "container")
    channel_id = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    return Pressed(
        value=value,
        user_id=_text(user, "id"),
        team_id=_text(user, "team_id") or _text(_part(body, "team"), "id"),
        path=ReplyPath(
            user_id=_text(user, "id"),
            channel_id=channel_id,
            response_url=_text(body, "response_url"),
            replaces=bool(container.get("is_ephemeral")),
        ),
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
