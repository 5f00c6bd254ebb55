"""`/qf whoami`, `/qf can`: what one may do, and the rules that say so."""

from bot.commands.arguments import ChannelId, CommandName, SubjectId
from bot.commands.command import Command, command
from bot.commands.context import Context
from bot.commands.places import asked_in
from bot.commands.signature import nearest
from bot.domain.access import Actor, Decision, Right, Role
from bot.domain.calls import Reply
from bot.domain.errors import PersonUnknown, UnknownCommand, WrongArgument
from bot.domain.messages import say
from bot.wording import rights


@command(Role.NONE, tells_nothing=True)
async def whoami(context: Context) -> Reply:
    """Tells your role here, the rule that gives it to you, and what it allows."""
    decisions = [_decide(context, context.actor, each) for each in context.commands.values()]
    seen = _standpoint(context, context.actor, context.right)
    return Reply(rights.who_you_are(seen, decisions, context.services.rules_hash()))


@command(Role.VIEWER)
async def can(
    context: Context, who: SubjectId, command: CommandName, *, in_: ChannelId | None = None
) -> Reply:
    """Tells whether somebody may run a command, and the rule that decides it.

    in=#channel asks for another channel that you are in, account=NAME for another account.
    """
    if command not in context.commands:
        raise UnknownCommand(command, nearest(command, context.commands))
    if who.startswith("S"):
        raise WrongArgument(context.call.command, "who", who, say("a person, no user group"))
    there = await asked_in(context, in_)
    try:
        actor = await context.services.people.actor(who, "")
    except PersonUnknown:
        return Reply(rights.unknown_person(who), outcome="person unknown")
    asked = context.commands[command]
    seen = _standpoint(there, actor, asked.right)
    return Reply(rights.may_they(seen, _decide(there, actor, asked)))


def _decide(context: Context, actor: Actor, command: Command) -> Decision:
    rules, place = context.services.rules(), context.origin.place
    return rules.decide(actor, command.right, place, context.account)


def _standpoint(context: Context, actor: Actor, right: Right) -> rights.Standpoint:
    rules, place = context.services.rules(), context.origin.place
    role, grant = rules.role_of(actor, right, place, context.account)
    return rights.Standpoint(actor, place, context.account, role, grant)
