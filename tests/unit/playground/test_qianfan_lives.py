"""How runs, compressions and versions live: by their plans, and by a test's word."""

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.playground.clock import WorldClock
from bot.playground.qianfan import Failed, World
from bot.playground.qianfan.lives import TASK_WORDS, Done, Training, state_at
from bot.playground.qianfan.plans import whole_life

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def a_world(seed: int = 7) -> tuple[WorldClock, World]:
    clock = WorldClock(speed=0, start=START)
    return clock, World(clock, seed)


def test_a_run_waits_then_runs_then_is_done() -> None:
    clock, world = a_world()
    task = world.add_task(queue=10 * MINUTE, length=HOUR)
    states = [task.state]
    for step in (10 * MINUTE, HOUR - MINUTE, MINUTE):
        clock.jump(step)
        states.append(task.state)
    assert states == ["Waiting", "Running", "Running", "Done"]


def test_progress_without_noise_is_the_share_of_the_length() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR, noise=0)
    clock.jump(34 * HOUR / 100)
    assert task.moment.progress == 34


@given(minutes=st.integers(0, 119), seed=st.integers(0, 50))
def test_noisy_progress_stays_a_percent_below_the_end(minutes: int, seed: int) -> None:
    clock, world = a_world(seed)
    task = world.add_task(queue=timedelta(0), length=2 * HOUR, noise=3)
    clock.jump(minutes * MINUTE)
    assert 0 <= task.moment.progress <= 99
    assert abs(task.moment.progress - task.moment.percent) < 20


def test_noise_makes_progress_differ_from_the_truth() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR, noise=3)
    off = []
    for _ in range(59):
        clock.jump(MINUTE)
        off.append(abs(task.moment.progress - task.moment.percent))
    assert max(off) > 1


def test_a_stalled_run_stands_at_its_percent_and_still_ends_in_time() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR, noise=0, stalls_at=40, stall=0.5)
    seen = []
    for _ in range(60):
        seen.append(task.moment.progress)
        clock.jump(MINUTE)
    assert seen.count(40) >= 29
    assert task.state == "Done"


def test_a_stalled_run_reports_the_same_percent_however_noisy_it_is() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR, noise=3, stalls_at=40, stall=0.5)
    clock.jump(15 * MINUTE)
    seen = set()
    for _ in range(20):
        seen.add(task.moment.progress)
        clock.jump(MINUTE)
    assert len(seen) == 1


def test_a_failing_run_fails_at_its_percent_with_its_reason() -> None:
    clock, world = a_world()
    end = Failed("CUDA out of memory", code=42, at=60)
    task = world.add_task(queue=timedelta(0), length=HOUR, noise=0, ends=end)
    clock.jump(HOUR)
    moment = task.moment
    assert (moment.state, moment.message, moment.code) == ("Failed", "CUDA out of memory", 42)
    assert moment.percent == 60
    assert moment.since == START + HOUR


def test_checkpoints_appear_while_the_run_trains() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR, checkpoints=4)
    counts = []
    for _ in range(5):
        counts.append(len(task.moment.checkpoints))
        clock.jump(HOUR / 4)
    assert counts == [0, 1, 2, 3, 4]


def test_a_failed_run_keeps_only_the_checkpoints_it_reached() -> None:
    clock, world = a_world()
    task = world.add_task(length=HOUR, ends=Failed("gone", at=55), checkpoints=4)
    clock.jump(100 * HOUR)
    assert len(task.moment.checkpoints) == 2


def test_losses_fall_or_rise_or_stop_being_numbers() -> None:
    clock, world = a_world()
    falls = world.add_task(loss="falls", checkpoints=10)
    rises = world.add_task(loss="rises", checkpoints=10)
    diverges = world.add_task(loss="diverges", checkpoints=10)
    clock.jump(10_000 * HOUR)
    losses = [[c.training_loss for c in t.moment.checkpoints] for t in (falls, rises, diverges)]
    assert losses[0][-1] < losses[0][0]
    assert losses[1][-1] > min(losses[1])
    assert math.isnan(losses[2][-1])


def test_the_same_seed_makes_the_same_world() -> None:
    def plans(seed: int) -> list[object]:
        _, world = a_world(seed)
        made = [world.add_task(ends="chance") for _ in range(5)]
        return [(task.id, task.job.id, task.plan, task.metrics) for task in made]

    assert plans(7) == plans(7)
    assert plans(7) != plans(8)


def test_some_runs_of_a_world_left_to_chance_fail_and_say_why() -> None:
    clock, world = a_world()
    tasks = [world.add_task(ends="chance") for _ in range(200)]
    clock.jump(100_000 * HOUR)
    failed = [task.moment for task in tasks if task.state == "Failed"]
    assert 10 < len(failed) < 60
    assert all(moment.message and moment.code for moment in failed)
    assert {task.state for task in tasks} == {"Done", "Failed"}


def test_a_fleet_has_runs_that_stall() -> None:
    clock, world = a_world()
    fleet = world.add_fleet(200)
    stalled = [task for task in fleet if task.plan.stages[1].training.stall]
    assert 2 <= len(stalled) <= 25
    assert len({task.job.id for task in fleet}) == 200
    clock.jump(100_000 * HOUR)
    assert {task.state for task in fleet} == {"Done", "Failed"}


