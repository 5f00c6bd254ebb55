"""What the inside needs from the outside, as the narrow interfaces that it uses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.access import Actor, Grant, Place, Role
from bot.domain.approvals import Request
from bot.domain.audit import Asked, Attempt, Ended, Record
from bot.domain.calls import Confirmation
from bot.domain.changes import Look
from bot.domain.creation import NewVersion
from bot.domain.errors import PlatformError
from bot.domain.facts import Actors, Fact
from bot.domain.following import Follow, Selection
from bot.domain.ids import ResourceId
from bot.domain.listings import Job, Listed, ModelSet
from bot.domain.messages import Message, Sentence
from bot.domain.resources import CompressionTask, FineTuningTask
from bot.domain.watching import Announcement, Card, Duty, Thing, Watch, Watched


class Clock(Protocol):
    """Two clocks; in production they are one.

    *Wall*: signatures, leases, rate limits, Retry-After. *World*: the runs, when to look,
    expiry of watches and questions, every time that a person reads. Both are aware, in UTC.
    """

    def wall(self) -> datetime: ...

    def world(self) -> datetime: ...


@dataclass(frozen=True)
class StopAnswer:
    """Qianfan's answer to a request to stop something."""

    accepted: bool
    request_id: str | None


@dataclass(frozen=True)
class Created:
    """Qianfan's answer to a request to make a model version."""

    version: ResourceId
    model_set: ResourceId
    request_id: str | None


@dataclass(frozen=True)
class File:
    """A file that somebody gave in a form."""

    name: str
    content: bytes


class Platform(Protocol):
    """One Qianfan account. Every method raises a PlatformError where Qianfan does not serve it."""

    async def look(
        self, resource: ResourceId, *, max_age: timedelta = timedelta(0), urgent: bool = False
    ) -> Look:
        """What Qianfan says of a thing, or said at most `max_age` ago.

        `urgent`: a person waits for it, so that it goes before the watcher's own looks.
        """

    async def stop(self, resource: ResourceId) -> StopAnswer:
        """Ask once, never again, that a run or a compression task be stopped.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def create(self, version: NewVersion) -> Created:
        """Ask once, never again, that a model version be made.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def upload_template(self, file: File) -> str:
        """Store a conversation's template once, and return the name it has there.

        Raises OutcomeUnknown where the answer was lost.
        """

    async def model_set(self, model_set: ResourceId) -> ModelSet:
        """A model with its versions; somebody waits for it."""

    async def advanced_configurations(
        self, model_format: str, application_type: str
    ) -> Sequence[str]:
        """What `advanceConf` may be for an import; somebody waits for it."""

    async def jobs(self, *, urgent: bool = False) -> Listed[Job]:
        """The account's fine-tuning jobs, the newest first."""

    async def runs(self, job: ResourceId, *, urgent: bool = False) -> Listed[FineTuningTask]:
        """A job's runs, the newest first; a list tells less of a run than a look at it."""

    async def model_sets(self, *, urgent: bool = False) -> Listed[ModelSet]:
        """The account's own models, the newest first."""

    async def compressions(self, *, urgent: bool = False) -> Listed[CompressionTask]:
        """The account's compression tasks, the newest first."""


class Window(Protocol):
    """A dialog on the asker's screen, where one can be opened."""

    async def open(self, title: Sentence) -> bool:
        """Open it now, before anything that takes time; what it shows comes with the reply.

        False where none can be opened: then the reply goes the ordinary way.
        """


class Files(Protocol):
    """The files that people give in forms."""

    async def read(self, field: str, file_id: str, user_id: str, largest: int) -> File:
        """The file, where that person gave it; `largest` in bytes. Raises FileUnfit."""


class Catalogue(Protocol):
    """What an account has, kept in the background, so that a menu never waits for Qianfan."""

    def model_sets(self, account: str) -> Listed[ModelSet] | PlatformError | None:
        """The models as last listed, or why they cannot be; None where nobody asked yet."""

    def runs(self, account: str) -> Listed[FineTuningTask] | PlatformError | None:
        """The runs as last listed, the newest first, or why they cannot be."""

    def compressions(self, account: str) -> Listed[CompressionTask] | PlatformError | None:
        """The compression tasks as last listed for somebody, or why they cannot be."""

    async def refresh_runs(self, account: str) -> Listed[FineTuningTask]:
        """List anew what is likely to have changed of the newest jobs' runs.

        Somebody waits for it, as for all that follow; raises Busy where that takes too long.
        """

    async def refresh_job(self, account: str, job: ResourceId) -> Listed[FineTuningTask]:
        """List the runs of one job, where that was not done just now."""

    async def refresh_model_sets(self, account: str) -> Listed[ModelSet]:
        """List the models anew."""

    async def refresh_compressions(self, account: str) -> Listed[CompressionTask]:
        """List the compression tasks anew."""


