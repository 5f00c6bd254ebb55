"""A link to the console unfolds into the state of its run, for those who may see that."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from bot.domain.access import Role
from bot.playground.slack import Message
from bot.playground.slack.delivery import Delivery
from tests.scenarios.play import Asker, Play, open_play, team

TASK = "task-0tgmn4a7h4i6"
CONSOLE = "https://console.bce.baidu.com/qianfan/train/sft/job-3fpvp7w8agtp"


def link(task: str = TASK) -> str:
    return f"{CONSOLE}/{task}/detail/traininglog"


async def posted(asker: Asker, text: str, channel: str = "training") -> Message:
    """A message of somebody's, with what was unfolded below it."""
    exchange = await asker.person.types(text, channel)
    await asker.play.settles()
    assert exchange.message is not None
    message = asker.play.slack.workspace.message(exchange.message.channel, exchange.message.ts)
    assert message is not None
    return message


def attachments(message: Message) -> list[Any]:
    return list(message.attachments)


async def test_a_link_unfolds_into_the_state_of_its_run_without_what_is_private(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)

    message = await posted(play.bo, f"look at <{link()}>")

    assert play.text_of(message) == snapshot("""\
look at <https://console.bce.baidu.com/qianfan/train/sft/job-3fpvp7w8agtp/task-0tgmn4a7h4i6/detail/traininglog>
│ 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %
│ ███████░░░░░░░░░░░░░ 34 %
│   *Base model* ERNIE-Speed-8K
│   *Training mode* SFT
│   *Parameter scale* LoRA
│   *Job* `job-fx0uuhruifxn`
│   *Created* May 4, 2026 12:00
│ Best and last checkpoint, with the lowest perplexity: step 128, training loss 1.067, perplexity 2.907.
│ [1: Watch] [2: Stop] [3: More] [4: Open the console]\
""")
    assert "VisualDL" in await play.bo.asks(f"/qf status {TASK}")
    assert "Only full members" in await play.gus.clicks("Stop")
    assert play.calls("DescribeFineTuningTask") == 1, "the answer was younger than 15 s"


async def test_the_first_three_things_of_a_message_unfold_each_once(play: Play) -> None:
    tasks = [f"task-{letter * 12}" for letter in "abcd"]
    for task in tasks:
        play.world.add_task(task).runs(progress=34)

    links = [link(tasks[0]), *map(link, tasks)]
    message = await posted(play.bo, " ".join(links) + " https://console.bce.baidu.com/qianfan")

    assert [each["from_url"] for each in attachments(message)] == [*map(link, tasks[:3])]


@pytest.mark.parametrize("channel", ["general", "@lin", "secret"])
async def test_a_link_unfolds_only_in_a_channel_that_the_bot_can_see(
    play: Play, channel: str
) -> None:
    play.world.add_task(TASK).runs(progress=34)
    message = await posted(play.ada, link(), channel)
    assert bool(attachments(message)) is (channel == "general")


async def test_nothing_unfolds_that_another_organisation_could_read(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    workspace = play.slack.workspace
    workspace.add_channel("partners", is_ext_shared=True, members=["bo", play.slack.bot_user_id])
    assert attachments(await posted(play.bo, link(), "partners")) == []
    assert play.qianfan.requests == []


async def test_nothing_unfolds_for_guests_nor_of_what_is_not_there(play: Play) -> None:
    assert attachments(await posted(play.bo, link())) == []
    play.world.add_task(TASK).runs(progress=34)
    assert attachments(await posted(play.gus, link())) == []
    assert play.bo.reads() == play.gus.reads() == "", "nobody asked"


async def test_nothing_unfolds_where_nobody_has_a_role() -> None:
    async with open_play(team(default_role=Role.NONE)) as play:
        play.world.add_task(TASK).runs(progress=34)
        assert attachments(await posted(play.bo, link())) == []


async def test_a_link_that_is_still_being_written_does_not_unfold(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    event = {
        "type": "link_shared",
        "user": play.bo.id,
        "channel": "COMPOSER",
        "message_ts": "Ux-1",
        "source": "composer",
        "unfurl_id": "Ux-1",
        "links": [{"domain": "console.bce.baidu.com", "url": link()}],
    }
    payload = {"type": "event_callback", "team_id": play.slack.team_id, "event": event}

    answer = await play.slack._transport().send(Delivery("events_api", "crafted", payload), None)
    await play.settles()

    assert answer.acked
    assert play.qianfan.requests == []


async def test_where_slack_refuses_the_blocks_the_text_unfolds(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.slack.faults.error("invalid_blocks", "chat.unfurl", times=1)
    [attachment] = attachments(await posted(play.bo, link()))
    assert "is *Running*, 34 %" in attachment["text"]


async def test_an_unfolded_link_leaves_a_row_in_the_audit(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await posted(play.bo, link())
    assert f"status {TASK}" in await play.ada.asks(f"/qf audit {TASK}")
