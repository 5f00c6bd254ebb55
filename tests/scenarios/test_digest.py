"""The digest: one message a day, at the time that somebody asked for."""

import re
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


def digests(play: Play) -> list[str]:
    """The digests that #training has heard."""
    told = [play.text_of(each) for each in play.training.messages]
    return [text for text in told if text.startswith("# Daily digest")]


_ENDS = re.compile(r"3\d %, ends probably between May 6, 2026 .* and May 6, 2026 .*")


async def test_a_digest_tells_what_ended_what_runs_and_what_waits(play: Play) -> None:
    job = play.world.add_job(name="support-bot")
    done, failing, waiting = (play.world.add_task(each, job) for each in (TASK, OTHER, NEW))
    done.runs(progress=90)
    failing.runs(progress=20)
    waiting.queues()
    play.world.add_task(
        THIRD, job, queue=timedelta(0), length=timedelta(hours=40), noise=0, stalls_at=None
    )
    assert await play.lin.asks("/qf digest 9:00 zone=Asia/Shanghai") == snapshot("""\
From now on this channel gets a digest each day at 09:00 (Asia/Shanghai). The next is due May 5, 2026 01:00.
· On a day on which there is nothing to tell none comes. `/qf digest off` ends it.\
""")
    await play.lin.asks("/qf alarms off")
    await play.bo.asks(f"/qf watch {TASK} {OTHER} {NEW} {THIRD}")
    for _ in range(8):
        await later(play, hours=1)
    done.finishes()
    failing.fails("CUDA out of memory\nat rank 3", code=336101)
    await later(play, hours=4)
    assert digests(play) == []

    await later(play, hours=1, minutes=5)
    # Whether the run was looked at once more before the digest was made is as it happens.
    assert [_ENDS.sub("… %, ends …", told) for told in digests(play)] == snapshot(
        [
            """\
# Daily digest
*Ended since May 4, 2026 01:05*
❌ `task-2js0q8x0i9ab` (support-bot) is *Failed*: 336101 CUDA out of memory
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
*Running*
🏃 `task-8u1nq7z5w2ce` (support-bot) is *Running*, … %, ends …
*Waiting*
⏳ `task-5kjifvzerc5n` (support-bot) is *Waiting*
[1: All that is watched]\
"""
        ]
    )


async def test_a_day_without_anything_to_tell_has_no_digest(play: Play) -> None:
    await play.lin.asks("/qf digest 13:00")
    await later(play, days=3)
    assert play.training.messages == []


async def test_after_days_without_the_bot_there_is_one_digest(play: Play) -> None:
    play.world.add_task(TASK).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks("/qf alarms off")
    await play.lin.asks("/qf digest 13:00")
    await later(play, days=3)
    assert len(digests(play)) == 1
    await later(play, minutes=59)
    assert len(digests(play)) == 1
    await later(play, minutes=2)
    assert len(digests(play)) == 2


async def test_a_clock_that_is_set_back_brings_no_second_digest(play: Play) -> None:
    play.world.add_task(TASK).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks("/qf digest 13:00")
    await later(play, minutes=61)
    assert len(digests(play)) == 1
    await later(play, minutes=-30)
    await later(play, minutes=60)
    assert len(digests(play)) == 1


async def test_another_time_on_the_same_day_brings_the_next_one_tomorrow(play: Play) -> None:
    play.world.add_task(TASK).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks("/qf digest 13:00")
    await later(play, minutes=61)
    assert await play.lin.asks("/qf digest 5pm") == snapshot("""\
From now on this channel gets a digest each day at 17:00 (UTC). The next is due May 5, 2026 17:00.
· On a day on which there is nothing to tell none comes. `/qf digest off` ends it.\
""")
    await later(play, hours=5)
    assert len(digests(play)) == 1
    assert await play.lin.asks("/qf digest off") == snapshot(
        "This channel gets no digest any more."
    )
    await later(play, days=2)
    assert len(digests(play)) == 1


async def test_a_digest_is_told_in_quiet_hours_too(play: Play) -> None:
    play.world.add_task(TASK).queues()
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks("/qf quiet 10-18")
    await play.lin.asks("/qf digest 13:00")
    await later(play, minutes=61)
    assert len(digests(play)) == 1


async def test_a_channel_that_the_bot_is_not_in_gets_no_digest(play: Play) -> None:
    assert "/invite" in await play.lin.asks("/qf digest 9", "general")
    assert await play.lin.asks("/qf digest", "general") == snapshot(
        "This channel gets no digest. `/qf digest 09:00` has one come each day at that time."
    )
    assert await play.lin.asks("/qf digest noon") == snapshot(
        "`noon` does not fit here: it has to be a time of day such as 09:00, or off. `/qf help digest` shows how it is used."
    )