class Follows(Protocol):
    """Who wants to hear of runs that do not exist yet, and which runs are no news."""

    async def begin(self, follow: Follow) -> bool:
        """Follow; False where the channel followed the same already, and it is renewed."""

    async def end(self, account: str, channel_id: str, selection: Selection | None) -> int:
        """End the channel's follows, or the one of that selection; how many there were."""

    async def in_channel(self, channel_id: str) -> Sequence[Follow]: ...

    async def everywhere(self) -> Sequence[Follow]: ...

    async def expired(self, world: datetime) -> Sequence[Follow]:
        """The follows whose time is up."""

    async def news(self, account: str, runs: Sequence[ResourceId]) -> Sequence[ResourceId]:
        """Those of the runs that were never noted, in their order."""

    async def note(self, account: str, runs: Sequence[ResourceId], at: datetime) -> None:
        """They are no news any more (world time)."""

    async def appeared(
        self, account: str, run: ResourceId, at: datetime, facts: Sequence[tuple[str, Fact]]
    ) -> None:
        """Note a run, and owe channels what each is to hear of it, in one transaction.

        Nothing is owed where it was noted meanwhile.
        """

    async def end_with(self, follow: Follow, fact: Fact) -> None:
        """End one follow and tell its channel why, in one transaction."""


class People(Protocol):
    """Who somebody is, and where one may write. Raises PersonUnknown where Slack does not say."""

    async def actor(self, user_id: str, team_id: str) -> Actor: ...

    async def place(self, channel_id: str) -> Place: ...

    async def is_member(self, channel_id: str, user_id: str) -> bool: ...

    async def direct_channel(self, user_id: str) -> str:
        """The channel of the direct messages between the bot and somebody."""

    async def check_can_post(self, channel_id: str) -> None:
        """Raises CannotPost where the bot may not write in the channel."""

    def forget_groups(self) -> None:
        """The members of a user group have changed: they are looked up anew."""


@dataclass(frozen=True)
class Posted:
    """Where a message now stands."""

    channel_id: str
    ts: str


class Announcer(Protocol):
    """Writes in channels. Raises a SendError where a message was, or may be, not taken."""

    async def post(
        self, announcement: Announcement, message: Message, *, broadcast: bool = False
    ) -> Posted:
        """Post once, with the announcement's key as metadata, in its thread if it has one."""

    @property
    def can_search(self) -> bool:
        """Whether `find` may read what it searches; without the history scopes it finds nothing."""

    async def edit(self, card: Card, message: Message) -> None:
        """Show a card anew."""

    async def find(self, announcement: Announcement, since: datetime) -> Posted | None:
        """The message that bears the announcement's key, where the channel has it."""


class Watches(Protocol):
    """The watches and the things that they follow."""

    async def begin(self, watch: Watch, look: Look) -> bool:
        """Follow a thing in a channel and open its card there; False where it was followed already.

        A watch that is there already gets the new time limit and level of notices.
        """

    async def end(self, thing: Thing, channel_id: str) -> Watch | None:
        """Follow it there no more; the watch that was ended, where there was one."""

    async def in_channel(self, channel_id: str) -> Sequence[Watched]: ...

    async def of_owner(self, user_id: str) -> Sequence[Watched]: ...

    async def everywhere(self) -> Sequence[Watched]: ...

    async def channels_of(self, thing: Thing) -> Collection[str]:
        """The channels that follow a thing, or ever did."""

    async def note_stop(self, thing: Thing, by: Actors, *, accepted: bool) -> None:
        """Remember who asks to stop a thing, and have it looked at soon.

        Before it is `accepted`, nobody takes the place of one who asked before.
        """

    async def forget_stop(self, thing: Thing, by: Actors) -> None:
        """It was not stopped at this person's request; who else asked stays noted."""

    async def claim_due(
        self, world: datetime, wall: datetime, lease: timedelta, limit: int
    ) -> Sequence[Duty]:
        """Things that are due, each claimed until `wall + lease`, the longest overdue first."""

    async def record(
        self,
        duty: Duty,
        look: Look,
        facts: Sequence[Fact],
        next_look: datetime | None,
        running_since: datetime | None,
    ) -> bool:
        """The new state and the announcements that it causes, in one transaction.

        Each channel gets the facts that it wants to hear. Where there is no next look, the
        thing's watches end. False where a newer look was recorded meanwhile: nothing is written.
        """

    async def postpone(
        self, duty: Duty, next_look: datetime, failures: int, denials: int = 0
    ) -> None:
        """A look that failed: when to try again, and how often in a row it has failed so."""

    async def expired(self, world: datetime) -> Sequence[Watched]:
        """The watches whose time is up."""

    async def end_with(self, watch: Watch, fact: Fact) -> None:
        """End one watch and tell its channel why, in one transaction."""


