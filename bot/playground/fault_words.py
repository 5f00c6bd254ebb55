"""What goes wrong at a word: the faults that the prompt knows by name."""

from collections.abc import Callable

from bot.playground.qianfan import LocalQianfan
from bot.playground.slack import LocalSlack
from bot.playground.slack.faults import UPLOAD

Trouble = Callable[[LocalSlack, LocalQianfan], object]

#: How slow the slow ones are, and how much later a late post takes effect, in seconds.
_SLOW = 5.0


def _deaf(slack: LocalSlack, _: LocalQianfan) -> None:
    slack.faults.deaf = True


def _mute(slack: LocalSlack, _: LocalQianfan) -> None:
    slack.faults.mute = True


def _unprocessed(slack: LocalSlack, _: LocalQianfan) -> None:
    slack.faults.unprocessed = True


def _off(slack: LocalSlack, qianfan: LocalQianfan) -> None:
    slack.faults.clear()
    slack.faults.deaf = slack.faults.mute = False
    qianfan.faults.clear()


FAULTS: dict[str, Trouble] = {
    "slack 429": lambda slack, _: slack.faults.ratelimit(retry_after=2),
    "slack 500": lambda slack, _: slack.faults.status(500),
    "slack slow": lambda slack, _: slack.faults.delay(_SLOW),
    "slack hang": lambda slack, _: slack.faults.hang(),
    "slack down": lambda slack, _: slack.faults.drop("before"),
    "slack drop": lambda slack, _: slack.faults.drop("after", times=1),
    "slack late": lambda slack, _: slack.faults.drop("late", late_by=_SLOW, times=1),
    "slack deaf": _deaf,
    "slack mute": _mute,
    "slack cut": lambda slack, _: slack.cut_sockets(),
    "slack upload": lambda slack, _: slack.faults.status(500, UPLOAD),
    "slack unprocessed": _unprocessed,
    "qianfan 429": lambda _, qianfan: qianfan.faults.answers(429, retry_after=30),
    "qianfan 500": lambda _, qianfan: qianfan.faults.answers(500),
    "qianfan slow": lambda _, qianfan: qianfan.faults.delays(_SLOW),
    "qianfan hang": lambda _, qianfan: qianfan.faults.hangs(),
    "qianfan down": lambda _, qianfan: qianfan.faults.down(),
    "qianfan drop": lambda _, qianfan: qianfan.faults.drops(when="after", times=1),
    "qianfan html": lambda _, qianfan: qianfan.faults.garbles("html"),
    "off": _off,
}


def known() -> str:
    """All of them, for who asks."""
    return ", ".join(f"fault {words}" for words in FAULTS)
