"""Every error of the tree is in the document, as the code words it."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.access import Why
from tests.unit import error_table
from tests.unit.error_table import EXAMPLES, SECTIONS

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


def below(kind: type[errors.QfbotError]) -> Iterator[type[errors.QfbotError]]:
    for each in kind.__subclasses__():
        # Other modules may narrow one for themselves.
        if each.__module__ == errors.__name__:
            yield each
            yield from below(each)


#: Those that are raised; a branch is named by its leaves.
RAISED = {each for each in below(errors.QfbotError) if not any(below(each))} | {
    errors.Throttled,
    errors.StoreError,
}


def test_the_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text("utf-8") == error_table.page(), (
        "write it anew: uv run python -m tests.unit.error_table > docs/errors.md"
    )


def test_the_document_has_every_error_and_no_other() -> None:
    assert set(EXAMPLES) == RAISED
    for kind, examples in EXAMPLES.items():
        assert {type(each) for each in examples} == {kind}


def test_every_error_has_its_section() -> None:
    for kind in EXAMPLES:
        assert sum(issubclass(kind, kinds) for kinds in SECTIONS.values()) == 1


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        (errors.NotAnId, errors.WhyNotAnId),
        (errors.FileUnfit, errors.WhyFileUnfit),
        (errors.CannotPost, errors.WhyNoPost),
    ],
)
def test_every_reason_is_shown(kind: type[errors.QfbotError], reasons: type[StrEnum]) -> None:
    assert {vars(each)["why"] for each in EXAMPLES[kind]} == set(reasons)


def test_every_reason_of_a_refusal_is_shown() -> None:
    shown = {vars(each)["decision"].why for each in EXAMPLES[errors.Refused]}
    assert shown == set(Why) - {Why.ROLE_SUFFICES}
