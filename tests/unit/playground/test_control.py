"""The control interface: what it shows, what it does, and whom it refuses."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.clock import WorldClock
from bot.playground.control import Control
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import by_socket


@dataclass
class Set:
    """Both servers with a small app between them, which has nothing to do with Qianfan."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    clock: WorldClock
    http: aiohttp.ClientSession = field(repr=False)
    waited: list[timedelta] = field(default_factory=list)

    async def settle(self, patience: float = 30.0) -> str:
        return ""

    async def wait(self, length: timedelta) -> str:
        self.waited.append(length)
        return ""

    async def post(self, path: str, verb: dict[str, Any], **headers: str) -> tuple[int, Any]:
        """Send a verb; the status and the answer."""
        url = f"{self.slack.page_url}control/{path}"
        async with self.http.post(url, json=verb, headers=headers) as response:
            return response.status, await response.json()

    async def act(self, who: str, do: str, **fields: Any) -> Any:
        """Do something as somebody, which has to go well."""
        status, answer = await self.post("act", {"as": who, "do": do, **fields})
        assert status == 200, answer
        return answer

    @asynccontextmanager
    async def page_of(self, who: str) -> AsyncIterator["Page"]:
        """The line of somebody's page."""
        url = f"{self.slack.page_url}control/feed"
        async with self.http.ws_connect(url, params={"as": who}) as socket:
            page = Page(socket)
            page.snapshot = await page.next("snapshot")
            yield page


class Page:
    """What a page is told."""

    snapshot: Any

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def next(self, kind: str) -> Any:
        """The next change of a kind; others are passed over."""
        async with asyncio.timeout(5):
            while True:
                change = await self._socket.receive_json()
                if change["type"] == kind:
                    return change

    async def traffic(self, *names: str) -> list[Any]:
        """The next calls or envelopes of these names, whichever comes first."""
        found: dict[str, Any] = {}
        while not found.keys() >= set(names):
            entry = (await self.next("traffic"))["entry"]
            found[entry["name"]] = entry
        return [found[name] for name in names]


@pytest.fixture
async def playground() -> AsyncIterator[Set]:
    clock = WorldClock(0)
    world = World(clock)
    slack = LocalSlack(clock=clock, rate_limits=False)
    control = Control()
    control.add_to(slack.application)
    ada, bo = (slack.workspace.add_user(name) for name in ("ada", "bo"))
    slack.workspace.add_channel("training", members=[ada, bo, slack.bot_user_id])
    slack.workspace.add_channel("secret", members=[ada], is_private=True)
    async with (
        slack,
        LocalQianfan(world) as qianfan,
        by_socket(slack),
        aiohttp.ClientSession() as http,
    ):
        opened = Set(slack, qianfan, world, clock, http)
        async with control.play(opened):
            yield opened


async def test_a_page_begins_with_what_its_person_sees_and_nothing_else(playground: Set) -> None:
    slack = playground.slack
    secret = slack.workspace.channel("secret")
    slack.workspace.post(secret.id, slack.person("ada").id, text="between us")
    await playground.act("ada", "types", text="/qf status", channel="training")
    await slack.until(lambda: slack.person("ada").sees("training"))
    async with playground.page_of("ada") as ada, playground.page_of("bo") as bo:
        assert {each["text"] for each in ada.snapshot["messages"]} == {"between us", "running"}
        assert bo.snapshot["messages"] == []
        assert "secret" not in {each["name"] for each in bo.snapshot["channels"]}


async def test_a_page_hears_of_every_change_as_it_comes(playground: Set) -> None:
    async with playground.page_of("bo") as page:
        await playground.act("ada", "types", text="/qf watch task-1", channel="training")
        message = (await page.next("message"))["message"]
        assert (message["text"], message["ephemeral"]) == ("watching", False)


async def test_what_is_for_one_person_alone_is_told_to_no_other_page(playground: Set) -> None:
    async with playground.page_of("bo") as page:
        await playground.act("ada", "types", text="/qf status", channel="training")
        await playground.act("bo", "types", text="hello", channel="training")
        assert (await page.next("message"))["message"]["text"] == "hello"


async def test_a_button_is_clicked_by_its_ids_in_the_version_that_was_seen(
    playground: Set,
) -> None:
    slack = playground.slack
    await playground.act("ada", "types", text="/qf status", channel="training")
    await slack.until(lambda: slack.person("ada").sees("training"))
    message = slack.person("ada").sees("training")[-1]
    button = message.buttons[0]
    slack.workspace.edit(message, blocks=(), text="changed meanwhile")
    answer = await playground.act(
        "ada",
        "clicks",
        place={"channel": "training", "ts": message.ts, "revision": message.revision},
        button={"block_id": button.block_id, "action_id": button.action_id},
    )
    assert (answer["acked"], answer["problem"]) == (True, None)


