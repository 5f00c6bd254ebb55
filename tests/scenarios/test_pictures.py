"""Loss curves and other files: at an end, on request, side by side, and where they cannot be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from inline_snapshot import snapshot

from bot.charts.drawer import Drawer
from bot.domain.curves import Curve
from bot.domain.resources import Checkpoint
from bot.playground.slack import Message
from bot.playground.slack.faults import UPLOAD
from tests.pencil import DOT
from tests.scenarios.play import Play, open_play

TASK = "task-0tgmn4a7h4i6"
OTHER = "task-4nf8v2rw6hqe"


def is_done(play: Play, *ids: str) -> None:
    """Runs that have come to their end an hour ago."""
    for id in ids:
        play.world.add_task(
            id, queue=timedelta(0), length=timedelta(hours=2), age=timedelta(hours=3), checkpoints=4
        )


async def ends(play: Play, **how: Any) -> Message:
    """A run is watched and ends, well or with a failure; how that is told."""
    failure = how.pop("failure", "")
    run = play.world.add_task(TASK, **how)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    run.fails(failure, code=336105) if failure else run.finishes()
    await play.passes(minutes=2)
    return play.training.messages[-1]


async def test_an_end_is_told_with_the_picture_of_the_curve(play: Play) -> None:
    told = await ends(play)
    assert told.broadcast
    [picture] = [block for block in told.blocks if block["type"] == "image"]
    file = play.slack.files.find(picture["slack_file"]["id"])
    assert (file.name, file.content) == (f"{TASK}.png", DOT)
    assert (
        picture["alt_text"]
        == file.alt_text
        == snapshot(
            "Training loss falls from 1.475 at step 64 to 0.3727 at step 512. Perplexity falls from 4.372 at step 64 to 1.452 at step 512. The best checkpoint is at step 512."
        )
    )
    assert play.text_of(told) == snapshot("""\
✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*
  *BLEU-4* 20.79%
  *ROUGE-1* 36.87%
  *ROUGE-2* 21.23%
  *ROUGE-L* 31.34%
Best and last checkpoint, with the lowest perplexity: step 512, training loss 0.3727, perplexity 1.452.
[picture: Training loss falls from 1.475 at step 64 to 0.3727 at step 512. Perplexity falls from 4.372 at step 64 to 1.452 at step 512. The best checkpoint is at step 512.]
· Ended May 4, 2026 12:00.
[1: Publish…] [2: Open the console]\
""")


async def test_the_curve_is_shown_to_who_asks_and_posted_at_a_click(play: Play) -> None:
    is_done(play, TASK)
    assert await play.bo.asks(f"/qf chart {TASK}") == snapshot("""\
✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*
trainingLoss
 1.058 ⠑⠤⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠈⠒⢄⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠀⠀⠀⠉⠢⢄⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
0.4081 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠉⠒⠢⠤⠤⠤⢄⣀⣀⣀
  step 50 … 200

perplexity
  2.88 ⠑⢄⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠈⠢⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠀⠀⠈⠑⢄⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
 1.504 ⠀⠀⠀⠀⠀⠀⠀⠀⠉⠉⠒⠒⠤⠤⠤⠤⢄⣀⣀⣀
  step 50 … 200
Training loss falls from 1.058 at step 50 to 0.4081 at step 200. Perplexity falls from 2.88 at step 50 to 1.504 at step 200. The best checkpoint is at step 200.
[1: Post the chart]\
""")
    assert play.training.messages == []

    assert await play.bo.clicks("Post the chart") == snapshot("The picture comes here in a moment.")
    [posted] = play.training.messages
    assert play.text_of(posted) == snapshot("""\
✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*
[picture: Training loss falls from 1.058 at step 50 to 0.4081 at step 200. Perplexity falls from 2.88 at step 50 to 1.504 at step 200. The best checkpoint is at step 200.]
· @bo asked for it.\
""")


async def test_where_the_bot_is_not_it_posts_no_chart(play: Play) -> None:
    is_done(play, TASK)
    assert "/invite @qfbot" in await play.bo.asks(f"/qf chart {TASK} post=yes", "general")
    assert play.general.messages == []


async def test_what_is_asked_in_a_thread_is_posted_there(play: Play) -> None:
    is_done(play, TASK)
    root = play.slack.workspace.post(
        play.slack.workspace.channel("training").id, play.bo.id, text="How was it?"
    )
    question = f"@qfbot chart {TASK} post=yes"
    await play.bo.person.types(question, "training", thread_ts=root.ts)
    await play.settles()
    [posted] = play.training.messages
    assert posted.thread_ts == root.ts
    assert not posted.broadcast


async def test_a_run_without_numbers_has_no_curve(play: Play) -> None:
    play.world.add_task(TASK, checkpoints=0).runs(progress=34)
    assert await play.bo.asks(f"/qf chart {TASK}") == snapshot("""\
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %: it has no checkpoints, so there is no curve to draw.
· Some runs have checkpoints only when they have ended.\
""")


async def test_runs_are_compared_side_by_side_and_posted_at_a_click(play: Play) -> None:
    is_done(play, TASK, OTHER)
    assert await play.bo.asks(f"/qf compare {TASK} {OTHER}") == snapshot("""\
