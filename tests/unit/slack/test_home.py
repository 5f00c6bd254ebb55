"""The Home in every state and with the longest texts keeps to Slack's limits, in each language."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.commands.contents import COMMANDS
from bot.commands.router import Router
from bot.domain.access import Actor, Place, Role, Rules
from bot.domain.calls import Call, Confirmation, Origin, Reply, Way
from bot.domain.changes import Look
from bot.domain.errors import Refused
from bot.domain.id_grammar import read_id
from bot.domain.languages import Language
from bot.domain.messages import Message, say
from bot.domain.ports import Window
from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Phase, Watchable
from bot.domain.watching import THE_END, Thing, Watch, Watched
from bot.playground.slack import LocalSlack
from bot.playground.slack.limits import check_view
from bot.slack.clients import open_clients
from bot.slack.home import HomeTabs, Visit, home_view
from bot.slack.manifest import manifest
from bot.slack.render import render
from bot.wording import errors
from bot.wording.home import MOST_WATCHES, AtHome, Ending, home
from bot.wording.welcome import welcome
from tests.unit.slack.conftest import WallClock
from tests.unit.slack.limits import check_message
from tests.unit.slack.test_listeners import FakePeople

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LONG = "训练<!channel> *_~`" * 400
PLACE = Place("D0ADA", direct=True)
CHANNEL = "C" + "0" * 20
ADDRESS = f"https://{'x' * 60}.slack.com/archives/{CHANNEL}/p1777896000000100"

LANGUAGES = pytest.mark.parametrize("language", Language)


def of_every_kind(phase: Phase, text: str) -> list[Watchable]:
    suffix = "a" * 32
    return [
        FineTuningTask(
            id=read_id(f"task-{suffix}"), state=text, phase=phase, progress=34, name=text
        ),
        CompressionTask(id=read_id(f"amva-{suffix}"), state=text, phase=phase, name=text),
        ModelVersion(id=read_id(f"amv-{suffix}"), state=text, phase=phase, name=text),
    ]


def watched(resource: Watchable, text: str = "", account: str = "default") -> Watched:
    thing = Thing(account, resource.id)
    watch = Watch(thing, "C" + "0" * 20, "U0ADA", NOW, NOW + timedelta(days=90))
    return Watched(
        replace(watch, blocked=text, muted_until=THE_END if text else None), Look(resource, NOW)
    )


def seen(role: Role = Role.ADMIN, *, many: int = 0, text: str = "x") -> AtHome:
    """Somebody's Home, with that many of everything."""
    rules, actor = Rules(default_role=role), Actor("U0ADA")
    things = [each for phase in Phase for each in of_every_kind(phase, text)] * 10
    return AtHome(
        [watched(each, text, "a" * 60) for each in things[:many]],
        [say("🔭 {runs}", runs=text)] * many,
        [
            Ending(Look(each, NOW), NOW, "D0ADA", "https://x.slack.com/" + "p" * 300)
            for each in things[:many]
        ],
        [rules.decide(actor, each.right, PLACE, "default") for each in COMMANDS],
        {},
        "default",
        NOW,
    )


def check(message: Message, language: Language) -> str:
    """As a Home and as an answer to `/qf home`; what one reads."""
    view = home_view(message, language)
    check_view(view, "home")
    assert len(view["blocks"]) <= 100
    rendered = render(message.read_in(language))
    blocks = [block.to_dict() for block in rendered.blocks]
    check_message(rendered.text, blocks)
    _check_buttons_follow_their_watch(blocks)
    return str(view)


def _check_buttons_follow_their_watch(blocks: list[dict[str, Any]]) -> None:
    """Whatever had to be left out, nobody unwatches something that is not shown."""
    for before, block in pairwise(blocks):
        for button in block["elements"] if block["type"] == "actions" else []:
            command, _, rest = button["value"].partition(" ")
            if command == "unwatch":
                assert rest.split()[0] in before["text"]["text"]


class Hosts(Router):
    """A router that counts how often a home was read."""

    def __init__(self) -> None:
        self.read = 0

    async def route(
        self, call: Call, origin: Origin, window: Window, confirmed: Confirmation | None = None
    ) -> Reply:
        assert (call.command, origin.way, origin.place) == ("home", Way.HOME, PLACE)
        self.read += 1
        return Reply(Message.of(say("home {number}", number=self.read)))


class Neighbours(FakePeople):
    """Everybody has direct messages."""

    async def direct_channel(self, user_id: str) -> str:
        return PLACE.channel_id