async def test_a_form_shows_its_errors_at_the_field_and_then_closes(playground: Set) -> None:
    slack = playground.slack
    async with playground.page_of("ada") as page:
        await playground.act("ada", "types", text="/qf import", channel="training")
        view = (await page.next("views"))["view"]
        place = {"view": view["id"]}
        offered = await playground.act("ada", "options", place=place, menu="bucket", query="bos")
        assert [each["value"] for each in offered["options"]] == ["models"]
        await playground.act("ada", "submits", values={"name": "bad"})
        assert (await page.next("views"))["view"]["errors"] == {"name": "That name is taken."}
        await playground.act("ada", "submits", values={"name": "good", "bucket": "models"})
        assert (await page.next("views"))["view"] is None
        assert slack.person("ada").open_view is None


async def test_a_file_is_given_and_what_stands_in_the_form_goes_along_with_a_choice(
    playground: Set,
) -> None:
    slack = playground.slack
    async with playground.page_of("ada") as page:
        await playground.act("ada", "types", text="/qf publish", channel="training")
        view = (await page.next("views"))["view"]
        place = {"view": view["id"]}
        menu = {"block_id": "kind", "action_id": "field"}
        values = {"about": "ours"}
        await playground.act(
            "ada", "selects", place=place, menu=menu, option="import", values=values
        )
        after = (await page.next("views"))["view"]
        assert after["values"]["about"]["field"]["value"] == "ours"
        assert after["appeared"]["about"] == view["appeared"]["about"]
        content = base64.b64encode(b"x = 1").decode()
        given = await playground.act("ada", "uploads", name="chat.py", content=content)
        await playground.act("ada", "submits", values={"template": [given["file"]]})
        assert (await page.next("views"))["view"]["content"]["title"]["text"] == "Working"
        shown = (await page.next("views"))["view"]["content"]["blocks"][0]["text"]["text"]
    assert shown.endswith("about=ours model=None step=None chat.py: x = 1")
    assert slack.files.find(given["file"]).user == slack.person("ada").id


async def test_a_channel_is_read_up_to_a_message_by_that_person_alone(playground: Set) -> None:
    channel = playground.slack.workspace.channel("training")
    await playground.act("ada", "reads", channel="training", ts="17.5")
    for who, last in (("ada", "17.5"), ("bo", "0")):
        async with playground.page_of(who) as page:
            read = {each["id"]: each["last_read"] for each in page.snapshot["channels"]}
            assert read[channel.id] == last


async def test_somebody_is_brought_into_a_channel_by_slacks_own_command(playground: Set) -> None:
    workspace = playground.slack.workspace
    await playground.act("ada", "types", text="/invite @bo", channel="secret")
    assert playground.slack.person("bo").id in workspace.channel("secret").members
    await playground.act("ada", "types", text="/remove @bo", channel="secret")
    assert playground.slack.person("bo").id not in workspace.channel("secret").members


async def test_the_traffic_is_told_with_its_secrets_struck_out(playground: Set) -> None:
    slack = playground.slack
    async with playground.page_of("ada") as page:
        await playground.act("ada", "types", text="/qf status task-1", channel="training")
        command, answer = await page.traffic("/qf", "response_url")
    payload = command["details"]["payload"]
    assert payload["text"] == "status task-1"
    assert {payload[name] for name in ("token", "trigger_id", "response_url")} == {"***"}
    assert answer["details"]["text"] == "running"
    told = json.dumps([command, answer])
    assert slack.bot_token not in told
    assert "/response/" not in told


async def test_where_the_app_does_not_answer_slacks_word_for_it_is_the_answer(
    playground: Set,
) -> None:
    playground.slack.cut_sockets()
    await playground.slack.until(lambda: not playground.slack.open_connections)
    playground.slack.faults.refused_tickets = 1000
    answer = await playground.act("ada", "types", text="/qf status", channel="training")
    assert (answer["acked"], answer["problem"]) == (False, "dispatch_failed")


async def test_the_world_is_waited_for_stopped_and_sped_up(playground: Set) -> None:
    await playground.post("world", {"do": "wait", "seconds": 600})
    assert playground.waited == [timedelta(minutes=10)]
    await playground.post("world", {"do": "speed", "speed": 60})
    assert playground.clock.speed == 60
    await playground.post("world", {"do": "stop"})
    assert playground.clock.speed == 0
    await playground.post("world", {"do": "go"})
    assert playground.clock.speed == 60


async def test_a_run_is_made_to_fail_and_the_page_hears_why(playground: Set) -> None:
    task = playground.world.add_task()
    async with playground.page_of("ada") as page:
        assert (await page.next("lives"))["lives"][0]["state"] == "Waiting"
        verb = {"do": "run", "id": task.id, "becomes": "failed", "message": "No space left."}
        await playground.post("world", verb)
        life = (await page.next("lives"))["lives"][0]
    assert (life["state"], life["failed"], life["message"]) == ("Failed", True, "No space left.")


