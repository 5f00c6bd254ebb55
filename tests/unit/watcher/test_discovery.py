"""Discovery against a small account: what is announced, once, and what a kill may cut off."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.cadence import Pace
from bot.domain.changes import Look
from bot.domain.errors import (
    AccessDenied,
    BrokenAnswer,
    PersonUnknown,
    PlatformError,
    RequestRejected,
    StoreError,
    Unavailable,
)
from bot.domain.facts import Actors, Fact, FollowExpired, JobGone, Notify, RunAppeared
from bot.domain.following import Follow, Selection, What
from bot.domain.ids import ResourceId
from bot.domain.listings import Job
from bot.domain.ports import Platform
from bot.domain.resources import FineTuningTask, Phase
from bot.domain.watching import Duty, Found, Load, Thing, Watch, Watched, Window
from bot.watcher.catalogue import LiveCatalogue
from bot.watcher.discovery import Discovery
from bot.watcher.shifts import Shifts
from bot.watcher.trouble import AccountTroubles
from tests.unit.domain.samples import NOON, minutes
from tests.unit.qianfan.virtual_time import VirtualTime
from tests.unit.watcher.account import Account, HandClock, job, run
from tests.unit.watcher.outages import KnownOutages

PACE = Pace(timedelta(seconds=15), timedelta(seconds=300))
FOLLOW = Follow("default", "C1", "ULIN", Selection(What.ALL), NOON, NOON + timedelta(days=90))
PATIENCE = timedelta(seconds=5)


@dataclass
class Follows:
    """Follows and notes in memory; `told` is what channels are owed."""

    live: list[Follow] = field(default_factory=lambda: [FOLLOW])
    known: set[ResourceId] = field(default_factory=set)
    told: list[tuple[str, Fact]] = field(default_factory=list)

    async def begin(self, follow: Follow) -> bool:
        raise AssertionError

    async def end(self, account: str, channel_id: str, selection: Selection | None) -> int:
        raise AssertionError

    async def end_with(self, follow: Follow, fact: Fact) -> None:
        self.live.remove(follow)
        self.told.append((follow.channel_id, fact))

    async def in_channel(self, channel_id: str) -> Sequence[Follow]:
        raise AssertionError

    async def everywhere(self) -> Sequence[Follow]:
        return list(self.live)

    async def expired(self, world: datetime) -> Sequence[Follow]:
        return [each for each in self.live if each.until <= world]

    async def news(self, account: str, runs: Sequence[ResourceId]) -> Sequence[ResourceId]:
        return [each for each in runs if each not in self.known]

    async def note(self, account: str, runs: Sequence[ResourceId], at: datetime) -> None:
        self.known |= set(runs)

    async def appeared(
        self, account: str, run: ResourceId, at: datetime, facts: Sequence[tuple[str, Fact]]
    ) -> None:
        if run not in self.known:
            self.known.add(run)
            self.told += facts


@dataclass
class Watches:
    """Watches in memory; `dies` as a killed process does, after a watch was begun.

    `over` are the channels of watches that have ended, by what they watched.
    """

    begun: list[tuple[Watch, Look]] = field(default_factory=list)
    over: dict[Thing, set[str]] = field(default_factory=dict)
    dies: bool = False

    async def begin(self, watch: Watch, look: Look, *, asked: bool = True) -> bool:
        self.begun.append((watch, look))
        if self.dies:
            raise StoreError("killed")
        return True

    async def channels_of(self, thing: Thing) -> Collection[str]:
        there = {watch.channel_id for watch, _ in self.begun if watch.thing == thing}
        return there | self.over.get(thing, set())

    async def known(self, thing: Thing) -> None:
        raise AssertionError

    async def in_channel(self, channel_id: str) -> Sequence[Watched]:
        raise AssertionError

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        raise AssertionError

    async def mute(self, thing: Thing, channel_id: str, until: datetime | None) -> Watch | None:
        raise AssertionError

    async def of_owner(self, user_id: str) -> Sequence[Watched]:
        raise AssertionError

    async def everywhere(self) -> Sequence[Watched]:
        raise AssertionError

    async def note_stop(self, thing: Thing, by: Actors, *, accepted: bool) -> None:
        raise AssertionError

    async def forget_stop(self, thing: Thing, by: Actors) -> None:
        raise AssertionError

    async def load(self, world: datetime) -> Mapping[str, Load]:
        raise AssertionError

    async def is_any_due(self, window: Window) -> bool:
        raise AssertionError

    async def claim_due(
        self, rooms: Mapping[str, int], window: Window, lease: timedelta
    ) -> Sequence[Duty]:
        raise AssertionError

    async def renew(self, duties: Collection[Duty], lease: timedelta) -> None:
        raise AssertionError

    async def record(self, duty: Duty, found: Found, facts: Sequence[Fact]) -> bool:
        raise AssertionError

    async def postpone(
        self,
        duty: Duty,
        next_look: datetime,
        failures: int,
        denials: int = 0,
        facts: Sequence[Fact] = (),
    ) -> None:
        raise AssertionError

    async def expired(self, world: datetime) -> Sequence[Watched]:
        raise AssertionError

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        raise AssertionError


@dataclass
class Scene:
    """The account and all that discovery works with; it may be started anew."""

    clock: HandClock = field(default_factory=HandClock)
    follows: Follows = field(default_factory=Follows)
    watches: Watches = field(default_factory=Watches)
    refused: set[Follow] = field(default_factory=set)
    unknown: set[Follow] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.account = Account(self.clock)
        self.starts()

    def starts(self) -> None:
        """A new process, which remembers nothing but what was written down."""
        platforms = {"default": self.account}
        self.catalogue = LiveCatalogue(platforms, self.clock)
        self.discovery = Discovery(
            platforms,
            self.catalogue,
            self.follows,
            self.watches,
            AccountTroubles(KnownOutages(), self.clock),
            self.clock,
            PACE,
            shifts=Shifts(Turns()),
            pause=timedelta(0),
            may=self.may,
        )

    async def may(self, follow: Follow) -> bool:
        if follow in self.unknown:
            raise PersonUnknown
        return follow not in self.refused

    async def passes(self, **length: float) -> None:
        self.clock.moves(**length)
        await self.settles()

    async def settles(self) -> None:
        while await self.discovery.tick() or not self.discovery.idle:
            await self.discovery.drain(PATIENCE)

    def adds(self, number: int, of: Job, phase: Phase = Phase.RUNNING) -> FineTuningTask:
        """A run that is made now."""
        made = run(number, of, self.clock.now, phase)
        self.account.has.setdefault(of, []).append(made)
        return made

    @property
    def watched(self) -> list[tuple[str, str, Notify]]:
        """What was begun: the run's last digit, the channel, how loud."""
        return [
            (watch.thing.id.text[-1], watch.channel_id, watch.notify)
            for watch, _ in self.watches.begun
        ]


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_the_runs_that_there_were_are_no_news_and_a_new_one_is_watched(
    scene: Scene,
) -> None:
    one = job(1)
    old = scene.adds(1, one)
    await scene.settles()
    assert scene.follows.known == {old.id}
    new = scene.adds(2, one)
    await scene.passes(minutes=1)
    assert scene.watched == [("2", "C1", Notify.ALL)]
    watch, look = scene.watches.begun[0]
    assert (watch.owner, look.resource) == ("ULIN", new)
    assert scene.follows.known == {old.id, new.id}