class Outbox(Protocol):
    """The announcements that channels are owed, in order, channel by channel."""

    async def add(self, channel_id: str, account: str, fact: Fact) -> None: ...

    async def claim(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Announcement]:
        """The first announcement of each channel that may be sent now, each claimed until
        `wall + lease`; no channel has two in hand."""

    async def attempting(self, announcement: Announcement, at: datetime) -> None:
        """An attempt is about to be made; written before the call.

        Raises StoreError where it may not be made: another process has the channel in hand
        meanwhile, or the announcement is settled.
        """

    async def sent(
        self, announcement: Announcement, posted: Posted, at: datetime, *, next_post: datetime
    ) -> None:
        """It stands in its channel, which hears nothing more before `next_post` (wall)."""

    async def try_at(self, announcement: Announcement, at: datetime) -> None:
        """Certainly nothing was posted: try again then."""

    async def search_at(self, announcement: Announcement, at: datetime, *, counts: bool) -> None:
        """Perhaps something was posted: look for it then, before anything is sent again.

        `counts`: it was just looked for in vain.
        """

    async def parked(self, announcement: Announcement, reason: str) -> None:
        """It can never be sent; the channel goes on without it."""

    async def blocked(self, announcement: Announcement, reason: str, until: datetime) -> None:
        """The channel cannot be written to: mark its watches, and tell their owners once.

        What is known of an attempt whose outcome is unclear stays known.
        """

    async def unblocked(self, channel_id: str) -> None:
        """The channel can be written to again, as somebody found who asked: go on at once."""

    async def pending(self) -> int:
        """How many announcements are still owed."""

    async def claim_cards(self, wall: datetime, lease: timedelta, limit: int) -> Sequence[Card]:
        """Cards that show something old and may be edited now, each claimed."""

    async def card_shown(self, card: Card, at: datetime, next_edit: datetime) -> None:
        """The card shows its look now, and is not to be edited before `next_edit` (wall)."""


class Confirmations(Protocol):
    """The questions that a button answers, by the name that the button carries."""

    async def keep(self, confirmation: Confirmation) -> str:
        """Remember a question; its name cannot be guessed."""

    async def find(self, name: str) -> Confirmation | None: ...

    async def use(self, name: str, at: datetime) -> bool:
        """Use it up; False where that was done before."""


@dataclass(frozen=True)
class ChatGrant:
    """A role that was given in a chat; `number` names it where it is taken away."""

    number: int
    grant: Grant
    at: datetime


class Grants(Protocol):
    """The roles that were given in chats. What was taken away stays as history."""

    async def all(self) -> Sequence[ChatGrant]:
        """Those in force, the oldest first."""

    async def give(self, grant: Grant, at: datetime) -> bool:
        """Give a role (world time); False where it was given already just so."""

    async def take(self, subject: str, role: Role | None, by: str, at: datetime) -> int:
        """Take a role, or all, from a subject; how many grants that ended."""


class Approvals(Protocol):
    """The changes that wait for others to agree."""

    async def ask(self, request: Request) -> Request:
        """Keep a request and owe its channel the question, in one transaction; with its number."""

    async def find(self, number: int) -> Request | None: ...

    async def agree(self, number: int, by: str, at: datetime) -> Request:
        """Somebody agrees (world time); the request as it is then. Agreeing twice counts once.

        The last that was missing makes it APPROVED, and owes the channel the news, in one
        transaction. One that waits no more stays as it is.
        """

    async def decline(self, number: int, by: str, reason: str, at: datetime) -> Request:
        """Somebody declines, and channel and asker are owed the news; as it is then."""

    async def expired(self, world: datetime) -> int:
        """End those whose time is up, and owe their askers the news; how many there were."""

    async def approved(self) -> Sequence[Request]:
        """Those that everybody agreed to and that nobody has started."""

    async def start(self, request: Request, asked: Asked) -> int | None:
        """Start one: its audit row is written in the same transaction; None where it was started.

        Raises AuditUnavailable.
        """


class Audit(Protocol):
    """Who asked for what, and what came of it. Rows are added and never changed.

    Raises AuditUnavailable where a row cannot be written.
    """

    async def asked(self, asked: Asked) -> int: ...

    async def ended(self, attempt: int, ended: Ended) -> None: ...

    async def unfinished(self, before: datetime) -> Sequence[Attempt]:
        """The attempts from before then (wall) whose end was never written down, oldest first."""

    async def records(
        self, *, about: str = "", user_id: str = "", since: datetime | None = None, last: int = 20
    ) -> Sequence[Record]:
        """The newest attempts, the newest first: about an id, of a person, since then (wall)."""

    async def close(self, attempt: Attempt, ended: Ended, fact: Fact | None) -> bool:
        """Write down the end of an attempt that was cut off, and owe its asker the fact.

        In one transaction; False where its end was written down meanwhile.
        """
