"""A form as a modal that Slack takes, whatever it carries, and what comes back from one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calls import Reply
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
from bot.domain.messages import Button, Buttons, Heading, Message, Verbatim, say
from bot.playground.slack.limits import check_view
from bot.slack.forms import (
    errors_of,
    fields_of,
    message_view,
    options_of,
    reply_view,
    values_of,
    view_of,
    working_view,
)

PING = "<!channel> <https://evil.example|y>"
NAME = TextField(name="name", label=say("Name"), help=say("As you like"), required=True)
STEP = NumberField(name="step", label=say("Step"), least=1, most=9)
KIND = ChoiceField(
    name="kind",
    label=say("Kind"),
    options=(Option("new", say("New model"), say("empty so far")), Option("old", say("Old model"))),
)
BUCKET = ChoiceField(name="bucket", label=say("Bucket"), options=(), open=True)
SET = SearchField(
    name="set", label=say("Model"), menu=Menu.MODEL_SETS, applies=(When("kind", ("old",)),)
)
FILE = FileField(name="file", label=say("Template"), endings=(".jinja", "txt"))


def form(*fields: Field, **parts: Any) -> Form:
    return Form("import", say("Import"), say("Send"), fields, **parts)


def shown(form: Form, *, afresh: bool = False) -> list[dict[str, Any]]:
    """The blocks of its view, which Slack takes."""
    view = view_of(form, "#f1", afresh=afresh)
    check_view(view, "modal")
    return list(view["blocks"])


def element(field: Field, value: str = "") -> dict[str, Any]:
    """What the field is made of, holding a value."""
    held = {field.name: value} if value else {}
    [block, *_] = shown(form(replace(field, applies=()), values=held))
    return dict(block["element"])


def texts(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for child in node.values() for text in texts(child)]
    return [text for child in node for text in texts(child)] if isinstance(node, list) else []


def test_the_view_carries_the_forms_name_and_words() -> None:
    view = view_of(form(NAME), "#f1")
    assert (view["callback_id"], view["private_metadata"]) == ("form", "#f1")
    assert [view[part]["text"] for part in ("title", "submit", "close")] == [
        "Import",
        "Send",
        "Cancel",
    ]


def test_a_field_is_an_input_named_after_it() -> None:
    [block] = shown(form(NAME))
    assert (block["type"], block["block_id"]) == ("input", "name")
    assert block["element"] == {
        "type": "plain_text_input",
        "action_id": "field",
        "multiline": False,
    }
    assert (block["label"]["text"], block["hint"]["text"]) == ("Name", "As you like")
    assert block["optional"] is False


def test_a_number_has_no_bounds_of_slacks() -> None:
    assert element(STEP, "12") == {
        "type": "number_input",
        "action_id": "field",
        "is_decimal_allowed": False,
        "initial_value": "12",
    }


def test_a_closed_choice_lists_its_options_with_their_notes() -> None:
    menu = element(KIND, "old")
    assert menu["type"] == "static_select"
    assert [option["value"] for option in menu["options"]] == ["new", "old"]
    assert menu["options"][0]["description"]["text"] == "empty so far"
    assert menu["initial_option"] == menu["options"][1]


@pytest.mark.parametrize("field", [BUCKET, SET])
def test_an_open_choice_and_a_search_ask_for_options_at_once(field: Field) -> None:
    menu = element(field, "my-own")
    assert (menu["type"], menu["min_query_length"]) == ("external_select", 0)
    assert menu["initial_option"]["value"] == "my-own"


@pytest.mark.parametrize("number", [0, 101])
def test_a_choice_that_no_list_can_hold_is_searched(number: int) -> None:
    options = tuple(Option(f"v{each}", say("V")) for each in range(number))
    assert element(replace(KIND, options=options))["type"] == "external_select"


def test_one_file_with_the_right_endings_may_be_given() -> None:
    assert element(FILE) == {
        "type": "file_input",
        "action_id": "field",
        "filetypes": ["jinja", "txt"],
        "max_files": 1,
    }


def test_only_fields_that_others_hang_on_tell_of_changes() -> None:
    blocks = shown(form(KIND, SET, NAME, values={"kind": "old"}))
    assert [block.get("dispatch_action", False) for block in blocks] == [True, False, False]


def test_what_is_wrong_stands_below_its_field_and_the_rest_above_all() -> None:
    told = {"name": say("too long"), "": say("Qianfan refuses it"), "set": say("no place for it")}
    blocks = shown(
        form(NAME, KIND, SET, told=told, warnings=(say("unusual"),), intro=(say("About"),))
    )
    assert [block["type"] for block in blocks] == [
        "section",
        "section",
        "section",
        "section",
        "input",
        "context",
        "input",
    ]
    assert [block["text"]["text"] for block in blocks[:4]] == [
        "About",
        "⚠️ Qianfan refuses it",
        "⚠️ no place for it",
        "⚠️ unusual",
    ]
    assert blocks[5]["elements"][0]["text"] == "⚠️ too long"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (NAME, "x" * 3001),
        (NAME, "🦆" * 1501),
        (STEP, "twelve"),
        (STEP, "１２"),
        (KIND, "neither"),
        (BUCKET, "x" * 151),
    ],
)
def test_a_value_that_slack_cannot_hold_is_left_out_and_said_so(field: Field, value: str) -> None:
    block, note = shown(form(field, values={field.name: value}))
    assert not {"initial_value", "initial_option"} & block["element"].keys()
    assert "enter it again" in note["elements"][0]["text"]


def test_a_file_may_have_to_be_chosen_again_where_the_form_was_gone() -> None:
    given_before = form(FILE, values={"file": "F1"})
    assert len(shown(given_before)) == 1
    _, note = shown(given_before, afresh=True)
    assert "choose it again" in note["elements"][0]["text"]


def test_hostile_words_ping_nobody_and_fit() -> None:
    hostile = say("{text}", text=PING + "x" * 10_000)
    options = (Option("v", hostile, hostile), Option("", hostile), Option("w" * 151, hostile))
    fields = (
        replace(NAME, label=hostile, help=hostile),
        replace(KIND, label=hostile, options=options),
        replace(BUCKET, label=hostile),
    )
    parts: dict[str, Any] = {
        "intro": (hostile,) * 60,
        "warnings": (hostile,) * 60,
        "told": {"name": hostile, "": hostile},
        "values": {"name": PING * 100, "kind": "v", "bucket": PING},
    }
    blocks = shown(replace(form(*fields, **parts), title=hostile, submit=hostile))
    marked = [block for block in blocks if block["type"] in ("section", "context")]
    assert not [text for text in texts(marked) if "<!channel>" in text]
    kinds = [block["block_id"] for block in blocks if block["type"] == "input"]
    assert kinds == ["name", "kind", "bucket"]


def test_words_that_are_empty_still_make_a_form() -> None:
    nothing = say("{text}", text="")
    fields = (replace(NAME, label=nothing), replace(KIND, options=(Option("v", nothing),)))
    shown(replace(form(*fields), title=nothing, submit=nothing))


def test_more_fields_than_a_view_holds_are_cut() -> None:
    fields = [replace(NAME, name=f"name{each}") for each in range(120)]
    assert len(shown(form(*fields, intro=(say("About"),)))) == 100


def test_options_for_a_search_are_at_most_a_hundred_each_once() -> None:
    options = [Option(f"v{each % 150}", say("V")) for each in range(300)]
    offered = options_of(options)
    assert len(offered) == 100
    assert len({option["value"] for option in offered}) == 100
    assert options_of([Option("", say("none")), Option("x" * 151, say("long"))]) == []


def test_errors_are_short_and_in_plain_words() -> None:
    assert errors_of({"name": say("*Too* long: {it}", it="a < b")}) == {"name": "Too long: a < b"}
    assert len(errors_of({"name": say("x" * 10_000)})["name"]) <= 300


def test_a_message_in_a_modal_keeps_links_and_loses_buttons_that_make_calls() -> None:
    buttons = Buttons(
        (Button(say("Stop"), "stop task-1"), Button(say("Console"), url="https://a.example/"))
    )
    view = message_view(
        say("Import"), Message(say("done"), (Heading(say("Done")), Verbatim(PING), buttons))
    )
    check_view(view, "modal")
    [actions] = [block for block in view["blocks"] if block["type"] == "actions"]
    assert [button["text"]["text"] for button in actions["elements"]] == ["Console"]
    assert "submit" not in view


@pytest.mark.parametrize(
    "message",
    [Message(say("done")), Message(say("")), Message(say("{t}", t=PING + "x" * 10_000))],
)
def test_a_message_without_parts_is_shown_by_its_summary(message: Message) -> None:
    view = message_view("A title that is much too long for Slack", message)
    check_view(view, "modal")
    assert [block["type"] for block in view["blocks"]] == ["section"]


def test_working_is_a_view_of_its_own() -> None:
    check_view(working_view(say("Import")), "modal")
    assert working_view(say("Import"))["callback_id"] != "form"


def test_a_reply_is_shown_by_its_form_or_else_by_its_message() -> None:
    message = Message.of(say("done"))
    assert reply_view("x", Reply(message, form=form(NAME), form_name="#f2"))[
        "private_metadata"
    ] == ("#f2")
    assert reply_view("x", Reply(message))["blocks"][0]["text"]["text"] == "done"


def test_values_come_back_byte_for_byte() -> None:
    text = "  “a” &amp; <b>\r\n\t\u200b🦆 "
    state = {
        "name": {"field": {"type": "plain_text_input", "value": text}},
        "step": {"field": {"type": "number_input", "value": "12"}},
        "kind": {"field": {"type": "static_select", "selected_option": {"value": "old"}}},
        "set": {"field": {"type": "external_select", "selected_option": None}},
        "file": {"field": {"type": "file_input", "files": [{"id": "F1"}, {"id": "F2"}]}},
        "other": {"another_action": {"type": "plain_text_input", "value": "x"}},
    }
    assert values_of({"state": {"values": state}}) == {
        "name": text,
        "step": "12",
        "kind": "old",
        "file": "F1",
    }


def test_the_fields_of_a_view_are_its_inputs() -> None:
    view = view_of(form(NAME, KIND, SET, intro=(say("About"),)), "#f1")
    assert fields_of(view) == {"name", "kind"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["state", "values", "blocks", "field", "value", "selected_option", "files", "id"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_a_payload_of_any_shape_has_texts_or_nothing(state: Any, blocks: Any) -> None:
    view = {"state": state, "blocks": blocks}
    values = values_of(view) | values_of({"state": {"values": state}})
    assert all(isinstance(text, str) and text for text in values.values())
    assert all(isinstance(name, str) for name in fields_of(view))
