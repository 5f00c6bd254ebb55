"""The table of contents: all that people can ask."""

from bot.commands.about import help_, ping
from bot.commands.alarms import alarms
from bot.commands.approvals import approve, decline
from bot.commands.audit import audit
from bot.commands.chart import chart, compare
from bot.commands.command import Command
from bot.commands.digest import digest
from bot.commands.follow import follow, unfollow
from bot.commands.grants import grant, list_grants, revoke
from bot.commands.home import home
from bot.commands.import_ import import_
from bot.commands.language import language
from bot.commands.mute import mute
from bot.commands.publish import publish
from bot.commands.quiet import quiet
from bot.commands.rights import can, whoami
from bot.commands.runs import runs
from bot.commands.status import status
from bot.commands.stop import stop
from bot.commands.watch import list_watches, unwatch, watch

COMMANDS: tuple[Command, ...] = (
    status,
    runs,
    chart,
    compare,
    watch,
    unwatch,
    list_watches,
    home,
    follow,
    unfollow,
    mute,
    alarms,
    quiet,
    digest,
    language,
    stop,
    publish,
    import_,
    approve,
    decline,
    whoami,
    can,
    grant,
    revoke,
    list_grants,
    audit,
    help_,
    ping,
)