@pytest.mark.parametrize(
    ("becomes", "state"),
    [("finished", "Done"), ("stopped", "Stopped"), ("running", "Running"), ("queued", "Waiting")],
)
async def test_a_run_becomes_what_is_asked_for(playground: Set, becomes: str, state: str) -> None:
    task = playground.world.add_task(age=timedelta(minutes=1), length=timedelta(hours=9))
    await playground.post("world", {"do": "run", "id": task.id, "becomes": becomes})
    assert task.state == state


async def test_faults_are_put_in_force_told_in_words_and_cleared(playground: Set) -> None:
    async with playground.page_of("ada") as page:
        assert (await page.next("faults"))["faults"] == []
        await playground.post("faults", {"do": "slack", "status": 429, "retry_after": 2})
        await playground.post("faults", {"do": "qianfan", "status": 503, "times": 3})
        await playground.post("faults", {"do": "sockets", "become": "deaf"})
        await playground.post("faults", {"do": "processing", "works": False})
        async with playground.page_of("bo") as second:
            assert (await second.next("faults"))["faults"] == [
                "Slack, every call: 429, Retry-After 2 s",
                "Slack's sockets are deaf",
                "Slack does not process files",
                "Qianfan, every call: 503",
            ]
        await playground.post("faults", {"do": "clear"})
    assert not playground.slack.faults.in_force
    assert not playground.qianfan.faults.in_force
    assert not playground.slack.faults.deaf


@pytest.mark.parametrize(
    ("path", "verb", "status", "told"),
    [
        ("act", {"as": "ada", "do": "sings"}, 400, "the body: Input tag 'sings'"),
        ("act", {"as": "zoe", "do": "home"}, 404, "There is no 'zoe' here."),
        ("act", {"as": "ada", "do": "submits"}, 404, "no form is open"),
        ("act", {"as": "bo", "do": "types", "text": "hi", "channel": "secret"}, 403, "not in"),
        ("act", {"as": "ada", "do": "types", "channel": "training"}, 400, "types.text: Field"),
        ("world", {"do": "run", "id": "task-9", "becomes": "failed"}, 404, "'task-9'"),
        ("world", {"do": "wait", "seconds": -1}, 400, "wait.seconds: Input should be greater"),
        ("faults", {"do": "slack"}, 400, "say what goes wrong"),
        ("faults", {"do": "qianfan", "action": "DescribeModel"}, 400, "say what goes wrong"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    playground: Set, path: str, verb: dict[str, Any], status: int, told: str
) -> None:
    found, answer = await playground.post(path, verb)
    assert found == status
    assert answer["ok"] is False
    assert told in answer["error"]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example:8750"}],
)
async def test_no_web_page_elsewhere_can_drive_it(playground: Set, headers: dict[str, str]) -> None:
    status, answer = await playground.post("world", {"do": "stop"}, **headers)
    assert (status, answer["ok"]) == (403, False)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await playground.http.ws_connect(
            f"{playground.slack.page_url}control/feed?as=ada", headers=headers
        )


async def test_a_form_of_another_page_is_no_verb(playground: Set) -> None:
    url = f"{playground.slack.page_url}control/world"
    async with playground.http.post(url, data='{"do": "stop"}') as response:
        assert response.status == 415


async def test_the_page_is_served_and_needs_nothing_from_elsewhere(playground: Set) -> None:
    async with playground.http.get(playground.slack.page_url) as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "/assets/page.js" in await response.text()
    for path in ("assets/page.js", "assets/page.css"):
        async with playground.http.get(f"{playground.slack.page_url}{path}") as response:
            assert response.status == 200
    async with playground.http.get(
        f"{playground.slack.page_url}assets/..%2Findex.html"
    ) as response:
        assert response.status == 404


async def test_a_picture_is_shown_and_any_other_file_only_handed_out(playground: Set) -> None:
    files = playground.slack.files
    for content, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"<svg onload=alert(1)>", "application/octet-stream"),
    ):
        file = files.announce("loss.png", len(content), "", playground.slack.bot_user_id)
        files.receive(file.id, content)
        url = f"{playground.slack.page_url}control/files/{file.id}"
        async with playground.http.get(url) as response:
            assert response.content_type == kind


async def test_before_the_playground_is_open_the_answer_says_so() -> None:
    slack = LocalSlack()
    Control().add_to(slack.application)
    async with (
        slack,
        aiohttp.ClientSession() as http,
        http.post(f"{slack.page_url}control/world", json={"do": "stop"}) as response,
    ):
        assert response.status == 503
