"""Stopping a run: asked, answered once, and told as it is."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from inline_snapshot import snapshot

from bot.domain.errors import StoreError
from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def test_lin_stops_a_run_and_the_channel_is_told_who_and_why(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.lin.asks(f'/qf stop {TASK} reason="wrong data"')

    answer = await play.lin.clicks("Stop it")

    assert answer.splitlines()[0] == snapshot(
        "Qianfan took the request. Read again just now: 🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %. Where the run is watched, the channel hears when it has stopped."
    )
    assert play.training.hears() == snapshot(
        ["@lin asked Qianfan to stop `task-0tgmn4a7h4i6`. Reason: wrong data"]
    )
    await play.passes(minutes=2)
    assert run.state == "Stopped"
    assert play.calls("StopFineTuningTask") == 1


async def test_where_it_is_watched_the_card_and_the_thread_tell_who_stopped_it(
    play: Play,
) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks(f'/qf stop {TASK} reason="wrong data"')
    await play.lin.clicks("Stop it")
    await play.passes(minutes=5)

    assert play.training.hears() == snapshot(
        [
            "the card, now: 🛑 `task-0tgmn4a7h4i6` (sft-ifxn) is *Stopped*: by @lin through qfbot, because: wrong data.",
            "@lin asked Qianfan to stop `task-0tgmn4a7h4i6`. Reason: wrong data",
            "in the thread and the channel: 🛑 `task-0tgmn4a7h4i6` (sft-ifxn) is *Stopped*: by @lin through qfbot, because: wrong data.",
        ]
    )
    assert "is *Stopped*" in play.text_of(play.training.messages[0])


async def test_cancel_changes_nothing_and_uses_the_question_up(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    question = play.lin.sight_of("Stop it")

    assert await play.lin.clicks("Cancel") == "Nothing was changed."

    await play.lin.person.clicks(question, "Stop it")
    await play.settles()
    assert play.calls("StopFineTuningTask") == 0


async def test_a_double_click_stops_once(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    question = play.lin.sight_of("Stop it")

    await asyncio.gather(*(play.lin.person.clicks(question, "Stop it") for _ in range(3)))
    await play.settles()

    assert play.calls("StopFineTuningTask") == 1
    assert len([line for line in play.training.hears() if "asked Qianfan to stop" in line]) == 1


async def test_a_late_click_does_nothing(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    play.stage.clock.jump(timedelta(minutes=16))

    assert await play.lin.clicks("Stop it") == snapshot(
        "This question was asked more than 15 min ago, and much may have happened since. Nothing was done. Type `/qf stop` again."
    )
    assert play.calls("StopFineTuningTask") == 0


async def test_a_run_that_ended_in_between_is_told_and_left(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    run.finishes()

    assert (await play.lin.clicks("Stop it")).splitlines()[0] == snapshot(
        "✅ `task-0tgmn4a7h4i6` (sft-ifxn) is *Done*: there is nothing to stop."
    )
    assert play.calls("StopFineTuningTask") == 0


async def test_a_run_that_moved_on_but_has_not_ended_is_stopped(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.queues()
    await play.lin.asks(f"/qf stop {TASK}")
    run.runs(progress=1)

    await play.lin.clicks("Stop it")

    assert play.calls("StopFineTuningTask") == 1


async def test_a_right_that_was_taken_away_in_between_counts_at_the_click(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    book = play.stage.rule_book
    book.rules = replace(book.rules, grants=())

    assert "here you have the role `viewer`" in await play.lin.clicks("Stop it")
    assert play.calls("StopFineTuningTask") == 0


async def test_qianfans_refusal_is_told_as_it_is(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    play.qianfan.faults.answers(403, code="AccessDenied", message="no", action="StopFineTuningTask")

    assert (await play.lin.clicks("Stop it")).splitlines()[0] == snapshot(
        "Qianfan knows qfbot's access key but does not let it do this (`StopFineTuningTask`). Whoever keeps the Qianfan account can give it the policy `QianfanModelTuningFullControlAccessPolicy`."
    )


async def test_an_answer_that_cannot_be_read_leaves_the_outcome_open(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    play.qianfan.faults.garbles("cut", action="StopFineTuningTask")

    answer = await play.lin.clicks("Stop it")

    assert answer.splitlines()[0] == snapshot(
        "The request `StopFineTuningTask` was sent once and its answer was lost, so that nobody knows yet whether it took effect. It is not sent again. `/qf status` with the id shows what is true."
    )
    assert play.calls("StopFineTuningTask") == 1


async def test_a_lost_answer_is_not_asked_for_again_and_the_truth_is_said(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.lin.asks(f"/qf stop {TASK}")
    play.qianfan.faults.answers(500, action="StopFineTuningTask", when="after")

    answer = await play.lin.clicks("Stop it")

    assert answer.splitlines()[0] == snapshot(
        "The request `StopFineTuningTask` was sent once and its answer was lost, so that nobody knows yet whether it took effect. It is not sent again. `/qf status` with the id shows what is true."
    )
    assert play.calls("StopFineTuningTask") == 1
    await play.passes(minutes=5)
    assert any("by @lin through qfbot" in line for line in play.training.hears())


async def test_a_run_stopped_in_the_console_is_said_to_be_stopped_outside(play: Play) -> None:
    run = play.world.add_task(TASK)
    run.runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    run.is_stopped()
    await play.passes(minutes=5)
    assert any("outside qfbot" in line for line in play.training.hears())


async def test_a_compression_task_is_stopped_by_its_own_action(play: Play) -> None:
    task = play.world.add_compression(id="amva-abciuctdx15t", queue=timedelta(0))
    task.runs()
    await play.lin.asks(f"/qf stop {task.id}")
    await play.lin.clicks("Stop it")
    assert play.calls("CancelModelCompTask") == 1


async def test_without_an_id_one_chooses_among_what_the_channel_watches(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    assert await play.lin.asks("/qf stop") == snapshot(
        "This channel watches nothing that runs. Name what you mean: `/qf stop task-0tgmn4a7h4i6`."
    )
    await play.lin.asks(f"/qf watch {TASK}")

    assert "Which one?" in await play.lin.asks("/qf stop")
    assert f"Stop `{TASK}`?" in await play.lin.clicks("Stop…")


async def test_a_mode_that_the_document_does_not_name_is_tried_with_a_warning(play: Play) -> None:
    job = play.world.add_job(mode="DPO")
    play.world.add_task(TASK, job).runs(progress=34)
    assert "Post-pretrain and SFT only" in await play.lin.asks(f"/qf stop {TASK}")


async def test_who_asks_in_vain_takes_nobodys_place(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf watch {TASK}")
    await play.ada.asks(f"/qf stop {TASK}")
    await play.lin.asks(f"/qf stop {TASK}")
    await play.lin.clicks("Stop it")
    play.qianfan.faults.answers(400, code="Refused", message="no", action="StopFineTuningTask")
    await play.ada.clicks("Stop it")
    await play.passes(minutes=5)
    assert any("by @lin through qfbot" in line for line in play.training.hears())


async def test_a_line_that_a_closed_channel_cannot_hear_is_not_told_weeks_later(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}", "general")
    await play.lin.clicks("Stop it", "general")
    assert (await play.app.store.outbox.backlog()).pending == 0


async def test_what_was_done_is_told_even_where_it_cannot_be_written_down(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> NoReturn:
        raise StoreError

    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    monkeypatch.setattr(play.app.store.outbox, "add", fails)
    assert "Qianfan took the request" in await play.lin.clicks("Stop it")
    assert play.calls("StopFineTuningTask") == 1
