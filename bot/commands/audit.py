"""`/qf audit`: who ran what, with what outcome, refusals too."""

from bot.commands.arguments import SubjectId
from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.audit import Record
from bot.domain.calls import Call, Reply
from bot.domain.errors import WrongArgument
from bot.domain.ids import ResourceId
from bot.domain.messages import say
from bot.wording import audits

#: More than this no message holds; the export on the command line gives all.
MOST_SHOWN = 40


@command(Role.ADMIN)
async def audit(
    context: Context, who: SubjectId | None = None, id: ResourceId | None = None, *, last: int = 20
) -> Reply:
    """Lists who asked for what, the newest first: who, where, the decision and the outcome.

    An id lists what was asked about that thing, @who what that person asked; last=40 lists more
    than 20. Refusals are in it too, and secrets are not.
    """
    if who is not None and who.startswith("S"):
        raise WrongArgument(context.call.command, "who", who, say("a person, no user group"))
    if not 1 <= last <= MOST_SHOWN:
        expected = say("a whole number from 1 to {most}", most=MOST_SHOWN)
        raise WrongArgument(context.call.command, "last", str(last), expected)
    found = await context.services.audit.records(
        about=str(id or ""), user_id=who or "", last=last + 1
    )
    others = [each for each in found if not _is_this_one(context, each)][:last]
    entries = [audits.Entry(each, _line(context, each.asked.call)) for each in others]
    return Reply(audits.attempts(entries) if entries else audits.nothing_found())


def _is_this_one(context: Context, record: Record) -> bool:
    """Whether it is the very attempt that reads the audit, which has a row too."""
    asked = record.asked
    is_same = asked.origin == context.origin and asked.call == context.call.struck_out()
    return is_same and record.ended is None


def _line(context: Context, call: Call) -> str:
    """The command line of a call, as far as the commands of today can write it."""
    known = context.commands.get(call.command)
    return f"/qf {known.signature.line(call) if known else call.command}"
