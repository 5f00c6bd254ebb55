"""reactions.add."""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import Json
from bot.playground.slack.web_api.call import Call, Methods


def add(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.add/"""
    channel = call.channel()
    message = call.message(channel, "timestamp")
    reaction = (call.arguments.required("name", "invalid_name").strip(":"), call.bot.id)
    if reaction in message.reactions:
        raise SlackError("already_reacted")
    call.workspace.edit(message, reactions=(*message.reactions, reaction))
    return {}


METHODS: Methods = {"reactions.add": add}