async def test_nothing_is_announced_twice(scene: Scene) -> None:
    one = job(1)
    await scene.settles()
    scene.clock.moves(minutes=1)
    scene.adds(1, one)
    scene.adds(2, one, Phase.DONE)
    await scene.settles()
    scene.starts()
    for _ in range(5):
        await scene.passes(minutes=5)
    assert scene.watched == [("1", "C1", Notify.ALL)]
    assert len(scene.follows.told) == 1


async def test_a_kill_between_watch_and_note_repeats_nothing(scene: Scene) -> None:
    await scene.settles()
    scene.clock.moves(minutes=1)
    new = scene.adds(1, job(1))
    scene.watches.dies = True
    await scene.settles()
    assert new.id not in scene.follows.known

    scene.watches.dies = False
    scene.starts()
    await scene.passes(minutes=5)
    assert len(scene.watched) == 1
    assert new.id in scene.follows.known


async def test_what_appeared_while_nobody_looked_is_news_after_a_start(scene: Scene) -> None:
    one = job(1)
    scene.adds(1, one)
    await scene.settles()
    scene.clock.moves(hours=2)
    scene.adds(2, one)
    scene.starts()
    await scene.passes(minutes=1)
    assert scene.watched == [("2", "C1", Notify.ALL)]


async def test_a_run_that_ended_unseen_is_told_with_what_a_look_says(scene: Scene) -> None:
    await scene.settles()
    scene.clock.moves(minutes=1)
    scene.adds(1, job(1), Phase.DONE)
    await scene.settles()
    ((channel_id, fact),) = scene.follows.told
    assert channel_id == "C1"
    assert isinstance(fact, RunAppeared)
    assert isinstance(fact.resource, FineTuningTask)
    assert fact.resource.metrics


