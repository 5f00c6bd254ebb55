"""What is said around making a model version of a run: the form, and what came of it."""

from collections.abc import Sequence

from bot.domain.checkpoints import Best, Why, judged
from bot.domain.console import MODELS_URL
from bot.domain.creation import LONGEST_DESCRIPTION
from bot.domain.errors import CannotPost, PlatformError, QfbotError
from bot.domain.facts import VersionAsked
from bot.domain.forms import ChoiceField, Field, Form, Menu, Option, SearchField, TextField
from bot.domain.ids import ResourceId
from bot.domain.messages import Code, Link, Listing, Message, Note, Person, Sentence, say
from bot.domain.resources import Checkpoint, FineTuningTask, Phase
from bot.wording import errors
from bot.wording.checkpoints import measured
from bot.wording.resources import headline, state_word

TITLE = say("Publish a run")
_SUBMIT = say("Publish")

_WHY = {
    Why.PERPLEXITY: say("lowest perplexity"),
    Why.LOSS: say("lowest training loss"),
    Why.ONLY_ONE: say("the only one"),
    Why.LAST: say("the last one"),
}


def which_run(given: dict[str, str]) -> Form:
    """The run is not named yet: a menu of those that there are; the rest is kept."""
    run = SearchField(
        name="id",
        label=say("Run"),
        help=say("Type a part of its name, its model or its id."),
        required=True,
        menu=Menu.RUNS,
    )
    return Form("publish", TITLE, say("Go on"), (run,), settled=given)


def form(task: FineTuningTask, given: dict[str, str]) -> Form:
    """What is needed to publish a run, filled as far as it is known; the best step is chosen."""
    fields: list[Field] = [model_set()]
    values = dict(given)
    if task.checkpoints:
        fields.append(_step(task.checkpoints))
        if suggestion := judged(task.checkpoints):
            values.setdefault("step", str(suggestion.checkpoint.step))
    fields.append(_description())
    return Form(
        "publish",
        TITLE,
        _SUBMIT,
        tuple(fields),
        settled={"id": str(task.id)},
        intro=(headline(task),),
        warnings=() if task.phase is Phase.DONE else (_not_done(task),),
    ).filled(values)


def typed_model_set(error: PlatformError) -> TextField:
    """The field for a model where the account may not list them: its id is typed."""
    return TextField(
        name="model_set",
        label=say("Model"),
        help=say(
            "There is no list to choose from: {why} Type the model's id, am-….",
            why=errors.explain(error).summary,
        ),
        required=True,
        longest=64,
    )


def nothing_to_publish(task: FineTuningTask) -> Message:
    """A run that is not done and has not saved anything."""
    return Message.of(
        say(
            "{line}, and it has no checkpoint yet, so there is nothing to publish.",
            line=headline(task),
        )
    )


def made(version_id: str, model_set_id: str, *, found: bool) -> Message:
    """There is a new version."""
    told = say(
        "{version} is being made in {model_set}.",
        version=Code(version_id),
        model_set=Code(model_set_id),
    )
    if not found:
        return Message.of(told)
    return Message.of(
        told,
        Note(
            say(
                "Qianfan's answer was lost on the way. The version was found by looking for it; "
                "nothing was sent twice."
            )
        ),
    )


_PERHAPS = say("perhaps, for Qianfan's answer was lost")


def version_asked(fact: VersionAsked) -> Message:
    """Somebody had a version made through qfbot: of what, and where it goes."""
    template = say("{who} makes {source} a version of {model_set}: {version}.")
    if fact.step is not None:
        template = say("{who} makes {source}, step {step}, a version of {model_set}: {version}.")
    line = template.with_values(
        who=Person(fact.by.user_id),
        version=Code(fact.version_id) if fact.version_id else _PERHAPS,
        model_set=Code(fact.model_set_id),
        source=Code(fact.made_from),
        step=fact.step or 0,
    )
    if fact.description:
        line = say("{line} Description: “{description}”", line=line, description=fact.description)
    return Message.of(line)


def watched_here() -> Note:
    """The channel follows the new version."""
    return Note(say("This channel hears when it is ready."))


def not_watched(error: QfbotError, version_id: str) -> Note:
    """The new version cannot be followed in the channel."""
    watch = Code(f"/qf watch {version_id}")
    if isinstance(error, CannotPost):
        return Note(
            say(
                "It is not watched, because I cannot write here. Type {invite}, then {watch}.",
                invite=Code("/invite @qfbot"),
                watch=watch,
            )
        )
    return Note(
        say(
            "It is not watched yet, because something did not answer in time: {watch} follows it.",
            watch=watch,
        )
    )


def after_loss(sight: str, model_set_id: str, versions: Sequence[ResourceId]) -> Message:
    """The answer was lost, and looking for the version did not settle it."""
    told = say(
        "Qianfan's answer was lost on the way. The request was sent once, and is not sent again."
    )
    model_set = Code(model_set_id)
    match sight:
        case "none":
            seen = say(
                "{model_set} has no new version, so nothing was made, unless Qianfan is still at "
                "it: look once more in a minute before you send it again.",
                model_set=model_set,
            )
        case "perhaps" if versions:
            seen = say(
                "{model_set} has new versions, of which one may be yours: {versions}. Look at "
                "them before you send it again.",
                model_set=model_set,
                versions=Listing(tuple(Code(str(each)) for each in versions)),
            )
        case "perhaps":
            seen = say(
                "{model_set} has too many versions to tell whether one of them is new.",
                model_set=model_set,
            )
        case _:
            seen = say(
                "{model_set} cannot be read now, so nobody knows yet whether a version was made.",
                model_set=model_set,
            )
    link = Link(MODELS_URL, "the models in Qianfan's console")
    return Message.of(say("{told} {seen}", told=told, seen=seen), Note(say("{link}", link=link)))


def model_set() -> SearchField:
    """The field for the model that gets the version."""
    return SearchField(
        name="model_set",
        label=say("Model"),
        help=say("The model (am-…) that gets the new version. Type a part of its name or its id."),
        required=True,
        menu=Menu.MODEL_SETS,
    )


def _step(checkpoints: Sequence[Checkpoint]) -> ChoiceField:
    """The checkpoints, the best one first and then the newest."""
    suggestion = judged(checkpoints)
    newest = sorted(checkpoints, key=lambda each: each.step, reverse=True)
    ordered = [suggestion.checkpoint, *newest] if suggestion else newest
    options = {each.step: _option(each) for each in ordered}
    return ChoiceField(
        name="step",
        label=say("Checkpoint"),
        help=_suggested(suggestion) if suggestion else None,
        required=True,
        options=tuple(options.values()),
    )


def _suggested(best: Best) -> Sentence:
    return say("Suggested: step {step}, {why}.", step=best.checkpoint.step, why=_WHY[best.why])


def _option(checkpoint: Checkpoint) -> Option:
    return Option(str(checkpoint.step), say("{values}", values=measured(checkpoint)))


def _description() -> TextField:
    return TextField(
        name="description",
        label=say("Description"),
        help=say("At most {longest} characters.", longest=LONGEST_DESCRIPTION),
        longest=LONGEST_DESCRIPTION,
        multiline=True,
    )


def _not_done(task: FineTuningTask) -> Sentence:
    return say(
        "This run is {state}, not Done. Qianfan may refuse it; if you mean it, choose one of its "
        "checkpoints and send the form.",
        state=state_word(task.state) or say("in no known state"),
    )
