"""Every error that a person may read, worded by the code and written as docs/errors.md.

To write it anew: `uv run python -m tests.unit.error_table > docs/errors.md`.
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain import errors as e
from bot.domain.access import Decision, Right, Role, Scope, Why
from bot.domain.ids import Kind, ResourceId
from bot.domain.messages import say
from bot.wording.errors import explain
from tests.unit.wording.readable import read

_NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
_ADMIN = "U0ADA"
_STOP = Right("stop", Role.OPERATOR)
_REQUEST = "f1b0c6d2"

#: An error of each kind, and of each reason that has a sentence of its own.
EXAMPLES: Mapping[type[e.QfbotError], Sequence[e.QfbotError]] = {
    e.UnknownCommand: (e.UnknownCommand("stauts", "status"), e.UnknownCommand("brew", None)),
    e.UnclosedQuote: (e.UnclosedQuote("“"),),
    e.TextNeedsQuotes: (e.TextNeedsQuotes("reason", "wrong data"),),
    e.MissingArgument: (e.MissingArgument("watch", "ID"),),
    e.UnknownOption: (
        e.UnknownOption("stop", "reson", "reason"),
        e.UnknownOption("ping", "loud", None),
    ),
    e.WrongArgument: (
        e.WrongArgument("watch", "for", "soon", say("a length of time such as 14d")),
    ),
    e.MentionsAll: (e.MentionsAll("@channel"),),
    e.UnexpectedWord: (e.UnexpectedWord("ping", "please"),),
    e.NotAnId: tuple(
        e.NotAnId(given, why)
        for why, given in {
            e.WhyNotAnId.MASKED: "task-0t**********",
            e.WhyNotAnId.LEGACY_NUMBER: "24663",
            e.WhyNotAnId.WRONG_LENGTH: "task-0t",
            e.WhyNotAnId.UNKNOWN_KIND: "ds-0tgmn4a7h4i6",
            e.WhyNotAnId.NO_ID: "my run",
        }.items()
    ),
    e.WrongKind: (
        e.WrongKind("stop", ResourceId(Kind.VERSION, "amv-se1t8i4gr9fu")),
        e.WrongKind("status", ResourceId(Kind.RESOURCE, "prl-yqec88en7r08")),
    ),
    e.UnknownAccount: (e.UnknownAccount("prdo"),),
    e.TooManyIds: (e.TooManyIds("status", 24, 20),),
    e.FieldMissing: (e.FieldMissing("bucket"),),
    e.TooLong: (e.TooLong("description", 200, 214),),
    e.WrongCharacter: (e.WrongCharacter("bucket", "/"), e.WrongCharacter("bucket", " ")),
    e.NoNumber: (e.NoNumber("step", "last"),),
    e.OutOfRange: (e.OutOfRange("num_beams", 1, 10, "64"),),
    e.NotOffered: (
        e.NotOffered("model_format", "ONNX", ("HuggingFace", "PyTorch")),
        e.NotOffered("step", "64", ()),
    ),
    e.NotApplicable: (
        e.NotApplicable("num_beams", "sampling_strategy", ("beamSearch",)),
        e.NotApplicable("file_name", "template_file"),
    ),
    e.Excluded: (e.Excluded("off", "for"),),
    e.FileUnfit: tuple(e.FileUnfit("template_file", why) for why in e.WhyFileUnfit),
    e.Refused: tuple(
        e.Refused(decision)
        for decision in (
            Decision(False, Why.ROLE_MISSING, _STOP, Role.VIEWER, None, (_ADMIN,)),
            Decision(False, Why.ROLE_MISSING, _STOP, Role.VIEWER),
            Decision(
                False,
                Why.DENIED,
                _STOP,
                Role.ADMIN,
                Scope(commands=frozenset({"stop"}), accounts=frozenset({"prod"})),
                (_ADMIN,),
            ),
            Decision(False, Why.GROUPS_UNKNOWN, _STOP, Role.VIEWER),
            Decision(False, Why.NOT_A_MEMBER, _STOP, Role.NONE),
            Decision(False, Why.SHARED_CHANNEL, _STOP, Role.OPERATOR),
        )
    ),
    e.TooFast: (e.TooFast(timedelta(seconds=12)),),
    e.ButtonExpired: (e.ButtonExpired("stop", timedelta(minutes=15)),),
    e.ButtonUsed: (e.ButtonUsed("stop"),),
    e.ButtonNotYours: (e.ButtonNotYours(_ADMIN),),
    e.ButtonUnknown: (e.ButtonUnknown(),),
    e.FormExpired: (e.FormExpired("publish", timedelta(hours=1)),),
    e.CannotPost: tuple(e.CannotPost("C0TRAINING", why) for why in e.WhyNoPost),
    e.NotAMember: (e.NotAMember("C0TRAINING"),),
    e.PersonUnknown: (e.PersonUnknown(),),
    e.UnknownResource: (e.UnknownResource("DescribeFineTuningTask", _REQUEST),),
    e.BadCredentials: (e.BadCredentials("DescribeFineTuningTask"),),
    e.AccessDenied: (e.AccessDenied("StopFineTuningTask"),),
    e.ClockSkewed: (e.ClockSkewed("DescribeFineTuningTask"),),
    e.Throttled: (e.Throttled("DescribeFineTuningTask"),),
    e.Busy: (e.Busy("DescribeFineTuningTasks"),),
    e.Unavailable: (e.Unavailable("DescribeFineTuningTask"),),
    e.BrokenAnswer: (e.BrokenAnswer("DescribeFineTuningTask"),),
    e.RequestRejected: (
        e.RequestRejected(
            "CreateCustomModel", _REQUEST, code="InvalidParameter", message="step not found"
        ),
        e.RequestRejected("CreateCustomModel", message="step not found"),
    ),
    e.OutcomeUnknown: (e.OutcomeUnknown("StopFineTuningTask"),),
    e.TryLater: (e.TryLater(timedelta(seconds=5), "ratelimited"),),
    e.InstallationBroken: (e.InstallationBroken("token_revoked"),),
    e.AccessLost: (e.AccessLost("not_in_channel"),),
    e.MessageRefused: (e.MessageRefused("invalid_blocks"),),
    e.OutcomeUnclear: (e.OutcomeUnclear(_NOW),),
    e.NotDrawn: (e.NotDrawn("no answer within 5 s"),),
    e.NotUploaded: (e.NotUploaded("ratelimited"),),
    e.StoreError: (e.StoreError("no answer within 10 s"),),
    e.AuditUnavailable: (e.AuditUnavailable("no answer within 10 s"),),
}

#: The branches of the tree, as the document names them.
SECTIONS: Mapping[str, tuple[type[e.QfbotError], ...]] = {
    "The words were not understood": (e.Misread,),
    "A value that may not be sent": (e.Unfit,),
    "The rules, and one's share": (e.Refused, e.TooFast),
    "Buttons and forms that are past": (e.StaleButton,),
    "Where the bot cannot write, and whom it does not know": (
        e.CannotPost,
        e.NotAMember,
        e.PersonUnknown,
    ),
    "Qianfan": (e.PlatformError,),
    "Slack": (e.SendError, e.NotAttached),
    "qfbot's own database": (e.StoreError,),
}


#: What Slack would show of the ids in the examples.
_SHOWN = {f"<@{_ADMIN}>": "@ada", "<#C0TRAINING>": "#training"}

_VERBATIM = re.compile(r"```\n(.*)\n```")


def page() -> str:
    """The whole document."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield from (
        "# What goes wrong, and what people read",
        "",
        "Each error that a person may read, in the words that they read, which tell what would",
        "have worked. Worded by the code itself; a test keeps it true. To write it anew:",
        "`uv run python -m tests.unit.error_table > docs/errors.md`.",
        "",
        "The tree of them is drawn on top of `bot/domain/errors.py`. What ends the start instead,",
        "a setting or a rule that is wrong, tells its own sentence on standard error. A line that",
        "stands in a table already is not shown again.",
        "",
    )
    for title, kinds in SECTIONS.items():
        yield from (f"## {title}", "", "| error | when | what is read |", "| --- | --- | --- |")
        shown: set[str] = set()
        for kind in EXAMPLES:
            if issubclass(kind, kinds):
                yield from _rows(kind, shown)
        yield ""


def _rows(kind: type[e.QfbotError], shown: set[str]) -> Iterator[str]:
    """A row for each text; `shown` are the lines that stand above."""
    told = (f"`{kind.__name__}`", (inspect.getdoc(kind) or "").partition("\n")[0])
    for error in EXAMPLES[kind]:
        new = [line for line in _read(error) if line not in shown]
        if new or told[0]:
            shown |= set(new)
            cells = (*told, "<br>".join(new) or "the same as above")
            yield f"| {' | '.join(map(_cell, cells))} |"
        told = ("", "")


def _read(error: e.QfbotError) -> list[str]:
    text = _VERBATIM.sub(r"`\1`", read(explain(error)))
    for written, name in _SHOWN.items():
        text = text.replace(written, name)
    return text.splitlines()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