async def test_a_run_that_was_watched_by_its_id_and_failed_is_not_told_again(
    scene: Scene,
) -> None:
    scene.follows.live = [FOLLOW, replace(FOLLOW, channel_id="C2")]
    await scene.settles()
    scene.clock.moves(minutes=1)
    ended = scene.adds(1, job(1), Phase.FAILED)
    scene.watches.over[Thing("default", ended.id)] = {"C1"}
    await scene.settles()
    assert [channel_id for channel_id, _ in scene.follows.told] == ["C2"]
    assert ended.id in scene.follows.known


async def test_a_run_that_ends_after_a_kill_between_watch_and_note_is_not_told_again(
    scene: Scene,
) -> None:
    one = job(1)
    await scene.settles()
    scene.clock.moves(minutes=1)
    new = scene.adds(1, one)
    scene.watches.dies = True
    await scene.settles()
    scene.account.has[one] = [replace(new, phase=Phase.FAILED)]
    scene.watches.dies = False
    scene.starts()
    await scene.passes(minutes=5)
    assert scene.follows.told == []
    assert new.id in scene.follows.known


async def test_a_run_that_somebody_unwatched_is_not_watched_again(scene: Scene) -> None:
    await scene.settles()
    scene.clock.moves(minutes=1)
    new = scene.adds(1, job(1))
    scene.watches.over[Thing("default", new.id)] = {"C1"}
    await scene.settles()
    assert scene.watched == []


@pytest.mark.parametrize("kind", [BrokenAnswer, RequestRejected, AccessDenied])
async def test_a_run_that_cannot_be_looked_at_is_told_as_it_is_listed(
    scene: Scene, kind: type[PlatformError]
) -> None:
    one = job(1)
    await scene.settles()
    scene.clock.moves(minutes=1)
    ended = scene.adds(1, one, Phase.FAILED)
    scene.account.fails_for[ended.id] = kind("DescribeFineTuningTask")
    scene.adds(2, one)
    await scene.settles()
    assert scene.follows.told == [("C1", RunAppeared(ended))]
    assert scene.watched == [("2", "C1", Notify.ALL)]


