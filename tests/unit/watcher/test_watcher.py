"""What a look comes to: recorded, tried again, told that it fails, or believed to be gone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.cadence import Pace
from bot.domain.changes import Look
from bot.domain.errors import PlatformError, RequestRejected, Unavailable
from bot.domain.facts import Actors, Fact, Moved, Outage, Unreadable, Vanished, WatchExpired
from bot.domain.moments import Happened
from bot.domain.ports import Trouble
from bot.domain.resources import Phase
from bot.domain.watching import Duty, Found, Load, Thing, Watch, Watched, Window
from bot.happenings import Happening, Looked, StateChanged
from bot.watcher import watcher
from bot.watcher.trouble import AccountTroubles
from bot.watcher.watcher import DENIALS_BELIEVED, FAILURES_TOLD, RENEWAL, Watcher
from tests.unit.domain.samples import NOON
from tests.unit.watcher.account import Account, HandClock, job, run
from tests.unit.watcher.outages import KnownOutages

PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))
PATIENCE = timedelta(seconds=5)
JOB = job(1)
RUN = run(1, JOB)
THING = Thing("default", RUN.id)
REJECTED = RequestRejected("DescribeFineTuningTask", code="400001")
DOWN = Unavailable("DescribeFineTuningTask")


def duty(number: int = 1, failures: int = 0, denials: int = 0) -> Duty:
    """A run of a job of its own, which was last seen to wait."""
    seen = run(number, job(number), phase=Phase.QUEUED)
    return Duty(Thing("default", seen.id), Look(seen, NOON), 1, failures=failures, denials=denials)


@dataclass
class Duties:
    """Things that are due, and what was said of the looks at them."""

    due: list[Duty] = field(default_factory=list)
    over: list[Watched] = field(default_factory=list)
    recorded: list[tuple[Found, tuple[Fact, ...]]] = field(default_factory=list)
    postponed: list[tuple[datetime, int, int]] = field(default_factory=list)
    told: list[Fact] = field(default_factory=list)
    renewed: list[Thing] = field(default_factory=list)
    counted: int = 0

    async def load(self, world: datetime) -> Mapping[str, Load]:
        self.counted += 1
        return {"default": Load(100), **{each.thing.account: Load(1) for each in self.due}}

    async def is_any_due(self, window: Window) -> bool:
        return bool(self.due)

    async def claim_due(
        self, rooms: Mapping[str, int], window: Window, lease: timedelta
    ) -> Sequence[Duty]:
        taken: list[Duty] = []
        for account, room in rooms.items():
            taken += [each for each in self.due if each.thing.account == account][:room]
        self.due = [each for each in self.due if each not in taken]
        return taken

    async def renew(self, duties: Collection[Duty], lease: timedelta) -> None:
        self.renewed += [each.thing for each in duties]

    async def record(self, duty: Duty, found: Found, facts: Sequence[Fact]) -> bool:
        self.recorded.append((found, tuple(facts)))
        self.told += facts
        return True

    async def postpone(
        self,
        duty: Duty,
        next_look: datetime,
        failures: int,
        denials: int = 0,
        facts: Sequence[Fact] = (),
    ) -> None:
        self.postponed.append((next_look, failures, denials))
        self.told += facts

    async def expired(self, world: datetime) -> Sequence[Watched]:
        return [each for each in self.over if each.watch.until <= world]

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        self.over = [each for each in self.over if each.watch != watch]
        self.told.append(fact)

    async def begin(self, watch: Watch, look: Look, *, asked: bool = True) -> bool:
        raise AssertionError

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        raise AssertionError

    async def mute(self, thing: Thing, channel_id: str, until: datetime | None) -> Watch | None:
        raise AssertionError

    async def known(self, thing: Thing) -> None:
        raise AssertionError

    async def in_channel(self, channel_id: str) -> Sequence[Watched]:
        raise AssertionError

    async def of_owner(self, user_id: str) -> Sequence[Watched]:
        raise AssertionError

    async def everywhere(self) -> Sequence[Watched]:
        raise AssertionError

    async def channels_of(self, thing: Thing) -> Collection[str]:
        raise AssertionError

    async def note_stop(self, thing: Thing, by: Actors, *, accepted: bool) -> None:
        raise AssertionError

    async def forget_stop(self, thing: Thing, by: Actors) -> None:
        raise AssertionError


class Scene:
    """A watcher of one account that may be asked once a second."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.qianfan = Account(self.clock, {JOB: [RUN]})
        self.duties = Duties()
        self.outages = KnownOutages()
        accounts = {"default": watcher.Account(self.qianfan, per_second=1)}
        self.watcher = Watcher(
            accounts,
            self.duties,
            self.duties,
            AccountTroubles(self.outages, self.clock),
            self.clock,
            PACE,
            tell=self._hear,
        )
        #: What was told of looks, and of changes.
        self.heard: list[str] = []

    def _hear(self, happening: Happening) -> None:
        match happening:
            case Looked(outcome=outcome):
                self.heard.append(outcome)
            case StateChanged(before=before, after=after):
                self.heard.append(f"{before} -> {after}")

    async def looks(self, *due: Duty, fails: PlatformError | None = None) -> list[Fact]:
        """Look at what is due, with that error where there is one; what is told of it."""
        self.duties.due += due
        self.qianfan.fails_for = {RUN.id: fails} if fails else {}
        self.duties.told = []
        await self.watcher.tick()
        await self.watcher.drain(PATIENCE)
        return self.duties.told


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_what_has_moved_is_recorded_with_what_is_told_of_it(scene: Scene) -> None:
    [moved] = await scene.looks(duty())

    assert isinstance(moved, Moved)
    assert (moved.before, moved.resource.phase) == (Phase.QUEUED, Phase.RUNNING)
    [(found, facts)] = scene.duties.recorded
    assert facts == (moved,)
    assert found.look.resource.phase is Phase.RUNNING
    assert found.track.running_since == moved.running_since == NOON
    assert found.next_look is not None
    assert found.next_look >= NOON + PACE.shortest


