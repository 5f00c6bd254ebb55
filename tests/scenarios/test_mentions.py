"""Mentions: one person, or a user group, is called when a run ends or is as good as lost."""

from datetime import timedelta

from inline_snapshot import snapshot

from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"
OTHER = "task-2js0q8x0i9ab"


async def later(play: Play, **length: float) -> None:
    """The world's time leaps: what stood still meanwhile is looked at once."""
    play.stage.clock.jump(timedelta(**length))
    await play.settles()


def calls(play: Play, who: str) -> list[str]:
    """The first line of each of the bot's messages in #training that calls somebody by Slack."""
    workspace = play.slack.workspace
    groups = {group.handle: f"<!subteam^{group.id}>" for group in workspace.user_groups.values()}
    mark = groups.get(who) or f"<@{workspace.user(who).id}>"
    cards = [each for each in play.training.messages if "Watched for" in play.text_of(each)]
    return [
        play.text_of(each).splitlines()[0]
        for each in play.training.messages
        if mark in str(each.blocks) and each not in cards
    ]


async def test_the_one_who_is_meant_is_called_with_the_end_and_not_before(play: Play) -> None:
    run = play.world.add_task(TASK, play.world.add_job(name="support-bot"))
    run.queues()
    assert await play.bo.asks(f"/qf watch {TASK} mention=@lin") == snapshot(
        "Watching, until it ends or May 18, 2026 12:00: ⏳ `task-0tgmn4a7h4i6` (support-bot) is *Waiting*. This channel hears every change. @lin is mentioned with the end, and with an alarm as grave as a failure."
    )
    run.runs(progress=34)
    await later(play, minutes=10)
    assert calls(play, "lin") == []

    run.fails("CUDA out of memory", code=336101)
    await later(play, minutes=10)
    assert calls(play, "lin") == snapshot(["❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*"])
    assert play.text_of(play.training.messages[-1]) == snapshot("""\
❌ `task-0tgmn4a7h4i6` (support-bot) is *Failed*
For your attention: @lin
Qianfan gives this reason, with code `336101`:
CUDA out of memory
Last checkpoint: step 200, training loss 1.341, perplexity 3.821.
[picture: Training loss falls from 1.775 at step 100 to 1.341 at step 200. Perplexity falls from 5.902 at step 100 to 3.821 at step 200. The best checkpoint is at step 200.]
· Ended May 4, 2026 12:10.
· The training log in the console may tell more.
[1: Open the console]\
""")


async def test_renewing_keeps_who_is_meant_changes_it_or_ends_it(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK} mention=@lin")
    assert await play.bo.asks("/qf watches") == snapshot("""\
# What this channel watches
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 % for @bo, until May 18, 2026 12:00, mentions @lin
[1: Share with the channel]\
""")
    assert await play.bo.asks(f"/qf watch {TASK}") == snapshot(
        "Watched already, and now until it ends or May 18, 2026 12:00: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. This channel hears every change. @lin is mentioned with the end, and with an alarm as grave as a failure."
    )
    assert "@ada is mentioned" in await play.bo.asks(f"/qf watch {TASK} mention=@ada")
    assert "mentioned" not in await play.bo.asks(f"/qf watch {TASK} mention=off")
    assert "mentions" not in await play.bo.asks("/qf watches")


async def test_a_user_group_is_for_operators_and_everybody_for_nobody(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    assert await play.bo.asks(f"/qf watch {TASK} mention=@ml-operators") == snapshot("""\
`/qf watch mention=@group` is for those with the role `operator`; here you have the role `viewer`.
· @ada can grant it.\
""")
    for word in ("@here", "@channel", "@everyone"):
        assert "would call everybody" in await play.lin.asks(f"/qf watch {TASK} mention={word}")
    assert await play.lin.asks(f"/qf watch {TASK} mention=@here") == snapshot(
        "`@here` would call everybody in the channel, and I do that for no run. Name a person or a user group instead, picked from Slack's list: `mention=@ada`."
    )
    assert await play.lin.asks(f"/qf watch {TASK} mention=susan") == snapshot(
        "`SUSAN` does not fit: `mention` has to be a person or a user group picked from Slack's list, as in @ada, or off. `/qf help watch` shows how it is used."
    )
    assert play.training.messages == []

    assert await play.lin.asks(f"/qf watch {TASK} mention=@ml-operators") == snapshot(
        "Watching, until it ends or May 18, 2026 12:00: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. This channel hears every change. @ml-operators is mentioned with the end, and with an alarm as grave as a failure."
    )
    assert "mentions a user group" in await play.bo.asks("/qf watches")
    run.finishes()
    await later(play, minutes=10)
    assert calls(play, "ml-operators") == snapshot(["✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*"])


async def test_what_another_wanted_is_not_taken_away(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf watch {TASK} mention=@ada")
    assert "@ada is mentioned" in await play.bo.asks(f"/qf watch {TASK} mention=off")
    assert "@ada is mentioned" in await play.bo.asks(f"/qf watch {TASK} mention=@bo")


async def test_a_follow_calls_with_the_ends_of_what_it_finds(play: Play) -> None:
    assert await play.lin.asks("/qf follow mention=@ml-operators") == snapshot("""\
This channel hears of every new run from now on, until Aug 2, 2026 12:00: every change of each. @ml-operators is mentioned with the end, and with an alarm as grave as a failure.
· The runs that there are already are no news.\
""")
    await later(play, seconds=30)
    run = play.world.add_task(TASK)
    run.runs(progress=3)
    play.world.add_task(OTHER).fails("the data set has no rows")
    await later(play, minutes=6)
    run.finishes()
    await later(play, minutes=6)
    assert calls(play, "ml-operators") == snapshot(
        [
            "A run that nobody saw begin: ❌ `task-2js0q8x0i9ab` (sft-av9d) is *Failed*.",
            "✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*",
        ]
    )
    assert "mentions a user group" in await play.bo.asks("/qf watches")
