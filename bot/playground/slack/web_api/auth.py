"""api.test, auth.test, apps.connections.open, team.info and bots.info."""

from bot.playground.slack.errors import SlackError
from bot.playground.slack.values import Json
from bot.playground.slack.web_api.call import Call, Methods
from bot.playground.slack.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID


def api_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/api.test/"""
    if error := call.arguments.text("error"):
        raise SlackError(error, args=dict(call.arguments))
    return {"args": dict(call.arguments)}


def auth_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test/"""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_DOMAIN,
        "user": call.bot.name,
        "team_id": TEAM_ID,
        "user_id": call.bot.id,
        "bot_id": call.bot.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/apps.connections.open/"""
    return {"url": call.platform.socket_url(call.platform.sockets.issue_ticket())}


def team_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/team.info/"""
    return {"team": {"id": TEAM_ID, "name": TEAM_DOMAIN, "domain": TEAM_DOMAIN}}


def bot_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/bots.info/"""
    if call.arguments.text("bot", call.bot.bot_id or "") != call.bot.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": call.bot.bot_id,
            "deleted": False,
            "name": call.bot.name,
            "user_id": call.bot.id,
            "app_id": APP_ID,
        }
    }


METHODS: Methods = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": open_connection,
    "team.info": team_info,
    "bots.info": bot_info,
}
