"""views.open, push, update and publish."""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.limits import check_view
from bot.playground.slack.values import Json, View
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.wire import view_object


def open_view(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.open/"""
    content = _content(call, "modal")
    return _shown(call, call.platform.views.open(_exchanged(call), content))


def push_view(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.push/"""
    content = _content(call, "modal")
    return _shown(call, call.platform.views.push(_exchanged(call), content))


def update_view(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.update/"""
    which = call.arguments.text("view_id") or call.arguments.text("external_id")
    view = call.platform.views.find(which)
    content = _content(call, view.type)
    hash = call.arguments.text("hash")
    return _shown(call, call.platform.views.update(view, content, hash))


def publish_view(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.publish/"""
    if not call.platform.installation.has_home_tab:
        raise SlackError("not_enabled")
    user = call.user("user_id")
    content = _content(call, "home")
    return _shown(call, call.platform.views.publish(user.id, content, call.arguments.text("hash")))


def _exchanged(call: Call) -> str:
    return call.platform.triggers.exchange(call.arguments.text("trigger_id"))


def _content(call: Call, surface: str) -> Json:
    content = call.arguments.json("view")
    check_view(content, "home" if surface == "home" else "modal")
    if not isinstance(content, dict):
        raise SlackError("invalid_arguments")
    return content


def _shown(call: Call, view: View) -> Json:
    return {"view": view_object(view, call.bot.bot_id)}


METHODS: Methods = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
