"""Watching: from the queue to each end, and what a channel hears on the way."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from bot.domain.access import Grant, Role, Scope
from tests.scenarios.play import Play, open_play, team

TASK = "task-0tgmn4a7h4i6"


async def test_a_run_is_followed_from_the_queue_to_its_good_end(play: Play) -> None:
    play.world.add_task(
        TASK,
        play.world.add_job(name="support-bot"),
        queue=timedelta(minutes=10),
        length=timedelta(hours=1),
        noise=0,
    )
    assert await play.bo.asks(f"/qf watch {TASK}") == snapshot(
        "Watching, until it ends or May 18, 2026 12:00: ⏳ `task-0tgmn4a7h4i6` (support-bot) is *Waiting*. This channel hears every change."
    )
    await play.passes(minutes=20)
    assert "is *Running*" in play.training.card
    await play.passes(hours=1)

    assert play.training.hears() == snapshot(
        [
            "the card, now: ✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*",
            "in the thread: 🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 0 %",
            "in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*",
        ]
    )
    assert "is *Done*" in play.training.card
    assert await play.bo.asks("/qf watches") == snapshot(
        "This channel watches nothing. Follow a run with `/qf watch task-0tgmn4a7h4i6`."
    )


async def test_a_failure_comes_with_its_reason_and_code_first(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    run.fails("CUDA out of memory", code=336101)
    await play.passes(minutes=5)

    told = play.training.messages[-1]
    assert told.broadcast
    assert play.text_of(told).splitlines()[:3] == snapshot(
        [
            "❌ `task-0tgmn4a7h4i6` (sft-ifxn) is *Failed*",
            "Qianfan gives this reason, with code `336101`:",
            "CUDA out of memory",
        ]
    )
    assert "CUDA out of memory" in told.text


async def test_a_model_version_and_a_compression_task_are_followed_alike(play: Play) -> None:
    version = play.world.add_version(creating=timedelta(minutes=10))
    task = play.world.add_compression(queue=timedelta(minutes=3), length=timedelta(minutes=9))
    await play.bo.asks(f"/qf watch {version.id} {task.id}")
    await play.passes(minutes=30)

    ends = [line.split(" is ")[1] for line in play.training.hears() if line.startswith("in the")]
    assert ends == snapshot(["*running*", "*Ready*", "*succeeded*"])


async def test_two_channels_hear_it_and_qianfan_is_asked_once(play: Play) -> None:
    play.slack.workspace.invite("general", play.slack.bot_user_id)
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.ada.asks(f"/qf watch {TASK}")
    await play.bo.asks(f"/qf watch {TASK}", "general")
    before = play.calls("DescribeFineTuningTask")
    play.stage.clock.jump(timedelta(minutes=5))
    await play.settles()
    assert play.calls("DescribeFineTuningTask") == before + 1

    run.finishes()
    await play.passes(minutes=5)

    for channel in (play.training, play.general):
        assert "is *Done*" in channel.hears()[-1]


async def test_where_the_bot_is_not_invited_the_exact_invitation_is_told(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)

    assert await play.bo.asks(f"/qf watch {TASK}", "general") == snapshot(
        "I cannot write in #general, because I am not in it. Type `/invite @qfbot` there, then the same command again."
    )
    assert play.general.messages == []

    play.slack.workspace.invite("general", play.slack.bot_user_id)
    assert "Watching, until it ends" in await play.bo.asks(f"/qf watch {TASK}", "general")


async def test_one_may_follow_in_another_channel_that_one_is_in(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert "#training hears" in await play.bo.asks(f"/qf watch {TASK} in=#training", "general")
    assert "is *Running*" in play.training.card


async def test_one_may_not_post_where_one_is_not(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    secret = play.slack.workspace.channel("secret")
    play.slack.workspace.invite(secret, play.slack.bot_user_id)
    assert await play.bo.asks(f"/qf watch {TASK} in={secret.id}") == snapshot(
        "You are not in #secret, so I do not post there for you. Join it first."
    )


async def test_one_may_follow_in_ones_own_direct_messages(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK} in=me")
    run.finishes()
    await play.passes(minutes=5)

    direct = play.slack.workspace.open_dm(play.bo.id)
    texts = [play.text_of(each) for each in play.bo.person.sees(direct)]
    assert any("is *Done*" in text for text in texts)
    assert play.training.messages == []


@pytest.mark.parametrize(
    ("notify", "heard"),
    [
        ("all", snapshot(["*Done*", "*Running*, 3 %", "*Done*"])),
        ("ends", snapshot(["*Done*", "*Done*"])),
        ("failures", snapshot(["*Done*"])),
    ],
)
async def test_a_channel_hears_as_much_as_it_asked_for(
    play: Play, notify: str, heard: list[str]
) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK} notify={notify}")
    run.runs(progress=3)
    await play.passes(minutes=3)
    run.finishes()
    await play.passes(minutes=5)
    assert [line.partition(" is ")[2] for line in play.training.hears()] == heard


async def test_watching_again_renews_and_opens_no_second_card(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    assert (await play.bo.asks(f"/qf watch {TASK} for=30d")).startswith("Watched already")
    assert len(play.training.messages) == 1


async def test_what_has_ended_is_told_and_not_watched(play: Play) -> None:
    play.world.add_task(TASK).finishes()
    assert await play.bo.asks(f"/qf watch {TASK}") == snapshot(
        "✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*: it is over, so there is nothing to watch."
    )
    assert play.training.messages == []


async def test_after_unwatch_the_channel_hears_nothing_more(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    assert await play.bo.asks(f"/qf unwatch {TASK}") == snapshot(
        "`task-0tgmn4a7h4i6` is not watched here any more."
    )
    run.finishes()
    await play.passes(minutes=10)
    assert play.training.hears() == []


async def test_only_its_owner_or_an_operator_ends_a_watch(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.ada.asks(f"/qf watch {TASK}")
    assert await play.bo.asks(f"/qf unwatch {TASK}") == snapshot(
        "`task-0tgmn4a7h4i6` is watched here for @ada. Ending it is for @ada or for an operator."
    )
    assert "not watched here any more" in await play.lin.asks(f"/qf unwatch {TASK}")
    again = await play.lin.asks(f"/qf unwatch {TASK}")
    assert again == f"`{TASK}` is not watched here."


async def test_a_watch_whose_time_is_up_says_so(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK} for=1h")
    await play.passes(hours=1, minutes=5)
    assert play.training.hears()[-1] == snapshot(
        "in the thread and the channel: The time of this watch is up, and 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. `/qf watch task-0tgmn4a7h4i6` follows it again."
    )
    assert "watches nothing" in await play.bo.asks("/qf watches")


async def test_a_state_that_nobody_knows_is_told_by_its_word_and_is_no_end(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    run.says_state("Rebalancing")
    await play.passes(minutes=5)
    run.finishes()
    await play.passes(minutes=5)
    assert play.training.hears() == snapshot(
        [
            "the card, now: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*",
            "in the thread: ❔ `task-0tgmn4a7h4i6` (sft-ifxn) is *Rebalancing*. qfbot does not know this state, so it goes on watching.",
            "in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*",
        ]
    )


async def test_a_run_that_was_deleted_is_told_once(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    play.world.forget(run)
    await play.passes(hours=1)
    assert play.training.hears() == snapshot(
        [
            "in the thread and the channel: Qianfan no longer knows `task-0tgmn4a7h4i6`: it was perhaps deleted. This watch is over."
        ]
    )


async def test_qianfan_down_for_a_while_loses_nothing_and_is_told_once(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    fault = play.qianfan.faults.down()
    run.finishes()
    await play.passes(minutes=2)
    assert play.training.hears() == []
    await play.passes(minutes=30)
    assert play.training.hears() == snapshot(
        [
            "Qianfan does not answer. Since May 4, 2026 12:00 I see nothing of the runs watched here. I keep trying, and tell what happened meanwhile."
        ]
    )
    fault.end()
    await play.passes(minutes=10)
    assert play.training.hears() == snapshot(
        [
            "Qianfan answers again. From May 4, 2026 12:00 to May 4, 2026 12:33 nothing could be read; what changed meanwhile follows.",
            "in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*",
        ]
    )


async def test_a_channel_that_throws_the_bot_out_gets_what_it_missed_later(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    play.slack.workspace.kick("training", play.slack.bot_user_id)
    run.finishes()
    play.stage.clock.jump(timedelta(minutes=10))
    direct = play.slack.workspace.open_dm(play.bo.id)
    told = await play.slack.until(lambda: play.bo.person.sees(direct))
    assert play.text_of(told[0]) == snapshot(
        "I can no longer write in #training (Slack says `not_in_channel`), where I watch `task-0tgmn4a7h4i6` for you. Nothing is lost: type `/invite @qfbot` there, and I post what was missed."
    )

    play.slack.workspace.invite("training", play.slack.bot_user_id)
    other = play.world.add_task("task-5kjifvzerc5n")
    other.runs(progress=1)
    await play.bo.asks(f"/qf watch {other.id}")
    assert "is *Done*" in "\n".join(play.training.hears())


async def test_watches_lists_ones_own_across_channels(play: Play) -> None:
    play.slack.workspace.invite("general", play.slack.bot_user_id)
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.bo.asks(f"/qf watch {TASK}", "general")
    assert await play.bo.asks("/qf watches mine") == snapshot("""\
