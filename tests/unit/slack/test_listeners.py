"""What Slack sends of forms, through the real Bolt app: always answered, in time, in the window."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.commands.router import Router
from bot.commands.sent_forms import Filled, Wrong
from bot.domain.access import Actor, Place
from bot.domain.calls import Call, Confirmation, Origin, Reply, Way
from bot.domain.errors import PersonUnknown
from bot.domain.forms import ChoiceField, Form, Menu, Option, SearchField, TextField, When
from bot.domain.languages import Language
from bot.domain.messages import Button, Buttons, Message, say
from bot.domain.ports import Window
from bot.playground.slack import LocalSlack
from bot.playground.slack.delivery import Exchange
from bot.playground.slack.happenings import ApiCalled
from bot.playground.slack.values import View
from bot.slack.clients import Clients, open_clients
from bot.slack.desk import Desk, Patience
from bot.slack.home import HomeTabs
from bot.slack.listeners import bolt_app
from bot.slack.manifest import manifest
from bot.slack.replies import Replies
from bot.slack.shapes import is_readable
from bot.slack.unfolding import Unfolding
from tests.unit.slack.conftest import WallClock

FORM = Form(
    "import",
    say("Import a model"),
    say("Send"),
    (
        TextField(name="name", label=say("Name")),
        ChoiceField(
            name="kind",
            label=say("Kind"),
            options=(Option("new", say("New")), Option("old", say("Old"))),
        ),
        SearchField(
            name="set",
            label=say("Model"),
            menu=Menu.MODEL_SETS,
            applies=(When("kind", ("old",)),),
        ),
    ),
    values={"name": "first"},
)
OFFERED = Reply(
    Message.of(say("This takes a form."), Buttons((Button(say("Open the form"), "import"),))),
    form=FORM,
    form_name="#f1",
)
DONE = Reply(Message.of(say("Done.")))


def filled(values: Mapping[str, str]) -> Filled:
    """What a review makes of a form that may be sent; it was asked for in #runs."""
    asked = Confirmation(Call("import"), "U0ADA", "C0RUNS", datetime.now(UTC), "", FORM)
    return Filled(asked, FORM.filled(values))


