"""The Home in every state and with the longest texts keeps to Slack's limits, in each language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.commands.contents import COMMANDS
from bot.domain.access import Actor, Place, Role, Rules
from bot.domain.changes import Look
from bot.domain.errors import Refused
from bot.domain.id_grammar import read_id
from bot.domain.languages import Language
from bot.domain.messages import Message, say
from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Phase, Watchable
from bot.domain.watching import THE_END, Thing, Watch, Watched
from bot.playground.slack.limits import check_view
from bot.slack.home import home_view
from bot.slack.render import render
from bot.wording import errors
from bot.wording.home import MOST_WATCHES, AtHome, Ending, home
from bot.wording.welcome import welcome
from tests.unit.slack.limits import check_message

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
