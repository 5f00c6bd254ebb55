"""Alarms and muting: what a channel hears though no state changed, and what it is spared."""

import math
from datetime import timedelta

from inline_snapshot import snapshot

from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def later(play: Play, **length: float) -> None:
    """The world's time leaps: what stood still meanwhile is looked at once."""
    play.stage.clock.jump(timedelta(**length))
    await play.settles()


async def test_a_run_that_waits_too_long_is_told_of_once(play: Play) -> None:
    play.world.add_task(TASK, play.world.add_job(name="support-bot")).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()
    await later(play, hours=1, minutes=50)
    assert play.training.hears() == []
    await later(play, hours=6)
    assert play.training.hears() == snapshot(
        [
            "in the thread: ⚠️ `task-0tgmn4a7h4i6` (support-bot) still waits in the queue, since May 4, 2026 12:00: for 7 h 50 min now."
        ]
    )
    assert play.text_of(play.training.messages[-1]) == snapshot("""\
⚠️ `task-0tgmn4a7h4i6` (support-bot) still waits in the queue, since May 4, 2026 12:00: for 7 h 50 min now.
· Qianfan does not tell why; its console may show what takes the resources.
[1: Status] [2: Stop] [3: Mute]\
""")


async def test_a_run_that_was_told_of_and_waits_again_is_told_of_again(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await later(play, hours=3)
    run.runs(progress=5)
    await later(play, minutes=10)
    run.queues()
    await later(play, minutes=10)
    await later(play, hours=3)
    assert [line.split(" (")[0] for line in play.training.hears()] == snapshot(
        [
            "the card, now: ⏳ `task-0tgmn4a7h4i6`",
            "in the thread: ⚠️ `task-0tgmn4a7h4i6`",
            "in the thread: 🏃 `task-0tgmn4a7h4i6`",
            "in the thread: ⏳ `task-0tgmn4a7h4i6`",
            "in the thread: ⚠️ `task-0tgmn4a7h4i6`",
        ]
    )


async def test_a_run_that_makes_no_progress_is_told_in_the_channel_too(play: Play) -> None:
    play.world.add_task(
        TASK,
        queue=timedelta(0),
        length=timedelta(hours=6),
        noise=0,
        stalls_at=40,
        stall=0.5,
    )
    await play.bo.asks(f"/qf watch {TASK}")
    for _ in range(16):
        await later(play, minutes=15)
    assert play.training.hears() == snapshot(
        [
            "the card, now: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 40 %",
            "in the thread and the channel: ⚠️ `task-0tgmn4a7h4i6` (sft-ifxn) makes no progress: 40 % since May 4, 2026 13:15, for 1 h now.",
        ]
    )


async def test_a_loss_that_is_no_number_is_told_and_the_run_stopped_from_there(play: Play) -> None:
    run = play.world.add_task(TASK, queue=timedelta(0), length=timedelta(hours=2), checkpoints=0)
    await play.bo.asks(f"/qf watch {TASK} notify=failures")
    for step, loss in ((100, 1.2), (200, 0.9), (300, math.nan), (400, math.nan)):
        await later(play, minutes=10)
        run.saves(step=step, loss=loss, perplexity=loss)
    await later(play, minutes=10)

    alarm = play.training.messages[-1]
    assert alarm.broadcast
    assert play.text_of(alarm) == snapshot("""\
⚠️ `task-0tgmn4a7h4i6` (sft-ifxn): the training loss is no number (NaN) since step 300.
· A training seldom recovers from that. The last checkpoint with a loss is that of step 200.
[1: Status] [2: Stop] [3: Mute]\
""")
    assert "is for" in await play.bo.clicks("Stop")
    assert f"Stop `{TASK}`?" in await play.lin.clicks("Stop")
    await play.lin.clicks("Stop it")
    assert play.calls("StopFineTuningTask") == 1


async def test_a_loss_that_rises_is_told_in_the_thread(play: Play) -> None:
    play.world.add_task(TASK, queue=timedelta(0), length=timedelta(hours=2), noise=0, loss="rises")
    await play.bo.asks(f"/qf watch {TASK}")
    for _ in range(6):
        await later(play, minutes=18)
    assert play.training.hears() == snapshot(
        [
            "the card, now: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 90 %",
            "in the thread: ⚠️ `task-0tgmn4a7h4i6` (sft-ifxn): the training loss rises, to 1.479 at step 600.",
        ]
    )


async def test_a_channel_sets_its_own_limits(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()

    assert await play.lin.asks("/qf alarms queued=8h slow=off") == snapshot("""\
The alarms of this channel from now on
  *Queued* after 8 h
  *No progress* after 1 h
  *Slow* off
  *Training loss* when it rises, or is no number
· To change it: `/qf alarms queued=2h stalled=1h slow=2x loss=on`; off in place of a value ends one.\
""")
    await later(play, hours=7)
    assert play.training.hears() == []
    assert await play.lin.asks("/qf alarms off") == snapshot("""\
The alarms of this channel from now on
  *Queued* off
  *No progress* off
  *Slow* off
  *Training loss* off
· To change it: `/qf alarms queued=2h stalled=1h slow=2x loss=on`; off in place of a value ends one.\
""")
    await later(play, hours=7)
    assert play.training.hears() == []
    assert await play.lin.asks("/qf alarms on queued=30m") == snapshot("""\
The alarms of this channel from now on
  *Queued* after 30 min
  *No progress* after 1 h
  *Slow* from 2 times as long as its first pace promised
  *Training loss* when it rises, or is no number
· To change it: `/qf alarms queued=2h stalled=1h slow=2x loss=on`; off in place of a value ends one.\
""")
    await later(play, minutes=10)
    assert play.training.hears() == snapshot(
        [
            "in the thread: ⚠️ `task-0tgmn4a7h4i6` (sft-ifxn) still waits in the queue, since May 4, 2026 12:00: for 14 h 10 min now."
        ]
    )


async def test_a_limit_that_would_tell_nothing_is_refused(play: Play) -> None:
    assert await play.lin.asks("/qf alarms queued=1m") == snapshot(
        "`1m` does not fit: `queued` has to be at least 10m, or off. `/qf help alarms` shows how it is used."
    )
    assert await play.lin.asks("/qf alarms slow=1.1x") == snapshot(
        "`1.1x` does not fit: `slow` has to be at least 1.5x, or off. `/qf help alarms` shows how it is used."
    )
    assert await play.lin.asks("/qf alarms slow=often") == snapshot(
        "`often` does not fit: `slow` has to be a factor such as 2x or 1.5x, or off. `/qf help alarms` shows how it is used."
    )
    assert await play.lin.asks("/qf alarms") == snapshot("""\
This channel's alarms
  *Queued* after 2 h
  *No progress* after 1 h
  *Slow* from 2 times as long as its first pace promised
  *Training loss* when it rises, or is no number
· To change it: `/qf alarms queued=2h stalled=1h slow=2x loss=on`; off in place of a value ends one.\
""")


async def test_a_viewer_sets_no_limits_and_mutes_nothing(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert "operator" in await play.bo.asks("/qf alarms off")
    assert "operator" in await play.bo.asks(f"/qf mute {TASK}")


async def test_a_muted_run_is_told_of_again_only_at_its_end(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()

    assert await play.lin.asks(f"/qf mute {TASK}") == snapshot(
        "`task-0tgmn4a7h4i6` is muted: nothing of it is told here but its end. The card goes on showing how it is; `/qf mute task-0tgmn4a7h4i6 off` has all told again."
    )
    assert await play.bo.asks("/qf watches") == snapshot("""\
# What this channel watches
⏳ `task-0tgmn4a7h4i6` (sft-ifxn) is *Waiting* for @bo, until May 18, 2026 12:00 (muted)
[1: Share with the channel]\
""")
    assert await play.bo.asks(f"/qf watch {TASK}") == snapshot(
        "Watched already, and now until it ends or May 18, 2026 12:00: ⏳ `task-0tgmn4a7h4i6` (sft-ifxn) is *Waiting*. This channel hears every change. But it is muted: only the end is told here."
    )
    await later(play, hours=3)
    run.runs(progress=70)
    await later(play, hours=3)
    assert play.training.hears() == []
    assert "is *Running*, 70 %" in play.training.card

    run.fails("CUDA out of memory")
    await later(play, minutes=5)
    assert play.training.hears() == snapshot(
        ["in the thread and the channel: ❌ `task-0tgmn4a7h4i6` (sft-ifxn) is *Failed*"]
    )


async def test_muting_for_a_while_ends_by_itself_and_tells_nothing_late(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK}")
    play.training.hears()

    assert await play.lin.asks(f"/qf mute {TASK} for=3h") == snapshot(
        "`task-0tgmn4a7h4i6` is muted until May 4, 2026 15:00: nothing of it is told here but its end. The card goes on showing how it is; `/qf mute task-0tgmn4a7h4i6 off` has all told again."
    )
    run.runs(progress=10)
    await later(play, hours=2, minutes=55)
    await later(play, minutes=10)
    assert play.training.hears() == []
    assert "muted" not in await play.bo.asks("/qf watches")
    run.says_state("Migrating")
    await later(play, minutes=10)
    assert play.training.hears() == snapshot(
        [
            "in the thread: ❔ `task-0tgmn4a7h4i6` (sft-ifxn) is *Migrating*. qfbot does not know this state, so it goes on watching."
        ]
    )


async def test_the_alarms_own_button_mutes_and_off_ends_it(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await later(play, hours=3)
    play.training.hears()

    assert "is muted" in await play.lin.clicks("Mute")
    run.runs(progress=10)
    await later(play, minutes=10)
    assert play.training.hears() == []

    assert await play.lin.asks(f"/qf mute {TASK} off") == snapshot(
        "`task-0tgmn4a7h4i6` is not muted here any more. What was not told meanwhile is not told later."
    )
    await later(play, hours=2)
    assert play.training.hears() == snapshot(
        [
            "in the thread and the channel: ⚠️ `task-0tgmn4a7h4i6` (sft-ifxn) makes no progress: 10 % since May 4, 2026 15:10, for 2 h now."
        ]
    )


async def test_what_cannot_be_muted_says_what_can(play: Play) -> None:
    play.world.add_task(TASK)
    assert await play.lin.asks(f"/qf mute {TASK}") == snapshot(
        "`task-0tgmn4a7h4i6` is not watched here, so there is nothing to mute. `/qf watches` lists what is."
    )
    assert await play.lin.asks("/qf mute job-ftp4icwebtnc") == snapshot(
        "`job-ftp4icwebtnc` is a fine-tuning job, and `/qf mute` has no use for one. With it you can use `/qf watch job-ftp4icwebtnc`."
    )
    assert await play.lin.asks(f"/qf mute {TASK} off for=2h") == snapshot(
        "Only one of `off` and `for` may be given."
    )
    assert await play.lin.asks(f"/qf mute {TASK} please") == snapshot(
        "`please` does not fit here: it has to be off. `/qf help mute` shows how it is used."
    )
    assert await play.lin.asks(f"/qf mute {TASK} for=200d") == snapshot(
        "`200d` does not fit: `for` has to be at most 90d. `/qf help mute` shows how it is used."
    )


async def test_only_the_channel_that_mutes_is_spared(play: Play) -> None:
    play.slack.workspace.invite("general", play.slack.bot_user_id)
    run = play.world.add_task(TASK)
    run.queues()
    for channel in ("training", "general"):
        await play.lin.asks(f"/qf watch {TASK}", channel)
    await play.lin.asks(f"/qf mute {TASK}", "general")
    play.training.hears()
    play.general.hears()

    await later(play, hours=3)

    assert len(play.training.hears()) == 1
    assert play.general.hears() == []