class FakeRouter(Router):
    """Answers as it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.typing: Callable[[Window], Awaitable[Reply]] = self._offer
        self.reviewing: Callable[[Mapping[str, str]], Filled | Wrong | Reply] = filled
        self.review_may_end = asyncio.Event()
        self.review_may_end.set()
        self.making: Callable[[Window], Awaitable[Reply]] = self._done
        self.offering: Sequence[Option] = (Option("am-1", say("Chat")),)
        self.options_may_end = asyncio.Event()
        self.options_may_end.set()
        self.reviewed: list[tuple[str, Mapping[str, str], Origin]] = []
        self.made: list[tuple[Filled, Origin]] = []
        self.searched: list[tuple[str, str, str, str]] = []

    async def typed(self, text: str, origin: Origin, window: Window) -> Reply:
        return await self.typing(window)

    async def pressed(self, press: str, origin: Origin, window: Window) -> Reply:
        return await self.typing(window)

    async def review(
        self, name: str, values: Mapping[str, str], origin: Origin
    ) -> Filled | Wrong | Reply:
        self.reviewed.append((name, values, origin))
        await self.review_may_end.wait()
        return self.reviewing(values)

    async def submitted(self, filled: Filled, origin: Origin, window: Window) -> Reply:
        self.made.append((filled, origin))
        return await self.making(window)

    async def reshaped(self, name: str, values: Mapping[str, str], user_id: str) -> Form | None:
        return FORM.filled(values) if (name, user_id) == ("#f1", "U0ADA") else None

    async def options(self, name: str, field: str, query: str, user_id: str) -> Sequence[Option]:
        self.searched.append((name, field, query, user_id))
        await self.options_may_end.wait()
        return self.offering

    async def _offer(self, _window: Window) -> Reply:
        return OFFERED

    async def _done(self, _window: Window) -> Reply:
        return DONE


class FakePeople:
    """Knows every channel until it is told not to."""

    known = True

    async def place(self, channel_id: str) -> Place:
        if not self.known:
            raise PersonUnknown
        return Place(channel_id)

    async def language(self, user_id: str) -> Language:
        return Language.ENGLISH

    async def actor(self, user_id: str, team_id: str) -> Actor:
        raise NotImplementedError

    async def is_member(self, channel_id: str, user_id: str) -> bool:
        raise NotImplementedError

    async def direct_channel(self, user_id: str) -> str:
        raise NotImplementedError

    async def check_can_post(self, channel_id: str) -> None:
        raise NotImplementedError

    def forget_groups(self) -> None:
        raise NotImplementedError

    def forget_place(self, channel_id: str) -> None:
        raise NotImplementedError


async def nobody_arrives(channel_id: str, inviter: str, event_id: str) -> None:
    raise AssertionError


@dataclass
class Stage:
    """Ada at her Slack, the real listeners, and a router that says what it is told."""

    slack: LocalSlack
    app: AsyncApp
    desk: Desk
    router: FakeRouter
    people: FakePeople = field(default_factory=FakePeople)

    async def opened(self) -> View:
        """Ada's form, opened by a command."""
        await self.types()
        return self.view

    async def types(self) -> None:
        await self.slack.person("ada").types("/qf import", "runs")
        await self.rests()

    async def submits(self, **values: str) -> Exchange:
        return await self.slack.person("ada").submits(self.view, values)

    async def rests(self) -> None:
        """Wait until everything in hand is answered."""
        await self.desk.drain(timedelta(seconds=5))

    @property
    def view(self) -> View:
        view = self.slack.person("ada").open_view
        assert view is not None
        return view

    @property
    def words(self) -> str:
        """All that Ada reads in her window."""
        return json.dumps(self.view.blocks, ensure_ascii=False)

    @property
    def heard(self) -> list[str]:
        """What Ada reads in the channel."""
        return [message.text for message in self.slack.person("ada").sees("runs")]

    def calls(self, method: str) -> int:
        happened = [entry.what for entry in self.slack.feed.entries]
        return sum(isinstance(what, ApiCalled) and what.method == method for what in happened)


@pytest.fixture
async def clients(slack: LocalSlack) -> AsyncIterator[Clients]:
    async with open_clients(slack.bot_token, slack.api_url, request_seconds=2) as clients:
        yield clients


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=manifest(), rate_limits=False) as slack:
        slack.workspace.add_user("ada", id="U0ADA")
        slack.workspace.add_channel("runs", id="C0RUNS", members=["ada", slack.bot_user_id])
        yield slack


