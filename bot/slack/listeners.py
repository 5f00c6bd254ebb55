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

from bot.domain.calls import Way
from bot.slack.clients import Clients, Identity
from bot.slack.desk import Desk, OpenForm, Question
from bot.slack.forms import FIELD, FORM, fields_of, values_of
from bot.slack.replies import ReplyPath
from bot.slack.seen_events import SeenEvents

log = structlog.get_logger(__name__)

# https://docs.slack.dev/reference/events/subteam_members_changed
_GROUPS_CHANGED = re.compile("subteam_(members_changed|updated)")
_ANYTHING = re.compile(".*", re.DOTALL)
_MENTION = re.compile(r"<@[^>]+>\s*")


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
    _listen(app, desk)
    return app


def _listen(app: AsyncApp, desk: Desk) -> None:
    async def command(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        await ack()
        desk.take(_typed(body))

    async def action(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        await ack()
        if _is_form(body):
            if action.get("action_id") == FIELD:
                desk.reshape(_open_form(body))
        elif _text(action, "action_id").startswith("press") and action.get("value"):
            desk.take(_pressed(body, str(action["value"])))

    async def submission(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        if _is_form(body):
            await ack(dict(await desk.submit(_open_form(body))))
        else:
            await ack()

    async def suggestion(ack: AsyncAck, body: Mapping[str, Any]) -> None:
        if _is_form(body):
            name, user_id = _text(_part(body, "view"), "private_metadata"), _user_id(body)
            field, query = _text(body, "block_id"), _text(body, "value")
            await ack(options=await desk.options(name, field, query, user_id))
        else:
            await ack(options=[])

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def mention(body: Mapping[str, Any]) -> None:
        if events.is_new(_text(body, "event_id")):
            desk.take(_mentioned(body))

    async def groups_changed() -> None:
        desk.groups_changed()

    async def nothing() -> None:
        """An event that qfbot has no use for; Bolt acknowledges it by itself."""

    async def failed(error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("nothing known was sent")
        else:
            log.error("listener failed", exc_info=error)
        return BoltResponse(status=200)

    events = SeenEvents()
    app.command(_ANYTHING)(command)
    app.action(_ANYTHING)(action)
    # What is not known is acknowledged too: over a socket an envelope without an answer is
    # shown to the person as an error, or sent again.
    app.event("app_mention")(mention)
    app.event(_GROUPS_CHANGED)(groups_changed)
    app.event(_ANYTHING)(nothing)
    app.shortcut(_ANYTHING)(acknowledge)
    app.view(_ANYTHING)(submission)
    app.view_closed(_ANYTHING)(acknowledge)
    app.options(_ANYTHING)(suggestion)
    app.error(failed)


def _typed(body: Mapping[str, Any]) -> Question:
    """A slash command's payload.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    user_id = _text(body, "user_id")
    path = ReplyPath(
        user_id=user_id,
        channel_id=_text(body, "channel_id"),
        response_url=_text(body, "response_url"),
        trigger_id=_text(body, "trigger_id"),
    )
    return Question(_text(body, "text"), Way.TYPED, user_id, _text(body, "team_id"), path)


def _pressed(body: Mapping[str, Any], value: str) -> Question:
    """A block action's payload.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    container, user_id = _part(body, "container"), _user_id(body)
    path = ReplyPath(
        user_id=user_id,
        channel_id=_text(_part(body, "channel"), "id") or _text(container, "channel_id"),
        response_url=_text(body, "response_url"),
        thread_ts=_text(container, "thread_ts"),
        replaces=bool(container.get("is_ephemeral")),
        trigger_id=_text(body, "trigger_id"),
    )
    return Question(value, Way.BUTTON, user_id, _team_id(body), path)


def _open_form(body: Mapping[str, Any]) -> OpenForm:
    """What a payload of a view tells of the form in it.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    """
    view = _part(body, "view")
    return OpenForm(
        name=_text(view, "private_metadata"),
        values=values_of(view),
        shown=fields_of(view),
        team_id=_team_id(body),
        path=ReplyPath(
            user_id=_user_id(body),
            channel_id="",
            view_id=_text(view, "id"),
            view_title=_text(_part(view, "title"), "text"),
        ),
        view_hash=_text(view, "hash"),
    )


def _mentioned(body: Mapping[str, Any]) -> Question:
    """An app_mention event: answered in the thread where it stands.

    https://docs.slack.dev/reference/events/app_mention
    """
    event = _part(body, "event")
    user_id = _text(event, "user")
    text = _MENTION.sub("", _text(event, "text"), count=1)
    path = ReplyPath(user_id, _text(event, "channel"), thread_ts=_text(event, "thread_ts"))
    team_id = _text(event, "team") or _text(body, "team_id")
    return Question(text, Way.MENTION, user_id, team_id, path)


def _is_form(body: Mapping[str, Any]) -> bool:
    return _text(_part(body, "view"), "callback_id") == FORM


def _user_id(body: Mapping[str, Any]) -> str:
    return _text(_part(body, "user"), "id")


def _team_id(body: Mapping[str, Any]) -> str:
    return _text(_part(body, "user"), "team_id") or _text(_part(body, "team"), "id")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
