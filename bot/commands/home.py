"""`/qf home`: what the app's Home tab shows."""

from collections.abc import Sequence
from datetime import timedelta

from bot.commands.command import command
from bot.commands.context import Context
from bot.domain.access import Role
from bot.domain.calls import Reply
from bot.wording import follows
from bot.wording.home import MOST_ENDINGS, AtHome, Ending
from bot.wording.home import home as at_home

#: So far back an end is news.
_LATELY = timedelta(days=7)


@command(Role.VIEWER)
async def home(context: Context) -> Reply:
    """Shows what you watch, what ended lately, and what you may do.

    It is what the app's Home tab shows, where its buttons open the forms too.
    """
    services, me = context.services, context.actor.user_id
    rules, place = services.rules(), context.origin.place
    mine = [each for each in await services.follows.everywhere() if each.owner == me]
    seen = AtHome(
        await services.watches.of_owner(me),
        [follows.follow_line(each, here=False) for each in mine],
        await _endings(context),
        [
            rules.decide(context.actor, each.right, place, context.account)
            for each in context.commands.values()
        ],
        rules.homes,
        context.account,
        context.now,
    )
    return Reply(at_home(seen))


async def _endings(context: Context) -> Sequence[Ending]:
    services = context.services
    finished = await services.endings.of_owner(
        context.actor.user_id, context.now - _LATELY, MOST_ENDINGS
    )
    return [
        Ending(
            each.look,
            each.at,
            each.channel_id,
            services.permalink(each.channel_id, each.card) if each.card else "",
        )
        for each in finished
    ]
