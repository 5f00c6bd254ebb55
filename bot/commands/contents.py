"""The table of contents: all that people can ask."""

from bot.commands.about import help_, ping, whoami
from bot.commands.command import Command
from bot.commands.status import status
from bot.commands.stop import stop
from bot.commands.watch import list_watches, unwatch, watch

COMMANDS: tuple[Command, ...] = (
    status,
    watch,
    unwatch,
    list_watches,
    stop,
    whoami,
    help_,
    ping,
)
