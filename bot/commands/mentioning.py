"""Who is to be mentioned with what a watch tells, and who may want that."""

from dataclasses import replace

from bot.commands.arguments import Mention
from bot.commands.context import Context
from bot.domain.access import Place, Right, Role
from bot.domain.errors import PersonUnknown, Refused, WrongArgument
from bot.domain.messages import say


async def check_mention(context: Context, asked: Mention | None, channel_id: str) -> None:
    """Whether somebody may be mentioned there at the asker's wish.

    Raises Refused for a user group where the asker is no operator, and WrongArgument for somebody
    whom Slack does not know.
    """
    if asked is None or asked.who is None:
        return
    if asked.who.startswith("S"):
        await _check_operator(context, channel_id)
        return
    try:
        await context.services.people.actor(asked.who, "")
    except PersonUnknown:
        expected = say("somebody of this workspace, picked from Slack's list")
        raise WrongArgument(context.call.command, "mention", asked.who, expected) from None


def wanted(asked: Mention | None, earlier: str = "") -> str:
    """Whom to mention from now on: who is named now, else who was before."""
    return earlier if asked is None else asked.who or ""


async def _check_operator(context: Context, channel_id: str) -> None:
    right = Right(context.call.command, Role.OPERATOR)
    place = await _place(context, channel_id)
    decision = context.services.rules().decide(context.actor, right, place, context.account)
    if not decision.allowed:
        # It is not the command that is refused.
        named = replace(decision.right, command=f"{right.command} mention=@group")
        raise Refused(replace(decision, right=named))


async def _place(context: Context, channel_id: str) -> Place:
    if channel_id == context.channel_id:
        return context.origin.place
    return await context.services.people.place(channel_id)
