"""Following: runs that do not exist yet announce themselves where somebody waits for them."""

from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from bot.domain.facts import Notify
from tests.scenarios.play import Play, open_play

OLD = "task-0tgmn4a7h4i6"
NEW = "task-5kjifvzerc5n"
OTHER = "task-2js0q8x0i9ab"


async def follows(play: Play, options: str = "") -> None:
    """lin has the channel follow, and the runs that there are become known."""
    assert "This channel hears of every new run" in await play.lin.asks(f"/qf follow {options}")
    await play.passes(seconds=30)


async def test_a_new_run_announces_itself_and_the_old_ones_do_not(play: Play) -> None:
    job = play.world.add_job(name="support-bot")
    play.world.add_task(OLD, job).runs(progress=34)
    assert await play.lin.asks("/qf follow") == snapshot("""\
This channel hears of every new run from now on, until Aug 2, 2026 12:00: every change of each.
· The runs that there are already are no news.\
""")
    await play.passes(minutes=1)
    assert play.training.messages == []

    run = play.world.add_task(NEW, job)
    run.runs(progress=3)
    await play.passes(minutes=6)
    assert play.training.hears() == snapshot(
        ["the card, now: 🏃 `task-5kjifvzerc5n` (support-bot) is *Running*, 3 %"]
    )
    run.finishes()
    await play.passes(minutes=6)
    assert play.training.hears() == snapshot(
        ["in the thread and the channel: ✅ `task-5kjifvzerc5n` (support-bot) is *Done*"]
    )


async def test_a_new_job_announces_its_first_run(play: Play) -> None:
    await follows(play, "all")
    play.world.add_task(NEW).runs(progress=3)
    await play.passes(minutes=2)
    assert "is *Running*" in play.training.card


async def test_only_what_was_picked_is_announced(play: Play) -> None:
    await follows(play, "model=ernie-lite")
    play.world.add_task(NEW, model="ERNIE-Lite").runs(progress=3)
    play.world.add_task(OTHER, model="ERNIE-Speed-8K").runs(progress=3)
    await play.passes(minutes=2)
    assert NEW in play.training.card
    assert len(play.training.messages) == 1


async def test_a_run_that_ended_unseen_is_told_once_with_its_reason(play: Play) -> None:
    await follows(play, "notify=failures")
    play.world.add_task(NEW).fails("CUDA out of memory", code=336101)
    play.world.add_task(OTHER).finishes()
    await play.passes(minutes=10)
    assert [play.text_of(each) for each in play.training.messages] == snapshot(
        [
            """\
A run that nobody saw begin: ❌ `task-5kjifvzerc5n` (sft-ifxn) is *Failed*.
Qianfan gives this reason, with code `336101`:
CUDA out of memory\
"""
        ]
    )


async def test_a_run_that_somebody_watches_by_its_id_is_told_once(play: Play) -> None:
    await follows(play)
    run = play.world.add_task(NEW)
    run.runs(progress=3)
    assert "Watching, until it ends" in await play.bo.asks(f"/qf watch {NEW}")
    run.fails("CUDA out of memory", code=336101)
    await play.passes(minutes=10)
    assert [line.partition(" is ")[2] for line in play.training.hears()] == ["*Failed*"] * 2


async def test_the_spelling_of_a_model_makes_no_second_follow(play: Play) -> None:
    await play.lin.asks("/qf follow model=ERNIE-Speed")
    told = await play.lin.asks('/qf follow model="ernie speed" notify=ends')
    assert "This channel hears of every new run of the model ERNIE-Speed already" in told
    (followed,) = await play.stage.app.store.follows.everywhere()
    assert followed.notify is Notify.ENDS


async def test_a_job_is_followed_with_the_runs_to_come(play: Play) -> None:
    job = play.world.add_job(name="support-bot")
    play.world.add_task(OLD, job).runs(progress=34)
    assert await play.bo.asks(f"/qf watch {job.id}") == snapshot(
        "Watching every run of `job-s73un2c9g8hy` until May 18, 2026 12:00: the one that goes on now, and those to come. This channel hears every change."
    )
    await play.passes(seconds=30)
    assert OLD in play.training.card

    play.world.add_task(NEW, job).runs(progress=3)
    play.world.add_task(OTHER).runs(progress=3)
    await play.passes(minutes=1)
    assert NEW in play.training.card
    assert len(play.training.messages) == 2
    assert job.id in await play.bo.asks("/qf watches")

    assert await play.bo.asks(f"/qf unwatch {job.id}") == snapshot(
        "`job-s73un2c9g8hy` is not watched here any more, nor are the 2 runs of it that were."
    )
    assert "watches nothing" in await play.bo.asks("/qf watches")


async def test_a_run_that_began_just_before_its_job_was_followed_is_watched_too(
    play: Play,
) -> None:
    job = play.world.add_job(name="support-bot")
    await play.bo.asks("/qf runs")
    play.stage.clock.jump(timedelta(seconds=5))
    play.world.add_task(NEW, job).runs(progress=3)
    play.stage.clock.jump(timedelta(seconds=5))
    await play.bo.asks(f"/qf watch {job.id}")
    await play.passes(minutes=1)
    assert NEW in play.training.card


async def test_a_followed_job_that_was_deleted_is_followed_no_more(play: Play) -> None:
    job = play.world.add_job(name="support-bot")
    await play.bo.asks(f"/qf watch {job.id}")
    await play.passes(seconds=30)
    play.world.forget(job)
    await play.passes(minutes=2)
    assert play.training.hears() == snapshot(
        [
            "Qianfan no longer knows `job-s73un2c9g8hy`: it was perhaps deleted. Its runs are no longer followed here."
        ]
    )
    assert await play.stage.app.store.follows.everywhere() == []


