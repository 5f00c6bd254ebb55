"""Every value that is written down, as hypothesis makes them up."""

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from bot.domain.access import Decision, Grant, Place, Right, Role, Scope, Why
from bot.domain.approvals import Request, State
from bot.domain.attachments import Attached, Preparation, WhyMissing
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Call, Confirmation, Origin, Way
from bot.domain.changes import Look
from bot.domain.digests import Digest, Standing
from bot.domain.facts import (
    AccessGone,
    Actors,
    Alarmed,
    ApprovalAsked,
    ApprovalEnded,
    Arrived,
    CardOpened,
    ChartAsked,
    ComparisonAsked,
    CutOff,
    CutOffEnd,
    Fact,
    FollowExpired,
    Gathered,
    JobGone,
    Moved,
    Outage,
    OutageBegan,
    OutageEnded,
    RightsChanged,
    RunAppeared,
    StopAsked,
    Undeliverable,
    Unreadable,
    Vanished,
    VersionAsked,
    WatchExpired,
)
from bot.domain.forms import (
    ChoiceField,
    Field,
    FileField,
    Form,
    Menu,
    NumberField,
    Option,
    SearchField,
    TextField,
    When,
)
from bot.domain.glance import Glance, Range
from bot.domain.ids import Kind, ResourceId
from bot.domain.messages import (
    Channel,
    Code,
    Group,
    Link,
    Listing,
    Moment,
    Person,
    Sentence,
    Span,
    Value,
)
from bot.domain.moments import Happened
from bot.domain.resources import (
    Checkpoint,
    CompressionOption,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
    TokenLimit,
)
from bot.domain.symptoms import LossGone, LossRising, Queued, Slowed, Stalled, Symptom
from bot.domain.track import Point, Track

# Half a surrogate pair and NUL are texts too, as far as Python and JSON are concerned.
texts = st.text(st.characters(exclude_categories=()), max_size=20)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=offsets)
numbers = st.none() | st.floats()


def ids(kind: Kind) -> st.SearchStrategy[ResourceId]:
    """Ids of one kind."""
    return st.from_regex(r"[a-z0-9]{12}", fullmatch=True).map(
        lambda suffix: ResourceId(kind, f"{kind}-{suffix}")
    )


def few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Up to three of them."""
    return st.lists(values, max_size=3).map(tuple)


shared: dict[str, Any] = {
    "state": texts,
    "phase": st.sampled_from(Phase),
    "name": texts,
    "created_at": st.none() | moments,
    "finished_at": st.none() | moments,
    "failure": st.none() | st.builds(Failure, texts, texts),
}
checkpoints = st.builds(Checkpoint, st.integers(0, 10**9), numbers, numbers)
runs = st.builds(
    FineTuningTask,
    id=ids(Kind.TASK),
    progress=st.none() | st.integers(0, 100),
    metrics=few(st.tuples(texts, texts)),
    checkpoints=few(checkpoints),
    **shared,
)
resources = st.one_of(
    runs,
    st.builds(CompressionTask, id=ids(Kind.COMPRESSION), sparsity_ratio=numbers, **shared),
    st.builds(
        ModelVersion,
        id=ids(Kind.VERSION),
        source_type=texts,
        modified_at=st.none() | moments,
        token_limits=few(st.tuples(texts, few(st.builds(TokenLimit, texts, st.integers())))),
        uses=few(st.tuples(texts, st.booleans())),
        compression_options=few(st.builds(CompressionOption, texts, texts, numbers)),
        advanced_settings=few(st.tuples(texts, texts)),
        **shared,
    ),
)
looks = st.builds(Look, resources, moments)
points = st.builds(Point, moments, st.integers(0, 100))
tracks = st.builds(
    Track, st.none() | moments, st.none() | moments, few(points), st.none() | moments
)
actors = st.builds(Actors, texts, texts)
happenings = st.builds(Happened, st.none() | moments, moments, st.none() | moments)
glances = st.builds(
    Glance,
    st.sampled_from(Phase),
    texts,
    st.none() | st.integers(0, 100),
    st.none() | st.builds(Range, st.none() | moments, moments),
    st.none() | moments,
    st.none() | happenings,
    st.none() | actors,
    st.booleans(),
    st.booleans(),
)
times = st.floats(allow_nan=False)
symptoms_by_kind: dict[type, st.SearchStrategy[Symptom]] = {
    Queued: st.builds(Queued, moments, st.timedeltas()),
    Stalled: st.builds(Stalled, moments, st.timedeltas(), st.integers(0, 100)),
    Slowed: st.builds(Slowed, moments, moments, moments, times),
    LossGone: st.builds(LossGone, st.integers(), st.none() | st.integers()),
    LossRising: st.builds(LossRising, st.integers(), times, st.integers(), times),
}
moved = st.builds(
    Moved,
    resource=resources,
    before=st.sampled_from(Phase),
    before_state=texts,
    happened=happenings,
    running_since=st.none() | moments,
    stopped_by=st.none() | actors,
    queued_since=st.none() | moments,
    mention=texts,
)
vanished = st.builds(Vanished, resources, happenings, texts)
standings = st.builds(
    Standing, resources, st.none() | moments, st.none() | moments, st.none() | moments
)
facts_by_kind: dict[type, st.SearchStrategy[Fact]] = {
    CardOpened: st.builds(CardOpened, resources, texts, st.none() | moments),
    Moved: moved,
    Vanished: vanished,
    Gathered: st.builds(Gathered, few(moved | vanished)),
    Digest: st.builds(
        Digest,
        moments,
        moments,
        few(standings),
        few(standings),
        few(standings),
        st.integers(),
        st.integers(),
        st.integers(),
        st.integers(),
    ),
    WatchExpired: st.builds(WatchExpired, resources),
    StopAsked: st.builds(StopAsked, resources, actors, st.booleans()),
    AccessGone: st.builds(AccessGone, texts, texts, texts),
    Undeliverable: st.builds(Undeliverable, texts, texts, texts),
    Unreadable: st.builds(Unreadable, resources, moments),
    Alarmed: st.builds(Alarmed, resources, st.one_of(list(symptoms_by_kind.values())), texts),
    OutageBegan: st.builds(OutageBegan, texts, st.sampled_from(Outage), moments),
    OutageEnded: st.builds(OutageEnded, texts, st.sampled_from(Outage), moments, moments),
    VersionAsked: st.builds(
        VersionAsked, actors, texts, texts, texts, st.none() | st.integers(0, 10**9), texts
    ),
    RunAppeared: st.builds(RunAppeared, resources, texts),
    FollowExpired: st.builds(FollowExpired, texts),
    JobGone: st.builds(JobGone, texts),
    CutOff: st.builds(CutOff, texts, texts, st.sampled_from(CutOffEnd), texts, texts),
    ApprovalAsked: st.builds(
        ApprovalAsked, st.integers(), texts, texts, texts, actors, st.integers(), moments
    ),
    ApprovalEnded: st.builds(
        ApprovalEnded,
        st.integers(),
        texts,
        texts,
        st.sampled_from(["approved", "declined", "expired"]),
        texts,
        few(texts),
        texts,
    ),
    RightsChanged: st.builds(RightsChanged, texts, texts, texts, st.booleans(), texts, texts),
    Arrived: st.builds(Arrived),
    ChartAsked: st.builds(ChartAsked, runs, texts, texts),
    ComparisonAsked: st.builds(ComparisonAsked, few(runs), texts, texts),
}
facts = st.one_of(list(facts_by_kind.values()))
plain_by_kind: dict[type, st.SearchStrategy[Value]] = {
    str: texts | st.integers().map(str) | moments.map(datetime.isoformat),
    int: st.integers(),
    Code: st.builds(Code, texts),
    Person: st.builds(Person, texts),
    Group: st.builds(Group, texts),
    Channel: st.builds(Channel, texts),
    Link: st.builds(Link, texts, texts),
    Moment: st.builds(Moment, moments, st.booleans()),
    Span: st.builds(Span, st.timedeltas()),
}


def nested(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """Values that hold values."""
    return st.builds(Listing, few(values)) | st.builds(Sentence, texts, few_by_name(values))


def few_by_name(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Up to three of them, each by a name; names are the code's own, and so whole texts."""
    return st.dictionaries(st.text(max_size=10), values, max_size=3)


