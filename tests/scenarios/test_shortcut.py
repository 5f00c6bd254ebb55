"""The message shortcut: the runs that somebody's message names are watched in its channel."""

from inline_snapshot import snapshot

from bot.playground.slack import Message
from tests.scenarios.play import Asker, Play

TASK = "task-0tgmn4a7h4i6"
OTHER = "task-5kjifvzerc5n"
JOB = "job-3fpvp7w8agtp"
LINK = f"https://console.bce.baidu.com/qianfan/train/sft/{JOB}/{TASK}/detail/traininglog"


async def said(asker: Asker, text: str, channel: str = "training") -> Message:
    """A message of somebody's."""
    exchange = await asker.person.types(text, channel)
    await asker.play.settles()
    assert exchange.message is not None
    return exchange.message


async def test_the_runs_in_a_message_are_watched_where_it_stands(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.world.add_task(OTHER).runs(progress=5)
    message = await said(play.lin, f"started (see {LINK}) and `{OTHER.upper()}`, don't you think")

    assert await play.bo.points_at(message) == snapshot("""\
Watching, until it ends or May 18, 2026 12:00: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. This channel hears every change.
Watching, until it ends or May 18, 2026 12:00: 🏃 `task-5kjifvzerc5n` (sft-av9d) is *Running*, 5 %. This channel hears every change.\
""")
    assert len(play.training.hears()) == 2


async def test_the_runs_of_an_apps_blocks_and_attachments_are_found(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.world.add_task(OTHER).runs(progress=5)
    workspace = play.slack.workspace
    text = {"type": "mrkdwn", "text": f"*train* of {TASK}"}
    press = {"type": "plain_text", "text": "Delete job-0000000000"}
    message = workspace.post(
        workspace.channel("training").id,
        workspace.bot.id,
        text="launched",
        blocks=(
            {"type": "section", "block_id": "a", "text": text},
            {
                "type": "actions",
                "block_id": "b",
                "elements": [{"type": "button", "action_id": "c", "text": press, "value": "x"}],
            },
        ),
        attachments=({"fallback": f"beside {OTHER}"},),
    )

    told = await play.bo.points_at(message)

    assert told.count("Watching, until it ends") == 2


async def test_a_message_without_a_run_is_told_so_and_a_choice_is_offered(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    message = await said(play.lin, "lunch?")

    assert await play.bo.points_at(message) == snapshot("""\
This message names no run: there is no id such as `task-0tgmn4a7h4i6` in it, and no link to one in Qianfan's console.
[1: Watch a run…]\
""")
    assert "Watch a run" in await play.bo.clicks("Watch a run…")


async def test_what_cannot_be_watched_is_told_what_it_is(play: Play) -> None:
    message = await said(play.lin, "it is in am-5sxpz4xn25uw")
    assert await play.bo.points_at(message) == snapshot(
        "`am-5sxpz4xn25uw` is a model, and `/qf watch` has no use for one. With it you can use `/qf import am-5sxpz4xn25uw`."
    )


async def test_more_runs_than_one_watches_at_once_are_refused(play: Play) -> None:
    ids = " ".join(f"task-{number:012}" for number in range(21))
    message = await said(play.lin, ids)
    assert await play.bo.points_at(message) == snapshot(
        "`/qf watch` takes at most 20 at once, and you gave 21."
    )
    assert play.qianfan.requests == []


async def test_where_the_bot_is_not_the_invitation_is_told(play: Play) -> None:
    message = await said(play.lin, TASK, "general")
    assert await play.bo.points_at(message) == snapshot(
        "I cannot write in #general, because I am not in it. Type `/invite @qfbot` there, then the same command again."
    )


async def test_between_two_people_their_own_direct_messages_are_offered(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    direct = play.slack.workspace.open_dm_between(play.bo.id, play.lin.id)
    message = await said(play.lin, TASK, direct.id)

    assert "direct messages" in await play.bo.points_at(message)
    await play.bo.clicks("Watch in our direct messages", direct.id)

    assert TASK in await play.bo.comes_home()


async def test_a_guest_has_nothing_watched(play: Play) -> None:
    message = await said(play.gus, TASK)
    assert "Only full members" in await play.gus.points_at(message)
    assert play.qianfan.requests == []
