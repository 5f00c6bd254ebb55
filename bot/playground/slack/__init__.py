"""A Slack workspace on this machine, faithful enough for the real Bolt and slack-sdk."""

from bot.playground.slack.delivery import Exchange, NotAnswered
from bot.playground.slack.elements import Interactive
from bot.playground.slack.faults import Fault, Faults
from bot.playground.slack.feed import Entry, Feed, Subscription
from bot.playground.slack.people import Person
from bot.playground.slack.server import LocalSlack
from bot.playground.slack.values import Channel, File, Message, User, UserGroup, View
from bot.playground.slack.workspace import Workspace

__all__ = [
    "Channel",
    "Entry",
    "Exchange",
    "Fault",
    "Faults",
    "Feed",
    "File",
    "Interactive",
    "LocalSlack",
    "Message",
    "NotAnswered",
    "Person",
    "Subscription",
    "User",
    "UserGroup",
    "View",
    "Workspace",
]
