"""What people enter, as view state and actions carry it.

https://docs.slack.dev/reference/views/#state
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.playground.slack.elements import Ids, Interactive, meant
from bot.playground.slack.values import Json
from bot.playground.slack.workspace import Workspace

# The field that carries an element's value, by the element's type.
_FIELDS = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "external_select": "selected_option",
    "file_input": "files",
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

# "max_files", https://docs.slack.dev/reference/block-kit/block-elements/file-input-element/
_MOST_FILES = 10

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
    """Turns what a person says into values, with the options that external menus offered.

    `shown_file` makes of a file's id what the state of a form shows of it.
    """

    def __init__(self, workspace: Workspace, shown_file: Callable[[str], Json]) -> None:
        self._workspace = workspace
        self._shown_file = shown_file
        self._offered: dict[Ids, list[Json]] = {}

    def offer(self, used: Interactive, options: Sequence[Json]) -> None:
        """Remember what the app offered in an external menu."""
        self._offered[used.ids] = list(options)

    def chosen(self, used: Interactive, value: Any) -> Json:
        """Return what choosing `value` adds to an action or a state; ValueError if it cannot be."""
        field = _FIELDS.get(used.type, "value")
        if field == "selected_option":
            return {field: self._option(used, value)}
        if field == "selected_options":
            return {field: [self._option(used, each) for each in value]}
        if field == "files":
            return {field: self._files(used, [value] if isinstance(value, str) else value or [])}
        if field in ("selected_user", "selected_users"):
            return {field: _each(value, lambda name: self._workspace.user(name).id)}
        if "channel" in field or "conversation" in field:
            return {field: _each(value, lambda name: self._workspace.channel(name).id)}
        return {field: value}

    def state(
        self, fields: Sequence[Interactive], held: Mapping[str, Any], entered: Mapping[Ids, Any]
    ) -> dict[str, Any]:
        """Return `state.values` of these fields: entered now, `held` before, or initial."""
        state: dict[str, Any] = {}
        for field in fields:
            if field.is_button:
                continue
            if field.ids in entered:
                value = self.chosen(field, entered[field.ids])
            else:
                value = _held(field, held) or _initial(field)
            state.setdefault(field.block_id, {})[field.action_id] = {"type": field.type, **value}
        return state

    def _option(self, used: Interactive, wanted: Any) -> Json | None:
        if wanted is None or isinstance(wanted, dict):
            return wanted
        options = [*own_options(used.element), *self._offered.get(used.ids, [])]
        found = options_meant(options, str(wanted))
        if len(found) == 1:
            return found[0]
        texts = ", ".join(option["text"]["text"] for option in found or options) or "none"
        name = used.label or used.action_id
        if found:
            raise ValueError(f"{wanted!r} could be more than one option of {name!r}: {texts}")
        raise ValueError(f"no option {wanted!r} in {name!r}; it has: {texts}")

    def _files(self, used: Interactive, file_ids: Sequence[str]) -> list[Json]:
        most = used.element.get("max_files", _MOST_FILES)
        if len(file_ids) > most:
            raise ValueError(f"{used.label!r} takes at most {most} files")
        files = [self._shown_file(each) for each in file_ids]
        allowed = used.element.get("filetypes")
        for file in files:
            if allowed and file["name"].rpartition(".")[2].lower() not in allowed:
                raise ValueError(f"{used.label!r} takes files of these types: {', '.join(allowed)}")
        return files


def named_fields(fields: Sequence[Interactive], entered: Mapping[str, Any]) -> dict[Ids, Any]:
    """Return what is entered by its field's ids; its keys are block ids, action ids or labels.

    ValueError for one that no field has.
    """
    fields = [each for each in fields if not each.is_button]
    named: dict[Ids, Any] = {}
    for key, value in entered.items():
        field = meant(fields, key)
        if field is None:
            labels = ", ".join(each.label or each.action_id for each in fields)
            raise ValueError(f"there is no field {key!r}; there is: {labels}")
        named[field.ids] = value
    return named


def own_options(element: Json) -> list[Json]:
    """Return the options that an element brings along, in groups or not."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def options_meant(options: Sequence[Json], wanted: str) -> list[Json]:
    """Return the options of this value or label; where none has it whole, those with it within."""
    said = wanted.casefold()
    ways: tuple[Callable[[Json], bool], ...] = (
        lambda each: wanted == each.get("value"),
        lambda each: said == each["text"]["text"].casefold(),
        lambda each: said == str(each.get("value")).casefold(),
        lambda each: said != "" and said in each["text"]["text"].casefold(),
    )
    for way in ways:
        if found := {str(each.get("value")): each for each in options if way(each)}:
            return list(found.values())
    return []


def _held(field: Interactive, held: Mapping[str, Any]) -> Json | None:
    """Return what a field holds, unless it is a choice that its list no longer has."""
    value: Json | None = held.get(field.block_id, {}).get(field.action_id)
    if value is None or value["type"] != field.type:
        return None
    chosen = value.get("selected_option")
    if chosen is None or field.type == "external_select":
        return value
    offered = {each.get("value") for each in own_options(field.element)}
    return value if chosen.get("value") in offered else None


def _initial(field: Interactive) -> Json:
    name = _FIELDS.get(field.type, "value")
    empty: Any = [] if name.endswith("s") else None
    return {name: field.element.get(_INITIAL.get(name, ""), empty)}


def _each(value: Any, find: Any) -> Any:
    if value is None:
        return None
    return [find(each) for each in value] if isinstance(value, list | tuple) else find(value)
