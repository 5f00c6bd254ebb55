"""Forms as values: what is asked, what may be sent, and what is wrong with the rest."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import (
    FieldMissing,
    NoNumber,
    NotApplicable,
    NotOffered,
    OutOfRange,
    TooLong,
    Unfit,
    WrongCharacter,
)
from bot.domain.forms import (
    ChoiceField,
    Form,
    Menu,
    NumberField,
    Option,
    SearchField,
    TextField,
    When,
)
from bot.domain.messages import say

DRINK = ChoiceField(
    name="drink",
    label=say("Drink"),
    required=True,
    options=(Option("tea", say("Tea")), Option("coffee", say("Coffee"))),
)
LUMPS = NumberField(
    name="lumps", label=say("Lumps"), least=1, most=5, applies=(When("drink", ("tea",)),)
)
SPOON = TextField(
    name="spoon",
    label=say("Spoon"),
    longest=8,
    forbidden="/ ",
    required=True,
    applies=(When("lumps", ("4", "5")),),
)
BEANS = ChoiceField(
    name="beans",
    label=say("Beans"),
    options=(Option("arabica", say("Arabica")),),
    open=True,
    applies=(When("drink", ("coffee",)),),
)
HOST = SearchField(name="host", label=say("Host"), menu=Menu.RUNS)


def form(**values: str) -> Form:
    fields = (DRINK, LUMPS, SPOON, BEANS, HOST)
    return Form("serve", say("A drink"), say("Order"), fields, {"table": "7"}).filled(values)


def asked(**values: str) -> list[str]:
    return [field.name for field in form(**values).shown]


def test_a_field_is_asked_only_where_it_applies() -> None:
    assert asked() == ["drink", "host"]
    assert asked(drink="tea") == ["drink", "lumps", "host"]
    assert asked(drink="coffee") == ["drink", "beans", "host"]


def test_what_hangs_on_a_field_that_is_not_asked_is_not_asked_either() -> None:
    assert asked(drink="tea", lumps="5") == ["drink", "lumps", "spoon", "host"]
    assert asked(drink="coffee", lumps="5") == ["drink", "beans", "host"]


def test_the_arguments_are_those_that_were_asked_and_those_that_are_settled() -> None:
    sent = form(drink="coffee", lumps="5", beans="arabica")

    assert sent.arguments() == {"table": "7", "drink": "coffee", "beans": "arabica"}


def test_values_for_fields_that_do_not_exist_are_dropped() -> None:
    assert form(drink="tea", knife="sharp", host="").values == {"drink": "tea"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, FieldMissing("drink")),
        ({"drink": "wine"}, NotOffered("drink", "wine", ("tea", "coffee"))),
        ({"drink": "tea", "lumps": "many"}, NoNumber("lumps", "many")),
        ({"drink": "tea", "lumps": "9" * 5000}, NoNumber("lumps", "9" * 5000)),
        ({"drink": "tea", "lumps": "0"}, OutOfRange("lumps", 1, 5, "0")),
        ({"drink": "tea", "lumps": "6"}, OutOfRange("lumps", 1, 5, "6")),
        ({"drink": "tea", "lumps": "4"}, FieldMissing("spoon")),
        ({"drink": "tea", "lumps": "4", "spoon": "x" * 9}, TooLong("spoon", 8, 9)),
        ({"drink": "tea", "lumps": "4", "spoon": "a/b"}, WrongCharacter("spoon", "/")),
        ({"drink": "coffee", "lumps": "4"}, NotApplicable("lumps", "drink", ("tea",))),
    ],
)
def test_what_may_not_be_sent_is_told_at_its_field(values: Mapping[str, str], wrong: Unfit) -> None:
    (found,) = form(**values).unfits().values()

    assert type(found) is type(wrong)
    assert vars(found) == vars(wrong)


def test_both_ends_of_every_limit_are_allowed() -> None:
    for lumps, spoon in (("1", ""), ("5", "x" * 8)):
        assert not form(drink="tea", lumps=lumps, spoon=spoon).unfits()


def test_every_mistake_is_told_at_once() -> None:
    assert set(form(drink="tea", lumps="5", spoon="way too long /").unfits()) == {"spoon"}
    assert set(form(drink="wine", lumps="1").unfits()) == {"drink", "lumps"}


def test_what_an_open_list_has_not_is_a_doubt_and_no_mistake() -> None:
    sent = form(drink="coffee", beans="robusta")

    assert not sent.unfits()
    assert sent.doubts() == ((BEANS, "robusta"),)
    assert not form(drink="coffee", beans="arabica").doubts()


def test_the_fields_that_decide_about_others_are_known() -> None:
    assert form().deciders == {"drink", "lumps"}


@given(st.dictionaries(st.sampled_from(["drink", "lumps", "spoon", "beans"]), st.text(min_size=1)))
def test_whatever_is_typed_comes_back_as_it_was(values: dict[str, str]) -> None:
    filled = form(**values)

    assert filled.values == values
    assert all(
        filled.arguments()[f.name] == values[f.name] for f in filled.shown if f.name in values
    )
