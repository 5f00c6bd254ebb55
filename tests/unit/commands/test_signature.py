"""A handler's signature as its command's grammar."""

from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from bot.commands.contents import COMMANDS
from bot.domain import errors
from bot.domain.calls import Call
from bot.domain.facts import Notify
from bot.domain.id_grammar import read_id

BY_NAME = {command.name: command for command in COMMANDS}
TASK = "task-0tgmn4a7h4i6"


def bind(name: str, **arguments: str | tuple[str, ...]) -> tuple[list[object], dict[str, object]]:
    return BY_NAME[name].signature.bind(Call(name, arguments))


def test_every_command_has_a_summary_that_is_a_sentence() -> None:
    for command in COMMANDS:
        assert command.summary.endswith((".", ";")), command.name


def test_the_usage_lines_show_the_grammar() -> None:
    usages = {command.name: command.signature.usage for command in COMMANDS}
    assert usages == snapshot(
        {
            "status": "/qf status [ID…] [show=brief|all]",
            "runs": '/qf runs [running|failed|today|compressions] [model="…"] [mode="…"] [page=N]',
            "chart": "/qf chart task-… [post=yes]",
            "compare": "/qf compare [task-……] [post=yes]",
            "watch": "/qf watch [ID…] [in=#channel] [notify=all|ends|failures] [mention=@who] [for=14d]",
            "unwatch": "/qf unwatch [ID…] [in=#channel]",
            "watches": "/qf watches [mine|all|blocked]",
            "home": "/qf home",
            "follow": '/qf follow [all] [model="…"] [mode="…"] [in=#channel] [notify=all|ends|failures] [mention=@who] [for=14d]',
            "unfollow": "/qf unfollow",
            "mute": "/qf mute ID [off] [for=14d]",
            "alarms": "/qf alarms [on|off] [queued=2h|off] [stalled=2h|off] [slow=2x|off] [loss=on|off]",
            "quiet": "/qf quiet [22:00-08:00|off] [zone=Asia/Shanghai]",
            "digest": "/qf digest [09:00|off] [zone=Asia/Shanghai]",
            "language": "/qf language [en|zh|auto]",
            "stop": '/qf stop [ID] [reason="…"]',
            "publish": '/qf publish [task-…] [am-…] [step=N] [description="…"] [mention=@who]',
            "import": "/qf import [am-…] [OPTION=…]…",
            "approve": "/qf approve N",
            "decline": '/qf decline N [reason="…"]',
            "whoami": "/qf whoami",
            "can": "/qf can @who COMMAND [in=#channel]",
            "grant": "/qf grant @who viewer|operator|publisher|admin [in=#channel]",
            "revoke": "/qf revoke @who [viewer|operator|publisher|admin]",
            "grants": "/qf grants",
            "audit": "/qf audit [@who] [ID] [last=N]",
            "help": "/qf help [COMMAND]",
            "ping": "/qf ping",
        }
    )


def test_texts_become_the_values_that_the_handler_takes() -> None:
    args, kwargs = bind("watch", ids=(TASK,), **{"in": "C0TRAIN", "for": "30d"}, notify="ends")
    assert args == [read_id(TASK)]
    assert kwargs == {"in_": "C0TRAIN", "for_": timedelta(days=30), "notify": Notify.ENDS}


def test_two_hundred_ids_are_too_many() -> None:
    ids = tuple(f"task-{number:012d}" for number in range(200))
    with pytest.raises(errors.TooManyIds) as caught:
        bind("status", ids=ids)
    assert (caught.value.given, caught.value.limit) == (200, 20)


@pytest.mark.parametrize(
    ("name", "argument", "text"),
    [
        ("watch", "in", "training"),
        ("watch", "for", "soon"),
        ("watch", "notify", "never"),
        ("watches", "whose", "yours"),
        ("watch", "for", "0d"),
    ],
)
def test_a_text_that_does_not_fit_says_what_would(name: str, argument: str, text: str) -> None:
    with pytest.raises(errors.WrongArgument) as caught:
        bind(name, **{argument: text})
    assert caught.value.expected


def test_a_crafted_call_with_an_argument_of_no_command_is_refused() -> None:
    with pytest.raises(errors.UnknownOption):
        bind("stop", id=TASK, confirmed="yes")
