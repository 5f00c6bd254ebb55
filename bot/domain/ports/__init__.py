"""What the inside needs from the outside, as the narrow interfaces that it uses."""

from bot.domain.ports.announcing import Announcer, Outbox, Posted
from bot.domain.ports.clock import Clock
from bot.domain.ports.people import Files, People, Window
from bot.domain.ports.platform import Catalogue, Created, File, Platform, StopAnswer
from bot.domain.ports.ruling import Approvals, Audit, ChatGrant, Confirmations, Grants
from bot.domain.ports.watching import Follows, Watches

__all__ = [
    "Announcer",
    "Approvals",
    "Audit",
    "Catalogue",
    "ChatGrant",
    "Clock",
    "Confirmations",
    "Created",
    "File",
    "Files",
    "Follows",
    "Grants",
    "Outbox",
    "People",
    "Platform",
    "Posted",
    "StopAnswer",
    "Watches",
    "Window",
]
