"""The bot is brought into a channel: it says hello once, and goes on where it was shut out."""

from datetime import timedelta

from inline_snapshot import snapshot

from bot.domain.languages import Language
from bot.playground.slack.happenings import Delivered
from tests.scenarios.play import Play
from tests.scenarios.test_ways_in import slack_sends

TASK = "task-0tgmn4a7h4i6"


def invites(play: Play, channel: str) -> None:
    workspace = play.slack.workspace
    workspace.invite(channel, play.slack.bot_user_id, by=play.bo.person.user)


async def test_it_says_hello_and_offers_three_ways_to_begin(play: Play) -> None:
    invites(play, "general")
    await play.slack.until(lambda: play.general.messages)

    [message] = play.general.messages
    assert play.text_of(message) == snapshot("""\
👋 Hello, I am qfbot: with me you run and follow fine-tuning on Baidu Qianfan.
Have me watch a run: this channel then has a card that is kept up to date, and hears how the run ends, and why it failed. `/qf status` tells how a run is; `/qf stop` and `/qf publish` are for those who may.
[1: Watch a run…] [2: What runs now] [3: Help]
· In a thread, where commands cannot go, mention me: `@qfbot status task-0tgmn4a7h4i6`.\
""")


async def test_an_event_that_comes_twice_says_hello_once(play: Play) -> None:
    general = play.slack.workspace.channel("general").id
    event = {"type": "member_joined_channel", "user": play.slack.bot_user_id, "channel": general}
    payload = {"type": "event_callback", "event_id": "Ev1", "event": event}
    play.slack.workspace.invite(general, play.slack.bot_user_id)
    await play.slack.until(lambda: play.general.messages)

    for _ in range(2):
        await slack_sends(play, "events_api", payload)

    assert len(play.general.messages) == 2, "one for each time that it was brought"


async def test_what_others_do_is_no_reason_to_say_hello(play: Play) -> None:
    play.slack.workspace.invite("training", play.slack.workspace.add_user("new"))
    await play.slack.until(lambda: told_of(play, "member_joined_channel"))
    await play.settles()
    assert play.training.messages == []


async def test_nothing_is_said_where_another_organisation_reads_along(play: Play) -> None:
    workspace = play.slack.workspace
    partners = workspace.add_channel("partners", is_ext_shared=True, members=["bo"])
    workspace.invite(partners, play.slack.bot_user_id)
    await play.slack.until(lambda: told_of(play, "member_joined_channel"))
    await play.settles()
    assert list(workspace.messages(partners.id)) == []


async def test_what_was_missed_is_told_as_soon_as_the_bot_is_back(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    play.slack.workspace.kick("training", play.slack.bot_user_id)
    run.finishes()
    play.stage.clock.jump(timedelta(minutes=10))
    direct = play.slack.workspace.open_dm(play.bo.id)
    await play.slack.until(lambda: play.bo.person.sees(direct))

    invites(play, "training")
    await play.slack.until(lambda: len(play.training.messages) == 3)

    assert play.training.hears() == snapshot(
        [
            "in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*",
            "👋 Hello, I am qfbot: with me you run and follow fine-tuning on Baidu Qianfan.",
        ]
    )


async def test_a_channel_is_greeted_in_the_language_of_who_brings_the_bot(play: Play) -> None:
    play.slack.workspace.change_user("bo", locale="zh-CN")
    invites(play, "general")
    await play.slack.until(lambda: play.general.messages)

    general = play.slack.workspace.channel("general").id
    settings = await play.app.store.channels.settings(general)
    assert settings.readers is Language.CHINESE


async def test_a_private_channel_is_known_as_soon_as_the_bot_is_in_it(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    secret = play.slack.workspace.channel("secret")
    assert "Share" not in await play.ada.asks(f"/qf status {TASK}", secret.id)
    play.slack.workspace.invite(secret, play.slack.bot_user_id)
    await play.slack.until(lambda: any(play.slack.workspace.newest_first(secret.id)))
    assert "Share" in await play.ada.asks(f"/qf status {TASK}", secret.id)


async def test_the_three_buttons_do_what_they_say_to_whoever_presses_them(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    invites(play, "general")
    await play.slack.until(lambda: play.general.messages)

    assert TASK in await play.bo.clicks("What runs now", "general")
    assert "What you can ask" in await play.bo.clicks("Help", "general")
    await play.bo.clicks("Watch a run…", "general")
    await play.bo.searches("ids")
    assert "This channel hears every change" in await play.bo.submits(ids=TASK)


def told_of(play: Play, event: str) -> bool:
    """Whether the bot was told of such an event."""
    happened = [entry.what for entry in play.slack.feed.entries]
    return any(isinstance(it, Delivered) and it.name == event for it in happened)
