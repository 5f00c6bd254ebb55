"""Whatever Slack may send, it is acknowledged, is no traceback, and changes nothing unpermitted.

`QFBOT_TESTS_PAYLOADS` says how many payloads each test makes (30), `QFBOT_TESTS_SEED` which.
"""

import asyncio
import logging
import os
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.playground.clock import WorldClock
from bot.playground.slack.delivery import Answer, Delivery, Kind
from bot.playground.stage import open_stage
from bot.settings import Mode
from tests.pencil import Pencil
from tests.scenarios.forger import COMPRESSION, DONE, MODEL, RUNNING, Forger, Known
from tests.scenarios.play import MONDAY, TEMPO, Asker, Play, team

COUNT = int(os.environ.get("QFBOT_TESTS_PAYLOADS", "30"))
SEED = int(os.environ.get("QFBOT_TESTS_SEED", "1"))

STOPS = frozenset({"StopFineTuningTask", "CancelModelCompTask"})
CREATES = frozenset({"CreateCustomModel", "CreateModelCustomConf"})

#: So many are on their way at once, which a slow machine too can answer in three seconds.
BATCH = 10

#: More than one person asks here than people do.
UNLIMITED = 10_000_000


@pytest.fixture(params=list(Mode))
async def play(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Play]:
    """The team over each transport, with a run, a compression task and a model to be changed."""
    async with open_stage(
        team(),
        clock=WorldClock(0, MONDAY),
        data=tmp_path,
        mode=request.param,
        tempo=replace(TEMPO, asks_per_minute=UNLIMITED),
        rate_limits=False,
        charts=Pencil(),
    ) as stage:
        opened = Play(stage)
        opened.world.add_task(RUNNING).runs(progress=34)
        opened.world.add_compression(id=COMPRESSION, queue=timedelta(0))
        opened.world.add_model_set("spam-filter", id=MODEL)
        done = opened.world.add_task(DONE, checkpoints=0)
        done.runs(progress=50)
        done.saves(64, 0.31, 1.3)
        done.finishes()
        yield opened


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot be answered is not tried again for half a minute."""
    monkeypatch.setattr("bot.slack.replies._PAUSES", (0.0,))


async def asked_of_others(play: Play) -> Known:
    """Questions to an operator and forms of an admin, all still good."""
    await play.lin.asks(f"/qf stop {RUNNING}")
    first = _value(play.lin, "Stop it")
    await play.lin.asks(f"/qf stop {COMPRESSION}")
    forms = []
    for line in (f"publish {DONE}", f"import {MODEL}"):
        await play.ada.asks(f"/qf {line}")
        view = play.ada.person.open_view
        assert view is not None
        forms.append(str(view.content["private_metadata"]))
        await play.ada.closes()
    return Known((first, _value(play.lin, "Stop it")), tuple(forms))


def _value(asker: Asker, label: str) -> str:
    buttons = asker.sight_of(label).buttons
    return str(next(each.value for each in buttons if each.label == label))


@contextmanager
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Neither the bot's own log nor another's may hold an error or a traceback."""
    with capture_logs() as entries, caplog.at_level(logging.WARNING):
        yield
    told = [each for each in entries if each["log_level"] != "debug"]
    assert not [
        each for each in told if each.get("exc_info") or each["log_level"] in ("error", "critical")
    ]
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR or each.exc_info]


async def acknowledges_all(play: Play, deliveries: list[Delivery]) -> None:
    """Send them, some at a time; each must be acknowledged within Slack's three seconds."""
    transport = play.slack._transport()
    for start in range(0, len(deliveries), BATCH):
        batch = deliveries[start : start + BATCH]
        answers: list[Answer] = await asyncio.gather(*(transport.send(it, None) for it in batch))
        for delivery, answer in zip(batch, answers, strict=True):
            assert answer.acked, (answer, delivery)
        await play.settles()


def changes(play: Play) -> list[str]:
    """What was changed at Qianfan, or tried to be."""
    return [it.action for it in play.qianfan.requests if it.action in STOPS | CREATES]


def forged(forger: Forger, count: int = COUNT) -> list[Delivery]:
    return [forger.delivery() for _ in range(count)]


