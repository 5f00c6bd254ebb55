"""Finding runs without their ids: the account's list, its pages, and the menu of what runs."""

from datetime import timedelta

from inline_snapshot import snapshot

from bot.domain.facts import Notify
from bot.playground.qianfan import Failed
from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"
HOUR = timedelta(hours=1)


async def test_the_runs_are_listed_with_what_can_be_done_with_each(play: Play) -> None:
    play.world.add_task(TASK, age=3 * HOUR).runs(progress=34)
    play.world.add_task("task-5kjifvzerc5n", age=2 * HOUR, ends=Failed("no", 1)).fails("no")
    play.world.add_task("task-2js0q8x0i9ab", model="ERNIE-Lite", mode="DPO", age=HOUR).finishes()
    assert await play.bo.asks("/qf runs") == snapshot("""\
# Runs
✅ `task-2js0q8x0i9ab` (dpo-9blx) is *Done*: ERNIE-Lite, DPO, created May 4, 2026 11:00, ended May 4, 2026 12:00
[1: Publish…] [2: Status]
❌ `task-5kjifvzerc5n` (sft-av9d) is *Failed*: ERNIE-Speed-8K, SFT, created May 4, 2026 10:00, ended May 4, 2026 12:00
[3: Status]
🏃 `task-0tgmn4a7h4i6` (sft-ifxn) is *Running*, 34 %: ERNIE-Speed-8K, SFT, created May 4, 2026 09:00
[4: Watch] [5: Stop]
· Read just now.
[6: Share with the channel]\
""")


async def test_the_list_is_narrowed_by_state_model_and_mode(play: Play) -> None:
    play.world.add_task(TASK, age=3 * HOUR).runs(progress=34)
    play.world.add_task("task-5kjifvzerc5n", age=30 * HOUR).fails("no")
    play.world.add_task("task-2js0q8x0i9ab", model="ERNIE-Lite", mode="DPO", age=HOUR).finishes()

    async def listed(options: str) -> list[str]:
        told = await play.bo.asks(f"/qf runs {options}")
        return [line.split("`")[1] for line in told.splitlines() if "task-" in line]

    assert await listed("running") == [TASK]
    assert await listed("failed") == ["task-5kjifvzerc5n"]
    assert await listed("today") == ["task-2js0q8x0i9ab", TASK]
    assert await listed("model=ernie-lite") == ["task-2js0q8x0i9ab"]
    assert await listed("mode=sft") == [TASK, "task-5kjifvzerc5n"]
    assert await play.bo.asks("/qf runs model=ERNIE-4") == snapshot("""\
Runs of ERNIE-4: there are none.
· There are runs of these models: `ERNIE-Lite`, `ERNIE-Speed-8K`.
· Read just now.
[1: Share with the channel]\
""")


async def test_more_shows_the_next_page(play: Play) -> None:
    job = play.world.add_job()
    for number in range(12):
        play.world.add_task(f"task-{number:012}", job, age=number * HOUR).runs(progress=1)
    first = await play.bo.asks("/qf runs running")
    assert "task-000000000009" in first
    assert "task-000000000010" not in first
    before = play.calls("DescribeFineTuningTasks")
    second = await play.bo.clicks("More")
    assert "task-000000000009" not in second
    assert "task-000000000011" in second
    assert "Page 2 of 2." in second
    assert play.calls("DescribeFineTuningTasks") == before


async def test_a_list_that_lacks_something_says_so(play: Play) -> None:
    for number in range(11):
        play.world.add_task(f"task-{number:012}", age=number * HOUR).runs(progress=1)
    assert "Not everything was read" in await play.bo.asks("/qf runs")


