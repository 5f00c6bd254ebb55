"""What the inside needs from the outside, as the narrow interfaces that it uses."""

from bot.domain.ports.announcing import Announcer, Outbox, Posted, Repeated, Repeats
from bot.domain.ports.budgeting import Budgets, Drawn
from bot.domain.ports.channels import Channels, Digests
from bot.domain.ports.clock import Clock
from bot.domain.ports.people import Files, People, Window
from bot.domain.ports.pictures import Charts, Stored, Uploads
from bot.domain.ports.platform import Catalogue, Created, File, Platform, StopAnswer
from bot.domain.ports.ruling import Approvals, Audit, ChatGrant, Confirmations, Grants
from bot.domain.ports.watching import (
    Duties,
    Endings,
    Follows,
    Outages,
    Trouble,
    Turns,
    Watches,
)

__all__ = [
    "Announcer",
    "Approvals",
    "Audit",
    "Budgets",
    "Catalogue",
    "Channels",
    "Charts",
    "ChatGrant",
    "Clock",
    "Confirmations",
    "Created",
    "Digests",
    "Drawn",
    "Duties",
    "Endings",
    "File",
    "Files",
    "Follows",
    "Grants",
    "Outages",
    "Outbox",
    "People",
    "Platform",
    "Posted",
    "Repeated",
    "Repeats",
    "StopAnswer",
    "Stored",
    "Trouble",
    "Turns",
    "Uploads",
    "Watches",
    "Window",
]
