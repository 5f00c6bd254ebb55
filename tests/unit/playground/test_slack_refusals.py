"""What Slack refuses, by which name, and where Slack says so: one row a fact."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.unit.playground.slack_app import FORM, error_of, plain
from tests.unit.playground.slack_facts import BLOCKS, METHODS, Fact, furnished, posting, view

MESSAGES = {
    "a channel that does not exist": Fact(
        "channel_not_found", METHODS + "chat.postMessage/#errors", posting(channel="CNONE")
    ),
    "a private channel without the bot looks as if it did not exist": Fact(
        "channel_not_found", METHODS + "chat.postMessage/#errors", posting(channel="CPRIVATE")
    ),
    "a public channel without the bot": Fact(
        "not_in_channel", METHODS + "chat.postMessage/#errors", posting(channel="COUT")
    ),
    "an archived channel": Fact(
        "is_archived", METHODS + "chat.postMessage/#errors", posting(channel="COLD")
    ),
    "nothing to say": Fact(
        "no_text",
        METHODS + "chat.postMessage/#errors",
        lambda client: client.api_call("chat.postMessage", json={"channel": "CIN"}),
    ),
    "metadata without a payload": Fact(
        "invalid_metadata_format",
        METHODS + "chat.postMessage/#errors",
        posting(metadata={"event_type": "announced"}),
    ),
    "metadata that is very large": Fact(
        "metadata_too_large",
        METHODS + "chat.postMessage/#errors",
        posting(metadata={"event_type": "x", "event_payload": {"key": "k" * 9000}}),
    ),
    "a private message to someone who is not in the channel": Fact(
        "user_not_in_channel",
        METHODS + "chat.postEphemeral/#errors",
        lambda client: client.chat_postEphemeral(channel="CIN", user="UOUT", text="x"),
    ),
    "an edit of a message that is not there": Fact(
        "message_not_found",
        METHODS + "chat.update/#errors",
        lambda client: client.chat_update(channel="CIN", ts="1.000001", text="x"),
    ),
    "a deletion of a message that is not there": Fact(
        "message_not_found",
        METHODS + "chat.delete/#errors",
        lambda client: client.chat_delete(channel="CIN", ts="1.000001"),
    ),
    "reading a channel without the bot": Fact(
        "not_in_channel",
        METHODS + "conversations.history/#errors",
        lambda client: client.conversations_history(channel="COUT"),
    ),
    "a thread that is not there": Fact(
        "thread_not_found",
        METHODS + "conversations.replies/#errors",
        lambda client: client.conversations_replies(channel="CIN", ts="1.000001"),
    ),
    "a made-up cursor": Fact(
        "invalid_cursor",
        METHODS + "conversations.history/#errors",
        lambda client: client.conversations_history(channel="CIN", cursor="what"),
    ),
    "a time that is none": Fact(
        "invalid_ts_oldest",
        METHODS + "conversations.history/#errors",
        lambda client: client.conversations_history(channel="CIN", oldest="yesterday", limit=1),
    ),
    "a user that does not exist": Fact(
        "user_not_found",
        METHODS + "users.info/#errors",
        lambda client: client.users_info(user="UNONE"),
    ),
    "direct messages with someone who left": Fact(
        "user_disabled",
        METHODS + "conversations.open/#errors",
        lambda client: client.conversations_open(users="UGONE"),
    ),
    "a group that does not exist": Fact(
        "no_such_subteam",
        METHODS + "usergroups.users.list/#errors",
        lambda client: client.usergroups_users_list(usergroup="SNONE"),
    ),
    "an emoji for a message that is not there": Fact(
        "message_not_found",
        METHODS + "reactions.add/#errors",
        lambda client: client.reactions_add(channel="CIN", timestamp="1.000001", name="eyes"),
    ),
    "a file that does not exist": Fact(
        "file_not_found",
        METHODS + "files.info/#errors",
        lambda client: client.files_info(file="FNONE00000"),
    ),
    "a method that does not exist": Fact(
        "unknown_method",
        METHODS + "chat.postMessage/#errors",
        lambda client: client.api_call("chat.shout"),
    ),
    "a bot that does not exist": Fact(
        "bot_not_found",
        METHODS + "bots.info/#errors",
        lambda client: client.bots_info(bot="BNONE"),
    ),
    "unfolding a message that is not there": Fact(
        "cannot_find_message",
        METHODS + "chat.unfurl/#errors",
        lambda client: client.chat_unfurl(channel="CIN", ts="1.000001", unfurls={"https://x": {}}),
    ),
}

VIEWS = {
    "a trigger that was never given": Fact(
        "invalid_trigger_id", METHODS + "views.open/#errors", view()
    ),
    "a title of more than 24 characters": Fact(
        "invalid_arguments",
        "https://docs.slack.dev/reference/views/modal-views/",
        view(title=plain("x" * 25)),
    ),
    "a title in mrkdwn": Fact(
        "invalid_arguments",
        "https://docs.slack.dev/reference/views/modal-views/",
        view(title={"type": "mrkdwn", "text": "x"}),
    ),
    "inputs without a submit button": Fact(
        "invalid_arguments",
        "https://docs.slack.dev/reference/views/modal-views/",
        view(submit=None),
    ),
    "private_metadata of more than 3,000 characters": Fact(
        "invalid_arguments",
        "https://docs.slack.dev/reference/views/modal-views/",
        view(private_metadata="x" * 3001),
    ),
    "more than 100 blocks": Fact(
        "invalid_arguments",
        "https://docs.slack.dev/reference/views/modal-views/",
        view(blocks=[{"type": "divider"}] * 101),
    ),
    "a table in a modal": Fact(
        "invalid_arguments",
        BLOCKS + "table-block/",
        view(blocks=[{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}]),
    ),
    "a view that is not there": Fact(
        "not_found",
        METHODS + "views.update/#errors",
        lambda client: client.views_update(view_id="VNONE", view=FORM),
    ),
    "a Home tab for nobody": Fact(
        "user_not_found",
        METHODS + "views.publish/#errors",
        lambda client: client.views_publish(user_id="UNONE", view={"type": "home", "blocks": []}),
    ),
}

FACTS = MESSAGES | VIEWS


@pytest.fixture
async def client() -> AsyncIterator[AsyncWebClient]:
    async with furnished() as client:
        yield client


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())
async def test_slack_refuses(fact: Fact, client: AsyncWebClient) -> None:
    assert await error_of(fact.call(client)) == fact.error
