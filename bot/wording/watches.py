"""What is said around watching: begun, ended, listed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.access import Place
from bot.domain.changes import Look
from bot.domain.errors import PlatformError, QfbotError
from bot.domain.facts import SHARED, AccessGone, Notify, Undeliverable
from bot.domain.forms import Field, Form, Menu, SearchField, TextField
from bot.domain.ids import ResourceId
from bot.domain.messages import (
    Button,
    Buttons,
    Channel,
    Code,
    Heading,
    Line,
    Message,
    Moment,
    Note,
    Part,
    Person,
    Sentence,
    Value,
    say,
)
from bot.domain.watching import Watch, Watched
from bot.wording import errors, mentions, mutes, rights
from bot.wording.resources import headline

#: What a channel hears, by what it asked to be told.
HEARS = {
    Notify.ALL: say("every change"),
    Notify.ENDS: say("how it ends, and alarms"),
    Notify.FAILURES: say("only a failure, or an alarm as grave"),
}

CHOICE = say("Watch a run")

#: On a button that offers the choice.
WATCH_A_RUN = say("Watch a run…")

#: What a list is called, and what is said where it is empty, by whose it is.
TITLES = {
    None: (say("What this channel watches"), say("This channel watches nothing.")),
    "mine": (say("What you watch"), say("You watch nothing.")),
    "all": (say("All watches"), say("Nobody watches anything.")),
    "blocked": (say("Blocked watches"), say("No watch is blocked.")),
}

#: A list longer than this is cut, so that a message stays readable.
_MOST_SHOWN = 20


def watching(look: Look, watch: Watch, now: datetime, *, begun: bool, here: bool) -> Sentence:
    """A watch was begun, or an earlier one renewed, which stays muted where it is."""
    template = say("Watching, until it ends or {until}: {line}. {where} hears {what}.")
    if not begun:
        template = say(
            "Watched already, and now until it ends or {until}: {line}. {where} hears {what}."
        )
    told = template.with_values(
        until=Moment(watch.until),
        line=headline(look.resource),
        where=say("This channel") if here else place(watch.channel_id),
        what=HEARS[watch.notify],
    )
    if watch.is_muted(now):
        told = say(
            "{told} But it is {muted}: only the end is told here.",
            told=told,
            muted=mutes.mark(watch),
        )
    return mentions.will_mention(told, watch.mention)


def over_already(look: Look) -> Sentence:
    """There is nothing left to watch."""
    return say("{line}: it is over, so there is nothing to watch.", line=headline(look.resource))


def watches_begun(lines: Sequence[Sentence]) -> Message:
    """What came of each thing that was to be watched."""
    return _lines(lines)


def elsewhere(error: Message, label: Sentence, command: str) -> Message:
    """The bot cannot write here; the asker's own direct messages are offered instead."""
    return error.with_parts(Buttons((Button(label, command),)))


def which_run(settled: Mapping[str, str], trouble: PlatformError | None) -> Form:
    """The run is not named yet: a menu of those that go on, or a place for an id."""
    run: Field = SearchField(
        name="ids",
        label=say("Run"),
        help=say("Type a part of its name, its model or its id. Any other id will do as well."),
        required=True,
        menu=Menu.RUNNING,
    )
    if trouble is not None:
        why = errors.explain(trouble).summary
        run = TextField(
            name="ids",
            label=say("Id"),
            help=say("There is no list to choose from: {why} Type the id.", why=why),
            required=True,
            longest=64,
        )
    return Form("watch", CHOICE, say("Watch"), (run,), settled=settled)


def none_named() -> Message:
    """Somebody wants the runs of a message watched, and it names none."""
    told = say(
        "This message names no run: there is no id such as {example} in it, and no link to one in "
        "Qianfan's console.",
        example=Code("task-0tgmn4a7h4i6"),
    )
    return Message.of(told, Buttons((Button(WATCH_A_RUN, "watch"),)))


def unwatched(resource: ResourceId, watch: Watch | None, there: Place | None = None) -> Sentence:
    """A watch was ended, or there was none: here, or `there`."""
    where = say("here") if there is None else rights.place(there)
    if watch is None:
        return say("{id} is not watched {where}.", id=Code(str(resource)), where=where)
    return say("{id} is not watched {where} any more.", id=Code(str(resource)), where=where)


def not_your_watch(watch: Watch) -> Sentence:
    """Only the owner of a watch, or an operator, may end it."""
    return say(
        "{id} is watched here for {owner}. Ending it is for {owner} or for an operator.",
        id=Code(str(watch.thing.id)),
        owner=Person(watch.owner),
    )


