"""What the bot does by itself is decided as if its owner asked for it now."""

from collections.abc import Callable

from bot.domain.access import Right, Rules
from bot.domain.following import Follow, What
from bot.domain.ports import People


class Owners:
    """Decides anew for those who once had something followed."""

    def __init__(
        self, people: People, rules: Callable[[], Rules], follow: Right, watch: Right
    ) -> None:
        """`follow` and `watch` are the rights of the commands of these names."""
        self._people = people
        self._rules = rules
        self._follow = follow
        self._watch = watch

    async def may_follow(self, follow: Follow) -> bool:
        """Whether a follow may still tell what it tells there. Raises PersonUnknown."""
        right = self._watch if follow.selection.what is What.JOB else self._follow
        actor = await self._people.actor(follow.owner, "")
        place = await self._people.place(follow.channel_id)
        return self._rules().decide(actor, right, place, follow.account).allowed
