"""How a run's checkpoints are told: the best, the last, and all of them as a table."""

from collections.abc import Sequence

from bot.domain.checkpoints import Best, Why, judged, last
from bot.domain.messages import Line, Listing, Note, Part, Verbatim, say
from bot.domain.resources import Checkpoint

#: A longer table loses its oldest rows, so that a message keeps room for the rest.
_MOST_ROWS = 40

# The API's own names, which need no translation.
_HEADER = f"{'step':<8}  {'trainingLoss':>12}  {'perplexity':>10}"

_TITLES = {
    Why.PERPLEXITY: say("{count} checkpoints, * marks the best by its perplexity:"),
    Why.LOSS: say("{count} checkpoints, * marks the best by its training loss:"),
    Why.LAST: say("{count} checkpoints, none of them with a number that tells the best:"),
}

_BEST = {
    Why.PERPLEXITY: say("Best checkpoint, with the lowest perplexity: {values}."),
    Why.LOSS: say("Best checkpoint, with the lowest training loss: {values}."),
}
_BEST_AND_LAST = {
    Why.PERPLEXITY: say("Best and last checkpoint, with the lowest perplexity: {values}."),
    Why.LOSS: say("Best and last checkpoint, with the lowest training loss: {values}."),
}


def last_line(checkpoints: Sequence[Checkpoint]) -> list[Part]:
    """The newest checkpoint with its loss and perplexity."""
    newest = last(checkpoints)
    if newest is None:
        return []
    return [Line(say("Last checkpoint: {values}.", values=measured(newest)))]


def best_and_last(checkpoints: Sequence[Checkpoint]) -> list[Part]:
    """The two that matter; one line where they are one, or where nothing tells the best."""
    found = judged(checkpoints)
    if found is None or found.why not in _BEST:
        return last_line(checkpoints)
    values = measured(found.checkpoint)
    if found.checkpoint is last(checkpoints):
        return [Line(_BEST_AND_LAST[found.why].with_values(values=values))]
    return [Line(_BEST[found.why].with_values(values=values)), *last_line(checkpoints)]


def table(checkpoints: Sequence[Checkpoint]) -> list[Part]:
    """All checkpoints in order; where there are very many, the newest of them and the best."""
    found = judged(checkpoints)
    if found is None or found.why is Why.ONLY_ONE:
        return []
    shown = _shown(checkpoints, found)
    winner = None if found.why is Why.LAST else found.checkpoint
    rows = [_row(each, marked=each is winner) for each in shown]
    parts: list[Part] = [
        Line(_TITLES[found.why].with_values(count=len(checkpoints))),
        Verbatim("\n".join([_HEADER, *rows])),
    ]
    if len(checkpoints) > len(shown):
        parts.append(Note(say("… and {more} more.", more=len(checkpoints) - len(shown))))
    return parts


def _shown(checkpoints: Sequence[Checkpoint], found: Best) -> list[Checkpoint]:
    newest = sorted(checkpoints, key=lambda each: each.step)[-_MOST_ROWS:]
    return newest if found.checkpoint in newest else [found.checkpoint, *newest]


def _row(checkpoint: Checkpoint, *, marked: bool) -> str:
    loss, perplexity = map(number, (checkpoint.training_loss, checkpoint.perplexity))
    return f"{checkpoint.step:<8}  {loss:>12}  {perplexity:>10}{' *' if marked else ''}"


def measured(checkpoint: Checkpoint) -> Listing:
    """A checkpoint's step, and its loss and perplexity where they are known."""
    told = [say("step {step}", step=checkpoint.step)]
    if checkpoint.training_loss is not None:
        told.append(say("training loss {loss}", loss=number(checkpoint.training_loss)))
    if checkpoint.perplexity is not None:
        told.append(say("perplexity {perplexity}", perplexity=number(checkpoint.perplexity)))
    return Listing(tuple(told))


def number(measured: float | None) -> str:
    """A loss or a perplexity in four digits, or a dash."""
    return "–" if measured is None else f"{measured:.4g}"