@pytest.fixture
async def stage(slack: LocalSlack, clients: Clients) -> AsyncIterator[Stage]:
    router, people = FakeRouter(), FakePeople()
    patience = Patience(review=0.3, options=0.3, ack=0.1)
    clock = WallClock()
    desk = Desk(
        router,
        people,
        Replies(clients, people),
        clock,
        HomeTabs(router, people, clients, clock),
        Unfolding(router, people, clients, clock, people.language),
        nobody_arrives,
        patience,
    )
    app = bolt_app(clients, await clients.identify(), slack.signing_secret, desk)
    runner = web.AppRunner(app.web_app("/slack/events"), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield Stage(slack, app, desk, router, people)
    await desk.drain(timedelta(0))
    await runner.cleanup()


async def test_a_command_opens_its_form(stage: Stage) -> None:
    view = await stage.opened()
    assert (view.callback_id, view.content["private_metadata"]) == ("form", "#f1")
    assert stage.heard == []


async def test_a_click_opens_a_form(stage: Stage) -> None:
    stage.slack.faults.error("expired_trigger_id", "views.open", times=1)
    await stage.types()
    [message] = stage.slack.person("ada").sees("runs")
    await stage.slack.person("ada").clicks(message, "Open the form")
    await stage.rests()
    assert stage.view.callback_id == "form"


async def test_a_window_opened_first_is_where_the_answer_is_shown(stage: Stage) -> None:
    async def slow(window: Window) -> Reply:
        assert await window.open(say("Publish"))
        assert stage.view.title == "Publish"
        return DONE

    stage.router.typing = slow
    await stage.types()
    assert "Done." in stage.words
    assert stage.heard == []


async def test_a_form_that_cannot_be_opened_is_offered_by_a_message(stage: Stage) -> None:
    stage.slack.faults.error("expired_trigger_id", "views.open")
    await stage.types()
    assert stage.slack.person("ada").open_view is None
    assert stage.heard == ["This takes a form."]


async def test_a_mention_has_no_window(stage: Stage) -> None:
    windows: list[bool] = []

    async def mentioned(window: Window) -> Reply:
        windows.append(await window.open(say("Import")))
        return OFFERED

    stage.router.typing = mentioned
    await stage.slack.person("ada").types("@qfbot import", "runs")
    await stage.rests()
    assert windows == [False]
    assert stage.heard[1:] == ["This takes a form."]


async def test_what_is_wrong_is_told_at_its_field(stage: Stage) -> None:
    view = await stage.opened()
    stage.router.reviewing = lambda _: Wrong({"name": say("It is *too* long.")})
    exchange = await stage.submits(name=" “x” &amp; ")
    assert exchange.acked
    assert stage.view.errors == {"name": "It is too long."}
    assert stage.view.id == view.id
    [(name, values, origin)] = stage.router.reviewed
    assert (name, values) == ("#f1", {"name": " “x” &amp; "})
    assert (origin.user_id, origin.way, origin.team_id) == ("U0ADA", Way.FORM, stage.slack.team_id)


@pytest.mark.parametrize("field", ["set", ""])
async def test_what_is_wrong_with_no_field_of_the_view_is_told_in_the_form(
    stage: Stage, field: str
) -> None:
    await stage.opened()
    stage.router.reviewing = lambda _: Wrong({field: say("No place for it.")})
    assert (await stage.submits(name="second")).problem is None
    assert "⚠️ No place for it." in stage.words
    assert "second" in stage.words
    assert (stage.view.callback_id, stage.view.errors) == ("form", None)


async def test_a_form_that_is_nobodys_is_told_what_is_wrong_all_the_same(stage: Stage) -> None:
    stage.router.typing = _offering("#another")
    await stage.opened()
    stage.router.reviewing = lambda _: Wrong({"": say("No place for it.")})
    await stage.submits()
    assert "No place for it." in stage.words
    assert stage.view.callback_id == "message"


async def test_a_doubt_shows_the_form_again_under_its_new_name(stage: Stage) -> None:
    await stage.opened()
    again = FORM.telling(warnings=[say("It is not listed.")])
    stage.router.reviewing = lambda _: Reply(DONE.message, form=again, form_name="#f2")
    await stage.submits()
    assert "⚠️ It is not listed." in stage.words
    assert stage.view.content["private_metadata"] == "#f2"
    assert stage.router.made == []


async def test_a_form_that_may_not_be_sent_gives_way_to_the_reason(stage: Stage) -> None:
    await stage.opened()
    stage.router.reviewing = lambda _: Reply(Message.of(say("It was sent before.")))
    await stage.submits()
    assert "It was sent before." in stage.words
    assert stage.view.title == "Import a model"


async def test_a_form_that_is_sent_is_worked_on_and_then_answered(stage: Stage) -> None:
    await stage.opened()
    goes_on = asyncio.Event()

    async def making(_window: Window) -> Reply:
        await goes_on.wait()
        return DONE

    stage.router.making = making
    await stage.submits(name="second")
    assert "Working on it" in stage.words
    goes_on.set()
    await stage.rests()
    assert "Done." in stage.words
    assert stage.heard == []
    [(sent, origin)] = stage.router.made
    assert sent.form.values == {"name": "second"}
    assert (origin.place.channel_id, origin.way, origin.user_id) == ("C0RUNS", Way.FORM, "U0ADA")


async def test_an_answer_at_once_is_not_overtaken_by_the_acknowledgement(stage: Stage) -> None:
    await stage.opened()
    await stage.submits()
    assert "Working on it" in stage.words
    await stage.rests()
    assert "Done." in stage.words


async def test_qianfans_refusal_shows_the_form_again(stage: Stage) -> None:
    async def refused(_window: Window) -> Reply:
        form = FORM.filled({"name": "second"}).telling({"": say("Qianfan refuses it.")})
        return Reply(DONE.message, form=form, form_name="#f2")

    await stage.opened()
    stage.router.making = refused
    await stage.submits(name="second")
    await stage.rests()
    assert "⚠️ Qianfan refuses it." in stage.words
    assert stage.view.content["private_metadata"] == "#f2"


async def test_whoever_closed_the_window_is_answered_where_they_asked(stage: Stage) -> None:
    async def making(_window: Window) -> Reply:
        await stage.slack.person("ada").closes(stage.view)
        return DONE

    await stage.opened()
    stage.router.making = making
    await stage.submits()
    await stage.rests()
    assert stage.heard == ["Done."]


async def test_a_form_whose_channel_slack_does_not_tell_makes_no_call(stage: Stage) -> None:
    await stage.opened()
    stage.people.known = False
    await stage.submits()
    await stage.rests()
    assert stage.router.made == []
    assert "Slack" in stage.words


async def test_a_slow_review_is_acknowledged_in_time(stage: Stage) -> None:
    await stage.opened()
    stage.router.review_may_end.clear()
    exchange = await stage.submits()
    assert exchange.acked
    assert "Working on it" in stage.words
    stage.router.review_may_end.set()
    await stage.rests()
    assert "Done." in stage.words


@pytest.mark.parametrize("field", ["name", ""])
async def test_what_a_slow_review_finds_wrong_is_told_in_the_form(stage: Stage, field: str) -> None:
    await stage.opened()
    stage.router.review_may_end.clear()
    stage.router.reviewing = lambda _: Wrong({field: say("Too long.")})
    await stage.submits(name="second")
    stage.router.review_may_end.set()
    await stage.rests()
    assert stage.view.callback_id == "form"
    assert "⚠️ Too long." in stage.words
    assert "second" in stage.words


async def test_a_slow_refusal_reaches_whoever_closed_the_window(stage: Stage) -> None:
    await stage.opened()
    stage.router.review_may_end.clear()
    stage.router.reviewing = lambda _: DONE
    await stage.submits()
    await stage.slack.person("ada").closes(stage.view)
    stage.router.review_may_end.set()
    await stage.rests()
    direct = stage.slack.workspace.open_dm("U0ADA")
    assert [each.text for each in stage.slack.workspace.messages(direct.id)] == ["Done."]
    assert stage.calls("chat.postEphemeral") == 0


async def test_a_choice_brings_the_fields_that_hang_on_it(stage: Stage) -> None:
    await stage.opened()
    await stage.slack.person("ada").selects(stage.view, "Kind", "Old")
    await stage.rests()
    assert [block["block_id"] for block in stage.view.blocks] == ["name", "kind", "set"]
    assert stage.view.content["private_metadata"] == "#f1"


async def test_a_choice_in_a_view_that_changed_meanwhile_changes_nothing(stage: Stage) -> None:
    await stage.opened()
    stage.slack.faults.error("hash_conflict", "views.update")
    exchange = await stage.slack.person("ada").selects(stage.view, "Kind", "Old")
    await stage.rests()
    assert exchange.acked
    assert "set" not in [block["block_id"] for block in stage.view.blocks]
    assert stage.heard == []


async def test_a_choice_in_a_form_of_somebody_else_changes_nothing(stage: Stage) -> None:
    stage.router.typing = _offering("#another")
    await stage.opened()
    exchange = await stage.slack.person("ada").selects(stage.view, "Kind", "Old")
    await stage.rests()
    assert exchange.acked
    assert stage.calls("views.update") == 0


async def test_a_menu_offers_what_the_router_finds(stage: Stage) -> None:
    await _chosen_old(stage)
    offered = await stage.slack.person("ada").options(stage.view, "Model", "ch")
    assert [(option["value"], option["text"]["text"]) for option in offered] == [("am-1", "Chat")]
    assert stage.router.searched == [("#f1", "set", "ch", "U0ADA")]
    await stage.slack.person("ada").submits(stage.view, {"Model": "Chat"})
    assert stage.router.reviewed[-1][1]["set"] == "am-1"


async def test_a_menu_offers_at_most_a_hundred(stage: Stage) -> None:
    await _chosen_old(stage)
    stage.router.offering = [Option(f"am-{each}", say("Chat")) for each in range(200)]
    assert len(await stage.slack.person("ada").options(stage.view, "Model")) == 100


async def test_a_menu_that_takes_too_long_is_empty(stage: Stage) -> None:
    await _chosen_old(stage)
    stage.router.options_may_end.clear()
    assert await stage.slack.person("ada").options(stage.view, "Model") == ()


async def test_the_time_that_slack_gives_is_never_used_up() -> None:
    assert Patience().review < 2.5
    assert Patience().options <= 2.5


USER = {"id": "U0ADA", "team_id": "T1"}
CRAFTED = {"callback_id": "form", "type": "modal", "private_metadata": "#nobody's"}
READABLE: list[Mapping[str, Any]] = [
    {"type": "view_submission", "user": USER, "view": CRAFTED},
    {"type": "view_submission", "view": CRAFTED | {"state": {"values": [1]}, "blocks": 7}},
    {"type": "view_submission", "view": CRAFTED | {"private_metadata": None, "title": "x"}},
    {"type": "view_closed", "view": CRAFTED},
    {"type": "view_closed", "view": {"callback_id": None}},
    {"type": "block_suggestion", "action_id": "field", "block_id": "set", "view": CRAFTED},
    {"type": "block_suggestion", "action_id": "field", "value": 7, "view": CRAFTED},
    {"type": "block_suggestion", "action_id": None, "block_id": "x"},
    {"type": "block_suggestion"},
    {"type": "block_actions", "view": CRAFTED, "actions": [{"action_id": "field"}]},
    {"type": "block_actions", "view": CRAFTED, "actions": [{"action_id": "press0", "value": "x"}]},
    {"type": "block_actions", "user": "U0ADA", "team": "T1", "actions": [{"action_id": "x"}]},
    {"type": "shortcut", "callback_id": "unknown"},
    {"type": "something_new"},
    {},
]


@pytest.mark.parametrize("payload", READABLE, ids=json.dumps)
async def test_whatever_can_be_read_is_acknowledged(
    stage: Stage, payload: Mapping[str, Any]
) -> None:
    assert is_readable(payload)
    answer = await stage.app.async_dispatch(
        AsyncBoltRequest(mode="socket_mode", body=dict(payload))
    )
    assert answer.status == 200


async def test_a_menu_that_is_none_of_ours_is_answered_with_nothing(stage: Stage) -> None:
    payload = {"type": "block_suggestion", "action_id": "other", "block_id": "b", "value": ""}
    answer = await stage.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
    assert json.loads(answer.body) == {"options": []}
    assert stage.router.searched == []


def _offering(name: str) -> Callable[[Window], Awaitable[Reply]]:
    async def offer(_window: Window) -> Reply:
        return Reply(OFFERED.message, form=FORM, form_name=name)

    return offer


async def _chosen_old(stage: Stage) -> None:
    """The form with its menu to search in."""
    await stage.opened()
    await stage.slack.person("ada").selects(stage.view, "Kind", "Old")
    await stage.rests()
