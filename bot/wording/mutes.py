"""What is said around muting: from when until when nothing but the end is told."""

from datetime import datetime

from bot.domain.ids import ResourceId
from bot.domain.messages import Code, Message, Moment, Sentence, say
from bot.domain.watching import THE_END, Watch


def muted(watch: Watch) -> Message:
    """A channel hears nothing of it but its end from now on."""
    told = say(
        "{id} is {muted}: nothing of it is told here but its end.",
        id=Code(str(watch.thing.id)),
        muted=mark(watch),
    )
    return Message.of(
        say(
            "{told} The card goes on showing how it is; {off} has all told again.",
            told=told,
            off=Code(f"/qf mute {watch.thing.id} off"),
        )
    )


def heard_again(watch: Watch) -> Message:
    """A channel hears of it again."""
    return Message.of(
        say(
            "{id} is not muted here any more. What was not told meanwhile is not told later.",
            id=Code(str(watch.thing.id)),
        )
    )


def not_watched(resource: ResourceId) -> Message:
    """There is nothing to mute."""
    return Message.of(
        say(
            "{id} is not watched here, so there is nothing to mute. {watches} lists what is.",
            id=Code(str(resource)),
            watches=Code("/qf watches"),
        )
    )


def mark(watch: Watch) -> Sentence:
    """That a watch is muted, in a few words."""
    return until(watch.muted_until)


def until(moment: datetime | None) -> Sentence:
    """The same, of a mute that holds until then (world time), or until the end."""
    if moment is None or moment >= THE_END:
        return say("muted")
    return say("muted until {until}", until=Moment(moment))
