"""What the app answers to an interaction by its ack or its response_url.

https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses
"""

from typing import Any

from bot.playground.slack.elements import with_ids
from bot.playground.slack.errors import SlackError
from bot.playground.slack.interaction import ResponseUrl
from bot.playground.slack.limits import check_message, check_view
from bot.playground.slack.platform import Platform
from bot.playground.slack.values import Json, Message, View
from bot.playground.slack.workspace import SLACKBOT_ID


def respond(platform: Platform, where: ResponseUrl, body: Any) -> None:
    """Do what an answer asks for: a new message, private by default, or a change of the clicked.

    SlackError where Slack would refuse it.
    """
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    if body.get("delete_original"):
        platform.workspace.delete(_original(platform, where))
        return
    contents = _contents(platform, body)
    if body.get("replace_original"):
        platform.workspace.edit(_original(platform, where), **contents)
        return
    private = body.get("response_type", "ephemeral") != "in_channel"
    platform.workspace.post(
        where.channel,
        platform.workspace.bot.id,
        bot_id=platform.workspace.bot.bot_id,
        ephemeral_to=where.user if private else None,
        thread_ts=body.get("thread_ts"),
        **contents,
    )


def answer_command(platform: Platform, user: str, channel: str, answer: Any) -> None:
    """Show what the ack of a command carries; an empty one shows nothing."""
    if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
        respond(platform, ResponseUrl(user, channel, None, platform.clock.wall()), answer)


def follow_submission(platform: Platform, view: View, answer: Any) -> None:
    """Do what the ack of a submission asks for; an empty one closes the view.

    https://docs.slack.dev/surfaces/modals/#handling_submissions
    """
    asked = answer if isinstance(answer, dict) else {}
    match asked.get("response_action"):
        case None:
            platform.views.close(view)
        case "clear":
            platform.views.clear(view.user)
        case "errors":
            platform.views.show_errors(view, _field_errors(view, asked.get("errors")))
        case "update":
            check_view(asked.get("view"), "modal")
            platform.views.update(view, asked["view"])
        case "push":
            check_view(asked.get("view"), "modal")
            platform.views.push(view.user, asked["view"])
        case _:
            raise SlackError("invalid_response_action")


def slackbot_says(platform: Platform, channel: str, user: str, text: str) -> Message:
    """Show a person a private line from Slack itself."""
    return platform.workspace.post(channel, SLACKBOT_ID, text=text, ephemeral_to=user)


def _field_errors(view: View, errors: Any) -> dict[str, str]:
    """Return the errors of a submission; SlackError unless they stand at inputs of the form."""
    inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise SlackError("invalid_errors")
    return errors


def _original(platform: Platform, where: ResponseUrl) -> Message:
    source = where.source
    found = platform.workspace.message(source.channel, source.ts) if source else None
    if found is None or found.bot_id is None:
        raise SlackError("message_not_found")
    return found


def _contents(platform: Platform, body: Json) -> Json:
    blocks, text = body.get("blocks") or [], str(body.get("text") or "")
    if not blocks and not text and not body.get("attachments"):
        raise SlackError("no_text")
    if blocks:
        check_message(blocks, platform.files.can_be_shown)
    contents: Json = {"text": text, "blocks": with_ids(blocks)}
    if body.get("metadata"):
        contents["metadata"] = body["metadata"]
    return contents
