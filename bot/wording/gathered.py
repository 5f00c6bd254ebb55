"""Several ends in one message: failures first, each with what one wants to know at once."""

from collections.abc import Iterator

from bot.domain.checkpoints import Why, judged
from bot.domain.facts import Gathered, Moved, Vanished, is_failure
from bot.domain.messages import (
    Button,
    Code,
    Heading,
    Line,
    Listing,
    Message,
    Note,
    Part,
    Person,
    Sentence,
    Value,
    say,
)
from bot.domain.resources import CompressionTask, Failure, FineTuningTask, Phase, Watchable
from bot.wording.checkpoints import measured
from bot.wording.resources import headline

# So much of a reason stands here; the whole of it is one button away.
_REASON_LINES = 2
_REASON_CHARACTERS = 240


def gathered(fact: Gathered) -> Message:
    """What ended, in the order of how much it matters, each with its status one button away."""
    ends = sorted(fact.ends, key=lambda end: not is_failure(end))
    title = say("{count} have ended", count=len(ends))
    parts: list[Part] = [Heading(title)]
    for end in ends:
        parts.append(Line(_line(end), Button(say("Status"), f"status {end.resource.id}")))
        parts += map(Note, _details(end))
    lines = Listing(tuple(_whole_line(end) for end in ends))
    return Message(say("{title}: {lines}", title=title, lines=lines), tuple(parts))


def _line(end: Moved | Vanished) -> Sentence:
    if isinstance(end, Vanished):
        return say(
            "❔ Qianfan no longer knows {id}: it was perhaps deleted.",
            id=Code(str(end.resource.id)),
        )
    line = headline(end.resource)
    if end.resource.phase is not Phase.STOPPED:
        return line
    if end.stopped_by is None:
        return say("{line}: outside qfbot.", line=line)
    return say("{line}: by {who} through qfbot.", line=line, who=Person(end.stopped_by.user_id))


def _whole_line(end: Moved | Vanished) -> Sentence:
    """An end with the reason of a failure."""
    if not is_failure(end) or end.resource.failure is None:
        return _line(end)
    return say("{line}: {reason}", line=_line(end), reason=_reason(end.resource.failure))


def _details(end: Moved | Vanished) -> Iterator[Sentence]:
    """What goes into a line beneath: why it failed, or what came of it."""
    resource = end.resource
    if is_failure(end):
        yield _why(resource.failure)
    elif isinstance(end, Moved) and (results := tuple(_results(resource))):
        yield say("{results}", results=Listing(results))


def _why(failure: Failure | None) -> Sentence:
    if failure is None:
        return say("Qianfan gives no reason.")
    if not failure.message.strip():
        return say("Qianfan gives no reason but the code {code}.", code=Code(failure.code))
    if not failure.code:
        return say("Qianfan gives this reason: {reason}", reason=_first_lines(failure))
    return say(
        "Qianfan gives this reason, with code {code}: {reason}",
        code=Code(failure.code),
        reason=_first_lines(failure),
    )


def _reason(failure: Failure) -> str:
    return " ".join(filter(None, (failure.code, _first_lines(failure))))


def _first_lines(failure: Failure) -> str:
    lines = [line.strip() for line in failure.message.splitlines() if line.strip()]
    text = " ".join(lines[:_REASON_LINES])
    is_whole = len(lines) <= _REASON_LINES and len(text) <= _REASON_CHARACTERS
    return text if is_whole else f"{text[:_REASON_CHARACTERS]}…"


def _results(resource: Watchable) -> Iterator[Value]:
    """What came of a run or a compression task."""
    match resource:
        case FineTuningTask():
            yield from (say("{name} {value}", name=n, value=v) for n, v in resource.metrics)
            if found := judged(resource.checkpoints):
                is_last = found.why in (Why.LAST, Why.ONLY_ONE)
                yield say(
                    "last checkpoint: {values}" if is_last else "best checkpoint: {values}",
                    values=measured(found.checkpoint),
                )
        case CompressionTask(produced_version=version) if version:
            yield say("made {version}", version=Code(version))
