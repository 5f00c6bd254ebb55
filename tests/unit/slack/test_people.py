"""Who somebody is, and where one may write, as far as Slack says it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.access import Actor, Place, Standing
from bot.domain.errors import CannotPost, PersonUnknown, WhyNoPost
from bot.domain.ports import People
from bot.slack.clients import Clients, Identity
from bot.slack.direct import DirectMessages
from bot.slack.people import SlackPeople
from tests.unit.slack.canned import CannedSlack
from tests.unit.slack.conftest import StillClock

People_ = Callable[..., SlackPeople]


@pytest.fixture
def people_with(clients: Clients, clock: StillClock) -> People_:
    def make(*groups: str) -> SlackPeople:
        direct = DirectMessages(clients.reads, clock.wall)
        identity = Identity("T1", "UBOT")
        return SlackPeople(clients, direct, clock, identity, lambda: frozenset(groups))

    return make


@pytest.fixture
def people(people_with: People_) -> SlackPeople:
    return people_with()


def test_it_is_the_port_that_commands_ask_for(people: SlackPeople) -> None:
    port: People = people
    assert port is people


@pytest.mark.parametrize(
    ("user", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.STRANGER),
        ({"team_id": "T2"}, Standing.STRANGER),
        ({"team_id": "T2", "is_restricted": True}, Standing.STRANGER),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, Standing.MEMBER),
        ({"deleted": True}, Standing.DEACTIVATED),
        ({"deleted": True, "team_id": "T2"}, Standing.DEACTIVATED),
        ({"is_bot": True}, Standing.APP),
        ({"id": "USLACKBOT"}, Standing.APP),
    ],
)
async def test_somebody_belongs_to_the_workspace(
    slack: CannedSlack, people: SlackPeople, user: dict[str, Any], standing: Standing
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1", **user}})
    assert (await people.actor("U1", "T1")).standing is standing


async def test_who_asks_from_another_workspace_is_a_stranger(
    slack: CannedSlack, people: SlackPeople
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1"}})
    assert (await people.actor("U1", "T2")).standing is Standing.STRANGER
    assert (await people.actor("U1", "")).standing is Standing.MEMBER


async def test_a_person_is_kept_for_an_hour(
    slack: CannedSlack, people: SlackPeople, clock: StillClock
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1", "locale": "zh-CN"}})
    for _ in range(2):
        assert await people.actor("U1", "T1") == Actor("U1", locale="zh-CN")
        clock.passes(minutes=59)
    await people.actor("U1", "T1")
    assert slack.calls("users.info") == [{"user": "U1", "include_locale": "1"}] * 2


async def test_simultaneous_commands_of_a_person_ask_once(
    slack: CannedSlack, people: SlackPeople
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1"}})
    await asyncio.gather(*(people.actor("U1", "T1") for _ in range(10)))
    assert len(slack.calls("users.info")) == 1


@pytest.mark.parametrize("error", ["user_not_found", "missing_scope", "internal_error"])
async def test_a_person_of_whom_slack_says_nothing_is_unknown(
    slack: CannedSlack, people: SlackPeople, error: str
) -> None:
    slack.refuses("users.info", error)
    with pytest.raises(PersonUnknown):
        await people.actor("U1", "T1")


async def test_groups_are_asked_for_only_where_the_rules_name_some(
    slack: CannedSlack, people_with: People_
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1"}})
    assert (await people_with().actor("U1", "T1")).groups == frozenset()
    assert slack.calls("usergroups.list") == []


async def test_only_groups_that_the_rules_name_are_told_and_they_are_kept_for_five_minutes(
    slack: CannedSlack, people_with: People_, clock: StillClock
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1"}})
    groups = [
        {"id": "S1", "users": ["U1", "U2"], "date_delete": 0},
        {"id": "S2", "users": ["U2"]},
        {"id": "S3", "users": ["U1"]},
        {"id": "S4", "users": ["U1"], "date_delete": 1772366400},
    ]
    slack.answers("usergroups.list", {"usergroups": groups}, {"usergroups": []})
    people = people_with("S1", "S2", "S4", "S9")
    assert (await people.actor("U1", "T1")).groups == frozenset({"S1"})
    clock.passes(minutes=4)
    assert (await people.actor("U1", "T1")).groups == frozenset({"S1"})
    clock.passes(minutes=1)
    assert (await people.actor("U1", "T1")).groups == frozenset()


async def test_groups_that_cannot_be_looked_up_are_unknown_and_asked_for_again(
    slack: CannedSlack, people_with: People_
) -> None:
    slack.answers("users.info", {"user": {"id": "U1", "team_id": "T1"}})
    slack.answers(
        "usergroups.list",
        {"ok": False, "error": "missing_scope"},
        {"usergroups": [{"id": "S1", "users": ["U1"]}]},
    )
    people = people_with("S1")
    assert (await people.actor("U1", "T1")).groups is None
    assert (await people.actor("U1", "T1")).groups == frozenset({"S1"})


@pytest.mark.parametrize(
    ("channel", "shared"),
    [
        ({}, False),
        ({"is_ext_shared": True}, True),
        ({"is_pending_ext_shared": True}, True),
        ({"is_shared": True}, True),
        ({"is_shared": True, "is_org_shared": True}, False),
    ],
)
async def test_a_channel_is_shared_where_another_organisation_reads_it(
    slack: CannedSlack, people: SlackPeople, channel: dict[str, Any], shared: bool
) -> None:
    slack.answers("conversations.info", {"channel": {"id": "C1", **channel}})
    assert await people.place("C1") == Place("C1", shared=shared)
    assert await people.place("C1") == Place("C1", shared=shared)
    assert len(slack.calls("conversations.info")) == 1


async def test_direct_messages_are_known_without_asking(
    slack: CannedSlack, people: SlackPeople
) -> None:
    assert await people.place("D1") == Place("D1", direct=True)
    assert slack.asked == []


async def test_of_a_private_channel_without_the_bot_nothing_is_known(
    slack: CannedSlack, people: SlackPeople
) -> None:
    slack.refuses("conversations.info", "channel_not_found")
    assert await people.place("C1") == Place("C1", known=False)


async def test_a_channel_of_which_slack_says_nothing_is_not_taken_for_safe(
    slack: CannedSlack, people: SlackPeople
) -> None:
    slack.refuses("conversations.info", "internal_error")
    with pytest.raises(PersonUnknown):
        await people.place("C1")


async def test_a_member_is_found_on_a_later_page(slack: CannedSlack, people: SlackPeople) -> None:
    pages = (
        {"members": ["U2"], "response_metadata": {"next_cursor": "more"}},
        {"members": ["U1"], "response_metadata": {"next_cursor": ""}},
    )
    slack.answers("conversations.members", *pages)
    assert await people.is_member("C1", "U1")
    slack.answers("conversations.members", *pages)
    assert not await people.is_member("C1", "U3")


async def test_nobody_is_a_member_of_a_channel_that_the_bot_cannot_see(
    slack: CannedSlack, people: SlackPeople
) -> None:
    slack.refuses("conversations.members", "channel_not_found")
    assert not await people.is_member("C1", "U1")


async def test_a_channel_without_end_is_not_read_to_its_end(
    slack: CannedSlack, people: SlackPeople
) -> None:
    page = {"members": ["U2"], "response_metadata": {"next_cursor": "more"}}
    slack.answers("conversations.members", page)
    with pytest.raises(PersonUnknown):
        await people.is_member("C1", "U1")
    assert len(slack.calls("conversations.members")) == 50


async def test_the_direct_channel_is_opened_once(slack: CannedSlack, people: SlackPeople) -> None:
    slack.answers("conversations.open", {"channel": {"id": "D1"}})
    assert await people.direct_channel("U1") == "D1"
    assert await people.direct_channel("U1") == "D1"
    assert len(slack.calls("conversations.open")) == 1


@pytest.mark.parametrize(
    ("channel_id", "channel", "why"),
    [
        ("C1", {"is_member": False}, WhyNoPost.NOT_INVITED),
        ("C1", {"is_member": True, "is_archived": True}, WhyNoPost.ARCHIVED),
        ("C1", None, WhyNoPost.NOT_VISIBLE),
        ("D1", None, WhyNoPost.OTHERS_DIRECT_MESSAGE),
    ],
)
async def test_the_bot_cannot_post(
    slack: CannedSlack,
    people: SlackPeople,
    channel_id: str,
    channel: dict[str, Any] | None,
    why: WhyNoPost,
) -> None:
    if channel is None:
        slack.refuses("conversations.info", "channel_not_found")
    else:
        slack.answers("conversations.info", {"channel": channel})
    with pytest.raises(CannotPost) as cannot:
        await people.check_can_post(channel_id)
    assert (cannot.value.channel_id, cannot.value.why) == (channel_id, why)


@pytest.mark.parametrize(
    ("channel_id", "channel"), [("C1", {"is_member": True}), ("D1", {"is_im": True})]
)
async def test_the_bot_can_post(
    slack: CannedSlack, people: SlackPeople, channel_id: str, channel: dict[str, Any]
) -> None:
    slack.answers("conversations.info", {"channel": channel})
    await people.check_can_post(channel_id)


async def test_an_invitation_counts_at_once(slack: CannedSlack, people: SlackPeople) -> None:
    slack.answers(
        "conversations.info",
        {"channel": {"is_member": False}},
        {"channel": {"is_member": True}},
    )
    with pytest.raises(CannotPost):
        await people.check_can_post("C1")
    await people.check_can_post("C1")