@pytest.fixture
async def local() -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=manifest(), rate_limits=False) as slack:
        slack.workspace.add_user("ada", id="U0ADA")
        yield slack


@pytest.fixture
async def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
async def homes(local: LocalSlack, hosts: Hosts) -> AsyncIterator[HomeTabs]:
    async with open_clients(local.bot_token, local.api_url) as clients:
        yield HomeTabs(hosts, Neighbours(), clients, WallClock(), timedelta(seconds=0.3))


def read_by_ada(local: LocalSlack) -> str:
    view = local.person("ada").sees_home()
    return "" if view is None else str(view.blocks[0]["text"]["text"])


VISIT = Visit("U0ADA", "T1")


async def test_who_comes_again_and_again_sees_the_last_state_once_more(
    homes: HomeTabs, hosts: Hosts, local: LocalSlack
) -> None:
    await homes.opened(VISIT)
    assert read_by_ada(local) == "home 1"

    await asyncio.gather(*(homes.opened(VISIT) for _ in range(5)))

    assert (hosts.read, read_by_ada(local)) == (2, "home 2")


async def test_a_home_that_nobody_has_before_them_is_not_refreshed(
    homes: HomeTabs, local: LocalSlack
) -> None:
    await homes.refresh(VISIT)
    assert read_by_ada(local) == ""
    await homes.show(VISIT)
    await homes.refresh(VISIT)
    assert read_by_ada(local) == "home 2"


async def test_what_was_shown_meanwhile_is_not_overwritten_by_what_was_read_before(
    homes: HomeTabs, hosts: Hosts, local: LocalSlack
) -> None:
    await homes.show(VISIT)
    stale = replace(VISIT, hash=local.person("ada").sees_home().hash)  # type: ignore[union-attr]
    await homes.show(VISIT)

    await homes.show(stale)

    assert (hosts.read, read_by_ada(local)) == (4, "home 4"), "read anew"


async def test_a_home_that_slack_does_not_take_is_no_trouble(
    homes: HomeTabs, local: LocalSlack
) -> None:
    local.faults.error("not_enabled", "views.publish")
    await homes.show(VISIT)
    assert read_by_ada(local) == ""


@LANGUAGES
@pytest.mark.parametrize("many", [0, 1, 3, 200])
@pytest.mark.parametrize("text", ["x", LONG])
def test_a_home_of_any_size_is_taken_whole(language: Language, many: int, text: str) -> None:
    shown = check(home(seen(many=many, text=text)), language)
    assert "<!channel>" not in shown
    assert shown.count("'unwatch ") == min(many, MOST_WATCHES)
    if many > MOST_WATCHES:
        assert "385" in shown or text == LONG, "all but 12 watches and 3 follows"


@LANGUAGES
@pytest.mark.parametrize("role", Role)
def test_a_home_for_every_role(language: Language, role: Role) -> None:
    shown = check(home(seen(role)), language)
    assert ("'publish'" in shown) is (role >= Role.PUBLISHER)


@LANGUAGES
def test_a_home_that_says_why_it_is_empty(language: Language) -> None:
    decision = Rules(default_role=Role.NONE, admins=("U0ADA",)).decide(
        Actor("U0BO"), COMMANDS[0].right, PLACE, "default"
    )
    check(errors.explain(Refused(decision)), language)
    check(errors.unforeseen(), language)


@LANGUAGES
def test_the_welcome_is_taken(language: Language) -> None:
    check(welcome(), language)


def test_buttons_fit_the_state_and_mean_the_account_and_channel_of_the_watch() -> None:
    run, _, version = of_every_kind(Phase.RUNNING, "x")
    done, *_ = of_every_kind(Phase.DONE, "x")
    here = [watched(run), watched(version), watched(done), watched(run, account="prod")]
    shown = home(replace(seen(), watched=here, homes={CHANNEL: "prod"}))

    rows = [
        [each.press for each in part.row]
        for part in shown.parts
        if hasattr(part, "row") and part.row[0].press.startswith("status")
    ]

    channel = "C" + "0" * 20
    assert rows == [
        [f"status {run.id}", f"unwatch {run.id} in={channel} account=default", f"stop {run.id}"],
        [f"status {version.id}", f"unwatch {version.id} in={channel} account=default"],
        [f"status {done.id}", f"unwatch {done.id} in={channel} account=default"],
        [
            f"status {run.id} account=prod",
            f"unwatch {run.id} in={channel}",
            f"stop {run.id} account=prod",
        ],
    ]
