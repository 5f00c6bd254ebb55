"""Values as JSON and back: all of them, and those of older and newer neighbours."""

import json
import math
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.access import Decision, Grant, Place, Right, Role, Scope, Why
from bot.domain.audit import Asked, Ended
from bot.domain.calls import Call, Confirmation, Origin, Way
from bot.domain.changes import Look
from bot.domain.errors import StoreError
from bot.domain.facts import (
    AccessGone,
    Actors,
    CardOpened,
    Moved,
    StopAsked,
    Vanished,
    WatchExpired,
)
from bot.domain.ids import Kind, ResourceId
from bot.domain.moments import Happened
from bot.domain.resources import (
    Checkpoint,
    CompressionTask,
    Failure,
    FineTuningTask,
    ModelVersion,
    Phase,
)
from bot.store.codec import ACTORS, ASKED, CONFIRMATION, ENDED, FACT, LOOK, Form
from tests.contract.store.values import WORLD, look

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


shared: dict[str, Any] = {
    "state": texts,
    "phase": st.sampled_from(Phase),
    "name": texts,
    "created_at": st.none() | moments,
    "finished_at": st.none() | moments,
    "failure": st.none() | st.builds(Failure, texts, texts),
}
checkpoints = st.builds(Checkpoint, st.integers(0, 10**9), numbers, numbers)
resources = st.one_of(
    st.builds(
        FineTuningTask,
        id=ids(Kind.TASK),
        progress=st.none() | st.integers(0, 100),
        metrics=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
        checkpoints=st.lists(checkpoints, max_size=3).map(tuple),
        **shared,
    ),
    st.builds(CompressionTask, id=ids(Kind.COMPRESSION), sparsity_ratio=numbers, **shared),
    st.builds(ModelVersion, id=ids(Kind.VERSION), source_type=texts, **shared),
)
looks = st.builds(Look, resources, moments)
actors = st.builds(Actors, texts, texts)
happenings = st.builds(Happened, st.none() | moments, moments, st.none() | moments)
facts = st.one_of(
    st.builds(CardOpened, resources, texts),
    st.builds(
        Moved,
        resource=resources,
        before=st.sampled_from(Phase),
        before_state=texts,
        happened=happenings,
        running_since=st.none() | moments,
        stopped_by=st.none() | actors,
    ),
    st.builds(Vanished, resources, happenings),
    st.builds(WatchExpired, resources),
    st.builds(StopAsked, resources, actors, st.booleans()),
    st.builds(AccessGone, texts, texts, texts),
)
names = st.sampled_from(["ids", "reason", "in", "for"])
arguments = st.dictionaries(names, texts | st.lists(texts, max_size=3).map(tuple), max_size=3)
calls = st.builds(Call, texts, arguments)
questions = st.builds(Confirmation, calls, texts, texts, moments, texts)
some = st.frozensets(texts, max_size=3)
scopes = st.builds(Scope, some, some, some, some)
roles = st.sampled_from(Role)
decisions = st.builds(
    Decision,
    st.booleans(),
    st.sampled_from(Why),
    st.builds(Right, texts, roles, st.booleans()),
    roles,
    st.none() | scopes | st.builds(Grant, roles, scopes),
    st.lists(texts, max_size=3).map(tuple),
)
places = st.builds(Place, texts, st.booleans(), st.booleans())
origins = st.builds(Origin, texts, places, st.sampled_from(Way), moments, texts, st.booleans())
attempts = st.builds(Asked, moments, origins, texts, calls, decisions)
spans = st.timedeltas(timedelta(0), timedelta(days=100))
ends = st.builds(Ended, moments, texts, spans, st.none() | texts)


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (LOOK, looks),
        (FACT, facts),
        (ACTORS, actors),
        (CONFIRMATION, questions),
        (ASKED, attempts),
        (ENDED, ends),
    ],
    ids=["look", "fact", "actors", "question", "asked", "ended"],
)
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_what_is_written_is_read_again(
    form: Form[Any], values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    value = data.draw(values)
    text = form.write(value)

    again = form.read(text)

    assert type(again) is type(value)
    assert text.isascii()
    # NaN is not equal to itself.
    assert again == value or ("NaN" in text and form.write(again) == text)


def test_a_loss_that_is_no_number_survives() -> None:
    run = FineTuningTask(
        id=look().resource.id,
        state="Running",
        phase=Phase.RUNNING,
        checkpoints=(Checkpoint(1, math.nan, math.inf),),
    )

    read = LOOK.read(LOOK.write(Look(run, WORLD))).resource

    assert isinstance(read, FineTuningTask)
    assert math.isnan(read.checkpoints[0].training_loss or 0)
    assert read.checkpoints[0].perplexity == math.inf


def test_fields_of_a_later_version_are_left_aside() -> None:
    data = json.loads(FACT.write(CardOpened(look().resource, "U0ADA")))
    data["mood"] = "sunny"
    data["resource"]["gpu_hours"] = 12.5
    data["resource"]["id"]["region"] = "bj"

    assert FACT.read(json.dumps(data)) == CardOpened(look().resource, "U0ADA")


def test_fields_that_an_earlier_version_did_not_have_get_their_default() -> None:
    data = json.loads(LOOK.write(look()))
    del data["resource"]["metrics"], data["resource"]["job_id"]

    assert LOOK.read(json.dumps(data)) == look()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "{}", '{"type": "moved"}'])
def test_what_is_no_fact_is_an_error_of_the_store(text: str) -> None:
    with pytest.raises(StoreError, match="a stored fact cannot be read"):
        FACT.read(text)


def test_a_fact_of_an_unknown_type_is_an_error_of_the_store() -> None:
    text = FACT.write(CardOpened(look().resource, "U0ADA")).replace("card_opened", "card_closed")

    with pytest.raises(StoreError):
        FACT.read(text)
