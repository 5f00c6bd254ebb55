"""Forms at the prompt, with a small app that has every kind of field."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.prompt import Prompt
from bot.playground.qianfan import LocalQianfan, World
from bot.playground.slack import LocalSlack
from tests.unit.playground.slack_app import by_socket

OPENED = """\
== Publish a version ==
A version for *everyone*.
Source: kind=[From a run ▾]
  one of: From a run · From object storage
About it: about=[]
  What is new?
Model set (optional): model=[… ▾]
Step (optional): []
(Cancel) (Publish)
(submit field=value … · pick field=value · options field · close)"""


@dataclass
class Set:
    """Both servers with the small app between them."""

    slack: LocalSlack
    qianfan: LocalQianfan
    world: World
    clock: WorldClock

    async def settle(self, patience: float = 30.0) -> str:
        """The app is at work only while its form says so."""
        await self.slack.until(lambda: "Working" not in self._titles())
        return ""

    async def wait(self, length: timedelta) -> str:
        return ""

    def _titles(self) -> list[str]:
        view = self.slack.person("ada").open_view
        return [view.title] if view else []


@pytest.fixture
async def playground() -> AsyncIterator[Set]:
    clock = WorldClock(0)
    slack = LocalSlack(clock=clock, rate_limits=False)
    ada = slack.workspace.add_user("ada")
    slack.workspace.add_channel("training", members=[ada, slack.bot_user_id])
    world = World(clock)
    async with slack, LocalQianfan(world) as qianfan, by_socket(slack):
        yield Set(slack, qianfan, world, clock)


@pytest.fixture
async def prompt(playground: Set) -> Prompt:
    """The prompt with the form open before it."""
    prompt = Prompt(playground)
    assert "\n".join(await prompt.do("/qf publish")) == OPENED
    return prompt


async def test_a_form_that_is_sent_shows_what_became_of_it_and_not_that_it_was_worked_on(
    prompt: Prompt,
) -> None:
    told = await prompt.do(r'submit about="two words\n\"said\"" model=two step=7')
    assert told == [
        "== Published ==",
        "kind=train about=two words",
        '"said" model=am-two step=7',
    ]
    assert prompt.unanswered == 0


async def test_an_error_stands_at_its_field_with_what_was_typed(prompt: Prompt) -> None:
    told = await prompt.do("submit about=bad step=12")
    assert "About it: about=[bad]" in told
    assert told[told.index("  What is new?") + 1] == "  ! Say more."
    assert "Step (optional): [12]" in told


async def test_the_client_itself_tells_what_it_would_not_send(prompt: Prompt) -> None:
    told = await prompt.do("submit about=x step=1000")
    assert "  ! Please enter a number that is at most 900." in told
    assert "  ! Please enter a whole number." in await prompt.do("submit step=1.5")
    told = await prompt.do(f"submit step=1 about={'x' * 41}")
    assert "  ! Please enter at most 40 characters." in told
    assert "  ! Please complete this required field." in await prompt.do("submit about=")
    assert prompt.unanswered == 0


async def test_a_choice_reshapes_the_form_and_what_was_picked_elsewhere_stays(
    prompt: Prompt,
) -> None:
    told = await prompt.do("pick about=ours")
    assert "About it: about=[ours]" in told
    told = await prompt.do('pick kind="object storage"')
    assert "Source: kind=[From object storage ▾]" in told
    assert "About it: about=[ours]" in told
    assert "Chat template (optional): template=[a file]" in told
    assert not any("Step" in line for line in told)


async def test_a_file_is_read_from_its_path(prompt: Prompt, tmp_path: Path) -> None:
    template = tmp_path / "chat.py"
    template.write_text("x = 1")
    await prompt.do("pick kind=import")
    told = await prompt.do(f"pick template=@{template}")
    assert "Chat template (optional): template=[chat.py]" in told
    told = await prompt.do("submit about=ours")
    assert told[-1].endswith("chat.py: x = 1")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("template=chat.py", "(template takes a file: template=@path)"),
        ("template=@/nowhere/chat.py", "(No such file or directory: /nowhere/chat.py)"),
        ("colour=red", "(there is no field 'colour'; there is: kind, about, model, template)"),
        ("kind=from", "('from' could be more than one option of 'Source': "
         "From a run, From object storage)"),
        ("model=four", "(no option 'four' in 'Model set'; it has: am-one (ready), "
         "am-two (ready), am-three (ready))"),
        ("", "(say what to pick: pick field=value)"),
    ],
)  # fmt: skip
async def test_what_cannot_be_picked_is_told(prompt: Prompt, typed: str, told: str) -> None:
    await prompt.do("pick kind=import")
    assert await prompt.do(f"pick {typed}") == [told]


async def test_what_a_field_offers_is_listed_and_searched(prompt: Prompt) -> None:
    assert await prompt.do("options kind") == [
        "· From a run  train",
        "· From object storage  import",
    ]
    assert await prompt.do("options model t") == ["· am-two (ready)  am-two", "· am-three (ready)"
                                                 "  am-three"]  # fmt: skip
    assert await prompt.do("options model four") == ["(nothing to choose from)"]
    assert await prompt.do("options about") == ["('About it' has nothing to choose from)"]


async def test_a_closed_form_is_gone(prompt: Prompt) -> None:
    assert await prompt.do("close") == ["(the form 'Publish a version' is closed)"]
    assert await prompt.do("submit about=x") == ["(no form is open)"]
    assert prompt.unanswered == 0


@pytest.mark.parametrize("line", ["submit about=x", "pick kind=import", "options model"])
async def test_an_app_that_does_not_answer_is_told_in_slacks_words_and_counted(
    prompt: Prompt, playground: Set, line: str
) -> None:
    playground.slack.events_url = "http://127.0.0.1:1/nobody-is-here"
    assert any("(Slack shows: dispatch_failed)" in told for told in await prompt.do(line))
    assert prompt.unanswered == 1
