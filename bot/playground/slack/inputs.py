"""What people enter, as view state and actions carry it.

https://docs.slack.dev/reference/views/#state
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground.slack.elements import Interactive
from bot.playground.slack.values import Json, View
from bot.playground.slack.workspace import Workspace

# The field that carries an element's value, by the element's type.
_FIELDS = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "external_select": "selected_option",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "multi_external_select": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "users_select": "selected_user",
}

# Where an element says what it holds before anyone touches it.
_INITIAL = {
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_time": "initial_time",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "rich_text_value": "initial_value",
    "value": "initial_value",
}


class Entering:
    """Turns what a person says into values, with the options that external menus offered."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._offered: dict[str, list[Json]] = {}

    def offer(self, action_id: str, options: Sequence[Json]) -> None:
        """Remember what the app offered in an external menu."""
        self._offered[action_id] = list(options)

    def chosen(self, used: Interactive, value: Any) -> Json:
        """Return what choosing `value` adds to an action or a state; ValueError if it cannot be."""
        field = _FIELDS.get(used.type, "value")
        if field == "selected_option":
            return {field: self._option(used, value)}
        if field == "selected_options":
            return {field: [self._option(used, each) for each in value]}
        if field in ("selected_user", "selected_users"):
            return {field: _each(value, lambda name: self._workspace.user(name).id)}
        if "channel" in field or "conversation" in field:
            return {field: _each(value, lambda name: self._workspace.channel(name).id)}
        return {field: value}

    def state(
        self, fields: Sequence[Interactive], held: Mapping[str, Any], entered: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return `state.values` of these fields: entered now, `held` before, or initial.

        Keys of `entered` are labels, action ids or block ids; ValueError for one that no field
        has.
        """
        fields = [each for each in fields if not each.is_button]
        unknown = [key for key in entered if not any(each.is_named(key) for each in fields)]
        if unknown:
            labels = ", ".join(each.label or each.action_id for each in fields)
            raise ValueError(f"there is no field {unknown[0]!r}; there is: {labels}")
        state: dict[str, Any] = {}
        for field in fields:
            before = held.get(field.block_id, {}).get(field.action_id)
            value = before or {"type": field.type, **_initial(field)}
            for key in filter(field.is_named, entered):
                value = {"type": field.type, **self.chosen(field, entered[key])}
            state.setdefault(field.block_id, {})[field.action_id] = value
        return state

    def _option(self, used: Interactive, wanted: Any) -> Json | None:
        if wanted is None or isinstance(wanted, dict):
            return wanted
        options = [*_options(used.element), *self._offered.get(used.action_id, [])]
        for option in options:
            if wanted in (option.get("value"), option["text"]["text"]):
                return option
        texts = ", ".join(option["text"]["text"] for option in options) or "none"
        raise ValueError(
            f"no option {wanted!r} in {used.label or used.action_id!r}; it has: {texts}"
        )


def missing_fields(view: View, state: Mapping[str, Any]) -> dict[str, str]:
    """Return an error for each input that must be filled and is not, as the client shows them."""
    return {
        block["block_id"]: "Please complete this required field."
        for block in view.blocks
        if block.get("type") == "input" and not block.get("optional")
        if not any(_is_filled(each) for each in state.get(block["block_id"], {}).values())
    }


def _is_filled(value: Json) -> bool:
    return any(held not in (None, "", []) for name, held in value.items() if name != "type")


def _initial(field: Interactive) -> Json:
    name = _FIELDS.get(field.type, "value")
    empty: Any = [] if name.endswith("s") else None
    return {name: field.element.get(_INITIAL[name], empty)}


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _each(value: Any, find: Any) -> Any:
    if value is None:
        return None
    return [find(each) for each in value] if isinstance(value, list | tuple) else find(value)
