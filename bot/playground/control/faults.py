"""What goes wrong on purpose, as JSON verbs: `POST /control/faults`."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.playground.control.playing import Playing
from bot.playground.control.verbs import Body, Json, Setting
from bot.playground.qianfan import Fault as QianfanFault
from bot.playground.slack import Fault as SlackFault
from bot.playground.slack.faults import EVERY_METHOD


class SlackTrouble(Body):
    """Calls of the bot to Slack meet a fault; of every method, where none is named.

    `status` (429 with `retry_after` seconds), `error` (Slack's word), `delay` (seconds), `hang`,
    or `drop` (the answer, before or after the effect, or the effect `late_by` seconds later).
    """

    verb: Literal["slack"] = Field(alias="do")
    method: str = EVERY_METHOD
    status: int | None = Field(default=None, ge=400, le=599)
    retry_after: float = Field(default=1.0, ge=0)
    error: str | None = None
    delay: float = Field(default=0.0, ge=0)
    hang: bool = False
    drop: Literal["before", "after", "late"] | None = None
    late_by: float = Field(default=0.0, ge=0)
    times: int | None = Field(default=None, ge=1)
    share: float = Field(default=1.0, gt=0, le=1)

    async def do(self, setting: Setting) -> Json:
        """Put it in force. ValueError where it does nothing."""
        fields = self.model_dump(exclude={"verb", "times", "share"})
        if not any(fields[name] for name in ("status", "error", "delay", "hang", "drop")):
            raise ValueError("say what goes wrong: status, error, delay, hang or drop")
        fault = SlackFault(**fields)
        setting.playing.slack.faults.add(fault, times=self.times, share=self.share)
        return {}


class Sockets(Body):
    """What befalls the bot's Socket Mode connections.

    `deaf` answer no ping and hear no ack, `mute` deliver nothing, `cut` are broken at once,
    `disconnect` are told to go, `refused` refuses the next `times` new ones.
    """

    verb: Literal["sockets"] = Field(alias="do")
    become: Literal["deaf", "mute", "well", "cut", "disconnect", "refused"]
    times: int = Field(default=1, ge=1)

    async def do(self, setting: Setting) -> Json:
        """Let it befall them."""
        slack = setting.playing.slack
        match self.become:
            case "cut":
                slack.cut_sockets()
            case "disconnect":
                await slack.disconnect_sockets("refresh_requested")
            case "refused":
                slack.faults.refused_tickets = self.times
            case _:
                slack.faults.deaf = self.become == "deaf"
                slack.faults.mute = self.become == "mute"
        return {}


class HistoryLag(Body):
    """So many seconds pass until a message can be read back."""

    verb: Literal["history_lag"] = Field(alias="do")
    seconds: float = Field(ge=0)

    async def do(self, setting: Setting) -> Json:
        """Let history lag."""
        setting.playing.slack.faults.history_lag = self.seconds
        return {}


class Processing(Body):
    """Whether uploaded files are processed: before that no message can show them."""

    verb: Literal["processing"] = Field(alias="do")
    works: bool

    async def do(self, setting: Setting) -> Json:
        """Let it work, or not."""
        setting.playing.slack.faults.unprocessed = not self.works
        return {}


class QianfanTrouble(Body):
    """Calls of the bot to Qianfan meet a fault; of every action, where none is named."""

    verb: Literal["qianfan"] = Field(alias="do")
    action: str | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    retry_after: float | None = Field(default=None, ge=0)
    delay: float | None = Field(default=None, gt=0)
    hang: bool = False
    drop: Literal["before", "after"] | None = None
    garble: Literal["html", "text", "cut", "empty"] | None = None
    times: int | None = Field(default=None, ge=1)
    share: float = Field(default=1.0, gt=0, le=1)

    async def do(self, setting: Setting) -> Json:
        """Put it in force. ValueError where it does nothing."""
        faults = setting.playing.qianfan.faults
        action, times, chance = self.action, self.times, self.share
        if self.status is not None:
            faults.answers(
                self.status,
                retry_after=self.retry_after,
                action=action,
                times=times,
                chance=chance,
            )
        elif self.delay is not None:
            faults.delays(self.delay, action=action, times=times, chance=chance)
        elif self.hang:
            faults.hangs(action=action, times=times, chance=chance)
        elif self.drop is not None:
            faults.drops(action=action, times=times, chance=chance, when=self.drop)
        elif self.garble is not None:
            faults.garbles(self.garble, action=action, times=times, chance=chance)
        else:
            raise ValueError("say what goes wrong: status, delay, hang, drop or garble")
        return {}


class Clears(Body):
    """Everything is well again, at one of the servers or at both."""

    verb: Literal["clear"] = Field(alias="do")
    on: Literal["slack", "qianfan", "both"] = "both"

    async def do(self, setting: Setting) -> Json:
        """End the faults."""
        if self.on != "qianfan":
            setting.playing.slack.faults.clear()
        if self.on != "slack":
            setting.playing.qianfan.faults.clear()
        return {}


_Verb = SlackTrouble | Sockets | HistoryLag | Processing | QianfanTrouble | Clears

FAULTS: TypeAdapter[_Verb] = TypeAdapter(Annotated[_Verb, Field(discriminator="verb")])


def faults_of(playing: Playing) -> list[str]:
    """The faults in force, in words."""
    slack = playing.slack.faults
    states = {
        "Slack's sockets are deaf": slack.deaf,
        "Slack's sockets deliver nothing": slack.mute,
        "Slack refuses new sockets": slack.refused_tickets > 0,
        "Slack's history lags": bool(slack.history_lag),
        "Slack does not process files": slack.unprocessed,
    }
    return [
        *(f"Slack, {_met(fault.method)}: {_slack_words(fault)}" for fault in slack.in_force),
        *(words for words, is_so in states.items() if is_so),
        *(
            f"Qianfan, {fault.action or 'every call'}: {_qianfan_words(fault)}"
            for fault in playing.qianfan.faults.in_force
        ),
    ]


def _met(method: str) -> str:
    return "every call" if method == EVERY_METHOD else method


def _slack_words(fault: SlackFault) -> str:
    if fault.hang:
        return "no answer at all"
    if fault.drop is not None:
        return f"the answer is lost {fault.drop} the effect".replace("late the", "before a late")
    if fault.status == 429:
        return f"429, Retry-After {fault.retry_after:g} s"
    return str(fault.status or fault.error or f"{fault.delay:g} s late")


def _qianfan_words(fault: QianfanFault) -> str:
    if fault.hangs:
        return "no answer at all"
    if fault.drops:
        return f"the answer is lost {fault.when} the effect"
    if fault.garbled is not None:
        return f"an answer that cannot be read ({fault.garbled})"
    return str(fault.refusal.status if fault.refusal else f"{fault.delay or 0:g} s late")