async def test_many_who_ask_at_once_cost_one_list(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks("/qf runs")
    before = play.calls("DescribeFineTuningJobs")
    assert TASK in await play.ada.asks("/qf runs running")
    assert play.calls("DescribeFineTuningJobs") == before


async def test_a_list_that_was_refused_is_not_asked_for_again_at_once(play: Play) -> None:
    play.qianfan.faults.answers(
        403, code="AccessDenied", message="no", action="DescribeFineTuningJobs"
    )
    for _ in range(5):
        assert "QianfanReadAccessPolicy" in await play.bo.asks("/qf runs")
    assert play.calls("DescribeFineTuningJobs") == 1


async def test_many_jobs_are_watched_at_the_cost_of_one_request_each(play: Play) -> None:
    jobs = [play.world.add_job() for _ in range(5)]
    for _ in range(2):
        told = await play.bo.asks("/qf watch " + " ".join(job.id for job in jobs))
        assert told.count("and those to come") == 5
    assert play.calls("DescribeFineTuningTasks") <= 10


async def test_an_account_that_may_not_list_says_why_and_what_still_works(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.qianfan.faults.answers(
        403, code="AccessDenied", message="no", action="DescribeFineTuningJobs"
    )
    told = await play.bo.asks("/qf runs")
    assert told.splitlines()[:2] == snapshot(
        [
            "There is no list, because qfbot's access key may not list this account's runs (`DescribeFineTuningJobs`). Whoever keeps the Qianfan account can give it the policy `QianfanReadAccessPolicy` or `QianfanModelTuningReadAccessPolicy`.",
            "A run's id still works: `/qf status task-…` and `/qf watch task-…`.",
        ]
    )
    assert "is *Running*" in await play.bo.asks(f"/qf status {TASK}")


async def test_with_qianfan_down_the_last_list_is_shown_with_its_age(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks("/qf runs")
    play.qianfan.faults.down()
    play.stage.clock.jump(timedelta(minutes=4))
    told = await play.bo.asks("/qf runs")
    assert TASK in told
    assert told.splitlines()[-3:-1] == snapshot(
        [
            "· The oldest part of this list was read 4 min ago.",
            "· It is no newer because of this: Qianfan cannot be reached, or is broken itself. Please try again in a while.",
        ]
    )


async def test_a_run_in_the_list_is_watched_by_its_button(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks("/qf runs running")
    assert "Watching, until it ends" in await play.bo.clicks("Watch")
    assert "is *Running*" in play.training.card


async def test_watch_without_an_id_asks_for_one(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    play.world.add_task("task-5kjifvzerc5n").finishes()
    await play.bo.asks("/qf watch notify=ends")
    form = play.bo.person.open_view
    assert form is not None
    (offered,) = await play.bo.person.options(form, "Run", "sft")
    assert offered["value"] == TASK
    assert (await play.bo.person.submits(form, {"ids": TASK})).acked
    await play.settles()
    assert "is *Running*" in play.training.card
    (watched,) = await play.stage.app.store.watches.everywhere()
    assert watched.watch.notify is Notify.ENDS


async def test_the_compression_tasks_are_listed_too(play: Play) -> None:
    task = play.world.add_compression(id="amva-abciuctdx15t", name="small-bot")
    task.runs(progress=10)

    told = await play.bo.asks("/qf runs compressions")

    assert "`amva-abciuctdx15t` (small-bot)" in told
    assert "Quantization and WINT8" in told or "Quantization, WINT8" in told
    assert "[1: Watch] [2: Stop]" in told
    assert "amva-abciuctdx15t" in await play.ada.asks("/qf runs compressions")
    assert play.calls("DescribeModelCompTasks") == 1


async def test_with_qianfan_down_the_last_compression_tasks_are_shown(play: Play) -> None:
    play.world.add_compression(id="amva-abciuctdx15t", name="small-bot").runs(progress=10)
    await play.bo.asks("/qf runs compressions")
    play.qianfan.faults.down()
    play.stage.clock.jump(timedelta(minutes=4))
    told = await play.bo.asks("/qf runs compressions")
    assert "amva-abciuctdx15t" in told
    assert "read 4 min ago" in told
