"""Lists are read page by page, each thing once, and never for ever."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pydantic.alias_generators import to_camel

from bot.domain.errors import (
    AccessDenied,
    BrokenAnswer,
    PlatformError,
    RequestRejected,
    Unavailable,
    UnknownResource,
)
from bot.domain.id_grammar import read_id
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.resources import FineTuningTask, Phase
from bot.playground.clock import WorldClock
from bot.playground.qianfan import Failed, LocalQianfan, Wording, World
from bot.qianfan.answers import Answer
from bot.qianfan.budget import Errand, Sort, TokenBucket
from bot.qianfan.client import QianfanClient, open_account
from bot.qianfan.credentials import FixedKeys
from bot.qianfan.listed_wire import ItemReader, JobItem, ModelSetItem
from bot.qianfan.listing import (
    COMPRESSIONS,
    JOBS,
    MODEL_SETS,
    MOST_PAGES,
    RUNS,
    Listing,
    read_page,
)
from bot.qianfan.redaction import redaction
from bot.qianfan.signing import Credentials
from bot.qianfan.transport import open_http
from bot.qianfan.wire import CompressionDetail, FineTuningDetail

from .conftest import ACCESS_KEY, QUICK, SECRET_KEY, HandClock
from .counting import CountingBucket
from .scripted import ScriptedQianfan

JOB = read_id("job-n50985crhqq3")
HOUR = timedelta(hours=1)

List = Callable[[QianfanClient], Awaitable[Listed[Any]]]

lists: dict[str, tuple[List, dict[str, object], str]] = {
    "/v2/finetuning?Action=DescribeFineTuningJobs": (
        lambda account: account.jobs(),
        {"maxKeys": 100},
        "jobList",
    ),
    "/v2/finetuning?Action=DescribeFineTuningTasks": (
        lambda account: account.runs(JOB),
        {"maxKeys": 100, "jobId": "job-n50985crhqq3"},
        "taskList",
    ),
    "/v2/model?Action=DescribeCustomModelSets": (
        lambda account: account.model_sets(),
        {"maxKeys": 100},
        "customModelSetList",
    ),
    "/v2/model?Action=DescribeModelCompTasks": (
        lambda account: account.compressions(),
        {"maxKeys": 100},
        "modelCompTaskList",
    ),
}
each_list = pytest.mark.parametrize("target", lists, ids=lambda target: target.partition("=")[2])


@pytest.fixture
def world() -> World:
    return World(WorldClock(speed=0, start=datetime(2026, 3, 2, 9, tzinfo=UTC)))


@pytest.fixture(params=[Wording(), Wording.of_examples()], ids=["tables", "examples"])
async def local(request: pytest.FixtureRequest, world: World) -> AsyncIterator[LocalQianfan]:
    async with LocalQianfan(world, wording=request.param) as server:
        yield server


@pytest.fixture
async def here(local: LocalQianfan, world: World) -> AsyncIterator[QianfanClient]:
    """An account of the local Qianfan."""
    opened = open_account(
        local.url,
        local.access_key,
        SecretStr(local.secret_key),
        world.clock,
        requests_per_second=1000,
        burst=100,
        patience=QUICK,
    )
    yield opened
    await opened.aclose()


@each_list
async def test_each_list_is_asked_for_by_its_own_action(
    qianfan: ScriptedQianfan, account: QianfanClient, clock: HandClock, target: str
) -> None:
    ask, body, array = lists[target]
    _lists(qianfan, array=array)
    assert await ask(account) == Listed((), complete=True, at=clock.world())
    assert [(request.target, request.body) for request in qianfan.seen] == [(target, body)]


@each_list
async def test_a_list_that_may_not_be_read_is_denied(
    qianfan: ScriptedQianfan, account: QianfanClient, target: str
) -> None:
    qianfan.refuses(403, "AccessDenied")
    with pytest.raises(AccessDenied):
        await lists[target][0](account)
    assert len(qianfan.seen) == 1


@pytest.mark.parametrize("marker", ["last_seen", "first_wanted"])
async def test_all_pages_are_read_whatever_a_marker_means(
    local: LocalQianfan,
    world: World,
    here: QianfanClient,
    marker: Literal["last_seen", "first_wanted"],
) -> None:
    local.behaves(marker=marker)
    newest_first = [read_id(world.add_job(age=HOUR * age).id) for age in range(250)]
    listed = await here.jobs()
    assert [job.id for job in listed.items] == newest_first
    assert listed.complete
    assert len(local.requests) == 3


async def test_jobs_are_listed(world: World, here: QianfanClient) -> None:
    added = world.add_job(name="support", description="v2", model="ERNIE-Lite-8K", mode="DPO")
    assert await here.jobs() == Listed(
        (
            Job(
                id=read_id(added.id),
                name="support",
                description="v2",
                model="ERNIE-Lite-8K",
                train_mode="DPO",
                created_at=added.created,
            ),
        ),
        complete=True,
        at=world.clock.world(),
    )


async def test_models_are_listed_with_their_versions(world: World, here: QianfanClient) -> None:
    added = world.add_model_set("support-bot")
    versions = tuple(read_id(world.add_version(added).id) for _ in range(2))
    (read,) = (await here.model_sets()).items
    assert read == ModelSet(
        id=read_id(added.id),
        name="support-bot",
        type="Text2Text",
        created_at=added.created,
        versions=versions,
    )


async def test_a_run_of_a_list_is_a_run_without_its_curves(
    world: World, here: QianfanClient
) -> None:
    job = world.add_job(name="support")
    failed = world.add_task(job=job, queue=timedelta(0), length=HOUR, ends=Failed("no rows"))
    world.add_task()
    world.clock.jump(2 * HOUR)
    (listed,) = (await here.runs(read_id(job.id))).items
    look = (await here.look(read_id(failed.id))).resource
    assert isinstance(look, FineTuningTask)
    assert (listed.phase, listed.failure) == (Phase.FAILED, look.failure)
    assert (listed.name, listed.job_id, listed.finished_at) == (
        "support",
        job.id,
        look.finished_at,
    )
    assert look.checkpoints
    assert not listed.checkpoints


async def test_compressions_are_listed(world: World, here: QianfanClient) -> None:
    added = world.add_compression(name="small")
    world.clock.jump(2 * HOUR)
    (listed,) = (await here.compressions()).items
    assert (listed.id, listed.name, listed.phase) == (read_id(added.id), "small", Phase.DONE)
    assert listed.produced_version == added.version_id


async def test_the_runs_of_an_unknown_job_are_none_of_its_own(here: QianfanClient) -> None:
    with pytest.raises(UnknownResource):
        await here.runs(JOB)


async def test_times_of_beijing_with_the_wrong_zone_are_not_in_the_future(
    local: LocalQianfan, world: World, here: QianfanClient
) -> None:
    local.spells(task_zone="beijing")
    added = world.add_task()
    (job,) = (await here.jobs()).items
    (run,) = (await here.runs(job.id)).items
    assert job.created_at == run.created_at == added.created


async def test_a_run_that_does_not_name_its_job_is_of_the_job_that_was_asked_about(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    other = "job-000000000002"
    _lists(
        qianfan,
        {"taskId": "task-000001"},
        {"taskId": "task-000002", "jobId": other},
        array="taskList",
    )
    listed = await account.runs(JOB)
    assert [run.job_id for run in listed.items] == [str(JOB), other]


async def test_a_list_says_how_many_requests_it_took(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    _lists(qianfan, _job(1), next_marker="m")
    _lists(qianfan, _job(2))
    assert (await account.jobs()).requests == 2
    assert (await account.jobs()).requests == 1


async def test_the_urgent_parts_of_lists_are_bulk_to_the_budget(qianfan: ScriptedQianfan) -> None:
    sorts: list[Sort] = []

    class Noting(TokenBucket):
        async def take(self, errand: Errand) -> None:
            sorts.append(errand.sort)
            await super().take(errand)

    clock = HandClock()
    keys = FixedKeys(Credentials(ACCESS_KEY, SecretStr(SECRET_KEY)))
    http = open_http(qianfan.url, QUICK.connect)
    bucket = Noting(1000, 100, clock.wall)
    account = QianfanClient(qianfan.url, keys, clock, http, bucket, QUICK)
    for urgent in (True, False):
        _lists(qianfan, _job(1))
        await account.jobs(urgent=urgent)
    await account.aclose()
    assert sorts == [Sort.LIST, Sort.PATIENT]


async def test_what_comes_twice_is_kept_once_in_its_first_place(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    first = _job(1) | {"name": "as it was"}
    _lists(qianfan, first, _job(2), _job(2), next_marker="m-1")
    _lists(qianfan, _job(1) | {"name": "as it is"}, _job(3))
    listed = await account.jobs()
    assert [str(job.id) for job in listed.items] == ["job-000001", "job-000002", "job-000003"]
    assert listed.items[0].name == "as it was"
    assert listed.complete


async def test_a_list_without_an_end_is_cut_off(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    for page in range(2 * MOST_PAGES):
        _lists(qianfan, _job(page), next_marker=f"m-{page}")
    listed = await account.jobs()
    assert len(qianfan.seen) == len(listed.items) == MOST_PAGES
    assert not listed.complete


async def test_a_marker_that_comes_again_ends_the_list(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    for page, marker in enumerate(("m-1", "m-2", "m-1", "m-3")):
        _lists(qianfan, _job(page), next_marker=marker)
    listed = await account.jobs()
    assert [request.body.get("marker") for request in qianfan.seen] == [None, "m-1", "m-2"]
    assert len(listed.items) == 3
    assert not listed.complete


@pytest.mark.parametrize(
    "refusal",
    [
        (400, "InvalidMarker", "The marker specified was invalid: m-1."),
        (400, "InvalidMarker", "The marker does not exist."),
        (404, "NoSuchJob", ""),
        (400, "500001", "param invalid"),
    ],
    ids=lambda refusal: refusal[1],
)
async def test_a_marker_that_is_refused_ends_the_list_with_what_was_read(
    qianfan: ScriptedQianfan, account: QianfanClient, refusal: tuple[int, str, str]
) -> None:
    _lists(qianfan, _job(1), next_marker="m-1")
    qianfan.refuses(*refusal)
    listed = await account.jobs()
    assert [str(job.id) for job in listed.items] == ["job-000001"]
    assert not listed.complete
    assert len(qianfan.seen) == 2


async def test_a_first_page_that_is_refused_is_an_error(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.refuses(400, "InvalidMarker", "The marker specified was invalid.")
    with pytest.raises(RequestRejected):
        await account.jobs()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(403, "AccessDenied", AccessDenied), (503, "ServiceUnavailable", Unavailable)],
)
async def test_a_later_page_that_cannot_be_had_is_an_error(
    qianfan: ScriptedQianfan,
    account: QianfanClient,
    status: int,
    code: str,
    error: type[PlatformError],
) -> None:
    _lists(qianfan, _job(1), next_marker="m-1")
    qianfan.refuses(status, code)
    with pytest.raises(error):
        await account.jobs()


@pytest.mark.parametrize(
    ("info", "complete"),
    [
        (None, True),
        ("no object", True),
        ({}, True),
        ({"isTruncated": False, "nextMarker": "m-1"}, True),
        ({"isTruncated": "false", "nextMarker": ""}, True),
        ({"isTruncated": True}, False),
        ({"isTruncated": True, "nextMarker": None}, False),
    ],
    ids=str,
)
async def test_a_list_ends_where_it_does_not_say_how_to_go_on(
    qianfan: ScriptedQianfan, account: QianfanClient, info: object, complete: bool
) -> None:
    _answers(qianfan, {"jobList": [_job(1)], "pageInfo": info})
    listed = await account.jobs()
    assert (len(listed.items), listed.complete) == (1, complete)
    assert len(qianfan.seen) == 1


async def test_an_item_that_cannot_be_read_is_left_out(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    odd = [None, "task-000001", {}, {"taskId": 7}, {"taskId": "job-000001"}, {"taskId": "task-**"}]
    _lists(qianfan, *odd, {"taskId": "task-000001", "runStatus": []}, array="taskList")
    (run,) = (await account.runs(JOB)).items
    assert (str(run.id), run.phase) == ("task-000001", Phase.UNKNOWN)


@pytest.mark.parametrize("array", ["null", "[]"])
async def test_an_empty_list_may_be_null(
    qianfan: ScriptedQianfan, account: QianfanClient, array: str
) -> None:
    qianfan.answers(b'{"requestId":"r","result":{"jobList":%s}}' % array.encode())
    assert (await account.jobs()).items == ()


@pytest.mark.parametrize("result", [None, True, "job-000001", ["job-000001"], {"jobList": "none"}])
async def test_an_answer_without_a_list_is_broken(
    qianfan: ScriptedQianfan, account: QianfanClient, result: object
) -> None:
    _answers(qianfan, result)
    with pytest.raises(BrokenAnswer) as caught:
        await account.jobs()
    assert caught.value.action == "DescribeFineTuningJobs"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = tuple(
    to_camel(name)
    for wire in (JobItem, ModelSetItem, FineTuningDetail, CompressionDetail)
    for name in wire.model_fields
)
IDS = st.sampled_from(["job-000001", "task-000001", "am-000001", "amva-000001", "AMV-000001"])
ITEMS = st.dictionaries(st.sampled_from(FIELDS), JSON | IDS | st.datetimes().map(str))
INFO = st.fixed_dictionaries({}, optional={"isTruncated": JSON, "nextMarker": JSON})


@given(
    listing=st.sampled_from([JOBS, RUNS, MODEL_SETS, COMPRESSIONS]),
    items=st.lists(ITEMS | JSON, max_size=4) | JSON,
    info=INFO | JSON,
)
def test_no_page_of_any_shape_crashes_a_list(
    listing: Listing[Any], items: object, info: object
) -> None:
    reader = ItemReader(redaction(SECRET_KEY), datetime(2026, 3, 2, tzinfo=UTC))
    answer = Answer("a", None, {listing.array: items, "pageInfo": info})
    with contextlib.suppress(BrokenAnswer):
        page = read_page(listing, answer, reader)
        assert len(page.items) <= (len(items) if isinstance(items, list) else 0)


async def test_each_page_takes_a_token_and_is_tried_again(qianfan: ScriptedQianfan) -> None:
    clock = HandClock()
    bucket = CountingBucket(1000, 100, clock.wall)
    keys = FixedKeys(Credentials(ACCESS_KEY, SecretStr(SECRET_KEY)))
    http = open_http(qianfan.url, QUICK.connect)
    account = QianfanClient(qianfan.url, keys, clock, http, bucket, QUICK)
    _lists(qianfan, _job(1), next_marker="m-1")
    qianfan.refuses(503)
    _lists(qianfan, _job(2))
    listed = await account.jobs()
    await account.aclose()
    assert bucket.taken == 3
    assert len(listed.items) == 2


def _job(number: int) -> dict[str, object]:
    return {"jobId": f"job-{number:06}"}


def _lists(
    qianfan: ScriptedQianfan, *items: object, next_marker: str = "", array: str = "jobList"
) -> None:
    """Script one page of a list."""
    info: dict[str, object] = {"maxKeys": 100, "isTruncated": bool(next_marker)}
    if next_marker:
        info["nextMarker"] = next_marker
    _answers(qianfan, {array: items, "pageInfo": info})


def _answers(qianfan: ScriptedQianfan, result: object) -> None:
    qianfan.answers(json.dumps({"requestId": "r-1", "result": result}).encode())