async def test_what_comes_of_each_look_is_told(scene: Scene) -> None:
    await scene.looks(duty())
    await scene.looks(duty(), fails=REJECTED)
    scene.qianfan.has = {}
    await scene.looks(duty())

    assert scene.heard == ["changed", "queued -> running", "RequestRejected", "UnknownResource"]


async def test_what_has_ended_is_not_looked_at_again(scene: Scene) -> None:
    scene.qianfan.has = {JOB: [run(1, JOB, phase=Phase.DONE)]}

    await scene.looks(duty())

    [(found, _)] = scene.duties.recorded
    assert (found.next_look, found.expected_end) == (None, None)


async def test_a_look_that_fails_is_tried_again_later_each_time(scene: Scene) -> None:
    for failures in range(3):
        assert await scene.looks(duty(failures=failures), fails=REJECTED) == []

    seconds = [(at - NOON).total_seconds() for at, _, _ in scene.duties.postponed]
    assert seconds == [30, 60, 120]
    assert [failures for _, failures, _ in scene.duties.postponed] == [1, 2, 3]


async def test_a_thing_that_alone_cannot_be_read_is_told_once(scene: Scene) -> None:
    told = [
        await scene.looks(duty(failures=failures), fails=REJECTED)
        for failures in range(FAILURES_TOLD + 2)
    ]

    unreadable = Unreadable(duty().last.resource, NOON)
    assert told == [[]] * (FAILURES_TOLD - 1) + [[unreadable], [], []]


async def test_during_an_outage_no_single_thing_is_told_to_be_unreadable(scene: Scene) -> None:
    scene.outages.known["default"] = Trouble(Outage.DOWN, NOON)

    assert await scene.looks(duty(failures=FAILURES_TOLD - 1), fails=REJECTED) == []
    assert await scene.looks(duty(failures=FAILURES_TOLD - 1), fails=DOWN) == []


async def test_an_outage_that_this_process_found_out_counts_as_well(scene: Scene) -> None:
    assert await scene.looks(duty(), fails=DOWN) == []

    assert await scene.looks(duty(failures=FAILURES_TOLD - 1), fails=DOWN) == []
    assert set(scene.outages.known) == {"default"}


async def test_an_answer_ends_the_outage(scene: Scene) -> None:
    await scene.looks(duty(), fails=DOWN)
    await scene.looks(duty())

    assert scene.outages.told == ["default began: down", "default over"]


async def test_an_id_that_qianfan_does_not_know_is_believed_gone_in_the_end(scene: Scene) -> None:
    scene.qianfan.has = {}
    scene.clock.moves(minutes=5)
    told = [
        await scene.looks(duty(failures=denials, denials=denials))
        for denials in range(DENIALS_BELIEVED)
    ]

    gone = Vanished(duty().last.resource, Happened(NOON, scene.clock.now))
    assert told == [[], [], [gone]]
    assert [denials for _, _, denials in scene.duties.postponed] == [1, 2]
    [(found, _)] = scene.duties.recorded
    assert found.next_look is None


async def test_an_id_that_is_not_known_is_an_answer_of_an_account_that_serves(
    scene: Scene,
) -> None:
    scene.outages.known["default"] = Trouble(Outage.DOWN, NOON)
    scene.qianfan.has = {}

    await scene.looks(duty())

    assert scene.outages.told == ["default over"]


async def test_a_failure_in_between_begins_the_denials_anew(scene: Scene) -> None:
    await scene.looks(duty(failures=2, denials=2), fails=REJECTED)

    [(_, failures, denials)] = scene.duties.postponed
    assert (failures, denials) == (3, 0)


async def test_a_look_that_takes_long_is_kept_in_hand_and_no_longer_than_it_takes(
    scene: Scene,
) -> None:
    scene.qianfan.may_answer.clear()
    scene.duties.due = [duty()]
    await scene.watcher.tick()
    await scene.qianfan.was_asked.wait()
    scene.clock.now += RENEWAL - timedelta(seconds=1)
    await scene.watcher.tick()
    assert scene.duties.renewed == []

    for _ in range(2):
        scene.clock.now += RENEWAL
        await scene.watcher.tick()
    assert scene.duties.renewed == [THING, THING]

    scene.qianfan.may_answer.set()
    await scene.watcher.drain(PATIENCE)
    scene.clock.now += RENEWAL
    await scene.watcher.tick()
    assert len(scene.duties.renewed) == 2
    assert len(scene.duties.recorded) == 1


