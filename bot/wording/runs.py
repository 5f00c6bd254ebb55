"""The list of an account's runs: what each line tells, how old it is, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import PlatformError
from bot.domain.listings import Listed
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Heading,
    Line,
    Listing,
    Message,
    Moment,
    Note,
    Part,
    Sentence,
    Span,
    Style,
    Value,
    say,
)
from bot.domain.resources import CompressionTask, FineTuningTask, Phase
from bot.wording import errors
from bot.wording.resources import headline

#: A list that is younger was read just now, as people see it.
_JUST_NOW = timedelta(seconds=5)

#: So many names of models are enough to choose from.
_MOST_MODELS = 20

_WHICH = {
    "": say("Runs"),
    "running": say("Runs that go on"),
    "failed": say("Failed runs"),
    "today": say("Runs of the last 24 hours"),
    "compressions": say("Compression tasks"),
}


@dataclass(frozen=True)
class Picked:
    """Which runs were asked for."""

    which: str = ""
    model: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Page:
    """The runs that one message shows; `more` is the command line for the next page."""

    runs: Sequence[FineTuningTask | CompressionTask]
    number: int
    of: int
    total: int
    more: str = ""


def run_list(
    page: Page,
    picked: Picked,
    listed: Listed[FineTuningTask] | Listed[CompressionTask],
    now: datetime,
    trouble: PlatformError | None,
) -> Message:
    """A page of runs, each with what can be done with it."""
    title = _title(picked)
    parts: list[Part] = [Heading(title)]
    for run in page.runs:
        parts += [Line(_line(run)), Buttons(_deeds(run))]
    if page.more:
        parts.append(Buttons((Button(say("More"), page.more),)))
    if page.of > 1:
        counted = say("Page {number} of {of}.", number=page.number, of=page.of)
        parts.append(Note(counted))
    summary = say("{title}: {count}", title=title, count=page.total)
    return Message(summary, (*parts, *_notes(listed, now, trouble)))


def no_runs(
    picked: Picked,
    models: Sequence[str],
    modes: Sequence[str],
    listed: Listed[FineTuningTask] | Listed[CompressionTask],
    now: datetime,
    trouble: PlatformError | None,
) -> Message:
    """There are no such runs, as far as was read."""
    told = say("{title}: there are none.", title=_title(picked))
    parts: list[Part] = []
    if picked.model and models:
        names = Listing(tuple(Code(model) for model in models[:_MOST_MODELS]))
        parts.append(Note(say("There are runs of these models: {models}.", models=names)))
    if picked.mode and modes:
        names = Listing(tuple(Code(mode) for mode in modes[:_MOST_MODELS]))
        parts.append(Note(say("There are runs in these modes: {modes}.", modes=names)))
    return Message.of(told, *parts, *_notes(listed, now, trouble))


def _title(picked: Picked) -> Sentence:
    which = _WHICH[picked.which]
    if picked.model and picked.mode:
        told = say("{which} of {model} in the mode {mode}")
    elif picked.model:
        told = say("{which} of {model}")
    elif picked.mode:
        told = say("{which} in the mode {mode}")
    else:
        return which
    return told.with_values(which=which, model=picked.model, mode=picked.mode)


def _line(run: FineTuningTask | CompressionTask) -> Sentence:
    told: list[Value] = [each for each in _kind(run) if each]
    if run.created_at is not None:
        told.append(say("created {at}", at=Moment(run.created_at)))
    if run.finished_at is not None and run.phase.is_final:
        told.append(say("ended {at}", at=Moment(run.finished_at)))
    if not told:
        return headline(run)
    return say("{line}: {told}", line=headline(run), told=Listing(tuple(told)))


def _kind(run: FineTuningTask | CompressionTask) -> tuple[str, str]:
    """What is trained and how, or how it is compressed."""
    if isinstance(run, FineTuningTask):
        return run.model, run.train_mode
    return run.strategy, run.weight


def _deeds(run: FineTuningTask | CompressionTask) -> tuple[Button, ...]:
    """What can be done with it now; what has ended can be looked at."""
    if not run.phase.is_final:
        return (
            Button(say("Watch"), f"watch {run.id}"),
            Button(say("Stop"), f"stop {run.id}", Style.DANGER),
        )
    status = Button(say("Status"), f"status {run.id}")
    if run.phase is Phase.DONE and isinstance(run, FineTuningTask):
        return (Button(say("Publish…"), f"publish {run.id}"), status)
    return (status,)


def _notes(
    listed: Listed[FineTuningTask] | Listed[CompressionTask],
    now: datetime,
    trouble: PlatformError | None,
) -> list[Part]:
    """How old the list is, and what it may lack."""
    age = now - listed.at
    told = say("Read just now.")
    if age >= _JUST_NOW:
        told = say("The oldest part of this list was read {age} ago.", age=Span(age))
    notes: list[Part] = [Note(told)]
    if trouble is not None:
        why = errors.explain(trouble).summary
        notes.append(Note(say("It is no newer because of this: {why}", why=why)))
    if not listed.complete:
        notes.append(
            Note(
                say(
                    "Not everything was read: Qianfan lists runs job by job, and this list has "
                    "those of the newest jobs. Older runs may be missing; their ids still work."
                )
            )
        )
    return notes
