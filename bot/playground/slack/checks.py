"""What Slack's client itself refuses in a form, before it sends it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.slack.values import Json, View


def refused_fields(view: View, state: Mapping[str, Any]) -> dict[str, str]:
    """Return an error for each input that the client would not send as it is filled."""
    refused = {}
    for block in view.blocks:
        if block.get("type") == "input":
            held = state.get(block["block_id"], {}).get(block["element"]["action_id"], {})
            if error := _error(block, held):
                refused[block["block_id"]] = error
    return refused


def _error(block: Json, held: Json) -> str | None:
    if not any(value not in (None, "", []) for name, value in held.items() if name != "type"):
        return None if block.get("optional") else "Please complete this required field."
    element = block["element"]
    if element["type"] == "number_input":
        return _number_error(element, str(held["value"]))
    if element["type"] == "plain_text_input":
        return _length_error(element, len(held["value"]))
    return None


def _number_error(element: Json, text: str) -> str | None:
    """https://docs.slack.dev/reference/block-kit/block-elements/number-input-element/"""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not element.get("is_decimal_allowed", True) and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return None


def _length_error(element: Json, length: int) -> str | None:
    """https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element/"""
    if length < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if length > element.get("max_length", length):
        return f"Please enter at most {element['max_length']} characters."
    return None
