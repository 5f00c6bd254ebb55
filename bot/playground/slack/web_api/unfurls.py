"""chat.unfurl: a link in someone's message unfolds into blocks of the app's."""

from urllib.parse import urlsplit

from bot.playground.slack.elements import with_ids
from bot.playground.slack.errors import SlackError
from bot.playground.slack.limits import check_message
from bot.playground.slack.typed import links
from bot.playground.slack.values import Json, Message
from bot.playground.slack.web_api.call import Call, Methods


def unfurl(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.unfurl/

    What comes for a link a second time takes the place of the first.
    """
    message = _message(call)
    unfurls = call.arguments.json("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise SlackError("missing_unfurls")
    if not isinstance(unfurls, dict):
        raise SlackError("invalid_unfurls_format")
    shown = [_attachment(call, message, url, what) for url, what in unfurls.items()]
    kept = [each for each in message.attachments if each.get("from_url") not in unfurls]
    call.workspace.edit(message, attachments=(*kept, *shown))
    return {}


def _message(call: Call) -> Message:
    channel_id, ts = call.arguments.text("channel"), call.arguments.text("ts")
    if unfurl_id := call.arguments.text("unfurl_id"):
        channel_id, _, number = unfurl_id.partition(".")
        ts = f"{number[:-6]}.{number[-6:]}"
    message = call.workspace.message(channel_id, ts)
    if message is None:
        raise SlackError("cannot_find_message")
    return message


def _attachment(call: Call, message: Message, url: str, what: Json) -> Json:
    host = urlsplit(url).hostname or ""
    if url not in links(message.text) or not call.platform.installation.unfurls(host):
        raise SlackError("cannot_unfurl_url")
    blocks = what.get("blocks") or []
    if blocks:
        check_message(blocks, call.platform.files.can_be_shown)
    return {**what, "from_url": url, "is_app_unfurl": True, "blocks": list(with_ids(blocks))}


METHODS: Methods = {"chat.unfurl": unfurl}
