"""What is worth telling a channel, kept as facts and put into words when it is sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeGuard

from bot.domain.digests import Digest
from bot.domain.moments import Happened
from bot.domain.resources import CompressionTask, FineTuningTask, ModelVersion, Phase
from bot.domain.symptoms import Symptom, is_serious

#: Goes up when a stored fact could no longer be read by this code.
SCHEMA_VERSION = 3

#: Why a channel hears nothing that Slack would let it hear.
SHARED = "shared with another organisation"


class Notify(StrEnum):
    """How much of a watched thing's life a channel wants to hear, from most to least."""

    ALL = "all"
    ENDS = "ends"
    FAILURES = "failures"


def loudest(*levels: Notify) -> Notify:
    """The level that tells most."""
    return min(levels, key=list(Notify).index)


@dataclass(frozen=True)
class Actors:
    """Who did something through qfbot, and why."""

    user_id: str
    reason: str = ""


@dataclass(frozen=True)
class CardOpened:
    """A watch began: the card that is edited from now on.

    `seen_at` is when the thing was seen like that (world time).
    """

    resource: FineTuningTask | CompressionTask | ModelVersion
    watcher: str
    seen_at: datetime | None = None
    type: Literal["card_opened"] = "card_opened"


@dataclass(frozen=True)
class Moved:
    """A watched thing went from one state to another.

    `queued_since` and `running_since` are when qfbot first saw it wait and run, so that it can
    tell how long it took. `mention` is whom to mention with its end: a user's or a user group's id.
    """

    resource: FineTuningTask | CompressionTask | ModelVersion
    before: Phase
    before_state: str
    happened: Happened
    running_since: datetime | None = None
    stopped_by: Actors | None = None
    queued_since: datetime | None = None
    mention: str = ""
    type: Literal["moved"] = "moved"


@dataclass(frozen=True)
class Vanished:
    """Qianfan no longer knows a thing that is watched."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    happened: Happened
    mention: str = ""
    type: Literal["vanished"] = "vanished"


@dataclass(frozen=True)
class Gathered:
    """Several ends in one account that came soon after each other; one message tells them all."""

    ends: tuple[Moved | Vanished, ...]
    type: Literal["gathered"] = "gathered"


@dataclass(frozen=True)
class WatchExpired:
    """A watch's time is up."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    type: Literal["watch_expired"] = "watch_expired"


@dataclass(frozen=True)
class StopAsked:
    """Somebody stopped a run through qfbot."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    by: Actors
    accepted: bool
    type: Literal["stop_asked"] = "stop_asked"


@dataclass(frozen=True)
class AccessGone:
    """The bot can no longer write in a channel; told to the watch's owner directly."""

    channel_id: str
    resource_id: str
    reason: str
    type: Literal["access_gone"] = "access_gone"


@dataclass(frozen=True)
class Undeliverable:
    """Slack would not take a message in any form; told to the watch's owner directly."""

    channel_id: str
    resource_id: str
    reason: str
    type: Literal["undeliverable"] = "undeliverable"


@dataclass(frozen=True)
class Unreadable:
    """A watched thing cannot be read since a while (world time), though its account serves."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    since: datetime
    type: Literal["unreadable"] = "unreadable"


@dataclass(frozen=True)
class Alarmed:
    """A watched thing goes on, and something is wrong with it by the channel's limits."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    symptom: Symptom
    mention: str = ""
    type: Literal["alarmed"] = "alarmed"


class Outage(StrEnum):
    """Why nothing can be learned of an account's runs."""

    DOWN = "down"
    THROTTLED = "throttled"
    CREDENTIALS = "credentials"
    DENIED = "denied"
    CLOCK = "clock"
    BROKEN = "broken"


@dataclass(frozen=True)
class OutageBegan:
    """Qianfan has told nothing of an account's runs since a while (world time)."""

    account: str
    outage: Outage
    since: datetime
    type: Literal["outage_began"] = "outage_began"


@dataclass(frozen=True)
class OutageEnded:
    """Qianfan serves an account again, which it did not between two times (world)."""

    account: str
    outage: Outage
    since: datetime
    until: datetime
    type: Literal["outage_ended"] = "outage_ended"


@dataclass(frozen=True)
class VersionAsked:
    """Somebody had a model version made through qfbot, from a run or from object storage.

    `made_from` is the run's id or the address; `version_id` is empty where nobody knows whether
    there is one.
    """

    by: Actors
    model_set_id: str
    version_id: str
    made_from: str
    step: int | None = None
    description: str = ""
    type: Literal["version_asked"] = "version_asked"


