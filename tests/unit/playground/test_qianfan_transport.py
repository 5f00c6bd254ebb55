"""How the local Qianfan answers: shapes of refusals, faults, limits and its journal."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.playground.qianfan import LocalQianfan, Request
from bot.playground.qianfan.limits import RateLimit

from .signed_client import Stage, authorization, stage

READ = "DescribeFineTuningTask"


async def test_every_answer_carries_its_requests_id() -> None:
    async with stage() as it:
        task = it.world.add_task()
        good = await it.sends(READ, json={"taskId": task.id})
        bad = await it.sends(READ, json={})
    for answer in (good, bad):
        assert answer.headers["X-Bce-Request-Id"] == answer.json()["requestId"]
        assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("action", "route"),
    [(READ, "/v2/model"), ("StopModelCompTask", "/v2/model"), ("", "/v2/model"), (READ, "/v9")],
)
async def test_an_unknown_action_is_refused(action: str, route: str) -> None:
    async with stage() as it:
        answer = await it.sends(action, json={}, route=route)
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidURI")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "MalformedJSON"), (b"[]", "InappropriateJSON"), (b"\xff", "MalformedJSON")],
)
async def test_a_body_must_be_a_json_object(content: bytes, code: str) -> None:
    async with stage() as it:
        answer = await it.sends(READ, content=content)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_an_empty_body_is_an_empty_object() -> None:
    async with stage() as it:
        answer = await it.sends("DescribeFineTuningJobs", content=b"")
    assert answer.json()["result"]["jobList"] == []


async def refusal_in_shape(shape: Any) -> httpx.Response:
    async with stage() as it:
        it.qianfan.behaves(error_shape=shape)
        return await it.sends(READ, json={"taskId": "task-000000000000"})


async def test_a_refusal_can_come_with_200() -> None:
    answer = await refusal_in_shape("v2_with_200")
    assert (answer.status_code, answer.json()["code"]) == (200, "NoSuchTask")


async def test_a_refusal_can_come_in_the_first_versions_shape() -> None:
    answer = await refusal_in_shape("v1")
    assert answer.status_code == 200
    assert (set(answer.json()), answer.json()["error_code"]) == (
        {"log_id", "error_code", "error_msg"},
        510202,
    )


async def test_a_refusal_can_be_in_headers_alone() -> None:
    answer = await refusal_in_shape("headers")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["X-Bce-Error-Code"] == "NoSuchTask"
    assert "task-000000000000" in answer.headers["X-Bce-Error-Message"]


async def test_a_hostile_id_breaks_no_header() -> None:
    async with stage() as it:
        answer = await it.sends(READ, json={"taskId": "task-\r\nX-Evil: 1\x00名"})
    assert answer.status_code == 404
    assert "X-Evil" not in answer.headers


async def test_a_status_is_answered_so_many_times_with_its_retry_after() -> None:
    async with stage() as it:
        task = it.world.add_task()
        it.qianfan.faults.answers(429, retry_after=2.5, action=READ, times=2)
        answers = [await it.sends(READ, json={"taskId": task.id}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert answers[0].json()["code"] == "RequestLimited"


async def test_a_fault_leaves_other_actions_alone() -> None:
    async with stage() as it:
        it.qianfan.faults.answers(500, action="StopFineTuningTask")
        await it.asks("DescribeFineTuningJobs")


async def test_a_fault_can_meet_a_share_of_the_calls() -> None:
    async with stage() as it:
        it.qianfan.faults.answers(500, chance=0.3)
        answers = [await it.sends("DescribeFineTuningJobs", json={}) for _ in range(100)]
    assert 10 < sum(answer.status_code == 500 for answer in answers) < 50


async def test_a_fault_ends_when_told() -> None:
    async with stage() as it:
        fault = it.qianfan.faults.down()
        assert (await it.sends("DescribeFineTuningJobs", json={})).status_code == 503
        fault.end()
        await it.asks("DescribeFineTuningJobs")
        it.qianfan.faults.down()
        it.qianfan.faults.clear()
        await it.asks("DescribeFineTuningJobs")


@pytest.mark.parametrize(("when", "stopped"), [("before", False), ("after", True)])
async def test_an_answer_is_dropped_before_or_after_the_effect(when: Any, stopped: bool) -> None:
    async with stage() as it:
        task = it.world.add_task()
        task.runs(progress=10)
        it.qianfan.faults.drops(when=when, times=1)
        with pytest.raises(httpx.RemoteProtocolError):
            await it.sends("StopFineTuningTask", json={"taskId": task.id})
        assert (task.plan.stages[-1].state == "Stopped") is stopped


async def test_an_error_can_come_after_the_effect() -> None:
    async with stage() as it:
        task = it.world.add_task()
        it.qianfan.faults.answers(500, when="after", times=1)
        answer = await it.sends("StopFineTuningTask", json={"taskId": task.id})
        assert answer.status_code == 500
        assert task.plan.stages[-1].state == "Stopped"


async def test_everybody_can_be_dropped() -> None:
    async with stage() as it:
        it.qianfan.faults.down("dropped")
        with pytest.raises(httpx.RemoteProtocolError):
            await it.sends("DescribeFineTuningJobs", json={})


async def test_a_stopped_server_refuses_connections_and_comes_back_at_its_address() -> None:
    async with stage() as it:
        address = it.qianfan.url
        await it.qianfan.stop()
        with pytest.raises(httpx.TransportError):
            await it.sends("DescribeFineTuningJobs", json={})
        await it.qianfan.start()
        assert it.qianfan.url == address
        await it.asks("DescribeFineTuningJobs")


async def test_a_call_hangs_until_the_fault_ends() -> None:
    async with stage() as it:
        fault = it.qianfan.faults.hangs(action="DescribeFineTuningJobs")
        waiting = asyncio.create_task(it.sends("DescribeFineTuningJobs", json={}))
        await it.qianfan.until(lambda requests: len(requests) == 1)
        await it.asks("DescribeCustomModelSets")
        assert not waiting.done()
        fault.end()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting


async def test_a_server_stops_although_a_call_hangs() -> None:
    async with stage() as it:
        it.qianfan.faults.hangs()
        waiting = asyncio.create_task(it.sends("DescribeFineTuningJobs", json={}))
        await it.qianfan.until(lambda requests: len(requests) == 1)
        await asyncio.wait_for(it.qianfan.stop(), 3)
        with pytest.raises(httpx.TransportError):
            await waiting


async def test_a_late_answer_takes_effect_although_nobody_waits_any_more() -> None:
    async with stage() as it:
        task = it.world.add_task()
        fault = it.qianfan.faults.delays(60)
        call = asyncio.create_task(it.sends("StopFineTuningTask", json={"taskId": task.id}))
        await it.qianfan.until(lambda requests: len(requests) == 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        fault.end()
        await it.qianfan.until(lambda requests: requests[0].status == 200)
        assert task.plan.stages[-1].state == "Stopped"


async def test_a_delayed_answer_comes() -> None:
    async with stage() as it:
        it.qianfan.faults.delays(0.01, times=1)
        await it.asks("DescribeFineTuningJobs")


@pytest.mark.parametrize(
    ("how", "status", "text"),
    [("html", 502, "<html>"), ("text", 200, "upstream"), ("cut", 200, '{"requestId"')],
)
async def test_an_answer_can_be_garbled(how: Any, status: int, text: str) -> None:
    async with stage() as it:
        it.qianfan.faults.garbles(how, when="after")
        answer = await it.sends("DescribeFineTuningJobs", json={})
        assert answer.status_code == status
        assert answer.text.startswith(text)
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
            answer.json()


async def test_an_answer_can_be_empty() -> None:
    async with stage() as it:
        it.qianfan.faults.garbles("empty")
        answer = await it.sends("DescribeFineTuningJobs", json={})
    assert (answer.status_code, answer.content) == (200, b"")


async def test_an_account_over_its_limit_is_told_when_to_come_back() -> None:
    async with stage() as it:
        it.qianfan.behaves(requests_per_second=0.01, burst=2)
        answers = [await it.sends("DescribeFineTuningJobs", json={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 100


def test_a_limit_lets_in_again_who_has_waited_as_long_as_told() -> None:
    limit = RateLimit()
    waits = [limit.wait_at(now, per_second=0.5, burst=2) for now in (100, 100, 100, 101, 102, 102)]
    assert waits == [0, 0, 2, 1, 0, 2]


def test_a_limit_saves_no_more_than_its_burst() -> None:
    limit = RateLimit()
    waits = [limit.wait_at(now, per_second=1, burst=2) for now in (0, 1000, 1000, 1000)]
    assert waits == [0, 0, 0, 1]


async def test_the_journal_tells_what_was_asked_without_its_secrets() -> None:
    async with stage() as it:
        body = {"taskId": "task-1", "sk": "canary", "deep": [{"Secret_Key": "canary"}]}
        await it.sends(READ, json=body)
        (request,) = it.qianfan.requests
    assert (request.action, request.status) == (READ, 404)
    struck_out = {"taskId": "task-1", "sk": "***", "deep": [{"Secret_Key": "***"}]}
    assert request.body == struck_out
    assert "canary" not in repr(request)


async def test_a_dropped_answer_has_no_status_in_the_journal() -> None:
    async with stage() as it:
        it.qianfan.faults.drops()
        with pytest.raises(httpx.RemoteProtocolError):
            await it.sends("DescribeFineTuningJobs", json={})
        assert [request.status for request in it.qianfan.requests] == [None]


async def test_a_condition_that_never_comes_is_given_up() -> None:
    async with stage() as it:
        with pytest.raises(TimeoutError):
            await it.qianfan.until(lambda requests: len(requests) > 0, timeout=0.01)


async def test_somebody_can_wait_for_a_request() -> None:
    def stopped(requests: list[Request]) -> bool:
        return any(r.action == "StopFineTuningTask" and r.status == 200 for r in requests)

    async with stage() as it:
        task = it.world.add_task()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(it.qianfan.until(stopped))
            await asyncio.sleep(0)
            await it.asks("StopFineTuningTask", taskId=task.id)


async def test_keys_are_drawn_where_none_are_given() -> None:
    async with stage() as it:
        one, other = LocalQianfan(it.world), LocalQianfan(it.world, secret_key="mine")
    assert one.access_key != other.access_key
    assert other.secret_key == "mine"
    assert one.secret_key not in repr(one)


async def test_only_posts_are_answered() -> None:
    async with stage() as it:
        answer = await _gets(it)
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidHTTPRequest")


async def _gets(it: Stage) -> httpx.Response:
    url = httpx.URL(f"{it.qianfan.url}/v2/model?Action=DescribeModel")
    headers = {"host": url.netloc.decode()}
    keys = it.qianfan.access_key, it.qianfan.secret_key
    token = authorization(*keys, url, headers, method="GET")
    return await it.client.get(url, headers=headers | {"authorization": token})
