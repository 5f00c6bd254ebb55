"""Socket Mode of the local Slack, frame by frame and with the real client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.playground.slack import LocalSlack
from bot.playground.slack.happenings import SocketOpened, SocketRefused
from tests.unit.playground.slack_app import HandClock, by_socket


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(
        clock=clock, rate_limits=False, ack_seconds=0.5, retry_delays=(0.0, 0.0)
    ) as slack:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", members=["ada", slack.bot_user_id])
        yield slack


async def ticket(slack: LocalSlack) -> str:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    url = f"{slack.api_url}apps.connections.open"
    async with aiohttp.ClientSession() as session, session.post(url, headers=headers) as response:
        return str((await response.json())["url"])


@asynccontextmanager
async def connection(slack: LocalSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Open one connection by hand, past its hello."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(await ticket(slack), autoping=False) as socket,
    ):
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


def openings(slack: LocalSlack) -> int:
    return sum(isinstance(entry.what, SocketOpened) for entry in slack.feed.entries)


async def test_an_envelope_is_acknowledged_by_its_id(slack: LocalSlack) -> None:
    async with connection(slack) as socket:
        typing = asyncio.create_task(slack.person("ada").types("/qf ping", channel="training"))
        envelope = await socket.receive_json()
        assert envelope["type"] == "slash_commands"
        assert envelope["accepts_response_payload"] is True
        assert envelope["payload"]["text"] == "ping"
        await socket.send_str("not json")
        await socket.send_json({"envelope_id": "another"})
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "hi"}})
        exchange = await typing
        assert exchange.acked
        assert exchange.ack_payload == {"text": "hi"}


async def test_no_ack_in_time_is_an_operation_timeout(slack: LocalSlack) -> None:
    async with connection(slack):
        exchange = await slack.person("ada").types("/qf ping", channel="training")
        assert exchange.problem == "operation_timeout"


async def test_each_envelope_goes_to_one_of_several_connections(slack: LocalSlack) -> None:
    received: list[tuple[int, str]] = []

    async def serve(number: int, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            envelope = json.loads(frame.data)
            received.append((number, envelope["envelope_id"]))
            await socket.send_json({"envelope_id": envelope["envelope_id"]})

    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connection(slack)) for _ in range(3)]
        tasks = [asyncio.create_task(serve(n, socket)) for n, socket in enumerate(sockets)]
        for _ in range(6):
            assert (await slack.person("ada").types("/qf ping", channel="training")).acked
        for task in tasks:
            task.cancel()
    assert len({envelope_id for _, envelope_id in received}) == len(received) == 6
    assert {number for number, _ in received} == {0, 1, 2}


async def test_an_unacknowledged_event_comes_again_with_its_count(slack: LocalSlack) -> None:
    async with connection(slack) as socket:
        await slack.person("ada").types("@qfbot hi", channel="training")
        frames = [await socket.receive_json() for _ in range(3)]
        assert [each["retry_attempt"] for each in frames] == [0, 1, 2]
        assert frames[1]["retry_reason"] == "timeout"
        assert len({each["payload"]["event_id"] for each in frames}) == 1
        assert len({each["envelope_id"] for each in frames}) == 3


async def test_an_event_without_a_connection_is_kept_for_a_later_one() -> None:
    async with LocalSlack(retry_delays=(0.0, 0.1)) as slack:
        slack.workspace.add_user("ada")
        slack.workspace.add_channel("training", members=["ada", slack.bot_user_id])
        await slack.person("ada").types("@qfbot hi", channel="training")
        async with connection(slack) as socket:
            assert (await socket.receive_json())["retry_attempt"] == 2


async def test_a_ping_is_answered_with_its_own_payload(slack: LocalSlack) -> None:
    async with connection(slack) as socket:
        await socket.ping(b"sdk-ping-pong:1")
        pong = await socket.receive()
        assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_a_deaf_socket_answers_no_ping(slack: LocalSlack) -> None:
    slack.faults.deaf = True
    async with connection(slack) as socket:
        await socket.ping(b"anyone?")
        with pytest.raises(asyncio.TimeoutError):
            await socket.receive(timeout=0.1)


async def test_a_mute_socket_pongs_and_delivers_nothing(slack: LocalSlack) -> None:
    slack.faults.mute = True
    async with connection(slack) as socket:
        exchange = await slack.person("ada").types("/qf ping", channel="training")
        assert exchange.problem == "operation_timeout"
        await socket.ping(b"anyone?")
        assert (await socket.receive()).type is aiohttp.WSMsgType.PONG


async def test_stopping_ends_every_connection(slack: LocalSlack) -> None:
    async with connection(slack) as socket:
        _, frame = await asyncio.gather(slack.stop(), socket.receive())
        assert frame.type is aiohttp.WSMsgType.CLOSE
    assert slack.open_connections == 0


async def test_a_ticket_opens_one_connection(slack: LocalSlack) -> None:
    url = await ticket(slack)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    refusals = [each.what for each in slack.feed.entries if isinstance(each.what, SocketRefused)]
    assert [each.why for each in refusals] == ["unknown or used ticket"]


async def test_a_stale_ticket_is_refused(slack: LocalSlack, clock: HandClock) -> None:
    url = await ticket(slack)
    clock.passes(31)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_ticket_can_be_refused_by_a_fault(slack: LocalSlack) -> None:
    slack.faults.refused_tickets = 1
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(await ticket(slack))
        async with session.ws_connect(await ticket(slack)) as socket:
            assert (await socket.receive_json())["type"] == "hello"


async def test_the_eleventh_connection_is_sent_away(slack: LocalSlack) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connection(slack))
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(await ticket(slack)) as socket,
        ):
            frame: dict[str, Any] = await socket.receive_json()
            assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_the_real_client_reconnects_after_a_disconnect_frame(
    slack: LocalSlack, reason: str
) -> None:
    async with by_socket(slack, ping_seconds=0.1):
        await slack.disconnect_sockets(reason)
        await slack.until(lambda: openings(slack) > 1)


async def test_the_real_client_reconnects_after_a_lost_line(slack: LocalSlack) -> None:
    async with by_socket(slack, ping_seconds=0.1):
        slack.cut_sockets()
        await slack.until(lambda: openings(slack) > 1)


async def test_the_real_client_leaves_a_deaf_socket(slack: LocalSlack) -> None:
    async with by_socket(slack, ping_seconds=0.1) as handler:
        handler.client.ping_interval = 0.3
        slack.faults.deaf = True
        await slack.until(lambda: openings(slack) > 1)
        slack.faults.clear()
