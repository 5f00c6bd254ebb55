"""What somebody finds in the app's Home: what they watch, what ended, and what they may do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.access import DEFAULT_ACCOUNT, Decision, Place, Role
from bot.domain.changes import Look
from bot.domain.ids import Kind
from bot.domain.messages import (
    Button,
    Buttons,
    Code,
    Heading,
    Line,
    Link,
    Listing,
    Message,
    Moment,
    Note,
    Part,
    Sentence,
    Style,
    say,
)
from bot.domain.watching import Watched
from bot.wording import mutes, rights
from bot.wording.resources import headline
from bot.wording.watches import WATCH_A_RUN

#: The command line that makes a Home, and on the Home's own button shows it anew.
HOME = "home"

WATCHES = say("What you watch")

#: More than these are counted, so that everything keeps within Slack's limits for a message.
MOST_WATCHES = 12
MOST_FOLLOWS = 3
MOST_ENDINGS = 5

#: A name is here to tell a run from others. Cut, so that no watch is shown without its buttons,
#: or buttons without their watch, because something is too long.
_NAME_CHARACTERS = 60

_WATCHES_MINE = Code("/qf watches mine")

_STOPPABLE = frozenset({Kind.TASK, Kind.COMPRESSION})

#: What opens a form, by the command that has it.
_FORMS = {
    "watch": Button(WATCH_A_RUN, "watch", Style.PRIMARY),
    "publish": Button(say("Publish…"), "publish"),
    "import": Button(say("Import…"), "import"),
    "runs": Button(say("What runs now"), "runs running"),
    "help": Button(say("Help"), "help"),
}


@dataclass(frozen=True)
class Ending:
    """Something that ended, and the address of what its channel was told; empty where none is."""

    look: Look
    at: datetime
    channel_id: str
    url: str


@dataclass(frozen=True)
class AtHome:
    """What somebody's Home tells: their watches and follows, what ended, what they may do.

    `account` is the one that is meant where it is told, `homes` are the channels in which another
    than the default one is.
    """

    watched: Sequence[Watched]
    followed: Sequence[Sentence]
    endings: Sequence[Ending]
    decisions: Sequence[Decision]
    homes: Mapping[str, str]
    account: str
    now: datetime


def home(seen: AtHome) -> Message:
    """All of it, what one may want to press first."""
    count = len(seen.watched) + len(seen.followed)
    summary = say("{title}: {count}", title=WATCHES, count=count)
    parts = [*_forms(seen), *_watches(seen), *_endings(seen), *_rights(seen)]
    return Message(summary, tuple(parts))


def with_refresh(message: Message) -> Message:
    """The message with the button that shows the Home as it is now."""
    return message.with_parts(Buttons((Button(say("Refresh"), HOME),)))


def _forms(seen: AtHome) -> Iterator[Part]:
    allowed = {each.right.command for each in seen.decisions if each.allowed}
    row = tuple(button for name, button in _FORMS.items() if name in allowed)
    if row:
        yield Buttons(row)


def _watches(seen: AtHome) -> Iterator[Part]:
    yield Heading(WATCHES)
    if not seen.watched and not seen.followed:
        yield Line(say("Nothing yet. What you have me watch is listed here, from every channel."))
    for each in seen.watched[:MOST_WATCHES]:
        yield Line(_watch(each, seen.now))
        yield Buttons(tuple(_deeds(each, seen)))
    for line in seen.followed[:MOST_FOLLOWS]:
        yield Line(line)
    more = max(len(seen.watched) - MOST_WATCHES, 0) + max(len(seen.followed) - MOST_FOLLOWS, 0)
    if more:
        yield Note(
            say("… and {more} more: {command} lists them.", more=more, command=_WATCHES_MINE)
        )


def _watch(watched: Watched, now: datetime) -> Sentence:
    """A watch: the state, where it is told, until when, and what keeps it from being told."""
    watch = watched.watch
    told = say(
        "{line}, {where}, until {until}",
        line=_short(watched.look),
        where=_where(watch.channel_id),
        until=Moment(watch.until),
    )
    if watch.is_muted(now):
        told = say("{watch} ({muted})", watch=told, muted=mutes.mark(watch))
    if watch.blocked:
        told = say("{watch} (*blocked*: Slack says {why})", watch=told, why=_cut(watch.blocked))
    return told


def _deeds(watched: Watched, seen: AtHome) -> Iterator[Button]:
    watch, resource = watched.watch, watched.look.resource
    here = _named(watch.thing.account, seen.account)
    there = _named(watch.thing.account, seen.homes.get(watch.channel_id, DEFAULT_ACCOUNT))
    yield Button(say("Status"), f"status {resource.id}{here}")
    yield Button(say("Unwatch"), f"unwatch {resource.id} in={watch.channel_id}{there}")
    if resource.id.kind in _STOPPABLE and not resource.phase.is_final:
        yield Button(say("Stop"), f"stop {resource.id}{here}", Style.DANGER)


def _named(account: str, meant: str) -> str:
    """The account as a command line has to name it where another may be meant."""
    return "" if account == meant else f" account={account}"


def _endings(seen: AtHome) -> Iterator[Part]:
    if not seen.endings:
        return
    yield Heading(say("What ended lately"))
    for each in seen.endings[:MOST_ENDINGS]:
        where = _where(each.channel_id)
        told = say("{line}, {where}, {at}", line=_short(each.look), where=where, at=Moment(each.at))
        if each.url:
            shown = Link(each.url, say("Show it"))
            told = say("{ending} · {link}", ending=told, link=shown)
        yield Line(told)


def _rights(seen: AtHome) -> Iterator[Part]:
    """The commands that one may run here, by the role that each needs."""
    yield Heading(say("What you may do"))
    for role in Role:
        names = [
            Code(each.right.command)
            for each in seen.decisions
            if each.allowed and each.right.role is role
        ]
        if names:
            yield Line(_may(role, Listing(tuple(names))))
    yield Note(
        say(
            "By role, on the account {account}, which is meant here. {help} explains a command.",
            account=Code(seen.account),
            help=Code("/qf help stop"),
        )
    )


def _may(role: Role, names: Listing) -> Sentence:
    if role is Role.NONE:
        return say("Everyone: {names}", names=names)
    return say("As {role}: {names}", role=Code(str(role)), names=names)


def _where(channel_id: str) -> Sentence:
    """Where a watch belongs."""
    return rights.place(Place(channel_id, direct=channel_id.startswith("D")))


def _short(look: Look) -> Sentence:
    """The state of something in a sentence that no name makes long."""
    resource = look.resource
    return headline(replace(resource, name=_cut(resource.name), state=_cut(resource.state)))


def _cut(text: str) -> str:
    return text if len(text) <= _NAME_CHARACTERS else f"{text[:_NAME_CHARACTERS]}…"
