"""users.info, users.list, usergroups.list and usergroups.users.list."""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import Json
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.wire import group_object, user_object


def info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.info/"""
    return {"user": user_object(call.user(), locale=call.arguments.flag("include_locale"))}


def list_all(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.list/"""
    locale = call.arguments.flag("include_locale")
    page, following = call.page(list(call.workspace.users.values()), 1000, 1000)
    return {"members": [user_object(each, locale=locale) for each in page], **following}


def list_groups(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/usergroups.list/"""
    users = call.arguments.flag("include_users")
    groups = call.workspace.user_groups.values()
    return {"usergroups": [group_object(each, users=users) for each in groups]}


def list_group_users(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/usergroups.users.list/"""
    group = call.workspace.user_groups.get(call.arguments.text("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


METHODS: Methods = {
    "users.info": info,
    "users.list": list_all,
    "usergroups.list": list_groups,
    "usergroups.users.list": list_group_users,
}