*0tgmn4*: ✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*, ERNIE-Speed-8K
*4nf8v2*: ✅ `task-4nf8v2rw6hqe` (sft-av9d) is *Done*, ERNIE-Speed-8K
Run         0tgmn4    4nf8v2
State       Done      Done
Mode        SFT       SFT
Scale       LoRA      LoRA
Took        2 h       2 h
Best step   200       400
Loss there  0.4081 *  0.5625
Perplexity  1.504 *   1.755
BLEU-4      38.45% *  19.81%
ROUGE-1     46.61% *  35.25%
ROUGE-2     10.81%    14.97% *
ROUGE-L     39.62% *  29.97%
· The sign * marks the best of a row.
[1: Post the comparison]\
""")
    await play.bo.clicks("Post the comparison")
    [posted] = play.training.messages
    assert [block["type"] for block in posted.blocks].count("image") == 1
    assert play.text_of(posted).splitlines()[-3:] == snapshot(
        [
            "[picture: 0tgmn4: Training loss falls from 1.058 at step 50 to 0.4081 at step 200. Perplexity falls from 2.88 at step 50 to 1.504 at step 200. The best checkpoint is at step 200. 4nf8v2: Training loss falls from 1.295 at step 100 to 0.5625 at step 400. Perplexity falls from 3.651 at step 100 to 1.755 at step 400. The best checkpoint is at step 400.]",
            "· The sign * marks the best of a row.",
            "· @bo asked for it.",
        ]
    )


async def test_what_cannot_be_compared_is_told(play: Play) -> None:
    is_done(play, TASK)
    assert await play.bo.asks(f"/qf compare {TASK} {TASK}") == snapshot(
        "`/qf compare` takes 2 to 6 different runs, and you named 1: `/qf compare task-0tgmn4a7h4i6 task-4nf8v2rw6hqe`."
    )
    assert await play.bo.asks(f"/qf compare {TASK} task-000000000000") == snapshot(
        "There are not two runs to compare: `task-000000000000`: Qianfan does not know this id in this account. Check its spelling; what it named may also have been deleted, or belong to another account."
    )
    assert await play.bo.asks(f"/qf compare {TASK} amv-g73j3faikzpz") == snapshot(
        "`amv-g73j3faikzpz` is a model version, and `/qf compare` has no use for one. With it you can use `/qf status amv-g73j3faikzpz`, `/qf watch amv-g73j3faikzpz`."
    )


async def test_where_slack_takes_no_file_the_end_is_told_with_a_curve_of_characters(
    play: Play,
) -> None:
    play.slack.faults.status(500, UPLOAD)
    assert play.text_of(await ends(play, checkpoints=4)) == snapshot("""\
✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*
  *BLEU-4* 11.33%
  *ROUGE-1* 26.51%
  *ROUGE-2* 19.45%
  *ROUGE-L* 22.53%
Best and last checkpoint, with the lowest perplexity: step 256, training loss 0.3746, perplexity 1.454.
trainingLoss
 1.028 ⠑⠤⡀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠈⠒⢄⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
       ⠀⠀⠀⠀⠀⠉⠢⢄⣀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀
0.3746 ⠀⠀⠀⠀⠀⠀⠀⠀⠀⠉⠉⠒⠢⠤⠤⠤⢄⣀⣀⣀
  step 64 … 256
Training loss falls from 1.028 at step 64 to 0.3746 at step 256. Perplexity falls from 2.796 at step 64 to 1.454 at step 256. The best checkpoint is at step 256.
· There is no picture: Slack did not take it.
· Ended May 4, 2026 12:00.
[1: Publish…] [2: Open the console]\
""")


async def test_a_reason_that_is_too_long_comes_as_a_file_without_its_secrets(play: Play) -> None:
    reason = "Traceback: <!channel> " + "x" * 4000 + " token xoxb-1234567890 at the end"
    told = await ends(play, checkpoints=0, failure=reason)
    [file] = told.files
    assert file.name == f"{TASK}-reason.txt"
    assert file.content.decode().endswith("token [struck out] at the end")
    assert play.text_of(told).splitlines()[-5:] == snapshot(
        [
            "The whole reason: task-0tgmn4a7h4i6-reason.txt",
            "· Ended May 4, 2026 12:00.",
            "· The training log in the console may tell more.",
            "[1: Open the console]",
            "(file: task-0tgmn4a7h4i6-reason.txt)",
        ]
    )


async def test_a_process_of_its_own_draws_the_picture(tmp_path: Path) -> None:
    async with Drawer() as drawer, open_play(data=tmp_path, charts=drawer) as play:
        is_done(play, TASK)
        await drawer.draw([Curve("a", (Checkpoint(1, 2.0),))])  # loading takes its time
        await play.bo.asks(f"/qf chart {TASK} post=yes")
        [posted] = play.training.messages
        [picture] = [block for block in posted.blocks if block["type"] == "image"]
        content = play.slack.files.find(picture["slack_file"]["id"]).content
    assert content.startswith(b"\x89PNG")
    assert len(content) > 10_000
