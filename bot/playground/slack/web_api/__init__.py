"""The Web API: a file a family of methods, and the endpoint that serves them all."""

from bot.playground.slack.web_api import (
    auth,
    chat,
    conversations,
    files,
    history,
    reactions,
    unfurls,
    users,
    views,
)
from bot.playground.slack.web_api.endpoint import Endpoint

METHODS = {
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **reactions.METHODS,
    **unfurls.METHODS,
    **users.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "Endpoint"]