def unwatched_all(lines: Sequence[Sentence]) -> Message:
    """What came of each thing that was no longer to be watched."""
    return _lines(lines)


def watch_list(
    watched: Sequence[Watched],
    title: Sentence,
    now: datetime,
    *,
    here: bool,
    followed: Sequence[Sentence] = (),
) -> Message:
    """The watches, each with its state, its owner and its end, and what is followed."""
    parts: list[Part] = [Heading(title)]
    for each in watched[:_MOST_SHOWN]:
        parts.append(Line(_watch_line(each, now, here=here)))
    if len(watched) > _MOST_SHOWN:
        parts.append(Note(say("… and {more} more.", more=len(watched) - _MOST_SHOWN)))
    parts += [Line(line) for line in followed[:_MOST_SHOWN]]
    if len(followed) > _MOST_SHOWN:
        parts.append(Note(say("… and {more} more.", more=len(followed) - _MOST_SHOWN)))
    count = len(watched) + len(followed)
    return Message(say("{title}: {count}", title=title, count=count), tuple(parts))


def nothing_watched(where: Sentence) -> Message:
    """There are no such watches."""
    return Message.of(
        say(
            "{where} Follow a run with {example}.",
            where=where,
            example=Code("/qf watch task-0tgmn4a7h4i6"),
        )
    )


def access_gone(fact: AccessGone) -> Message:
    """Told to a watch's owner: the bot can no longer write where the watch belongs."""
    if fact.reason == SHARED:
        return shared_now(fact)
    return Message.of(
        say(
            "I can no longer write in {channel} (Slack says {reason}), where I watch {id} for you. "
            "Nothing is lost: type {invite} there, and I post what was missed.",
            channel=Channel(fact.channel_id),
            reason=Code(fact.reason),
            id=Code(fact.resource_id),
            invite=Code("/invite @qfbot"),
        )
    )


def undeliverable(fact: Undeliverable) -> Message:
    """Told to a watch's owner: a message that Slack would not take in any form."""
    return Message.of(
        say(
            "Slack did not take what I had to tell of {id} in {channel} (it says {reason}), not "
            "even as plain text. I go on with the next; {status} shows how it stands.",
            id=Code(fact.resource_id),
            channel=Channel(fact.channel_id),
            reason=Code(fact.reason),
            status=Code(f"/qf status {fact.resource_id}"),
        )
    )


def shared_now(fact: AccessGone) -> Message:
    """Told to a watch's owner: another organisation reads along where the watch belongs."""
    return Message.of(
        say(
            "{channel} is shared with another organisation now, so I tell nothing of {id} there, "
            "which I watch for you. Should that end, I post what was missed; {watch} follows it "
            "in our direct messages.",
            channel=Channel(fact.channel_id),
            id=Code(fact.resource_id),
            watch=Code(f"/qf watch {fact.resource_id} in=me"),
        )
    )


def several(results: Sequence[tuple[ResourceId, Look | PlatformError]]) -> Message:
    """The states of several things, a line each."""
    lines = [_result(resource, result) for resource, result in results]
    return _lines(lines)


def _result(resource: ResourceId, result: Look | PlatformError) -> Sentence:
    if isinstance(result, Look):
        return headline(result.resource)
    return failed_for(resource, result)


def failed_for(resource: ResourceId, error: QfbotError) -> Sentence:
    """What went wrong with one of several."""
    told = errors.explain(error).summary
    return say("{id}: {told}", id=Code(str(resource)), told=told)


def _watch_line(watched: Watched, now: datetime, *, here: bool) -> Sentence:
    watch = watched.watch
    told = say(
        "{line} for {owner}, until {until}",
        line=headline(watched.look.resource),
        owner=Person(watch.owner),
        until=Moment(watch.until),
    )
    if not here:
        told = say("{told}, in {where}", told=told, where=place(watch.channel_id))
    if watch.is_muted(now):
        told = say("{told} ({muted})", told=told, muted=mutes.mark(watch))
    if watch.blocked:
        told = say("{told} (*blocked*: Slack says {blocked})", told=told, blocked=watch.blocked)
    return mentions.mentions(told, watch.mention)


def place(channel_id: str) -> Value:
    """A channel as one reads it at the beginning of a sentence."""
    # The id of a direct message has no name that anybody would know.
    return say("Our direct messages") if channel_id.startswith("D") else Channel(channel_id)


def _lines(lines: Sequence[Sentence]) -> Message:
    summary = lines[0] if len(lines) == 1 else say("{count} answers", count=len(lines))
    if len(lines) > 1:
        summary = say("{first} … and {more} more", first=lines[0], more=len(lines) - 1)
    return Message(summary, tuple(Line(line) for line in lines))
