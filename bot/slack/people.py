"""Who somebody is and where one may write, asked of Slack and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from bot.domain.access import Actor, Place, Standing
from bot.domain.errors import CannotPost, PersonUnknown, WhyNoPost
from bot.domain.languages import Language, of_locale
from bot.domain.ports import Clock
from bot.domain.zones import known_zone
from bot.slack.clients import Clients, Identity
from bot.slack.direct import DirectMessages
from bot.slack.errors import slack_word
from bot.slack.recent import Recent

PERSON_LIFETIME = timedelta(hours=1)
GROUPS_LIFETIME = timedelta(minutes=5)
PLACE_LIFETIME = timedelta(minutes=5)

#: How long somebody who asked waits for Slack's answers, repeated calls and all, in seconds.
PATIENCE = 15.0

#: How long an answer waits for its reader's language where that is not known yet, in seconds: an
#: acknowledgement may hang on it.
LANGUAGE_PATIENCE = 0.5

_PEOPLE = 5_000
_PLACES = 5_000
_MEMBERS_PAGE = 1_000
#: A channel with more members than these pages hold is not read to its end.
_MEMBERS_PAGES = 50

T = TypeVar("T")


class SlackPeople:
    """The People of `bot.domain.ports`, for the workspace that the bot is installed in.

    `named_groups` tells the user groups that the rules speak of: no others are looked at, and
    where there are none Slack is not asked.
    """

    def __init__(
        self,
        clients: Clients,
        direct: DirectMessages,
        clock: Clock,
        identity: Identity,
        named_groups: Callable[[], frozenset[str]],
    ) -> None:
        self._reads = clients.reads
        self._direct = direct
        self._team_id = identity.team_id
        self._named_groups = named_groups
        now = clock.wall
        self._users = Recent[str, _User](PERSON_LIFETIME, now, size=_PEOPLE)
        self._places = Recent[str, Place](PLACE_LIFETIME, now, size=_PLACES)
        self._groups = Recent[frozenset[str], Mapping[str, frozenset[str]]](
            GROUPS_LIFETIME, now, size=4
        )

    async def actor(self, user_id: str, team_id: str) -> Actor:
        """Who a user of a workspace is; their groups are None where Slack does not tell them."""
        user = await self._known(self._someone(user_id))
        standing = user.standing_in(self._team_id, team_id)
        groups = await self._groups_of(user_id) if standing is Standing.MEMBER else frozenset()
        return Actor(user_id, standing, groups, user.locale, user.zone)

    async def language(self, user_id: str) -> Language:
        """What somebody reads; English where Slack does not say so within a moment."""
        try:
            async with asyncio.timeout(LANGUAGE_PATIENCE):
                return of_locale((await self._known(self._someone(user_id))).locale)
        except (PersonUnknown, TimeoutError):
            return Language.ENGLISH

    async def place(self, channel_id: str) -> Place:
        """What kind of channel it is. One that the bot cannot see counts as not shared."""
        if channel_id.startswith("D"):
            return Place(channel_id, direct=True)
        return await self._known(self._places.get(channel_id, lambda: self._place(channel_id)))

    async def is_member(self, channel_id: str, user_id: str) -> bool:
        """Whether somebody is in a channel; False where the bot cannot see it."""
        return await self._known(self._is_member(channel_id, user_id))

    async def direct_channel(self, user_id: str) -> str:
        """The channel of the direct messages between the bot and somebody."""
        return await self._known(self._direct.channel(user_id))

    async def check_can_post(self, channel_id: str) -> None:
        """Raises CannotPost where the bot may not write there; asked anew each time."""
        target = await self._known(self._direct.channel(channel_id))
        channel = await self._known(self._channel(target))
        why = why_no_post(target, channel)
        if why is not None:
            raise CannotPost(channel_id, why)

    def forget_groups(self) -> None:
        """Slack says that the members of a user group have changed."""
        self._groups.forget()

    def forget_place(self, channel_id: str) -> None:
        """The bot was brought into a channel, and sees it now."""
        self._places.drop(channel_id)

    async def _known(self, answer: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await answer
        except Exception as problem:
            raise PersonUnknown from problem

    async def _someone(self, user_id: str) -> "_User":
        return await self._users.get(user_id, lambda: self._user(user_id))

    async def _user(self, user_id: str) -> "_User":
        answer = await self._reads.users_info(user=user_id, include_locale=True)
        return _User.of(answer["user"])

    async def _groups_of(self, user_id: str) -> frozenset[str] | None:
        named = self._named_groups()
        if not named:
            return frozenset()
        try:
            members = await self._known(self._groups.get(named, lambda: self._members_of(named)))
        except PersonUnknown:
            return None
        return frozenset(group for group, users in members.items() if user_id in users)

    async def _members_of(self, named: frozenset[str]) -> Mapping[str, frozenset[str]]:
        answer = await self._reads.usergroups_list(include_users=True)
        return {
            group["id"]: frozenset(group.get("users") or ())
            for group in answer["usergroups"]
            if group["id"] in named and not group.get("date_delete")
        }

    async def _place(self, channel_id: str) -> Place:
        channel = await self._channel(channel_id)
        if channel is None:
            return Place(channel_id, known=False)
        return Place(channel_id, shared=is_shared(channel))

    async def _channel(self, channel_id: str) -> dict[str, Any] | None:
        try:
            answer = await self._reads.conversations_info(channel=channel_id)
        except Exception as problem:
            if slack_word(problem) == "channel_not_found":
                return None
            raise
        return dict(answer["channel"])

    async def _is_member(self, channel_id: str, user_id: str) -> bool:
        cursor = ""
        for _ in range(_MEMBERS_PAGES):
            try:
                page = await self._reads.conversations_members(
                    channel=channel_id, limit=_MEMBERS_PAGE, cursor=cursor
                )
            except Exception as problem:
                if slack_word(problem) == "channel_not_found":
                    return False
                raise
            if user_id in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False
        raise PersonUnknown


@dataclass(frozen=True)
class _User:
    """What is kept of a user: how they stand in their own workspaces, and which those are."""

    standing: Standing
    teams: frozenset[str]
    locale: str
    zone: str

    @classmethod
    def of(cls, user: Mapping[str, Any]) -> "_User":
        """A user object of https://docs.slack.dev/reference/objects/user-object"""
        enterprise = user.get("enterprise_user") or {}
        teams = {user.get("team_id"), enterprise.get("enterprise_id"), *enterprise.get("teams", ())}
        zone = known_zone(user.get("tz") or "")
        return cls(_standing(user), frozenset(teams), user.get("locale") or "en-US", zone)

    def standing_in(self, team_id: str, acting_in: str) -> Standing:
        """How they stand in a workspace, having asked from `acting_in` ("" where not told)."""
        at_home = {team_id, acting_in or team_id} <= self.teams
        is_foreign = self.standing in (Standing.MEMBER, Standing.GUEST) and not at_home
        return Standing.STRANGER if is_foreign else self.standing


def _standing(user: Mapping[str, Any]) -> Standing:
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        return Standing.APP
    if user.get("is_stranger"):
        return Standing.STRANGER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether another organisation reads along, or is invited to.

    https://docs.slack.dev/reference/objects/conversation-object
    """
    return bool(
        channel.get("is_ext_shared")
        or channel.get("is_pending_ext_shared")
        or (channel.get("is_shared") and not channel.get("is_org_shared"))
    )


def why_no_post(channel_id: str, channel: Mapping[str, Any] | None) -> WhyNoPost | None:
    """What keeps the bot from writing in a conversation; None is one that it cannot see."""
    if channel is None:
        is_direct = channel_id.startswith("D")
        return WhyNoPost.OTHERS_DIRECT_MESSAGE if is_direct else WhyNoPost.NOT_VISIBLE
    if channel.get("is_archived"):
        return WhyNoPost.ARCHIVED
    if channel.get("is_im") or channel.get("is_member"):
        return None
    return WhyNoPost.NOT_INVITED
