"""What Slack sends: acknowledged at once, then handed over to a task that answers it.

Bolt's `process_before_response=True` is right because listeners wait for nothing outside: the
acknowledgement is the only thing between Slack's request and its answer. Where it is the answer,
to a form that was sent and to a search in a menu, the desk gives it within bounds.
https://docs.slack.dev/tools/bolt-python/concepts/acknowledge
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.clients import Clients, Identity
from bot.slack.desk import Desk
from bot.slack.events import arrived, mentioned, opened_home, shared_links, told_directly
from bot.slack.forms import FIELD
from bot.slack.manifest import WATCH_RUNS
from bot.slack.payloads import (
    is_form,
    open_form,
    part_of,
    pointed_at,
    pressed,
    text_of,
    typed,
    user_id_of,
    visit_of,
)
from bot.slack.seen_events import SeenEvents
from bot.wording.home import HOME

log = structlog.get_logger(__name__)

# https://docs.slack.dev/reference/events/subteam_members_changed
_GROUPS_CHANGED = re.compile("subteam_(members_changed|updated)")
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
        # So that what no listener matches comes to the error handler, which acknowledges it.
        raise_error_for_unhandled_request=True,
    )
    _listen_to_interactions(app, desk)
    _listen_to_events(app, desk, identity.user_id)
    app.error(_failed)
    return app


def _listen_to_interactions(app: AsyncApp, desk: Desk) -> None:
    async def command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        desk.take(typed(body))

    async def action(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        await ack()
        if is_form(body):
            if action.get("action_id") == FIELD:
                desk.reshape(open_form(body))
        elif text_of(action, "action_id").startswith("press") and action.get("value"):
            value, visit = str(action["value"]), visit_of(body)
            if visit is not None and value == HOME:
                desk.show_home(visit)
            else:
                desk.take(pressed(body, value))

    async def shortcut(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        if text_of(body, "callback_id") == WATCH_RUNS and part_of(body, "message"):
            desk.take(pointed_at(body))

    async def submission(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        if is_form(body):
            await ack(dict(await desk.submit(open_form(body))))
        else:
            await ack()

    async def suggestion(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        if is_form(body):
            name, user_id = text_of(part_of(body, "view"), "private_metadata"), user_id_of(body)
            field, query = text_of(body, "block_id"), text_of(body, "value")
            await ack(options=await desk.options(name, field, query, user_id))
        else:
            await ack(options=[])

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    app.command(_ANYTHING)(command)
    app.action(_ANYTHING)(action)
    # What is not known is acknowledged too: over a socket an envelope without an answer is
    # shown to the person as an error, or sent again.
    app.shortcut(_ANYTHING)(shortcut)
    app.view(_ANYTHING)(submission)
    app.view_closed(_ANYTHING)(acknowledge)
    app.options(_ANYTHING)(suggestion)


def _listen_to_events(app: AsyncApp, desk: Desk, bot_user_id: str) -> None:
    events = SeenEvents()

    def is_new(body: Mapping[str, Any]) -> bool:
        return events.is_new(text_of(body, "event_id"))

    async def mention(body: Mapping[str, Any]) -> None:
        if is_new(body) and (question := mentioned(body, bot_user_id)):
            desk.take(question)

    async def message(body: Mapping[str, Any]) -> None:
        if is_new(body) and (question := told_directly(body, bot_user_id)):
            desk.take(question)

    async def home(body: Mapping[str, Any]) -> None:
        if is_new(body) and (visit := opened_home(body)):
            desk.open_home(visit)

    async def links(body: Mapping[str, Any]) -> None:
        if is_new(body) and (shared := shared_links(body)):
            desk.unfold(shared)

    async def member(body: Mapping[str, Any]) -> None:
        if is_new(body) and (arrival := arrived(body, bot_user_id)):
            desk.arrive(arrival.channel_id, arrival.inviter, arrival.event_id)

    async def groups_changed() -> None:
        desk.groups_changed()

    async def nothing() -> None:
        """An event that qfbot has no use for; Bolt acknowledges it by itself."""

    app.event("app_mention")(mention)
    app.event("message")(message)
    app.event("app_home_opened")(home)
    app.event("link_shared")(links)
    app.event("member_joined_channel")(member)
    app.event(_GROUPS_CHANGED)(groups_changed)
    app.event(_ANYTHING)(nothing)


async def _failed(error: Exception) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("nothing known was sent")
    else:
        log.error("listener failed", exc_info=error)
    return BoltResponse(status=200)
