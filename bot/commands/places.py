"""Where something is to be told from now on, and who may end it there."""

from dataclasses import replace
from datetime import timedelta

from bot.commands.arguments import ME, ChannelId
from bot.commands.context import Context
from bot.commands.signature import ACCOUNT
from bot.domain.access import Place, Right, Role
from bot.domain.calls import Reply
from bot.domain.channels import ChannelSettings
from bot.domain.errors import CannotPost, NotAMember, WhyNoPost, WrongArgument
from bot.domain.languages import of_locale
from bot.domain.messages import Sentence, say
from bot.domain.watching import LONGEST_LIFETIME
from bot.wording import errors, watches


async def place_to_post(context: Context, in_: ChannelId | None) -> str:
    """The channel's id: checked for the right, the asker's membership, and the bot's own access.

    Raises Refused, NotAMember or CannotPost.
    """
    people = context.services.people
    if in_ == ME:
        direct = await people.direct_channel(context.actor.user_id)
        context.require(Place(direct, direct=True))
        await _know_readers(context, direct)
        return direct
    if in_ is not None and in_ != context.channel_id:
        context.require(await people.place(in_))
        if not await people.is_member(in_, context.actor.user_id):
            raise NotAMember(in_)
    channel_id = in_ or context.channel_id
    await people.check_can_post(channel_id)
    await context.services.outbox.unblocked(channel_id)
    await _know_readers(context, channel_id)
    return channel_id


async def _know_readers(context: Context, channel_id: str) -> None:
    """Whoever first has something told in a channel reads what most do there, as far as one
    knows."""
    channels, language = context.services.channels, of_locale(context.actor.locale)
    if (await channels.settings(channel_id)).readers is None:
        await channels.change(channel_id, lambda settings: replace(settings, readers=language))


async def elsewhere(context: Context, in_: ChannelId | None) -> Context:
    """The same question as if it had been asked in that channel; whether it may be is not decided.

    Raises PersonUnknown.
    """
    if in_ is None or in_ == context.channel_id:
        return context
    people = context.services.people
    if in_ == ME:
        place = Place(await people.direct_channel(context.actor.user_id), direct=True)
    else:
        place = await people.place(in_)
    account = context.account
    if ACCOUNT not in context.call.arguments:
        account = context.services.rules().home(place)
    return replace(context, account=account, origin=replace(context.origin, place=place))


async def asked_in(context: Context, in_: ChannelId | None) -> Context:
    """The same question as if it had been asked in that channel, where its asker has to be.

    Raises Refused or NotAMember.
    """
    there = await elsewhere(context, in_)
    if in_ is None or there is context:
        return context
    if in_ != ME and not await context.services.people.is_member(in_, context.actor.user_id):
        raise NotAMember(in_)
    there.require(there.origin.place)
    return there


def not_there(context: Context, error: CannotPost, label: Sentence) -> Reply:
    """Why it cannot be told there; instead of others' direct messages the asker's own are offered.

    `label` stands on the button that makes the same call for them.
    """
    message = errors.explain(error)
    if error.why is WhyNoPost.OTHERS_DIRECT_MESSAGE:
        call = replace(context.call, arguments={**context.call.arguments, "in": ME})
        line = context.commands[call.command].signature.line(call)
        message = watches.elsewhere(message, label, line)
    return Reply(message, outcome="cannot post")


def zone_of(context: Context, settings: ChannelSettings) -> str:
    """The time zone of a channel: the one that was settled there, else the asker's own."""
    settled = settings.quiet or settings.digest
    return settled.zone if settled else context.actor.zone


def check_lifetime(context: Context, lifetime: timedelta) -> None:
    """Raises WrongArgument where it is longer than anything lasts."""
    if lifetime > LONGEST_LIFETIME:
        given = str(context.call.arguments.get("for", ""))
        raise WrongArgument(context.call.command, "for", given, say("at most 90d"))


def may_end(context: Context, owner: str) -> bool:
    """Whether it is the asker's own, or they are an operator."""
    if owner == context.actor.user_id:
        return True
    right = Right(context.call.command, Role.OPERATOR)
    place = context.origin.place
    return context.services.rules().decide(context.actor, right, place, context.account).allowed