async def test_nothing_that_comes_of_others_than_those_who_may_changes_anything(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = play.slack.workspace
    strangers = (
        workspace.add_user("stu", is_stranger=True).id,
        workspace.add_user("del", deleted=True).id,
        workspace.add_user("rob", is_bot=True).id,
    )
    known = await asked_of_others(play)
    people = (
        play.bo.id,
        play.bo.id,
        play.gus.id,
        *strangers,
        "U0NOBODY",
        "",
        play.slack.bot_user_id,
    )
    forger = Forger(play, known, people, random.Random(SEED), teams=(play.slack.team_id, "T0X", ""))

    with no_traceback(caplog):
        await acknowledges_all(play, forged(forger))

    assert changes(play) == []
    await play.lin.clicks("Stop it")
    assert len(changes(play)) == 1, "the question is still good"


async def test_nothing_that_comes_of_another_workspace_changes_anything(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    known = await asked_of_others(play)
    people = (play.ada.id, play.lin.id)
    chance = random.Random(SEED)
    forger = Forger(play, known, people, chance, may_be_mutated=False, teams=("T0X", "E0X"))

    with no_traceback(caplog):
        await acknowledges_all(play, forged(forger))

    assert changes(play) == []


async def test_what_comes_of_an_operator_makes_no_version(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    known = await asked_of_others(play)
    forger = Forger(play, known, (play.lin.id,), random.Random(SEED + 1))
    permitted = forger.whole_click(known.questions[0])

    with no_traceback(caplog):
        await acknowledges_all(play, [permitted, *forged(forger)])

    assert CREATES.isdisjoint(changes(play))
    assert STOPS.intersection(changes(play)), "what is permitted is done"


async def test_what_comes_of_an_admin_is_answered_and_no_traceback(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    known = await asked_of_others(play)
    forger = Forger(play, known, (play.ada.id,), random.Random(SEED + 2))
    permitted = forger.whole_submission(known.forms[0], model_set=MODEL, step="64")

    with no_traceback(caplog):
        await acknowledges_all(play, [permitted, *forged(forger)])

    assert "CreateCustomModel" in changes(play), "what is permitted is done"


#: What Slack never sends, signed all the same: a part of another JSON type, or none.
NO_PAYLOADS: Mapping[str, tuple[Kind, Any]] = {
    "an event that is empty": ("events_api", {}),
    "an event that is a list": ("events_api", []),
    "an event that is a text": ("events_api", "x"),
    "an event that is null": ("events_api", None),
    "an event without what happened": ("events_api", {"type": "event_callback"}),
    "what happened is a number": ("events_api", {"type": "event_callback", "event": 7}),
    "what happened has no type": ("events_api", {"type": "event_callback", "event": {"x": "y"}}),
    "what happened has a list for a type": (
        "events_api",
        {"type": "event_callback", "event": {"type": [None]}},
    ),
    "what happened is in a numbered channel": (
        "events_api",
        {"type": "event_callback", "event": {"type": "app_mention", "channel": 7}},
    ),
    "links are a number": (
        "events_api",
        {"type": "event_callback", "event": {"type": "link_shared", "channel": "C1", "links": 7}},
    ),
    "links are texts": (
        "events_api",
        {"type": "event_callback", "event": {"type": "link_shared", "links": ["x", None]}},
    ),
    "a home of nobody": (
        "events_api",
        {"type": "event_callback", "event": {"type": "app_home_opened", "tab": "home"}},
    ),
    "somebody joined who is a list": (
        "events_api",
        {"type": "event_callback", "event": {"type": "member_joined_channel", "user": []}},
    ),
    "authorizations are a text": (
        "events_api",
        {"type": "event_callback", "event": {"type": "message"}, "authorizations": "x"},
    ),
    "a command that is empty": ("slash_commands", {}),
    "an interaction that is empty": ("interactive", {}),
    "an interaction that is a list": ("interactive", [1]),
    "an interaction that is null": ("interactive", None),
    "an interaction that is a number": ("interactive", 7),
    "a user that is a number": ("interactive", {"type": "view_submission", "user": 7}),
    "a team that is a number": ("interactive", {"type": "view_submission", "team": 7}),
    "a channel that is a number": ("interactive", {"type": "message_action", "channel": 7}),
    "response_urls are a text": ("interactive", {"type": "view_submission", "response_urls": "x"}),
    "an action that is a text": ("interactive", {"type": "block_actions", "actions": ["x"]}),
    "an action without an id": (
        "interactive",
        {"type": "block_actions", "actions": [{"type": "button", "block_id": "b"}]},
    ),
    "an interaction of nobody": ("interactive", {"type": "view_submission", "view": {}}),
    "an action whose id is a number": (
        "interactive",
        {"type": "block_actions", "actions": [{"type": "button", "action_id": 7, "block_id": "b"}]},
    ),
    "a menu whose id is a list": (
        "interactive",
        {"type": "block_suggestion", "action_id": [], "block_id": "b", "value": ""},
    ),
    "a view whose id is a number": (
        "interactive",
        {"type": "view_submission", "view": {"type": "modal", "callback_id": 7}},
    ),
    "a shortcut on a message that is a list": (
        "interactive",
        {"type": "message_action", "callback_id": "watch_runs", "message": ["x"]},
    ),
    "a shortcut on a block whose type is an object": (
        "interactive",
        {
            "type": "message_action",
            "callback_id": "watch_runs",
            "message": {"blocks": [{"type": {}}]},
        },
    ),
    "a shortcut whose id is an object": ("interactive", {"type": "shortcut", "callback_id": {}}),
    "a view of three hundred lists": (
        "interactive",
        {"type": "block_actions", "view": [[[]] * 300]},
    ),
}


async def test_what_is_no_payload_leaves_no_traceback_and_no_envelope_without_an_answer(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    transport = play.slack._transport()
    is_http = play.slack.events_url is not None
    for what, (kind, payload) in NO_PAYLOADS.items():
        # Over a socket slack_sdk refuses the others before any code of the bot sees them.
        if is_http or isinstance(payload, dict | str):
            with no_traceback(caplog):
                answer = await transport.send(Delivery(kind, "crafted", payload), None)
                await play.settles()
            assert answer.acked, (what, answer)
