"""The account over a real socket: what is tried again, what never is, and what a loss means."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.domain.creation import NewVersion, TrainSource
from bot.domain.errors import (
    AccessDenied,
    BrokenAnswer,
    OutcomeUnknown,
    PlatformError,
    RequestRejected,
    Throttled,
    Unavailable,
    UnknownResource,
)
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.domain.ports import Created, File
from bot.domain.resources import Phase
from bot.qianfan.budget import Errand, TokenBucket
from bot.qianfan.client import QianfanClient
from bot.qianfan.credentials import FixedKeys
from bot.qianfan.signing import Credentials
from bot.qianfan.transport import open_http

from .conftest import ACCESS_KEY, QUICK, SECRET_KEY, HandClock, account_at
from .counting import CountingBucket
from .samples import sample
from .scripted import ScriptedQianfan
from .virtual_time import VirtualTime

TASK = read_id("task-0tgmn4a7h4i6")
COMPRESSION = read_id("amva-abciuctdx15t")
VERSION = read_id("amv-sxw7atka4jk0")
RUNNING = sample("task-running")
ACCEPTED = sample("stop-accepted")

MODEL_SET = read_id("am-gh0azfeb9adu")
CREATED = (
    b'{"requestId":"r-7","result":{"modelSetId":"am-gh0azfeb9adu","modelId":"amv-sxw7atka4jk0"}}'
)
STORED = b'{"requestId":"r-8","result":"21312_demo.py"}'

Change = Callable[[QianfanClient], Awaitable[object]]
# Just under the megabyte that Qianfan allows, so that it does not leave in one piece.
LARGE = File("large.py", b"#" * 999_999)

# Short, and long enough for a slow machine's loopback.
IMPATIENT = replace(QUICK, attempt=timedelta(seconds=0.2), look=timedelta(seconds=0.5))


class TickingClock(HandClock):
    """A wall clock that is a second further whenever somebody looks at it."""

    def wall(self) -> datetime:
        self.passes(seconds=1)
        return self.now


@pytest.mark.parametrize(
    ("resource", "name", "target", "body"),
    [
        (
            TASK,
            "task-running",
            "/v2/finetuning?Action=DescribeFineTuningTask",
            {"taskId": "task-0tgmn4a7h4i6"},
        ),
        (
            VERSION,
            "version-ready-by-example",
            "/v2/model?Action=DescribeModel",
            {"modelId": "amv-sxw7atka4jk0"},
        ),
        (
            COMPRESSION,
            "compression-done-by-table",
            "/v2/model?Action=DescribeModelCompTask",
            {"modelCompTaskId": "amva-abciuctdx15t"},
        ),
    ],
)
async def test_each_kind_is_asked_for_by_its_own_action(
    qianfan: ScriptedQianfan,
    account: QianfanClient,
    clock: HandClock,
    resource: ResourceId,
    name: str,
    target: str,
    body: dict[str, str],
) -> None:
    qianfan.answers(sample(name))
    look = await account.look(resource)
    assert (look.resource.id, look.at) == (resource, clock.world())
    assert (qianfan.seen[0].target, qianfan.seen[0].body) == (target, body)


async def test_a_request_is_signed_for_the_host_and_port_that_it_goes_to(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(RUNNING)
    await account.look(TASK)
    headers = qianfan.seen[0].headers
    assert headers["Host"] == qianfan.url.removeprefix("http://")
    assert headers["Authorization"].startswith(f"bce-auth-v1/{ACCESS_KEY}/{headers['x-bce-date']}")
    assert headers["Content-Type"] == "application/json"


async def test_a_kind_without_a_state_or_a_stop_is_refused_before_anything_is_sent(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    with pytest.raises(ValueError, match="job-"):
        await account.look(read_id("job-ftp4icwebtnc"))
    with pytest.raises(ValueError, match="amv-"):
        await account.stop(VERSION)
    assert qianfan.seen == []


@pytest.mark.parametrize("trouble", ["429", "500", "503", "lost", "18", "336100", "500000"])
async def test_a_read_is_tried_again_after_a_passing_trouble(
    qianfan: ScriptedQianfan, account: QianfanClient, trouble: str
) -> None:
    for _ in range(2):
        _make(qianfan, trouble)
    qianfan.answers(RUNNING)
    assert (await account.look(TASK)).resource.phase is Phase.RUNNING
    assert len(qianfan.seen) == 3


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("429", Throttled),
        ("503", Unavailable),
        ("18", Throttled),
        ("lost", Unavailable),
        ("reset", Unavailable),
    ],
)
async def test_a_read_is_given_up_after_three_attempts(
    qianfan: ScriptedQianfan, account: QianfanClient, trouble: str, error: type[PlatformError]
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(error) as caught:
        await account.look(TASK)
    assert caught.value.action == "DescribeFineTuningTask"
    assert len(qianfan.seen) == 3


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("404", UnknownResource),
        ("400", RequestRejected),
        ("17", Throttled),
        ("redirect", BrokenAnswer),
        ("html", BrokenAnswer),
        ("no http", BrokenAnswer),
        ("no gzip", BrokenAnswer),
    ],
)
async def test_a_read_that_would_fail_again_is_not_tried_again(
    qianfan: ScriptedQianfan, account: QianfanClient, trouble: str, error: type[PlatformError]
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(error):
        await account.look(TASK)
    assert len(qianfan.seen) == 1


async def test_a_short_retry_after_is_waited_for(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.refuses(429, Retry_After="0.2")
    qianfan.answers(RUNNING)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await account.look(TASK)
    assert loop.time() - began >= 0.2


async def test_a_long_retry_after_is_told_instead_of_waited_for(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.refuses(429, Retry_After="3600")
    with pytest.raises(Throttled) as caught:
        await account.look(TASK)
    assert caught.value.retry_after == timedelta(hours=1)
    assert len(qianfan.seen) == 1


async def test_each_attempt_is_signed_anew_and_takes_a_token(qianfan: ScriptedQianfan) -> None:
    clock = TickingClock()
    bucket = CountingBucket(1000, 100, clock.wall)
    keys = FixedKeys(Credentials(ACCESS_KEY, SecretStr(SECRET_KEY)))
    http = open_http(qianfan.url, QUICK.connect)
    account = QianfanClient(qianfan.url, keys, clock, http, bucket, QUICK)
    _make(qianfan, "503")
    with pytest.raises(Unavailable):
        await account.look(TASK)
    await account.aclose()
    assert bucket.taken == 3
    assert len({request.headers["Authorization"] for request in qianfan.seen}) == 3


async def test_a_read_without_an_answer_ends_in_time(
    qianfan: ScriptedQianfan, clock: HandClock
) -> None:
    account = account_at(qianfan.url, clock, IMPATIENT)
    qianfan.hangs()
    with pytest.raises(Unavailable):
        await account.look(TASK)
    assert 2 <= len(qianfan.seen) <= 3
    await account.aclose()


async def test_simultaneous_looks_at_one_thing_are_one_request(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.hangs(then=RUNNING)
    looks = [asyncio.create_task(account.look(TASK)) for _ in range(5)]
    await qianfan.arrived(1)
    qianfan.release()
    first, *others = await asyncio.gather(*looks)
    assert all(look is first for look in others)
    assert len(qianfan.seen) == 1


async def test_an_answer_young_enough_is_given_again_with_its_own_time(
    qianfan: ScriptedQianfan, account: QianfanClient, clock: HandClock
) -> None:
    qianfan.answers(RUNNING)
    seen_at = clock.world()
    await account.look(TASK)
    clock.passes(seconds=10)
    assert (await account.look(TASK, max_age=timedelta(seconds=15))).at == seen_at
    assert (await account.look(TASK)).at == clock.world()
    assert len(qianfan.seen) == 2


@pytest.mark.parametrize(
    ("resource", "body", "accepted", "target"),
    [
        (TASK, ACCEPTED, True, "/v2/finetuning?Action=StopFineTuningTask"),
        (
            TASK,
            b'{"requestId":"r","result":false}',
            False,
            "/v2/finetuning?Action=StopFineTuningTask",
        ),
        (COMPRESSION, sample("cancel-accepted"), True, "/v2/model?Action=CancelModelCompTask"),
    ],
)
async def test_a_stop_is_answered(
    qianfan: ScriptedQianfan,
    account: QianfanClient,
    resource: ResourceId,
    body: bytes,
    accepted: bool,
    target: str,
) -> None:
    qianfan.answers(body)
    answer = await account.stop(resource)
    assert answer.accepted is accepted
    assert answer.request_id
    assert [request.target for request in qianfan.seen] == [target]


@pytest.mark.parametrize(
    "trouble",
    ["lost", "reset", "500", "503", "500000", "html", "redirect", "no http", "no gzip", "half"],
)
async def test_a_stop_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(
    qianfan: ScriptedQianfan, account: QianfanClient, trouble: str
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(OutcomeUnknown) as caught:
        await account.stop(TASK)
    assert caught.value.action == "StopFineTuningTask"
    assert len(qianfan.seen) == 1


async def test_a_stop_lost_on_a_connection_that_was_used_before_is_not_sent_again(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(RUNNING)
    qianfan.drops()
    await account.look(TASK)
    with pytest.raises(OutcomeUnknown):
        await account.stop(TASK)
    assert len(qianfan.seen) == 2


@pytest.mark.parametrize(
    ("trouble", "error"), [("429", Throttled), ("404", UnknownResource), ("400", RequestRejected)]
)
async def test_a_stop_that_was_refused_is_sent_once_and_its_reason_told(
    qianfan: ScriptedQianfan, account: QianfanClient, trouble: str, error: type[PlatformError]
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(error):
        await account.stop(TASK)
    assert len(qianfan.seen) == 1


async def test_a_stop_without_an_answer_in_time_has_an_unknown_outcome(
    qianfan: ScriptedQianfan, clock: HandClock
) -> None:
    account = account_at(qianfan.url, clock, IMPATIENT)
    qianfan.hangs()
    with pytest.raises(OutcomeUnknown):
        await account.stop(TASK)
    assert len(qianfan.seen) == 1
    await account.aclose()


async def test_where_no_connection_can_be_opened_nothing_was_stopped(clock: HandClock) -> None:
    nobody = ScriptedQianfan()
    await nobody.start()
    await nobody.stop()
    account = account_at(nobody.url, clock)
    with pytest.raises(Unavailable):
        await account.stop(TASK)
    with pytest.raises(Unavailable):
        await account.look(TASK)
    await account.aclose()


async def test_where_a_connection_is_not_open_in_time_nothing_was_stopped(
    clock: HandClock,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        patience = replace(QUICK, connect=timedelta(seconds=0.1))
        account = account_at(f"https://127.0.0.1:{deaf.getsockname()[1]}", clock, patience)
        with pytest.raises(Unavailable):
            await account.stop(TASK)
        await account.aclose()


async def test_where_a_connection_is_not_encrypted_as_it_should_be_nothing_was_stopped(
    qianfan: ScriptedQianfan, clock: HandClock
) -> None:
    account = account_at(qianfan.url.replace("http:", "https:"), clock)
    with pytest.raises(Unavailable):
        await account.stop(TASK)
    await account.aclose()


async def test_after_a_stop_no_older_answer_is_given(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    for body in (RUNNING, ACCEPTED, RUNNING):
        qianfan.answers(body)
    await account.look(TASK)
    await account.stop(TASK)
    await account.look(TASK, max_age=timedelta(hours=1))
    assert len(qianfan.seen) == 3


def _create(account: QianfanClient) -> Awaitable[object]:
    return account.create(NewVersion(MODEL_SET, TrainSource(TASK, step=64)))


def _upload(account: QianfanClient) -> Awaitable[object]:
    return account.upload_template(File("demo.py", b"def prompt(): ..."))


making = pytest.mark.parametrize(
    ("change", "action"),
    [(_create, "CreateCustomModel"), (_upload, "CreateModelCustomConf")],
    ids=["create", "upload"],
)


async def test_a_version_is_made_by_one_request(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(CREATED)
    assert await _create(account) == Created(VERSION, MODEL_SET, "r-7")
    assert [request.target for request in qianfan.seen] == ["/v2/model?Action=CreateCustomModel"]


async def test_a_template_is_stored_by_one_signed_form(
    qianfan: ScriptedQianfan, account: QianfanClient
) -> None:
    qianfan.answers(STORED)
    assert await _upload(account) == "21312_demo.py"
    (request,) = qianfan.seen
    assert request.target == "/v2/model?Action=CreateModelCustomConf"
    assert request.body == {"customSpecFile": ("demo.py", b"def prompt(): ...")}
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert int(request.headers["Content-Length"]) > 0
    assert request.headers["Authorization"].startswith("bce-auth-v1/")


@making
@pytest.mark.parametrize(
    "trouble",
    ["lost", "reset", "500", "503", "500000", "html", "redirect", "no http", "no gzip", "half"],
)
async def test_what_is_made_without_an_answer_is_asked_for_once_and_its_outcome_unknown(
    qianfan: ScriptedQianfan, account: QianfanClient, change: Change, action: str, trouble: str
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(OutcomeUnknown) as caught:
        await change(account)
    assert caught.value.action == action
    assert len(qianfan.seen) == 1


@making
async def test_what_is_made_on_a_lost_connection_that_was_used_before_is_not_asked_for_again(
    qianfan: ScriptedQianfan, account: QianfanClient, change: Change, action: str
) -> None:
    qianfan.answers(RUNNING)
    qianfan.drops()
    await account.look(TASK)
    with pytest.raises(OutcomeUnknown):
        await change(account)
    assert [request.action for request in qianfan.seen[1:]] == [action]


@making
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("429", Throttled),
        ("404", UnknownResource),
        ("403", AccessDenied),
        ("400", RequestRejected),
    ],
)
async def test_what_is_refused_to_be_made_is_asked_for_once_and_the_reason_told(
    qianfan: ScriptedQianfan,
    account: QianfanClient,
    change: Change,
    action: str,
    trouble: str,
    error: type[PlatformError],
) -> None:
    _make(qianfan, trouble)
    with pytest.raises(error) as caught:
        await change(account)
    assert caught.value.action == action
    assert len(qianfan.seen) == 1


@making
async def test_what_is_made_without_an_answer_in_time_has_an_unknown_outcome(
    qianfan: ScriptedQianfan, clock: HandClock, change: Change, action: str
) -> None:
    account = account_at(qianfan.url, clock, IMPATIENT)
    qianfan.hangs()
    with pytest.raises(OutcomeUnknown):
        await change(account)
    assert [request.action for request in qianfan.seen] == [action]
    await account.aclose()


@making
async def test_where_no_connection_can_be_opened_nothing_was_made(
    clock: HandClock, change: Change, action: str
) -> None:
    nobody = ScriptedQianfan()
    await nobody.start()
    await nobody.stop()
    account = account_at(nobody.url, clock)
    with pytest.raises(Unavailable) as caught:
        await change(account)
    assert caught.value.action == action
    await account.aclose()


async def test_a_connection_killed_while_a_file_is_on_its_way_leaves_the_outcome_unknown(
    clock: HandClock,
) -> None:
    connections = 0

    async def kill(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(1000)
        writer.transport.abort()

    async with await asyncio.start_server(kill, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        account = account_at(f"http://127.0.0.1:{port}", clock)
        with pytest.raises(OutcomeUnknown):
            await account.upload_template(LARGE)
        await account.aclose()
    assert connections == 1


def test_a_change_goes_before_the_reads_that_nobody_waits_for(time: VirtualTime) -> None:
    order: list[str] = []

    class Noting(TokenBucket):
        async def take(self, errand: Errand) -> None:
            await super().take(errand)
            order.append("urgent" if errand.urgent else "in turn")
            raise Unavailable("the token was all that was wanted")

    async def ask() -> None:
        bucket = Noting(1, 1, time.wall)
        await TokenBucket.take(bucket, Errand())
        account = QianfanClient(
            "http://127.0.0.1:9",
            FixedKeys(Credentials(ACCESS_KEY, SecretStr(SECRET_KEY))),
            HandClock(),
            open_http("http://127.0.0.1:9", QUICK.connect),
            bucket,
        )
        waiting = [account.jobs(), account.jobs(urgent=True), _create(account), _upload(account)]
        await asyncio.gather(*waiting, return_exceptions=True)
        await account.aclose()

    time.run(ask())
    assert order == ["urgent", "urgent", "urgent", "in turn"]


async def test_a_proxy_of_the_environment_is_used_but_never_for_loopback(
    qianfan: ScriptedQianfan, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    qianfan.answers(RUNNING)
    monkeypatch.setenv("http_proxy", qianfan.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    through = account_at("http://qianfan.example", clock)
    await through.look(TASK)
    assert qianfan.seen[0].headers["Host"] == "qianfan.example"
    await through.aclose()

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    straight = account_at(qianfan.url, clock)
    await straight.look(TASK)
    await straight.aclose()


@pytest.mark.parametrize(
    "address", ["", "qianfan.example", "ftp://qianfan.example", "https://me:secret@a.example"]
)
def test_an_address_that_is_none_is_refused_without_being_told(
    address: str, clock: HandClock
) -> None:
    with pytest.raises(ValueError, match="https://HOST") as caught:
        account_at(address, clock)
    assert "secret" not in str(caught.value)


async def test_no_key_is_ever_logged_or_told(
    qianfan: ScriptedQianfan, account: QianfanClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    qianfan.refuses(503, "ServiceUnavailable", f"{ACCESS_KEY} {SECRET_KEY}")
    with pytest.raises(Unavailable):
        await account.look(TASK)
    _make(qianfan, "400", f"{ACCESS_KEY} {SECRET_KEY}")
    qianfan.refuses(400, "Odd", f"{ACCESS_KEY} {SECRET_KEY}")
    with pytest.raises(PlatformError) as caught:
        await account.stop(COMPRESSION)
    told = caplog.text + str(caught.value) + repr(account) + repr(vars(account))
    assert ACCESS_KEY not in told
    assert SECRET_KEY not in told


async def test_closing_ends_the_looks_under_way(qianfan: ScriptedQianfan, clock: HandClock) -> None:
    account = account_at(qianfan.url, clock)
    qianfan.hangs()
    waiting = asyncio.create_task(account.look(TASK))
    await qianfan.arrived(1)
    await account.aclose()
    await asyncio.wait((waiting,))
    assert waiting.cancelled()


def _make(qianfan: ScriptedQianfan, trouble: str, message: str = "") -> None:
    """Script one trouble by its name."""
    match trouble:
        case "lost":
            qianfan.drops()
        case "reset":
            qianfan.says(b"HTTP/1.1 200 OK\r\n")
        case "half":
            qianfan.says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        case "no http":
            qianfan.says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        case "no gzip":
            qianfan.answers(b"not compressed", Content_Encoding="gzip")
        case "html":
            qianfan.answers(b"<html>welcome</html>")
        case "redirect":
            qianfan.answers(b"", status=302, Location=f"{qianfan.url}/elsewhere")
        case "18" | "17" | "336100" | "500000":
            qianfan.answers(b'{"log_id":"r-1","error_code":%s,"error_msg":"no"}' % trouble.encode())
        case status:
            qianfan.refuses(int(status), message=message)