# What you watch
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 % for @bo, until May 18, 2026 12:00, in #training
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 % for @bo, until May 18, 2026 12:00, in #general
[1: Share with the channel]\
""")
    assert "You watch nothing" in await play.ada.asks("/qf watches mine")


async def test_trouble_and_then_one_denial_are_not_taken_for_a_deletion(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    trouble = play.qianfan.faults.answers(400, code="InappropriateJSON", message="no")
    await play.passes(minutes=10)
    trouble.end()
    denial = play.qianfan.faults.answers(404, code="NoSuchTask", message="not found", times=1)
    await play.passes(minutes=10)
    denial.end()
    assert play.training.hears() == []
    assert "is *Running*" in await play.bo.asks("/qf watches")


async def test_who_may_not_end_a_watch_may_not_silence_it_either(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.ada.asks(f"/qf watch {TASK}")
    await play.bo.asks(f"/qf watch {TASK} for=1m notify=failures")
    await play.passes(minutes=10)
    run.finishes()
    await play.passes(minutes=5)
    assert "is *Done*" in play.training.hears()[-1]


async def test_ones_own_direct_messages_are_a_place_like_others_for_the_rules(
    tmp_path: Path,
) -> None:
    async with open_play(team(default_role=Role.NONE), data=tmp_path) as play:
        book, training = play.stage.rule_book, play.slack.workspace.channel("training")
        here = Scope(frozenset({play.bo.id}), channels=frozenset({training.id}))
        book.rules = replace(book.rules, grants=(Grant(Role.VIEWER, here),))
        play.world.add_task(TASK).runs(progress=34)
        assert "here you have the role `none`" in await play.bo.asks(f"/qf watch {TASK} in=me")


async def test_access_that_is_lost_while_an_outcome_is_unclear_is_told_too(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.slack.faults.drop("after", "chat.postMessage", times=1)
    run.finishes()
    play.stage.clock.jump(timedelta(minutes=10))
    await play.slack.until(lambda: len(play.training.messages) == 2)
    play.slack.workspace.kick("training", play.slack.bot_user_id)
    direct = play.slack.workspace.open_dm(play.bo.id)
    await play.slack.until(lambda: play.bo.person.sees(direct))

    play.slack.workspace.invite("training", play.slack.bot_user_id)
    other = play.world.add_task("task-5kjifvzerc5n")
    other.runs(progress=1)
    await play.bo.asks(f"/qf watch {other.id}")
    assert [line for line in play.training.hears() if "is *Done*" in line and "thread" in line] == [
        f"in the thread and the channel: ✅ `{TASK}` (sft-ifxn) is *Done*"
    ]
