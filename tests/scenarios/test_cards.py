"""A live card through a run's life: what its channel reads on it, and how seldom it is edited."""

from datetime import timedelta

from inline_snapshot import snapshot

from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def hours_pass(play: Play, *minutes: int) -> None:
    """Let the world's time pass in a few long steps, each with what is due then."""
    for each in minutes:
        play.stage.clock.jump(timedelta(minutes=each))
        await play.settles()


def first_lines(card: str) -> list[str]:
    """What a phone shows of a card."""
    return card.splitlines()[:2]


async def test_a_card_tells_when_its_run_is_expected_to_end(play: Play) -> None:
    play.world.add_task(
        TASK,
        play.world.add_job(name="support-bot"),
        queue=timedelta(minutes=10),
        length=timedelta(hours=2),
        noise=0,
    )
    await play.bo.asks(f"/qf watch {TASK}")
    assert first_lines(play.training.card) == snapshot(
        [
            "⏳ `task-0tgmn4a7h4i6` (support-bot) is *Waiting*",
            "Seen waiting since May 4, 2026 12:00.",
        ]
    )
    await hours_pass(play, 9, 3, 3)
    assert first_lines(play.training.card) == snapshot(
        ["🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 2 %", "░░░░░░░░░░░░░░░░░░░░ 2 %"]
    )
    await hours_pass(play, *[5] * 11)
    assert play.training.card == snapshot("""\
🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 46 %
Expected to end between May 4, 2026 14:00 and 14:20.
█████████░░░░░░░░░░░ 46 %
  *Base model* ERNIE-Speed-8K
  *Training mode* SFT
  *Parameter scale* LoRA
  *Job* `job-s73un2c9g8hy`
  *Created* May 4, 2026 12:00
  *Waited for* 12 min
  *Runs since* May 4, 2026 12:12
Best and last checkpoint, with the lowest perplexity: step 96, training loss 0.7178, perplexity 2.05.
· Judged by its progress since May 4, 2026 12:12; such a range is right in 80 of 100 cases.
· Watched for @bo. As of May 4, 2026 13:05.
[1: Stop] [2: Open the console]\
""")
    assert (await play.bo.asks(f"/qf status {TASK}")).splitlines()[:3] == snapshot(
        [
            "🏃 `task-0tgmn4a7h4i6` (support-bot) is *Running*, 50 %",
            "Expected to end between May 4, 2026 14:00 and 14:20.",
            "██████████░░░░░░░░░░ 50 %",
        ]
    )
    await hours_pass(play, *[20] * 5)
    assert play.training.card == snapshot("""\
✅ `task-0tgmn4a7h4i6` (support-bot) is *Done*
Ended May 4, 2026 14:10. It ran for about 1 h 58 min, after waiting for about 12 min.
  *Base model* ERNIE-Speed-8K
  *Training mode* SFT
  *Parameter scale* LoRA
  *Job* `job-s73un2c9g8hy`
  *Created* May 4, 2026 12:00
  *BLEU-4* 39.31%
  *ROUGE-1* 36.48%
  *ROUGE-2* 28.38%
  *ROUGE-L* 31.00%
Best and last checkpoint, with the lowest perplexity: step 256, training loss 0.3909, perplexity 1.478.
· Watched for @bo.
[1: Publish…] [2: Open the console]\
""")


async def test_a_card_says_that_its_run_stands_and_since_when(play: Play) -> None:
    run = play.world.add_task(TASK, length=timedelta(hours=1), noise=0)
    await play.bo.asks(f"/qf watch {TASK}")
    await hours_pass(play, *[3] * 9)
    run.runs()
    await hours_pass(play, *[10] * 3)
    assert first_lines(play.training.card) == snapshot(
        [
            "🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 20 %",
            "No progress since May 4, 2026 12:27, so there is no telling when it ends.",
        ]
    )


async def test_a_card_that_nobody_keeps_any_more_says_so(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.bo.asks(f"/qf unwatch {TASK}")
    assert play.training.card == snapshot("""\
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %, as last seen May 4, 2026 12:00.
This card is not kept up to date any more: the watch was over May 4, 2026 12:00. `/qf watch task-0tgmn4a7h4i6` follows it again.
  *Base model* ERNIE-Speed-8K
  *Training mode* SFT
  *Parameter scale* LoRA
  *Job* `job-fx0uuhruifxn`
  *Created* May 4, 2026 12:00
Best and last checkpoint, with the lowest perplexity: step 128, training loss 1.067, perplexity 2.907.
· Watched for @bo.
[1: Status] [2: Watch]\
""")
    assert "Watching, until it ends" in await play.bo.clicks("Watch")


async def test_a_card_says_that_its_channel_is_not_told(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks(f"/qf mute {TASK} for=2h")
    assert play.training.card.splitlines()[-2] == snapshot(
        "· Watched for @bo. It is muted until May 4, 2026 14:00: nothing is told here but its end. As of May 4, 2026 12:00."
    )
    await play.lin.asks(f"/qf mute {TASK} off")
    assert play.training.card.splitlines()[-2] == snapshot(
        "· Watched for @bo. As of May 4, 2026 12:00."
    )


async def test_a_card_of_a_run_that_was_deleted_says_so(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    play.world.forget(run)
    await hours_pass(play, *[5] * 5)
    cards = [each for each in play.training.messages if not each.is_reply]
    assert first_lines(play.text_of(cards[0])) == snapshot(
        [
            "🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %, as last seen May 4, 2026 12:00.",
            "Qianfan no longer knows it: it was perhaps deleted. This watch is over.",
        ]
    )