async def test_a_run_that_cannot_be_looked_at_now_is_told_later_and_holds_up_no_other(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    one = job(1)
    await scene.settles()
    scene.clock.moves(minutes=1)
    ended = scene.adds(1, one, Phase.FAILED)
    scene.account.fails_for[ended.id] = Unavailable("DescribeFineTuningTask")
    scene.adds(2, one)
    for _ in range(3):
        await scene.passes(minutes=5)
    assert scene.watched == [("2", "C1", Notify.ALL)]
    assert scene.follows.told == []
    assert capsys.readouterr().out.count("run left for later") == 1

    scene.account.fails_for = {}
    await scene.passes(minutes=5)
    assert [channel_id for channel_id, _ in scene.follows.told] == ["C1"]


async def test_a_follow_whose_owner_lost_the_right_tells_nothing_and_that_is_logged_once(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(FOLLOW, channel_id="C2")
    scene.follows.live = [FOLLOW, other]
    scene.refused = {FOLLOW}
    await scene.settles()
    for number in (1, 2):
        scene.clock.moves(minutes=1)
        scene.adds(number, job(1))
        await scene.settles()
    assert [channel_id for _, channel_id, _ in scene.watched] == ["C2", "C2"]
    assert capsys.readouterr().out.count("follow tells nothing any more") == 1


async def test_what_a_follow_was_not_allowed_to_tell_is_no_news_when_it_is_allowed_again(
    scene: Scene,
) -> None:
    scene.refused = {FOLLOW}
    await scene.settles()
    scene.clock.moves(minutes=1)
    hidden = scene.adds(1, job(1))
    await scene.settles()
    assert hidden.id in scene.follows.known
    scene.refused = set()
    await scene.passes(minutes=5)
    assert scene.watched == []


async def test_a_run_waits_until_it_is_known_who_may_hear_of_it(scene: Scene) -> None:
    await scene.settles()
    scene.clock.moves(minutes=1)
    scene.unknown = {FOLLOW}
    new = scene.adds(1, job(1))
    await scene.passes(minutes=5)
    assert scene.watched == []
    assert new.id not in scene.follows.known
    scene.unknown = set()
    await scene.passes(minutes=5)
    assert scene.watched == [("1", "C1", Notify.ALL)]


async def test_a_run_that_does_not_tell_its_model_has_that_of_its_job(scene: Scene) -> None:
    one = replace(job(1), model="ERNIE-Speed-8K", train_mode="SFT")
    model = replace(FOLLOW, selection=Selection(What.MODEL, "ernie speed 8k"))
    mode = replace(FOLLOW, channel_id="C2", selection=Selection(What.MODE, "sft"))
    scene.follows.live = [model, mode]
    await scene.settles()
    scene.clock.moves(minutes=1)
    scene.account.has[one] = [replace(run(1, one, scene.clock.now), model="", train_mode="")]
    await scene.settles()
    assert [channel_id for _, channel_id, _ in scene.watched] == ["C1", "C2"]


@pytest.mark.parametrize(("phase", "told"), [(Phase.FAILED, 1), (Phase.DONE, 0)])
async def test_a_channel_that_wants_failures_hears_of_no_other_end(
    scene: Scene, phase: Phase, told: int
) -> None:
    scene.follows.live = [replace(FOLLOW, notify=Notify.FAILURES)]
    await scene.settles()
    scene.clock.moves(minutes=1)
    ended = scene.adds(1, job(1), phase)
    await scene.settles()
    assert len(scene.follows.told) == told
    assert ended.id in scene.follows.known


async def test_two_follows_in_one_channel_make_one_watch_as_loud_as_the_loudest(
    scene: Scene,
) -> None:
    model = Selection(What.MODEL, "ernie speed 8k")
    scene.follows.live = [
        replace(FOLLOW, notify=Notify.FAILURES),
        replace(FOLLOW, selection=model, notify=Notify.ENDS),
        replace(FOLLOW, channel_id="C2"),
        replace(FOLLOW, channel_id="C3", selection=Selection(What.MODE, "DPO")),
    ]
    await scene.settles()
    scene.clock.moves(minutes=1)
    scene.adds(1, job(1))
    await scene.settles()
    assert scene.watched == [("1", "C1", Notify.ENDS), ("1", "C2", Notify.ALL)]


async def test_what_somebody_watches_there_already_stays_as_they_wanted_it(scene: Scene) -> None:
    await scene.settles()
    scene.clock.moves(minutes=1)
    new = scene.adds(1, job(1))
    thing = Thing("default", new.id)
    theirs = Watch(thing, "C1", "UBO", scene.clock.now, FOLLOW.until, Notify.ENDS)
    await scene.watches.begin(theirs, Look(new, scene.clock.now))
    await scene.settles()
    assert [watch for watch, _ in scene.watches.begun] == [theirs]
    assert new.id in scene.follows.known


async def test_a_follow_that_is_renewed_after_a_gap_takes_what_came_in_it_as_known(
    scene: Scene,
) -> None:
    one = job(1)
    scene.account.has[one] = []
    await scene.settles()
    scene.follows.live = []
    await scene.passes(minutes=10)
    scene.adds(1, one)
    await scene.passes(minutes=10)
    scene.follows.live = [replace(FOLLOW, since=scene.clock.now)]
    await scene.passes(minutes=10)
    assert scene.watched == []


async def test_where_nobody_follows_and_nobody_asked_nothing_is_listed(scene: Scene) -> None:
    scene.follows.live = []
    await scene.passes(hours=1)
    assert scene.account.asked == []
    scene.catalogue.runs("default")
    await scene.passes(minutes=1)
    assert scene.account.asked == ["jobs"]
    assert scene.follows.known == set()


async def test_for_one_followed_job_the_others_are_not_listed(scene: Scene) -> None:
    one, other = job(1), job(2)
    scene.account.has = {one: [], other: []}
    scene.follows.live = [replace(FOLLOW, selection=Selection(What.JOB, str(one.id)))]
    await scene.settles()
    assert scene.account.asked == [str(one.id)]


async def test_a_followed_job_that_is_gone_is_told_after_three_denials_and_asked_for_no_more(
    scene: Scene,
) -> None:
    one = job(1)
    followed = replace(FOLLOW, selection=Selection(What.JOB, str(one.id)))
    scene.follows.live = [followed, replace(followed, account="prod")]
    await scene.settles()
    await scene.passes(seconds=14)
    assert len(scene.account.asked) == 1
    await scene.passes(seconds=1)
    assert scene.follows.told == []
    await scene.passes(seconds=15)
    assert scene.follows.told == [("C1", JobGone(str(one.id)))]
    assert [each.account for each in scene.follows.live] == ["prod"]
    await scene.passes(hours=1)
    assert len(scene.account.asked) == 3


async def test_a_job_that_is_known_again_was_never_gone(scene: Scene) -> None:
    one = job(1)
    scene.follows.live = [replace(FOLLOW, selection=Selection(What.JOB, str(one.id)))]
    for _ in range(3):
        scene.account.has = {}
        await scene.settles()
        await scene.passes(seconds=15)
        scene.account.has = {one: []}
        await scene.passes(seconds=15)
    assert scene.follows.told == []


async def test_after_trouble_the_account_rests_and_nothing_is_lost(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.settles()
    scene.account.fails = Unavailable("DescribeFineTuningJobs")
    await scene.passes(minutes=1)
    asked = len(scene.account.asked)
    await scene.passes(seconds=29)
    assert len(scene.account.asked) == asked
    await scene.passes(minutes=10)
    scene.adds(1, job(1))
    scene.account.fails = None
    await scene.passes(minutes=10)
    assert scene.watched == [("1", "C1", Notify.ALL)]
    assert capsys.readouterr().out.count("Qianfan in trouble") == 1


async def test_lost_access_is_what_a_menu_is_told(scene: Scene) -> None:
    scene.account.fails = AccessDenied("DescribeFineTuningJobs")
    await scene.settles()
    assert scene.catalogue.runs("default") is scene.account.fails


async def test_a_follow_whose_time_is_up_ends_with_the_line_that_begins_it_again(
    scene: Scene,
) -> None:
    picked = replace(FOLLOW, selection=Selection(What.MODEL, "ERNIE Lite"), until=NOON)
    scene.follows.live = [picked, FOLLOW]
    await scene.settles()
    assert scene.follows.told == [("C1", FollowExpired('follow model="ERNIE Lite"'))]
    assert scene.follows.live == [FOLLOW]


class Turns:
    """No other process is there."""

    async def take(self, name: str, lease: timedelta) -> bool:
        return True


async def anybody(_follow: Follow) -> bool:
    return True


@pytest.fixture
def time() -> Iterator[VirtualTime]:
    virtual = VirtualTime()
    yield virtual
    virtual.close()


def spaced(account: Account) -> Discovery:
    """Five seconds lie between two of its requests."""
    platforms: Mapping[str, Platform] = {"default": account}
    return Discovery(
        platforms,
        LiveCatalogue(platforms, account.clock),
        Follows(),
        Watches(),
        AccountTroubles(KnownOutages(), account.clock),
        account.clock,
        PACE,
        shifts=Shifts(Turns()),
        pause=timedelta(seconds=5),
        may=anybody,
    )


def test_requests_keep_their_distance(time: VirtualTime) -> None:
    account = Account(HandClock())
    account.has = {job(number): [] for number in range(4)}
    discovery = spaced(account)

    async def round() -> None:
        assert await discovery.tick() == 1
        assert await discovery.tick() == 0
        await discovery.drain(minutes(5))

    before = time.seconds
    time.run(round())
    assert len(account.asked) == 5
    assert 20 <= time.seconds - before < 25


def test_a_list_of_several_pages_takes_the_turns_of_so_many_requests(time: VirtualTime) -> None:
    account = Account(HandClock(), has={job(1): []}, requests=3)
    discovery = spaced(account)

    async def round() -> None:
        await discovery.tick()
        await discovery.drain(minutes(5))

    before = time.seconds
    time.run(round())
    assert account.asked == ["jobs", str(job(1).id)]
    assert 15 <= time.seconds - before < 20