any_value = st.recursive(st.one_of(list(plain_by_kind.values())), nested, max_leaves=6)
sentences = st.builds(Sentence, texts, few_by_name(any_value))
every_field: dict[str, Any] = {
    "name": texts,
    "label": sentences,
    "help": st.none() | sentences,
    "required": st.booleans(),
    "applies": few(st.builds(When, texts, few(texts))),
}
options = st.builds(Option, texts, sentences, st.none() | sentences)
fields_by_kind: dict[type, st.SearchStrategy[Field]] = {
    TextField: st.builds(
        TextField,
        longest=st.integers(0, 10**6),
        multiline=st.booleans(),
        forbidden=texts,
        **every_field,
    ),
    NumberField: st.builds(NumberField, least=st.integers(), most=st.integers(), **every_field),
    ChoiceField: st.builds(ChoiceField, options=few(options), open=st.booleans(), **every_field),
    SearchField: st.builds(SearchField, menu=st.sampled_from(Menu), **every_field),
    FileField: st.builds(FileField, endings=few(texts), **every_field),
}
forms = st.builds(
    Form,
    command=texts,
    title=sentences,
    submit=sentences,
    fields=few(st.one_of(list(fields_by_kind.values()))),
    settled=few_by_name(texts),
    values=few_by_name(texts),
    intro=few(sentences),
    warnings=few(sentences),
    told=few_by_name(sentences),
)
names = st.sampled_from(["ids", "reason", "in", "for"])
arguments = st.dictionaries(names, texts | few(texts), max_size=3)
calls = st.builds(Call, texts, arguments)
questions = st.builds(Confirmation, calls, texts, texts, moments, texts, st.none() | forms)
some = st.frozensets(texts, max_size=3)
scopes = st.builds(Scope, some, some, some, some)
roles = st.sampled_from(Role)
decisions = st.builds(
    Decision,
    st.booleans(),
    st.sampled_from(Why),
    st.builds(Right, texts, roles, st.booleans()),
    roles,
    st.none() | scopes | st.builds(Grant, roles, scopes, texts),
    few(texts),
)
places = st.builds(Place, texts, st.booleans(), st.booleans())
origins = st.builds(Origin, texts, places, st.sampled_from(Way), moments, texts, st.booleans())
attempts = st.builds(Asked, moments, origins, texts, calls, decisions)
spans = st.timedeltas(timedelta(0), timedelta(days=100))
ends = st.builds(Ended, moments, texts, spans, st.none() | texts)
attached = st.builds(Attached, texts, texts, st.booleans(), st.none() | st.sampled_from(WhyMissing))
preparations = st.builds(Preparation, st.integers(0, 10), few(attached))
requests = st.builds(
    Request,
    number=st.integers(),
    call=calls,
    origin=origins,
    account=texts,
    target=texts,
    seen=texts,
    needed=st.integers(0, 10),
    until=moments,
    reason=texts,
    approvers=few(texts),
    state=st.sampled_from(State),
)