def test_a_run_obeys_a_tests_word_and_no_longer_its_plan() -> None:
    clock, world = a_world()
    task = world.add_task()
    task.queues()
    clock.jump(10_000 * HOUR)
    assert task.state == "Waiting"
    task.runs(progress=34)
    clock.jump(10_000 * HOUR)
    assert (task.state, task.moment.progress) == ("Running", 34)
    task.finishes()
    assert (task.state, task.moment.since) == ("Done", clock.world())


def test_a_run_can_be_made_to_fail_or_to_be_stopped_elsewhere() -> None:
    _, world = a_world()
    failed, stopped = world.add_task(), world.add_task()
    failed.fails("磁盘已满", code=7)
    stopped.is_stopped()
    assert (failed.state, failed.moment.message, failed.moment.code) == ("Failed", "磁盘已满", 7)
    assert (stopped.state, stopped.moment.final) == ("Stopped", True)


def test_an_unknown_word_is_no_end() -> None:
    _, world = a_world()
    task = world.add_task()
    task.says_state("Rebalancing")
    assert (task.state, task.moment.final) == ("Rebalancing", False)


def test_a_run_that_goes_back_says_again_what_it_said_before() -> None:
    _, world = a_world()
    task = world.add_task()
    task.runs(progress=34)
    task.finishes()
    task.goes_back()
    assert (task.state, task.moment.progress) == ("Running", 34)


def test_a_planned_run_goes_back_too() -> None:
    clock, world = a_world()
    task = world.add_task(queue=10 * MINUTE, length=HOUR)
    clock.jump(30 * MINUTE)
    task.goes_back()
    assert task.state == "Waiting"


def test_a_run_in_its_first_state_has_nothing_to_go_back_to() -> None:
    _, world = a_world()
    task = world.add_task(queue=HOUR)
    task.goes_back()
    assert task.state == "Waiting"


def test_a_run_that_is_asked_to_stop_runs_a_little_longer() -> None:
    clock, world = a_world()
    task = world.add_task(queue=timedelta(0), length=HOUR)
    clock.jump(30 * MINUTE)
    task.is_asked_to_stop(takes=MINUTE)
    assert task.state == "Running"
    clock.jump(MINUTE)
    assert task.state == "Stopped"
    clock.jump(10 * HOUR)
    assert task.state == "Stopped"


def test_a_checkpoint_can_be_added_by_hand() -> None:
    _, world = a_world()
    task = world.add_task(checkpoints=0)
    task.runs(progress=10)
    task.saves(step=64, loss=math.nan, perplexity=math.nan)
    assert [saved.step for saved in task.moment.checkpoints] == [64]


def test_a_compression_has_a_word_for_stopping() -> None:
    clock, world = a_world()
    compression = world.add_compression(queue=timedelta(0))
    compression.is_asked_to_stop(takes=MINUTE)
    assert compression.state == "stopping"
    clock.jump(MINUTE)
    assert compression.state == "stopped"


def test_a_compressions_version_exists_once_it_has_succeeded() -> None:
    clock, world = a_world()
    source = world.add_version()
    compression = world.add_compression(source)
    assert compression.version_id not in world.versions
    clock.jump(HOUR)
    made = world.versions[compression.version_id]
    assert made.source.compression_id == compression.id
    assert made.model_set is source.model_set
    assert len(world.versions_of(source.model_set)) == 2


def test_a_forgotten_version_stays_forgotten() -> None:
    _, world = a_world()
    compression = world.add_compression()
    compression.finishes()
    world.forget(world.versions[compression.version_id])
    assert compression.version_id not in world.versions


def test_a_version_is_created_then_ready_or_fails() -> None:
    clock, world = a_world()
    good = world.add_version(creating=MINUTE)
    bad = world.add_version(creating=MINUTE, ends=Failed("no such object"))
    assert (good.state, bad.state) == ("Creating", "Creating")
    clock.jump(MINUTE)
    assert (good.state, bad.state) == ("Ready", "Fail")


@given(
    minutes=st.lists(st.integers(0, 300), min_size=2, max_size=20),
    queue=st.integers(0, 60),
    length=st.integers(0, 200),
)
def test_a_planned_life_never_goes_back(minutes: list[int], queue: int, length: int) -> None:
    training = Training(length=length * MINUTE)
    plan = whole_life(TASK_WORDS, START, queue * MINUTE, training, Done())
    moments = [state_at(plan, START + minute * MINUTE) for minute in sorted(minutes)]
    order = ["Waiting", "Running", "Done"]
    places = [order.index(moment.state) for moment in moments]
    percents = [moment.percent for moment in moments]
    assert places == sorted(places)
    assert percents == sorted(percents)


def test_an_unlived_life_is_at_its_beginning() -> None:
    clock, world = a_world()
    task = world.add_task(queue=HOUR)
    clock.jump(-HOUR)
    assert task.state == "Waiting"