async def test_unfollow_ends_it(play: Play) -> None:
    await play.lin.asks("/qf follow mode=DPO")
    assert await play.lin.asks("/qf watches") == snapshot("""\
# What this channel watches
🔭 every new run in the mode DPO for @lin, until Aug 2, 2026 12:00
[1: Share with the channel]\
""")
    assert await play.lin.asks("/qf unfollow") == snapshot("""\
This channel no longer follows every new run in the mode DPO.
· The runs that it watches already go on being watched.\
""")
    play.world.add_task(NEW, mode="DPO").runs(progress=3)
    await play.passes(minutes=10)
    assert play.training.messages == []
    assert await play.lin.asks("/qf unfollow") == snapshot(
        "This channel follows nothing. `/qf follow` begins it."
    )


async def test_following_anew_does_not_tell_what_appeared_in_between(play: Play) -> None:
    job = play.world.add_job()
    await follows(play)
    await play.lin.asks("/qf unfollow")
    await play.passes(minutes=10)
    play.world.add_task(NEW, job).runs(progress=3)
    await play.passes(minutes=10)
    await follows(play)
    await play.passes(minutes=10)
    assert play.training.messages == []


async def test_a_follow_tells_nothing_once_its_owner_has_lost_the_right(play: Play) -> None:
    await play.ada.asks("/qf grant @bo operator")
    assert "This channel hears of every new run" in await play.bo.asks("/qf follow")
    await play.passes(seconds=30)
    play.world.add_task(OLD).runs(progress=3)
    await play.passes(minutes=2)
    assert OLD in play.training.card
    await play.ada.asks("/qf revoke @bo")
    before = len(play.training.messages)
    play.world.add_task(NEW).runs(progress=3)
    play.world.add_task(OTHER).fails("no")
    await play.passes(minutes=10)
    assert len(play.training.messages) == before


async def test_a_follow_whose_time_is_up_says_so(play: Play) -> None:
    await play.lin.asks('/qf follow model="ERNIE Lite" for=1h')
    await play.passes(hours=1, minutes=1)
    assert play.training.hears() == snapshot(
        [
            'New runs are no longer followed here: the time is up. `/qf follow model="ERNIE Lite"` follows them again.'
        ]
    )
    assert "watches nothing" in await play.bo.asks("/qf watches")


async def test_only_an_operator_has_a_channel_follow(play: Play) -> None:
    assert "is for those with the role `operator`" in await play.bo.asks("/qf follow")


async def test_following_is_refused_where_the_bot_cannot_write(play: Play) -> None:
    assert "`/invite @qfbot`" in await play.lin.asks("/qf follow", "general")
    assert await play.stage.app.store.follows.everywhere() == []


async def test_following_is_refused_where_the_account_may_not_list(play: Play) -> None:
    play.qianfan.faults.answers(
        403, code="AccessDenied", message="no", action="DescribeFineTuningJobs"
    )
    assert "QianfanReadAccessPolicy" in await play.lin.asks("/qf follow")
    assert await play.stage.app.store.follows.everywhere() == []


@pytest.mark.parametrize("options", ["model=a mode=b", "all mode=b"])
async def test_only_one_thing_can_be_picked(play: Play, options: str) -> None:
    told = await play.lin.asks(f"/qf follow {options}")
    assert "`mode`" in told
    assert await play.stage.app.store.follows.everywhere() == []


async def test_a_run_that_appeared_while_the_bot_was_down_is_not_lost(tmp_path: Path) -> None:
    async with open_play(data=tmp_path) as play:
        play.world.add_task(OLD).runs(progress=34)
        await follows(play)
        before = await play.stage.app.store.follows.everywhere()
    async with open_play(data=tmp_path) as play:
        play.stage.clock.jump(timedelta(hours=1))
        assert await play.stage.app.store.follows.everywhere() == before
        play.world.add_task(OLD, age=timedelta(hours=2)).runs(progress=40)
        play.world.add_task(NEW).runs(progress=3)
        await play.passes(minutes=2)
        assert NEW in play.training.card
        assert len(play.training.messages) == 1


async def test_a_channel_hears_of_a_run_once_though_two_follows_cover_it(play: Play) -> None:
    await follows(play, "model=ERNIE-Lite notify=failures")
    await follows(play, "notify=ends")
    run = play.world.add_task(NEW, model="ERNIE-Lite")
    run.runs(progress=3)
    await play.passes(minutes=2)
    run.finishes()
    await play.passes(minutes=6)
    assert [line.partition(" is ")[2] for line in play.training.hears()] == ["*Done*", "*Done*"]


async def test_qianfan_down_for_a_while_loses_no_new_run(play: Play) -> None:
    await follows(play)
    fault = play.qianfan.faults.down()
    play.world.add_task(NEW).runs(progress=3)
    await play.passes(minutes=5)
    assert NEW not in "".join(play.training.hears())
    fault.end()
    await play.passes(minutes=10)
    assert NEW in play.training.card


async def test_a_model_that_no_run_is_of_is_followed_with_a_hint(play: Play) -> None:
    play.world.add_task(model="ERNIE-Speed-8K").runs(progress=34)

    told = await play.lin.asks("/qf follow model=ERNIE")

    assert "No run that there is now is of it. There are: `ERNIE-Speed-8K`." in told