async def test_no_more_looks_are_under_way_than_four_seconds_of_the_budget(scene: Scene) -> None:
    scene.qianfan.may_answer.clear()
    scene.duties.due = [duty(number) for number in range(10)]

    assert [await scene.watcher.tick(), await scene.watcher.tick()] == [4, 0]

    scene.qianfan.may_answer.set()
    await scene.watcher.drain(PATIENCE)
    assert await scene.watcher.tick() == 4
    await scene.watcher.drain(PATIENCE)


@pytest.mark.parametrize(("per_second", "at_once"), [(0.1, 4), (1, 4), (1.5, 6), (100, 16)])
def test_a_larger_budget_has_more_looks_under_way_within_bounds(
    scene: Scene, per_second: float, at_once: int
) -> None:
    assert watcher.Account(scene.qianfan, per_second).at_once == at_once


async def test_the_load_is_counted_seldom(scene: Scene) -> None:
    for _ in range(10):
        await scene.looks(duty())
        scene.clock.moves(seconds=2)

    assert scene.duties.counted == 2


async def test_a_watch_whose_time_is_up_ends_with_a_word(scene: Scene) -> None:
    watch = Watch(THING, "C1", "UADA", NOON, NOON + timedelta(days=1))
    scene.duties.over = [Watched(watch, Look(RUN, NOON))]
    assert await scene.looks() == []

    scene.clock.moves(days=1)

    assert await scene.looks() == [WatchExpired(RUN)]
    assert await scene.looks() == []


async def test_an_account_without_keys_is_named_once_and_left_alone(scene: Scene) -> None:
    elsewhere = Duty(Thing("gone", RUN.id), duty().last, 1)
    with capture_logs() as logs:
        for _ in range(3):
            assert await scene.looks(elsewhere) == []
            scene.clock.moves(seconds=15)

    assert [each["account"] for each in logs] == ["gone"]
    assert set(scene.duties.due) == {elsewhere}
    assert scene.qianfan.asked == []


def of_one_job(*numbers: int, phase: Phase = Phase.QUEUED) -> list[Duty]:
    """Runs of one job, which were last seen in that phase."""
    seen = [run(number, JOB, phase=phase) for number in numbers]
    return [Duty(Thing("default", each.id), Look(each, NOON), 2) for each in seen]


async def test_runs_of_one_job_that_are_due_together_are_read_in_one_request(scene: Scene) -> None:
    due = of_one_job(1, 2, 3)
    scene.qianfan.has = {JOB: [run(number, JOB, phase=Phase.QUEUED) for number in (1, 2, 3)]}

    assert await scene.looks(*due) == []

    assert scene.qianfan.asked == [str(JOB.id)]
    assert [found.look.resource.id for found, _ in scene.duties.recorded] == [
        each.thing.id for each in due
    ]


async def test_a_run_that_has_moved_is_looked_at_by_itself(scene: Scene) -> None:
    scene.qianfan.has = {JOB: [run(1, JOB, phase=Phase.QUEUED), run(2, JOB, phase=Phase.FAILED)]}

    [moved] = await scene.looks(*of_one_job(1, 2))

    assert isinstance(moved, Moved)
    assert moved.resource.phase is Phase.FAILED
    assert scene.qianfan.asked == [str(JOB.id), str(run(2, JOB).id)]


async def test_where_the_list_fails_each_run_is_looked_at(scene: Scene) -> None:
    scene.qianfan.has = {JOB: [run(1, JOB, phase=Phase.QUEUED), run(2, JOB, phase=Phase.QUEUED)]}
    scene.duties.due = of_one_job(1, 2)
    scene.qianfan.fails_for = {JOB.id: REJECTED}

    await scene.watcher.tick()
    await scene.watcher.drain(PATIENCE)

    assert scene.qianfan.asked == [str(JOB.id), str(run(1, JOB).id), str(run(2, JOB).id)]
    assert len(scene.duties.recorded) == 2


async def test_a_list_of_more_requests_than_runs_is_not_read_again(scene: Scene) -> None:
    scene.qianfan.has = {JOB: [run(1, JOB, phase=Phase.QUEUED), run(2, JOB, phase=Phase.QUEUED)]}
    scene.qianfan.pages = 2
    for _ in range(2):
        await scene.looks(*of_one_job(1, 2))

    assert scene.qianfan.asked == [str(JOB.id), str(run(1, JOB).id), str(run(2, JOB).id)]


async def test_a_list_that_is_answered_ends_the_outage_too(scene: Scene) -> None:
    scene.outages.known["default"] = Trouble(Outage.DOWN, NOON)
    scene.qianfan.has = {JOB: [run(1, JOB, phase=Phase.QUEUED), run(2, JOB, phase=Phase.QUEUED)]}

    await scene.looks(*of_one_job(1, 2))

    assert scene.qianfan.asked == [str(JOB.id)]
    assert scene.outages.told == ["default over"]