@dataclass(frozen=True)
class RunAppeared:
    """A followed run that had ended already when qfbot first saw it."""

    resource: FineTuningTask | CompressionTask | ModelVersion
    mention: str = ""
    type: Literal["run_appeared"] = "run_appeared"


@dataclass(frozen=True)
class FollowExpired:
    """The time of a follow is up; `selection` is the command line that begins it again."""

    selection: str
    type: Literal["follow_expired"] = "follow_expired"


@dataclass(frozen=True)
class JobGone:
    """Qianfan no longer knows a job whose runs were followed: the follow is over."""

    job: str
    type: Literal["job_gone"] = "job_gone"


class CutOffEnd(StrEnum):
    """What is known of a change during which the process ended."""

    DONE = "done"
    NOT_DONE = "not done"
    PERHAPS = "perhaps"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class CutOff:
    """The process ended while somebody's command was at work; told to them directly.

    `target` is what it was about, `made` the version that it made, `state` what Qianfan says
    of the target now.
    """

    command: str
    target: str
    end: CutOffEnd
    made: str = ""
    state: str = ""
    type: Literal["cut_off"] = "cut_off"


@dataclass(frozen=True)
class ApprovalAsked:
    """Somebody's change waits for others to agree; `target` is what it is about."""

    number: int
    command: str
    target: str
    state: str
    by: Actors
    needed: int
    until: datetime
    type: Literal["approval_asked"] = "approval_asked"


@dataclass(frozen=True)
class ApprovalEnded:
    """What became of a request for approval; `by` declined it, where somebody did."""

    number: int
    command: str
    target: str
    outcome: Literal["approved", "declined", "expired"]
    asker: str
    by: tuple[str, ...] = ()
    reason: str = ""
    type: Literal["approval_ended"] = "approval_ended"


@dataclass(frozen=True)
class RightsChanged:
    """Somebody gave a role to somebody in the chat, or took it away."""

    by: str
    subject: str
    role: str
    given: bool
    channel_id: str = ""
    account: str = ""
    type: Literal["rights_changed"] = "rights_changed"


@dataclass(frozen=True)
class Arrived:
    """The bot was brought into a channel."""

    type: Literal["arrived"] = "arrived"


@dataclass(frozen=True)
class ChartAsked:
    """Somebody wants a run's loss curve shown to a channel, or in one of its threads."""

    resource: FineTuningTask
    by: str
    thread_ts: str = ""
    type: Literal["chart_asked"] = "chart_asked"


@dataclass(frozen=True)
class ComparisonAsked:
    """Somebody wants runs shown side by side to a channel, or in one of its threads."""

    runs: tuple[FineTuningTask, ...]
    by: str
    thread_ts: str = ""
    type: Literal["comparison_asked"] = "comparison_asked"


Fact = (
    CardOpened
    | Moved
    | Vanished
    | Gathered
    | Digest
    | WatchExpired
    | StopAsked
    | AccessGone
    | Undeliverable
    | Unreadable
    | Alarmed
    | OutageBegan
    | OutageEnded
    | VersionAsked
    | RunAppeared
    | FollowExpired
    | JobGone
    | CutOff
    | ApprovalAsked
    | ApprovalEnded
    | RightsChanged
    | Arrived
    | ChartAsked
    | ComparisonAsked
)


def heard_by(fact: Fact, *, muted: bool = False) -> frozenset[Notify]:
    """Which channels want to hear it, by what they asked to be told.

    Those for which the thing is `muted` hear nothing of it but its end.
    """
    if muted and not is_end(fact):
        return frozenset()
    match fact:
        case Alarmed(symptom=symptom) if not is_serious(symptom):
            return frozenset({Notify.ALL, Notify.ENDS})
        case Moved(resource=resource) if resource.phase is Phase.FAILED:
            return frozenset(Notify)
        case Moved(resource=resource) if not resource.phase.is_final:
            return frozenset({Notify.ALL})
        case Moved():
            return frozenset({Notify.ALL, Notify.ENDS})
        case _:
            return frozenset(Notify)


def is_end(fact: Fact) -> TypeGuard[Moved | Vanished]:
    """Whether it tells that a watched thing's life is over."""
    match fact:
        case Moved(resource=resource):
            return resource.phase.is_final
        case _:
            return isinstance(fact, Vanished)


def is_failure(fact: Fact) -> bool:
    """Whether it tells that something failed."""
    match fact:
        case Moved(resource=resource) | RunAppeared(resource=resource):
            return resource.phase is Phase.FAILED
        case Gathered(ends=ends):
            return any(map(is_failure, ends))
        case _:
            return False
