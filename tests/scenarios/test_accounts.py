"""Two Qianfan accounts: which one is meant where, and who may name the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.account_settings import AccountSettings, KeySource
from bot.domain.access import Grant, Role, Rules, Scope
from bot.playground.clock import WorldClock
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from bot.playground.stage import RuleBook, Stage, open_bot, playground_settings
from bot.settings import Mode
from tests.pencil import Pencil
from tests.scenarios.play import MONDAY, TEMPO, Play, team

HERE, THERE = "task-0tgmn4a7h4i6", "task-5kjifvzerc5n"


@dataclass
class Firm:
    """A play whose Qianfan has a second account, which is at home in #general."""

    play: Play
    prod: World
    rules: RuleBook
    key_file: Path


@asynccontextmanager
async def open_firm(folder: Path) -> AsyncIterator[Firm]:
    clock = WorldClock(0, MONDAY)
    world, prod = World(clock), World(clock, seed=8)
    async with (
        LocalSlack(clock=clock, rate_limits=False) as slack,
        LocalQianfan(world) as qianfan,
    ):
        rules = RuleBook(_rules(slack, world))
        account = qianfan.add_account(prod)
        ak, sk = folder / "ak", folder / "sk"
        ak.write_text(account.access_key)
        sk.write_text(account.secret_key)
        settings = playground_settings(slack, qianfan, folder, Mode.SOCKET)
        others = (AccountSettings("prod", KeySource("prod.ak", ak), KeySource("prod.sk", sk)),)
        async with open_bot(slack, settings, rules, clock, TEMPO, others, charts=Pencil()) as app:
            stage = Stage(slack, qianfan, world, clock, app, rules, ())
            yield Firm(Play(stage), prod, rules, ak)


def _rules(slack: LocalSlack, world: World) -> Rules:
    rules, _ = team()(slack, world)
    general = slack.workspace.channel("general")
    slack.workspace.invite(general, slack.bot_user_id)
    return Rules(
        admins=rules.admins,
        grants=rules.grants,
        homes={general.id: "prod"},
        denials=(Scope(accounts=frozenset({"prod"}), commands=frozenset({"publish"})),),
    )


@pytest.fixture
async def firm(tmp_path: Path) -> AsyncIterator[Firm]:
    async with open_firm(tmp_path) as opened:
        opened.play.world.add_task(HERE).runs(progress=34)
        opened.prod.add_task(THERE).runs(progress=12)
        yield opened


async def test_each_channel_means_its_own_account(firm: Firm) -> None:
    play = firm.play

    assert "34 %" in await play.bo.asks(f"/qf status {HERE}")
    assert "12 %" in await play.bo.asks(f"/qf status {THERE}", "general")
    assert "does not know this id in this account" in await play.bo.asks(f"/qf status {THERE}")


async def test_another_account_is_open_to_those_alone_who_are_granted_it(firm: Firm) -> None:
    play = firm.play
    line = f"/qf status {THERE} account=prod"

    assert "is for those with the role `viewer`" in await play.bo.asks(line)
    assert "12 %" in await play.ada.asks(line)

    named = Scope(frozenset({play.bo.id}), accounts=frozenset({"prod"}))
    rules = firm.rules.rules
    firm.rules.rules = Rules(
        admins=rules.admins,
        grants=(*rules.grants, Grant(Role.VIEWER, named)),
        homes=rules.homes,
    )
    assert "12 %" in await play.bo.asks(line)


async def test_a_denied_account_stays_denied_by_its_name_and_in_a_direct_message(
    firm: Firm,
) -> None:
    direct = firm.play.slack.workspace.open_dm(firm.play.ada.person.user)

    for place in ("training", "general", direct):
        told = await firm.play.ada.asks(f"/qf publish {THERE} account=prod", place)  # type: ignore[arg-type]
        assert "A rule of this workspace denies `/qf publish`" in told


async def test_an_account_that_does_not_exist_is_told(firm: Firm) -> None:
    assert "`nosuch`" in await firm.play.ada.asks(f"/qf status {HERE} account=nosuch")


async def test_a_watch_on_another_account_is_stopped_by_its_card_on_that_account(
    firm: Firm,
) -> None:
    play = firm.play
    await play.ada.asks(f"/qf watch {THERE} account=prod")

    told = await play.ada.clicks("Stop")
    assert f"Stop `{THERE}`?" in told
    await play.ada.clicks("Stop it")
    await play.passes(minutes=5)

    assert any("is *Stopped*" in line for line in play.training.hears())


async def test_a_question_stays_about_the_account_it_was_asked_on(firm: Firm) -> None:
    play = firm.play
    await play.ada.asks(f"/qf stop {THERE}", "general")
    question = play.ada.sight_of("Stop it", "general")
    rules = firm.rules.rules
    firm.rules.rules = Rules(admins=rules.admins, grants=rules.grants)

    await play.ada.person.clicks(question, "Stop it")
    await play.settles()

    assert play.calls("StopFineTuningTask") == 1


async def test_who_is_to_agree_sees_which_account_is_meant(firm: Firm) -> None:
    play = firm.play
    firm.rules.rules = replace(firm.rules.rules, approvals={"stop": 1})
    await play.ada.asks(f"/qf stop {THERE} account=prod")

    await play.ada.clicks("Stop it")

    assert f"`/qf stop {THERE} account=prod`" in play.text_of(play.training.messages[-1])
