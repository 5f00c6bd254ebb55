"""Values as JSON and back: all of them, and those of older and newer neighbours."""

import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.access import Grant, Role, Scope
from bot.domain.changes import Look
from bot.domain.errors import StoreError
from bot.domain.facts import CardOpened, Fact
from bot.domain.forms import Field, Form, TextField
from bot.domain.messages import Code, Listing, Moment, Person, Sentence, Span, Value, say
from bot.domain.resources import Checkpoint, FineTuningTask, Phase
from bot.domain.symptoms import Symptom
from bot.store.codec import (
    ACTORS,
    ASKED,
    CONFIRMATION,
    ENDED,
    FACT,
    FILES,
    GLANCE,
    LOOK,
    REQUEST,
    TRACK,
    Notation,
)
from tests.contract.store.strategies import (
    actors,
    attempts,
    ends,
    facts,
    facts_by_kind,
    fields_by_kind,
    glances,
    looks,
    plain_by_kind,
    preparations,
    questions,
    requests,
    symptoms_by_kind,
    tracks,
)
from tests.contract.store.values import ADA, BO, WORLD, asked, look, question


@pytest.mark.parametrize(
    ("notation", "values"),
    [
        (LOOK, looks),
        (FACT, facts),
        (TRACK, tracks),
        (GLANCE, glances),
        (ACTORS, actors),
        (CONFIRMATION, questions),
        (REQUEST, requests),
        (ASKED, attempts),
        (ENDED, ends),
        (FILES, preparations),
    ],
    ids=[
        "look",
        "fact",
        "track",
        "glance",
        "actors",
        "question",
        "request",
        "asked",
        "ended",
        "files",
    ],
)
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_what_is_written_is_read_again(
    notation: Notation[Any], values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    value = data.draw(values)
    text = notation.write(value)

    again = notation.read(text)

    assert type(again) is type(value)
    assert text.isascii()
    # NaN is not equal to itself.
    assert again == value or ("NaN" in text and notation.write(again) == text)


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


def test_a_question_from_before_there_were_forms_has_none() -> None:
    data = json.loads(CONFIRMATION.write(question()))
    del data["form"]

    assert CONFIRMATION.read(json.dumps(data)).form is None


def test_a_decision_from_before_there_were_grants_in_chats_rests_on_the_file() -> None:
    grant = Grant(Role.OPERATOR, Scope(subjects=frozenset({ADA})), granted_by=BO)
    attempt = asked()
    attempt = replace(attempt, decision=replace(attempt.decision, rule=grant))
    data = json.loads(ASKED.write(attempt))
    del data["decision"]["rule"]["granted_by"]

    assert ASKED.read(ASKED.write(attempt)) == attempt
    assert ASKED.read(json.dumps(data)).decision.rule == replace(grant, granted_by="")


def test_nothing_that_can_be_written_is_left_out_here() -> None:
    assert set(facts_by_kind) == set(get_args(Fact))
    assert set(symptoms_by_kind) == set(get_args(Symptom))
    assert set(fields_by_kind) == set(get_args(Field))
    assert {*plain_by_kind, Listing, Sentence} == set(get_args(Value))


@pytest.mark.parametrize(
    "value",
    [
        "5",
        "-1e3",
        "true",
        "2026-03-01T12:00:00+00:00",
        "PT5S",
        '{"text":"5"}',
        5,
        10**30,
        Code("5"),
        Person("U0ADA"),
        Moment(WORLD),
        Span(timedelta(days=-3, microseconds=1)),
        Span(timedelta.max),
        Listing(()),
        Listing(("5", 5, Code("5"), Listing(("5",)))),
        say("values", values=Listing(())),
        say("{at}", at=say("{at}", at=Moment(WORLD))),
    ],
    ids=repr,
)
def test_a_value_keeps_its_kind(value: Value) -> None:
    sentence = say("{value}", value=value)
    form = Form("publish", sentence, sentence, (), told={"": sentence})
    confirmation = replace(question(), form=form)

    assert CONFIRMATION.read(CONFIRMATION.write(confirmation)) == confirmation


def test_a_field_of_an_unknown_kind_is_an_error_of_the_store() -> None:
    form = Form("publish", say("x"), say("x"), (TextField(name="step", label=say("Step")),))
    text = CONFIRMATION.write(replace(question(), form=form))

    with pytest.raises(StoreError, match="a stored question cannot be read"):
        CONFIRMATION.read(text.replace('"type":"text"', '"type":"slider"'))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "{}", '{"type": "moved"}'])
def test_what_is_no_fact_is_an_error_of_the_store(text: str) -> None:
    with pytest.raises(StoreError, match="a stored fact cannot be read"):
        FACT.read(text)


def test_a_fact_of_an_unknown_type_is_an_error_of_the_store() -> None:
    text = FACT.write(CardOpened(look().resource, "U0ADA")).replace("card_opened", "card_closed")

    with pytest.raises(StoreError):
        FACT.read(text)
