"""The files that go with an announcement, as its message shows them."""

from bot.domain.attachments import (
    Attached,
    Chart,
    Preparation,
    Wanted,
    WholeReason,
    WhyMissing,
)
from bot.domain.facts import Fact
from bot.domain.messages import Buttons, Line, Link, Message, Note, Part, Picture, Sentence, say
from bot.wording import curves

_WHY = {
    WhyMissing.NOT_DRAWN: say("it could not be drawn"),
    WhyMissing.NOT_TAKEN: say("Slack did not take it"),
    WhyMissing.LATE: say("it was not ready in time"),
}


def with_files(message: Message, fact: Fact, files: Preparation) -> Message:
    """The message with what its fact wants to be shown, before its buttons and notes."""
    shown = [part for want, file in files.of(fact) for part in _shown(want, file)]
    end = len(message.parts)
    while end and isinstance(message.parts[end - 1], Buttons | Note):
        end -= 1
    return Message(message.summary, (*message.parts[:end], *shown, *message.parts[end:]))


def told(want: Wanted) -> Sentence:
    """What a file shows, for those who do not see it."""
    match want:
        case Chart(curves=(curve,)):
            return curves.in_words(curve)
        case Chart():
            return curves.together(
                [
                    say("{run}: {trend}", run=curve.name, trend=curves.in_words(curve))
                    for curve in want.curves
                ]
            )
        case WholeReason():
            return say("The whole reason of the failure, as Qianfan gives it.")


def _shown(want: Wanted, file: Attached) -> list[Part]:
    match want:
        case Chart():
            return _picture(want, file)
        case WholeReason():
            return _reason(want, file)


def _picture(want: Chart, file: Attached) -> list[Part]:
    if file.processed:
        return [Picture(file.file_id, told(want))]
    parts: list[Part] = [Line(told(want))]
    if len(want.curves) == 1:
        parts = curves.in_characters(want.curves[0], most=1)
    if file.permalink:
        link = Link(file.permalink, want.name)
        return [*parts, Note(say("Slack is still at work on the picture: {link}", link=link))]
    if file.missing is None or file.missing not in _WHY:
        return parts
    return [*parts, Note(say("There is no picture: {why}.", why=_WHY[file.missing]))]


def _reason(want: WholeReason, file: Attached) -> list[Part]:
    if file.permalink:
        return [Line(say("The whole reason: {file}", file=Link(file.permalink, want.name)))]
    if file.missing is None or file.missing not in _WHY:
        return []
    return [Note(say("There is no file with the whole reason: {why}.", why=_WHY[file.missing]))]
