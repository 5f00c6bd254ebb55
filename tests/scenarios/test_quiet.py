"""Quiet hours: a channel sleeps, hears of failures alone, and of the net truth in the morning."""

from datetime import timedelta

from inline_snapshot import snapshot

from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"
OTHER = "task-2js0q8x0i9ab"
NEW = "task-5kjifvzerc5n"
THIRD = "task-8u1nq7z5w2ce"


async def later(play: Play, **length: float) -> None:
    """The world's time leaps: what stood still meanwhile is looked at once."""
    play.stage.clock.jump(timedelta(**length))
    await play.settles()


async def falls_asleep(play: Play) -> None:
    """It is 20:15 in UTC, a quarter of an hour into the quiet hours of #training."""
    assert "quiet hours" in await play.lin.asks("/qf quiet 20-6")
    await later(play, hours=8, minutes=15)
    play.training.hears()


async def test_failures_are_heard_at_night_and_the_rest_in_the_morning(play: Play) -> None:
    done, failing = play.world.add_task(TASK), play.world.add_task(OTHER)
    done.queues()
    failing.runs(progress=5)
    await play.bo.asks(f"/qf watch {TASK} {OTHER}")
    await play.lin.asks("/qf alarms off")
    await falls_asleep(play)

    done.runs(progress=50)
    await later(play, hours=1)
    done.finishes()
    failing.fails("CUDA out of memory", code=336101)
    await later(play, hours=1)
    assert play.training.hears() == snapshot(
        ["in the thread and the channel: ❌ `task-2js0q8x0i9ab` (sft-av9d) is *Failed*"]
    )

    await later(play, hours=8)
    assert play.training.hears() == snapshot(
        ["in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*"]
    )


async def test_what_somebody_asks_for_at_night_is_told_at_night(play: Play) -> None:
    await falls_asleep(play)
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks(f"/qf stop {TASK}")
    await play.lin.clicks("Stop it")
    assert play.training.hears() == snapshot(
        [
            "the card, now: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %",
            "@lin asked Qianfan to stop `task-0tgmn4a7h4i6`.",
        ]
    )
    await later(play, hours=10)
    assert play.training.hears() == snapshot(
        [
            "in the thread and the channel: 🛑 `task-0tgmn4a7h4i6` (sft-ifxn) is *Stopped*: by @lin through qfbot."
        ]
    )


async def test_what_a_follow_finds_at_night_waits_but_not_its_failure(play: Play) -> None:
    await play.lin.asks("/qf follow")
    await later(play, seconds=30)
    await falls_asleep(play)

    failing, done = play.world.add_task(NEW), play.world.add_task(OTHER)
    going_on = play.world.add_task(THIRD)
    failing.runs(progress=3)
    done.runs(progress=3)
    going_on.queues()
    await later(play, minutes=6)
    assert play.training.hears() == []
    failing.fails("CUDA out of memory")
    done.finishes()
    going_on.runs(progress=7)
    await later(play, minutes=6)
    assert play.training.hears() == snapshot(["❌ `task-5kjifvzerc5n` (sft-ifxn) is *Failed*"])

    await play.lin.asks("/qf alarms off")
    await later(play, hours=10)
    assert play.training.hears() == snapshot(
        [
            "the card, now: 🏃 `task-8u1nq7z5w2ce` (sft-9blx) is *Running*, 7 %",
            "✅ `task-2js0q8x0i9ab` (sft-av9d) is *Done*",
        ]
    )


async def test_several_that_ended_at_night_are_one_message_in_the_morning(play: Play) -> None:
    for run in (TASK, OTHER, NEW):
        play.world.add_task(run).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK} {OTHER} {NEW}")
    await play.lin.asks("/qf alarms off")
    await falls_asleep(play)
    play.world.tasks[TASK].finishes()
    play.world.tasks[OTHER].is_stopped()
    play.world.tasks[NEW].finishes()
    await later(play, hours=1)
    assert play.training.hears() == []

    await later(play, hours=9)
    [morning] = play.training.hears()
    assert morning == snapshot("# 3 have ended")


async def test_off_tells_at_once_what_was_held_back(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks("/qf alarms off")
    await falls_asleep(play)
    run.finishes()
    await later(play, hours=1)
    assert play.training.hears() == []

    assert await play.lin.asks("/qf quiet off") == snapshot(
        "This channel has no quiet hours any more. What was held back is told now."
    )
    assert play.training.hears() == snapshot(
        ["in the thread and the channel: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*"]
    )
    assert await play.lin.asks("/qf quiet") == snapshot(
        "This channel has no quiet hours. `/qf quiet 22:00-08:00` sets some."
    )


async def test_the_hours_are_those_of_the_channels_zone(play: Play) -> None:
    play.slack.workspace.change_user("lin", tz="Asia/Shanghai")
    assert await play.lin.asks("/qf quiet") == snapshot(
        "This channel has no quiet hours. `/qf quiet 22:00-08:00` sets some."
    )
    assert await play.lin.asks("/qf quiet 22：00–8") == snapshot("""\
From now on this channel has quiet hours from 22:00 to 08:00 (Asia/Shanghai).
· Failures are told at once, and alarms as grave; the rest when the hours are over, at most one message a thing. `/qf quiet off` ends the quiet hours.\
""")
    assert await play.ada.asks("/qf quiet 19:30 - 8am") == snapshot("""\
From now on this channel has quiet hours from 19:30 to 08:00 (Asia/Shanghai).
· It is quiet now, until May 5, 2026 00:00.
· Failures are told at once, and alarms as grave; the rest when the hours are over, at most one message a thing. `/qf quiet off` ends the quiet hours.\
""")
    assert await play.ada.asks("/qf quiet zone=berlin") == snapshot("""\
From now on this channel has quiet hours from 19:30 to 08:00 (Europe/Berlin).
· Failures are told at once, and alarms as grave; the rest when the hours are over, at most one message a thing. `/qf quiet off` ends the quiet hours.\
""")
    assert await play.lin.asks("/qf quiet") == snapshot("""\
This channel has quiet hours from 19:30 to 08:00 (Europe/Berlin).
· Failures are told at once, and alarms as grave; the rest when the hours are over, at most one message a thing. `/qf quiet off` ends the quiet hours.\
""")


async def test_what_are_no_hours_is_told_with_what_would_be(play: Play) -> None:
    texts = ("22-22", "0-24", "22", "at night", "22-8 zone=mars", "zone=berlin")
    assert [await play.lin.asks(f"/qf quiet {text}") for text in texts] == snapshot(
        [
            "From 22:00 to 22:00 is the whole day, and quiet hours have to end. `/qf mute ID` silences one run; with `notify=failures` a watch tells of failures alone.",
            "From 00:00 to 00:00 is the whole day, and quiet hours have to end. `/qf mute ID` silences one run; with `notify=failures` a watch tells of failures alone.",
            "`22` does not fit here: it has to be hours such as 22:00-08:00, or off. `/qf help quiet` shows how it is used.",
            "`at night` does not fit here: it has to be hours such as 22:00-08:00, or off. `/qf help quiet` shows how it is used.",
            "`mars` does not fit: `zone` has to be the name of a time zone such as Asia/Shanghai or Europe/Berlin. `/qf help quiet` shows how it is used.",
            "This channel has no quiet hours. `/qf quiet 22:00-08:00` sets some.",
        ]
    )


async def test_quiet_digest_and_language_are_for_operators(play: Play) -> None:
    for line in ("quiet 22-8", "digest 9", "language zh"):
        assert "operator" in await play.bo.asks(f"/qf {line}")
