"""Several runs side by side: the table, what it is called, and who cannot be in it."""

from collections.abc import Callable, Sequence

from bot.domain.checkpoints import Why, judged
from bot.domain.comparisons import FEWEST, MOST, Better, as_number, bests, better
from bot.domain.curves import short_names
from bot.domain.errors import QfbotError
from bot.domain.facts import ComparisonAsked
from bot.domain.ids import ResourceId
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Grid,
    Line,
    Listing,
    Message,
    Note,
    Part,
    Sentence,
    Span,
    Style,
    Value,
    say,
)
from bot.domain.resources import Checkpoint, FineTuningTask
from bot.wording.charts import asked_for
from bot.wording.checkpoints import number
from bot.wording.resources import headline
from bot.wording.watches import failed_for

Row = tuple[Value, ...]

_NOTHING = "–"
_MARK = " *"


def comparison(
    runs: Sequence[FineTuningTask],
    failed: Sequence[tuple[ResourceId, QfbotError]],
    post: str,
) -> Message:
    """The runs side by side for who asks, and those that could not be read."""
    button = Button(say("Post the comparison"), post, Style.PRIMARY)
    missing = [Line(failed_for(resource, error)) for resource, error in failed]
    return Message(_title(runs), (*_parts(runs), *missing, Buttons((button,))))


def comparison_asked(fact: ComparisonAsked) -> Message:
    """The runs side by side for all to see; the picture is added to it."""
    return Message(_title(fact.runs), (*_parts(fact.runs), Note(asked_for(fact.by))))


def too_few_left(failed: Sequence[tuple[ResourceId, QfbotError]]) -> Message:
    """Not enough of the runs could be read to compare any."""
    lines = [failed_for(resource, error) for resource, error in failed]
    told = say("There are not two runs to compare: {first}", first=lines[0])
    return Message.of(told, *(Line(line) for line in lines[1:]))


def wrong_count(given: int) -> Message:
    """Too few runs were named, or too many; one named twice counts once."""
    return Message.of(
        say(
            "{command} takes {fewest} to {most} different runs, and you named {given}: {example}.",
            command=Code("/qf compare"),
            fewest=FEWEST,
            most=MOST,
            given=given,
            example=Code("/qf compare task-0tgmn4a7h4i6 task-4nf8v2rw6hqe"),
        )
    )


def _title(runs: Sequence[FineTuningTask]) -> Sentence:
    told = Listing(tuple(map(headline, runs)))
    return say("{count} runs side by side: {runs}", count=len(runs), runs=told)


def _parts(runs: Sequence[FineTuningTask]) -> list[Part]:
    parts: list[Part] = [
        *(Line(_line(name, run)) for name, run in zip(short_names(runs), runs, strict=True)),
        Grid(tuple(_rows(runs))),
    ]
    if any(str(cell).endswith(_MARK) for row in _measured(runs) for cell in row[1:]):
        parts.append(Note(say("The sign * marks the best of a row.")))
    return parts


def _line(name: str, run: FineTuningTask) -> Sentence:
    """What the run is that the table calls by its short name."""
    if not run.model:
        return say("*{name}*: {line}", name=name, line=headline(run))
    return say("*{name}*: {line}, {model}", name=name, line=headline(run), model=run.model)


def _rows(runs: Sequence[FineTuningTask]) -> list[Row]:
    head: Row = (say("Run"), *short_names(runs))
    rows = [
        _row(say("State"), runs, lambda run: run.state),
        _row(say("Mode"), runs, lambda run: run.train_mode),
        _row(say("Scale"), runs, lambda run: run.parameter_scale),
        _row(say("Took"), runs, _length),
        _row(say("Best step"), runs, _best_step),
        *_measured(runs),
    ]
    return [head, *(row for row in rows if any(cell != _NOTHING for cell in row[1:]))]


def _row(
    label: Sentence, runs: Sequence[FineTuningTask], told: Callable[[FineTuningTask], Value]
) -> Row:
    return (label, *(told(run) or _NOTHING for run in runs))


def _measured(runs: Sequence[FineTuningTask]) -> list[Row]:
    """What has a best: the best checkpoint's numbers, and the metrics by Qianfan's names."""
    best = [_best(run) for run in runs]
    losses = [each.training_loss if each else None for each in best]
    perplexities = [each.perplexity if each else None for each in best]
    rows: list[Row] = [
        (say("Loss there"), *_marked(list(map(number, losses)), losses, Better.LOW)),
        (say("Perplexity"), *_marked(list(map(number, perplexities)), perplexities, Better.LOW)),
    ]
    metrics = [dict(run.metrics) for run in runs]
    for name in dict.fromkeys(name for each in metrics for name in each):
        values = [each.get(name, "") for each in metrics]
        marked = _marked(values, [as_number(value) for value in values], better(name))
        rows.append((say("{metric}", metric=name), *marked))
    return rows


def _marked(texts: Sequence[str], numbers: Sequence[float | None], end: Better | None) -> list[str]:
    """The texts, the best of them with its mark."""
    found = bests(numbers, end)
    return [
        f"{text or _NOTHING}{_MARK if place in found else ''}" for place, text in enumerate(texts)
    ]


def _best(run: FineTuningTask) -> Checkpoint | None:
    found = judged(run.checkpoints)
    return None if found is None or found.why is Why.LAST else found.checkpoint


def _best_step(run: FineTuningTask) -> Value:
    best = _best(run)
    return "" if best is None else str(best.step)


def _length(run: FineTuningTask) -> Value:
    """From its creation to its end, as Qianfan dates them: time in the queue counts."""
    if not run.phase.is_final or run.created_at is None or run.finished_at is None:
        return ""
    if run.finished_at <= run.created_at:
        return ""
    return Span(run.finished_at - run.created_at)
