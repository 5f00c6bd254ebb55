"""`/qf help`, `/qf ping`: what one can ask, and how qfbot is."""

from bot import __version__
from bot.commands.arguments import CommandName
from bot.commands.command import Command, command
from bot.commands.context import Context
from bot.commands.signature import nearest
from bot.domain.access import Decision, Role
from bot.domain.calls import Reply
from bot.domain.errors import UnknownCommand
from bot.wording import about


@command(Role.NONE, tells_nothing=True)
async def help_(context: Context, command: CommandName | None = None) -> Reply:
    """Lists what you can ask, or explains one command."""
    if command is not None and command not in context.commands:
        raise UnknownCommand(command, nearest(command, context.commands))
    if command is not None:
        return Reply(about.help_for(_help(context, context.commands[command])), shareable=True)
    mine = [each for each in context.commands.values() if _decide(context, each).allowed]
    others = len(context.commands) - len(mine)
    return Reply(about.help_list([_help(context, each) for each in mine], others), shareable=True)


@command(Role.NONE, tells_nothing=True)
async def ping(context: Context) -> Reply:
    """Tells whether qfbot is well."""
    services = context.services
    ticked = services.last_tick()
    since_tick = services.clock.wall() - ticked if ticked else None
    told = about.pong(__version__, since_tick, await services.vitals())
    return Reply(told, shareable=True)


def _decide(context: Context, command: Command) -> Decision:
    return context.services.rules().decide(
        context.actor, command.right, context.origin.place, context.account
    )


def _help(context: Context, command: Command) -> about.CommandHelp:
    needed = context.services.rules().needed(command.right)
    return about.CommandHelp(command.signature.usage, command.summary, command.details, needed)
