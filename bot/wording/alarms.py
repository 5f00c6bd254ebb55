"""What is told when something is wrong with a thing that goes on, and what may be set of it."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.alarms import AlarmLimits
from bot.domain.facts import Alarmed
from bot.domain.ids import Kind
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Facts,
    Message,
    Moment,
    Note,
    Sentence,
    Span,
    Style,
    Value,
    say,
)
from bot.domain.resources import Watchable
from bot.domain.symptoms import LossGone, LossRising, Queued, Slowed, Stalled


def alarmed(fact: Alarmed) -> Message:
    """Something is wrong with a thing that goes on: what, since when, and what one can do."""
    name = _name(fact.resource)
    match fact.symptom:
        case Queued():
            told, advice = still_queued(name, fact.symptom)
        case Stalled():
            told, advice = no_progress(name, fact.symptom)
        case Slowed():
            told, advice = much_slower(name, fact.symptom)
        case LossGone():
            told, advice = loss_is_no_number(name, fact.symptom)
        case LossRising():
            told, advice = loss_rises(name, fact.symptom)
    return Message.of(told, Note(advice), Buttons(tuple(_buttons(fact.resource))))


def still_queued(name: Sentence, symptom: Queued) -> tuple[Sentence, Sentence]:
    """It waits for longer than the channel thinks good."""
    told = say(
        "⚠️ {name} still waits in the queue, since {since}: for {length} now.",
        name=name,
        since=Moment(symptom.since),
        length=Span(symptom.length),
    )
    return told, say("Qianfan does not tell why; its console may show what takes the resources.")


def no_progress(name: Sentence, symptom: Stalled) -> tuple[Sentence, Sentence]:
    """Its percentage stands."""
    told = say(
        "⚠️ {name} makes no progress: {percent} % since {since}, for {length} now.",
        name=name,
        percent=symptom.percent,
        since=Moment(symptom.since),
        length=Span(symptom.length),
    )
    advice = say(
        "The log in the console may tell why. A run that hangs holds its resources until it is "
        "stopped."
    )
    return told, advice


def much_slower(name: Sentence, symptom: Slowed) -> tuple[Sentence, Sentence]:
    """It will take several times as long as it seemed to at first."""
    told = say(
        "⚠️ {name} has become slow: at its first pace it would have ended about {first}, and now "
        "that is about {likely}.",
        name=name,
        first=Moment(symptom.first),
        likely=Moment(symptom.likely),
    )
    advice = say(
        "Counted from {since}, that is at least {times} times as long.",
        since=Moment(symptom.since),
        times=f"{symptom.times:.1f}",
    )
    return told, advice


def loss_is_no_number(name: Sentence, symptom: LossGone) -> tuple[Sentence, Sentence]:
    """The training has diverged."""
    told = say(
        "⚠️ {name}: the training loss is no number (NaN) since step {step}.",
        name=name,
        step=symptom.step,
    )
    if symptom.good_step is None:
        return told, say("A training seldom recovers from that.")
    advice = say(
        "A training seldom recovers from that. The last checkpoint with a loss is that of step "
        "{step}.",
        step=symptom.good_step,
    )
    return told, advice


def loss_rises(name: Sentence, symptom: LossRising) -> tuple[Sentence, Sentence]:
    """The training gets worse."""
    told = say(
        "⚠️ {name}: the training loss rises, to {loss} at step {step}.",
        name=name,
        loss=f"{symptom.loss:.4g}",
        step=symptom.step,
    )
    advice = say(
        "It was lowest at step {step}, with {loss}.",
        step=symptom.best_step,
        loss=f"{symptom.best_loss:.4g}",
    )
    return told, advice


def alarms_set(limits: AlarmLimits, *, anew: bool = False) -> Message:
    """When a channel hears that something is wrong, as it is or as it was just set."""
    title = say("The alarms of this channel from now on") if anew else say("This channel's alarms")
    rows: tuple[tuple[Sentence, Value], ...] = (
        (say("Queued"), _after(limits.queued)),
        (say("No progress"), _after(limits.stalled)),
        (say("Slow"), _from(limits.slow)),
        (say("Training loss"), _loss(wanted=limits.loss)),
    )
    example = Code("/qf alarms queued=2h stalled=1h slow=2x loss=on")
    note = say("To change it: {example}; off in place of a value ends one.", example=example)
    return Message.of(title, Facts(rows), Note(note))


def _after(length: timedelta | None) -> Sentence:
    return say("off") if length is None else say("after {length}", length=Span(length))


def _from(factor: float | None) -> Sentence:
    if factor is None:
        return say("off")
    return say("from {factor} times as long as its first pace promised", factor=f"{factor:g}")


def _loss(*, wanted: bool) -> Sentence:
    return say("when it rises, or is no number") if wanted else say("off")


def _name(resource: Watchable) -> Sentence:
    template = say("{id} ({name})" if resource.name else "{id}")
    return template.with_values(id=Code(str(resource.id)), name=resource.name)


def _buttons(resource: Watchable) -> Iterator[Button]:
    yield Button(say("Status"), f"status {resource.id}")
    if resource.id.kind in (Kind.TASK, Kind.COMPRESSION):
        yield Button(say("Stop"), f"stop {resource.id}", Style.DANGER)
    yield Button(say("Mute"), f"mute {resource.id}")
