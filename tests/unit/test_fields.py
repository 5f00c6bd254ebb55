"""Each field of the documents is shown, sent, checked or told, as docs/fields.md says.

The list of the fields is data in tests/samples/qianfan/fields.json.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.changes import Look
from bot.domain.errors import BrokenAnswer, RequestRejected
from bot.domain.id_grammar import read_id
from bot.qianfan.actions import CREATE_VERSION, describing, naming, stopping
from bot.qianfan.answers import Answer, Reply, read_answer
from bot.qianfan.creating import creation_body, read_created
from bot.qianfan.reading import read_resource, read_stop
from bot.qianfan.redaction import redaction
from bot.wording import errors, publishing, resources
from tests.unit.qianfan import samples
from tests.unit.shown_fields import FILLED_IN, SHOWN
from tests.unit.wording.readable import read

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Field:
    """A field of a document."""

    document: str
    table: str
    name: str
    direction: str
    type: str
    required: bool | None
    in_table: bool

    def __str__(self) -> str:
        return f"{self.document} {self.table}.{self.name}"


FIELDS = [
    Field(
        each["document"],
        each["table"],
        each["field"],
        each["direction"],
        each["type"],
        each["required"],
        each["in_table"],
    )
    for each in samples.fields()
]

_ROW = re.compile(
    r"\| (\w+) \| (\S+?)( \(examples only\))? \| `(.+?)` \| `(\S+)` \| (yes|no|) ?\| (.+) \|"
)


def documented() -> dict[Field, str]:
    """The rows of docs/fields.md, each with where the field is shown, sent or checked."""
    rows: dict[Field, str] = {}
    document = ""
    for line in (ROOT / "docs" / "fields.md").read_text("utf-8").splitlines():
        document = line.removeprefix("## ") if line.startswith("## ") else document
        if row := _ROW.fullmatch(line):
            direction, table, example, name, type_, required, where = row.groups()
            need = {"yes": True, "no": False, "": None}[required]
            field = Field(document, table, name, direction, type_, need, not example)
            assert field not in rows, field
            rows[field] = where
    return rows


WHERE = documented()


def fields_that_are(way: str, direction: str | None = None) -> list[Field]:
    """The fields that are shown, sent, checked, told or objects with members."""
    return [
        field
        for field, where in WHERE.items()
        if where.startswith(f"{way}: ") and direction in (None, field.direction)
    ]


def test_the_documents_name_111_fields_and_their_examples_nine_more() -> None:
    assert Counter((each.document, each.in_table) for each in FIELDS) == {
        ("DescribeModelCompTask", True): 16,
        ("DescribeModelCompTask", False): 2,
        ("DescribeModel", True): 37,
        ("DescribeModel", False): 6,
        ("DescribeFineTuningTask", True): 26,
        ("StopFineTuningTask", True): 3,
        ("CreateCustomModel", True): 29,
        ("CreateCustomModel", False): 1,
    }
    assert sum(each.in_table for each in FIELDS) == 111
    assert sum(not each.in_table for each in FIELDS) == 9


def test_the_document_has_exactly_these_fields() -> None:
    assert list(WHERE) == FIELDS


def test_each_field_is_answered_for_in_a_way_that_fits_it() -> None:
    ways = {"request": {"sent"}, "response": {"shown", "checked", "told", "members"}}
    for field, where in WHERE.items():
        assert where.partition(":")[0] in ways[field.direction], field


@pytest.mark.parametrize("field", fields_that_are("shown"), ids=str)
def test_a_field_that_is_shown_leaves_the_text_with_its_value(field: Field) -> None:
    name, shown = SHOWN[field.document][field.name]
    told = _filled_in(samples.result(name))

    with_it, without = _status(told), _status(_without(told, field.name))

    assert shown in with_it
    assert shown not in without


def test_nothing_else_is_said_to_be_shown() -> None:
    shown = {(each.document, each.name) for each in fields_that_are("shown")}
    assert shown == {(document, name) for document, each in SHOWN.items() for name in each}


@pytest.mark.parametrize("field", fields_that_are("shown"), ids=str)
def test_the_words_that_the_document_points_to_are_those_of_the_text(field: Field) -> None:
    name, _ = SHOWN[field.document][field.name]
    text = _status(_filled_in(samples.result(name)))
    for word in re.findall(r"\*([^*]+)\*", WHERE[field]):
        assert f"{word}: " in text or f"[{word}] " in text, word


@pytest.mark.parametrize("field", fields_that_are("members"), ids=str)
def test_an_object_has_members_that_are_answered_for(field: Field) -> None:
    table = WHERE[field].removeprefix("members: see ")
    assert any((each.document, each.table) == (field.document, table) for each in FIELDS)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("compression-done-by-table", "id"),
        ("version-whole-by-table", "modelId"),
        ("task-running", "taskId"),
    ],
)
def test_an_answer_about_another_id_is_refused(name: str, field: str) -> None:
    told = samples.result(name)
    asked = read_id(told[field])
    other = Answer("Describe", "r-1", told | {field: f"{asked.kind}-another00000"})
    with pytest.raises(BrokenAnswer):
        read_resource(asked, other, redaction())
    assert str(asked) in _status(told).splitlines()[0]


def test_these_and_no_others_are_checked() -> None:
    checked = {(each.document, each.name) for each in fields_that_are("checked")}
    assert checked == {
        ("DescribeModelCompTask", "id"),
        ("DescribeModel", "modelId"),
        ("DescribeFineTuningTask", "taskId"),
    }


def test_these_and_no_others_are_told_elsewhere() -> None:
    told = {(each.document, each.name) for each in fields_that_are("told")}
    documents = {each.document for each in FIELDS}
    assert told == {(document, "requestId") for document in documents} | {
        ("StopFineTuningTask", "result"),
        ("CreateCustomModel", "modelSetId"),
        ("CreateCustomModel", "modelId"),
    }


@pytest.mark.parametrize("name", samples.answer_names())
def test_the_request_id_of_every_answer_is_told_with_an_error(name: str) -> None:
    request_id = json.loads(samples.sample(name))["requestId"]
    answer = _answer(name)
    assert answer.request_id == request_id
    assert request_id in read(errors.explain(RequestRejected("Describe", answer.request_id)))


@pytest.mark.parametrize("name", ["stop-accepted", "stop-accepted-python", "stop-accepted-node"])
def test_the_answer_to_a_stop_is_read(name: str) -> None:
    assert read_stop(stopping(read_id("task-5kjifvzerc5n")), _answer(name)).accepted


def test_the_new_version_and_its_model_are_told() -> None:
    request = samples.new_version("create-train-by-table")
    created = read_created(request, _answer("version-created"))
    text = read(publishing.made(str(created.version), str(created.model_set), found=False))
    assert "`amv-21qxxr97z8fp`" in text
    assert "`am-5sxpz4xn25uw`" in text


@pytest.mark.parametrize(
    "name", [each for each in samples.request_names() if each.startswith("create")]
)
def test_a_new_version_is_asked_for_as_documented(name: str) -> None:
    sample = samples.request(name)
    # The examples' name for a checkpoint goes beside the table's, never alone.
    also_send_step = "step" in sample["body"].get("trainMeta", {})
    body = creation_body(samples.new_version(name), also_send_step=also_send_step)
    if also_send_step:
        sample["body"]["trainMeta"]["checkpointStep"] = sample["body"]["trainMeta"]["step"]
    assert body == sample["body"]
    assert CREATE_VERSION.target == f"{sample['route']}?Action={sample['action']}"


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("describe-compression", "amva-abciuctdx15t"),
        ("describe-version", "amv-g73j3faikzpz"),
        ("describe-task", "task-0tgmn4a7h4i6"),
        ("stop-task", "task-5kjifvzerc5n"),
    ],
)
def test_a_thing_is_asked_for_as_documented(name: str, resource: str) -> None:
    sample = samples.request(name)
    action = (stopping if name.startswith("stop") else describing)(read_id(resource))
    assert action.target == f"{sample['route']}?Action={sample['action']}"
    assert naming(read_id(resource)) == sample["body"]


@pytest.mark.parametrize("field", fields_that_are("sent"), ids=str)
def test_a_field_that_is_sent_is_in_a_request_as_documented(field: Field) -> None:
    requests = [samples.request(name) for name in samples.request_names()]
    bodies = [each["body"] for each in requests if each["action"] == field.document]
    assert any(field.name in _members(body) for body in bodies)


@pytest.mark.parametrize("name", samples.request_names())
def test_nothing_is_sent_that_no_document_names(name: str) -> None:
    sample = samples.request(name)
    known = {each.name for each in FIELDS if each.document == sample["action"]}
    assert _members(sample["body"]) <= known


def _status(told: Any) -> str:
    """What `/qf status … show=all` says to the asker, who asked for what is described."""
    return read(
        resources.status(Look(samples.read_description(told), NOW), NOW, whole=True, private=True)
    )


def _filled_in(told: Any) -> Any:
    return told | {name: text for name, text in FILLED_IN.items() if name in told}


def _without(told: Any, path: str) -> Any:
    """The same without the field, wherever it stands."""
    *_, name = path.split(".")
    if isinstance(told, dict):
        return {key: _without(each, path) for key, each in told.items() if key != name}
    if isinstance(told, list):
        return [_without(each, path) for each in told]
    return told


def _members(body: Any) -> set[str]:
    """The names of all members, at any depth."""
    if not isinstance(body, dict):
        return set()
    return set(body).union(*(_members(each) for each in body.values()))


def _answer(name: str) -> Answer:
    reply = Reply(200, httpx.Headers(), samples.sample(name))
    answer = read_answer("Describe", reply, redaction())
    assert isinstance(answer, Answer)
    return answer
