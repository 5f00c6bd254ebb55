"""Several ends within a minute: the first is told at once, the others together."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from inline_snapshot import snapshot
from sqlalchemy import func, select, update

from bot.store.tables import announcements, channels, is_owed
from tests.scenarios.play import TEMPO, Play, open_play

RUNS = [f"task-0tgmn4a7h4{number:02}" for number in range(15)]

#: A minute that is over only when the test says so.
MINUTE = replace(TEMPO, gathering=timedelta(hours=1))


async def watching(play: Play, count: int) -> None:
    """bo watches so many runs."""
    job = play.world.add_job(name="sweep")
    for run in RUNS[:count]:
        play.world.add_task(run, job).runs(progress=34)
    await play.bo.asks(f"/qf watch {' '.join(RUNS[:count])}")
    play.training.hears()


async def first_ends(play: Play) -> None:
    """The first of the runs ends, and is told."""
    play.world.tasks[RUNS[0]].finishes()
    play.stage.clock.jump(timedelta(minutes=10))
    await play.settles()


async def others_end(play: Play, count: int) -> None:
    """What ended meanwhile is seen, and so many of the ends wait to be told."""
    play.stage.clock.jump(timedelta(minutes=10))
    async with asyncio.timeout(20):
        while await _waiting(play) < count:
            await play.app.tick()
            await asyncio.sleep(0.02)


async def minute_is_over(play: Play) -> None:
    """What was gathered is told."""
    async with play.app.store.database.writing() as connection:
        await connection.execute(update(announcements).where(is_owed).values(not_before=None))
        await connection.execute(update(channels).values(gathers_until=None))
    await play.settles()


async def _waiting(play: Play) -> int:
    owed = select(func.sum(announcements.c.ends)).where(is_owed)
    async with play.app.store.database.reading() as connection:
        return await connection.scalar(owed) or 0


async def test_the_first_end_goes_at_once_and_the_next_ones_together(tmp_path: Path) -> None:
    async with open_play(data=tmp_path, tempo=MINUTE) as play:
        await watching(play, 5)
        await first_ends(play)
        assert play.training.hears() == snapshot(
            ["in the thread and the channel: ✅ `task-0tgmn4a7h400` (sweep) is *Done*"]
        )

        play.world.tasks[RUNS[1]].finishes()
        await others_end(play, 1)
        play.world.tasks[RUNS[2]].finishes()
        await others_end(play, 2)
        play.world.tasks[RUNS[3]].is_stopped()
        await others_end(play, 3)
        assert play.training.hears() == []
        await minute_is_over(play)
        [message] = play.training.messages[-1:]
        assert not message.is_reply
        assert play.text_of(message) == snapshot("""\
# 3 have ended
✅ `task-0tgmn4a7h401` (sweep) is *Done*
[1: Status]
· BLEU-4 21.32%, ROUGE-1 50.73%, ROUGE-2 19.94%, ROUGE-L 43.12%, best checkpoint: step 128, training loss 0.3899, perplexity 1.477
✅ `task-0tgmn4a7h402` (sweep) is *Done*
[2: Status]
· BLEU-4 15.47%, ROUGE-1 34.77%, ROUGE-2 11.49%, ROUGE-L 29.56%, best checkpoint: step 512, training loss 0.5898, perplexity 1.804
🛑 `task-0tgmn4a7h403` (sweep) is *Stopped*: outside qfbot.
[3: Status]
· best checkpoint: step 128, training loss 1.14, perplexity 3.125\
""")
        assert f"`{RUNS[1]}`" in await play.bo.clicks("Status")


async def test_a_failure_waits_for_nobody(tmp_path: Path) -> None:
    async with open_play(data=tmp_path, tempo=MINUTE) as play:
        await watching(play, 4)
        await first_ends(play)
        play.training.hears()
        play.world.tasks[RUNS[1]].finishes()
        await others_end(play, 1)

        play.world.tasks[RUNS[2]].fails("CUDA out of memory", code=336101)
        play.stage.clock.jump(timedelta(minutes=10))
        async with asyncio.timeout(20):
            while not play.training.hears():
                await play.app.tick()
                await asyncio.sleep(0.02)
        assert play.text_of(play.training.messages[-1]) == snapshot("""\
❌ `task-0tgmn4a7h402` (sweep) is *Failed*
Qianfan gives this reason, with code `336101`:
CUDA out of memory
Last checkpoint: step 128, training loss 1.14, perplexity 3.126.
[picture: Training loss falls from 1.575 at step 64 to 1.14 at step 128. Perplexity falls from 4.831 at step 64 to 3.126 at step 128. The best checkpoint is at step 128.]
· Ended May 4, 2026 12:20.
· The training log in the console may tell more.
[1: Open the console]\
""")
        await minute_is_over(play)
        assert play.training.hears() == snapshot(
            ["in the thread and the channel: ✅ `task-0tgmn4a7h401` (sweep) is *Done*"]
        )


async def test_what_one_message_does_not_hold_follows_in_the_next(tmp_path: Path) -> None:
    async with open_play(data=tmp_path, tempo=MINUTE) as play:
        await watching(play, 15)
        await first_ends(play)
        for run in RUNS[1:15]:
            play.world.tasks[run].finishes()
        before = len(play.training.messages)
        await others_end(play, 14)
        assert len(play.training.messages) == before

        await minute_is_over(play)
        told = play.training.messages[before:]
        assert [len(each.buttons) for each in told] == [10, 4]
        whole = "\n".join(each.text for each in told)
        assert [run for run in RUNS[1:15] if whole.count(f"`{run}`") != 1] == []
