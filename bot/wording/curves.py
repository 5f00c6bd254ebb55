"""How a curve is told in words, and drawn with characters where no picture can be."""

from bot.domain.curves import Curve, Measure, Trend, Way, trend
from bot.domain.messages import Line, Part, Sentence, Verbatim, say
from bot.domain.sketches import sketch
from bot.wording.checkpoints import number

_MEASURES = {
    Measure.LOSS: say("Training loss"),
    Measure.PERPLEXITY: say("Perplexity"),
}

_WAYS = {
    Way.FALLS: say("{measure} falls from {first} at step {began} to {last} at step {ended}"),
    Way.RISES: say("{measure} rises from {first} at step {began} to {last} at step {ended}"),
    Way.STAYS: say(
        "{measure} stays about the same, {first} at step {began} and {last} at step {ended}"
    ),
}

#: The labels at the left of a drawn curve: its greatest and its least number.
_LABEL = 6


def in_words(curve: Curve) -> Sentence:
    """Where a run's loss and perplexity come from and go to, and which checkpoint is the best."""
    told = [
        _way(_MEASURES[measure], found)
        for measure in Measure
        if (found := trend(curve, measure)) is not None
    ]
    if curve.best is not None:
        told.append(say("The best checkpoint is at step {step}.", step=curve.best))
    return together(told)


def together(sentences: list[Sentence]) -> Sentence:
    """Whole sentences, one after the other."""
    first, *others = sentences
    for each in others:
        first = say("{told} {more}", told=first, more=each)
    return first


def in_characters(curve: Curve, most: int = len(Measure)) -> list[Part]:
    """A curve drawn in a block of code, at most so many measures of it, and in words below it."""
    drawings = [drawing for measure in Measure if (drawing := _drawing(curve, measure))]
    return [Verbatim("\n\n".join(drawings[:most])), Line(in_words(curve))]


def _way(measure: Sentence, found: Trend) -> Sentence:
    if found.first == found.last:
        told = say(
            "{measure} is {first} at step {began}",
            measure=measure,
            first=number(found.first.number),
            began=found.first.step,
        )
    else:
        told = _WAYS[found.way].with_values(
            measure=measure,
            first=number(found.first.number),
            began=found.first.step,
            last=number(found.last.number),
            ended=found.last.step,
        )
    ends = (found.first.number, found.last.number)
    if found.least.number < min(ends):
        told = say(
            "{told}; lowest: {least} at step {step}",
            told=told,
            least=number(found.least.number),
            step=found.least.step,
        )
    if found.greatest.number > max(ends):
        told = say(
            "{told}; highest: {greatest} at step {step}",
            told=told,
            greatest=number(found.greatest.number),
            step=found.greatest.step,
        )
    if found.gone_since is not None:
        return say("{told}. From step {step} on it is no number.", told=told, step=found.gone_since)
    return say("{told}.", told=told)


def _drawing(curve: Curve, measure: Measure) -> str:
    """A measure, under the API's own name for it; empty where it has no number."""
    points = curve.points(measure)
    if not points:
        return ""
    rows = sketch(points)
    numbers = [point.number for point in points]
    labels = [""] * len(rows)
    labels[0], labels[-1] = number(max(numbers)), number(min(numbers))
    lines = [f"{label:>{_LABEL}} {row}" for label, row in zip(labels, rows, strict=True)]
    steps = f"{'step':>{_LABEL}} {points[0].step} … {points[-1].step}"
    return "\n".join([measure.value, *lines, steps])
