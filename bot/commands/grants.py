"""`/qf grant`, `/qf revoke`, `/qf grants`: roles that are given and taken in the chat."""

from collections.abc import Iterable, Iterator

import structlog

from bot.commands.arguments import ChannelId, SubjectId
from bot.commands.command import Kept, command
from bot.commands.context import Context
from bot.commands.places import asked_in
from bot.commands.signature import ACCOUNT
from bot.domain.access import Grant, Place, Role, Scope, Standing
from bot.domain.calls import Reply
from bot.domain.errors import PersonUnknown, StoreError
from bot.domain.facts import RightsChanged
from bot.domain.messages import Message
from bot.wording import grants, rights

log = structlog.get_logger(__name__)


def _rights_of(who: SubjectId, **_: object) -> Kept:
    return Kept(who)


@command(Role.ADMIN, changes=_rights_of)
async def grant(
    context: Context, who: SubjectId, role: Role, *, in_: ChannelId | None = None
) -> Reply:
    """Gives a role to a person or a user group.

    in=#channel gives it in that channel only, account=NAME on that account only; you have to be
    admin of all that you give. The channel is told.
    """
    there = await asked_in(context, in_)
    scope = Scope(
        frozenset({who}),
        frozenset({there.channel_id} if in_ else ()),
        frozenset({context.account} if ACCOUNT in context.call.arguments else ()),
    )
    if not _is_admin_of(there, scope):
        return Reply(grants.cannot_widen(scope), outcome="not admin of all of it")
    if unfit := await _unfit(context, who):
        return Reply(unfit, outcome="not granted")
    given = Grant(role, scope, context.actor.user_id)
    is_new = await context.services.grants.give(given, context.now)
    await context.services.refresh_rules()
    if not is_new:
        return Reply(grants.given_already(given), outcome="granted already")
    await _tell_channel(context, [given], given=True)
    return Reply(grants.given(given), outcome="granted")


@command(Role.ADMIN, changes=_rights_of)
async def revoke(context: Context, who: SubjectId, role: Role | None = None) -> Reply:
    """Takes a role, or all, that somebody was given in the chat.

    What qfbot.toml gives is taken in that file alone. The channel is told.
    """
    taken = [each for each in await _given_to(context, who) if role in (None, each.role)]
    if not all(_is_admin_of(context, each.scope) for each in taken):
        return Reply(grants.cannot_take(taken), outcome="not admin of all of it")
    if not taken:
        return Reply(grants.nothing_to_take(who, _filed(context, who)), outcome="nothing to take")
    user_id = context.actor.user_id
    count = await context.services.grants.take(who, role, user_id, context.now)
    await context.services.refresh_rules()
    if count:
        await _tell_channel(context, taken, given=False)
    return Reply(grants.taken(taken, _filed(context, who)), outcome="revoked")


@command(Role.ADMIN, name="grants")
async def list_grants(context: Context) -> Reply:
    """Lists who was given which role, by qfbot.toml or in the chat, and what is denied."""
    given = await context.services.grants.all()
    return Reply(grants.all_rules(context.services.rules(), given))


def _is_admin_of(context: Context, scope: Scope) -> bool:
    """Whether the asker is admin of all that a grant concerns, so that it widens no right.

    One rule has to hold all of it, also of what other homes of accounts may make of it later, and
    the decision has to be yes wherever it counts today.
    """
    rules, actor = context.services.rules(), context.actor
    is_held = actor.user_id in rules.admins or any(
        each.role is Role.ADMIN and each.scope.names(actor) and _holds(each.scope, scope)
        for each in rules.grants
    )
    return is_held and all(
        rules.decide(actor, context.right, place, account).allowed
        for place, account in _counts_in(context, scope)
    )


def _holds(wider: Scope, scope: Scope) -> bool:
    pairs = ((wider.channels, scope.channels), (wider.accounts, scope.accounts))
    return all(not all_of or (some and some <= all_of) for all_of, some in pairs)


def _counts_in(context: Context, scope: Scope) -> Iterator[tuple[Place, str]]:
    """The places and accounts that stand for all in which a grant counts."""
    rules = context.services.rules()
    # A place without an id is any channel of which no rule speaks.
    for channel_id in scope.channels or {"", *rules.homes}:
        place = Place(channel_id)
        for account in scope.accounts or {rules.home(place)}:
            yield place, account


async def _unfit(context: Context, who: SubjectId) -> Message | None:
    """Why somebody cannot be given a role; groups can, whoever is in them."""
    if who.startswith("S"):
        return None
    try:
        actor = await context.services.people.actor(who, "")
    except PersonUnknown:
        return rights.unknown_person(who)
    return None if actor.standing is Standing.MEMBER else grants.no_role_for(actor)


async def _given_to(context: Context, who: SubjectId) -> list[Grant]:
    given = await context.services.grants.all()
    return [each.grant for each in given if who in each.grant.scope.subjects]


def _filed(context: Context, who: SubjectId) -> list[Grant]:
    """What the file of the rules gives to that very subject."""
    rules = context.services.rules()
    by_name = [each for each in rules.grants if who in each.scope.subjects and not each.granted_by]
    admin = [Grant(Role.ADMIN, Scope(frozenset({who})))] if who in rules.admins else []
    return [*admin, *by_name]


async def _tell_channel(context: Context, changed: Iterable[Grant], *, given: bool) -> None:
    """Owe the channel its line. What was done is done: trouble here is no reason to hide it."""
    try:
        for each in changed:
            fact = _fact(context.actor.user_id, each, given=given)
            await context.services.outbox.add(context.channel_id, context.account, fact)
    except StoreError:
        log.exception("a change of rights was not told", by=context.actor.user_id)


def _fact(by: str, changed: Grant, *, given: bool) -> RightsChanged:
    """A grant of a chat has one subject, and at most one channel and one account."""
    scope = changed.scope
    return RightsChanged(
        by,
        next(iter(scope.subjects)),
        str(changed.role),
        given,
        next(iter(scope.channels), ""),
        next(iter(scope.accounts), ""),
    )
