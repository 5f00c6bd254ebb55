"""Builds slackblocks' objects from blocks as they come, so that slackblocks checks them.

slackblocks' own `from_dict` knows no elements yet, but its classes take the fields of Block Kit by
their own names; only which class a part becomes has to be said.
"""

from collections.abc import Callable
from typing import Any

import slackblocks as sb
from slackblocks.errors import TypeMismatchError

from bot.playground.slack.values import Json

_BLOCKS: dict[str, Callable[..., Any]] = {
    "actions": sb.ActionsBlock,
    "alert": sb.AlertBlock,
    "card": sb.CardBlock,
    "carousel": sb.CarouselBlock,
    "container": sb.ContainerBlock,
    "context": sb.ContextBlock,
    "context_actions": sb.ContextActionsBlock,
    "data_visualization": sb.DataVisualizationBlock,
    "divider": sb.DividerBlock,
    "file": sb.FileBlock,
    "header": sb.HeaderBlock,
    "image": sb.ImageBlock,
    "input": sb.InputBlock,
    "markdown": sb.MarkdownBlock,
    "section": sb.SectionBlock,
    "video": sb.VideoBlock,
}

_ELEMENTS: dict[str, Callable[..., Any]] = {
    "button": sb.Button,
    "channels_select": sb.ChannelSelectMenu,
    "checkboxes": sb.CheckboxGroup,
    "conversations_select": sb.ConversationSelectMenu,
    "datepicker": sb.DatePicker,
    "datetimepicker": sb.DateTimePicker,
    "email_text_input": sb.EmailInput,
    "external_select": sb.ExternalSelectMenu,
    "feedback_buttons": sb.FeedbackButtons,
    "file_input": sb.FileInput,
    "icon_button": sb.IconButton,
    "image": sb.Image,
    "multi_channels_select": sb.ChannelMultiSelectMenu,
    "multi_conversations_select": sb.ConversationMultiSelectMenu,
    "multi_external_select": sb.ExternalMultiSelectMenu,
    "multi_static_select": sb.StaticMultiSelectMenu,
    "multi_users_select": sb.UserMultiSelectMenu,
    "number_input": sb.NumberInput,
    "overflow": sb.OverflowMenu,
    "plain_text_input": sb.PlainTextInput,
    "radio_buttons": sb.RadioButtonGroup,
    "rich_text_input": sb.RichTextInput,
    "static_select": sb.StaticSelectMenu,
    "timepicker": sb.TimePicker,
    "url_text_input": sb.URLInput,
    "users_select": sb.UserSelectMenu,
    "workflow_button": sb.WorkflowButton,
}

# Blocks whose inside is rich text, which slackblocks takes only as objects of its own: they are
# checked in outline. Where they may stand, and a table's size:
# https://docs.slack.dev/reference/block-kit/blocks/
_OPAQUE = {
    "data_table": ("message", "home"),
    "plan": ("message",),
    "rich_text": ("message", "home", "modal"),
    "table": ("message",),
    "task_card": ("message",),
}
_TABLE_ROWS, _TABLE_COLUMNS = 100, 20

# Fields that Slack has and slackblocks does not, or names otherwise.
_DROPPED = {"expand"}
_RENAMED = {"initial_date_time": "initial_datetime"}


def parsed_block(block: Json, surface: str) -> Any:
    """Return a block as slackblocks' object; whatever it raises says what is wrong.

    `surface` is "message", "modal" or "home".
    """
    kind = str(block.get("type"))
    if kind in _OPAQUE:
        return _opaque(block, surface)
    if kind not in _BLOCKS:
        raise TypeMismatchError(f"unsupported type: {kind}")
    if kind == "container":
        inner = [parsed_block(each, surface) for each in block["child_blocks"]]
        return sb.ContainerBlock(**_fields({**block, "child_blocks": inner}))
    return _BLOCKS[kind](**_fields(block))


def _fields(part: Json) -> Json:
    return {
        _RENAMED.get(name, name): _field(name, value)
        for name, value in part.items()
        if name != "type" and name not in _DROPPED
    }


def _field(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_field(name, each) for each in value]
    if not isinstance(value, dict):
        return value
    if name in _BY_FIELD:
        return _BY_FIELD[name](value)
    return _element(value)


def _element(part: Json) -> Any:
    kind = part.get("type")
    if kind in ("mrkdwn", "plain_text"):
        return sb.Text.from_dict(part)
    if kind == "card":
        return sb.CardBlock(**_fields(part))
    if kind not in _ELEMENTS:
        raise TypeMismatchError(f"unsupported element: {kind}")
    return _ELEMENTS[kind](**_fields(part))


def _opaque(block: Json, surface: str) -> Any:
    """Check the outline of a block whose inside is rich text; a divider stands in for it."""
    rows = [list(row) for row in block.get("rows", [])]
    if surface not in _OPAQUE[block["type"]]:
        raise TypeMismatchError(f"unsupported type: {block['type']}")
    if block["type"] == "rich_text" and not block.get("elements"):
        raise TypeMismatchError("missing required field: elements")
    if block["type"] == "table" and not 0 < len(rows) <= _TABLE_ROWS:
        raise TypeMismatchError(f"a table has 1 to {_TABLE_ROWS} rows")
    if any(len(row) > _TABLE_COLUMNS for row in rows):
        raise TypeMismatchError(f"a table has at most {_TABLE_COLUMNS} columns")
    return sb.DividerBlock(block_id=block.get("block_id"))


def _chart(part: Json) -> Any:
    if part["type"] == "pie":
        return sb.PieChart(segments=[sb.ChartSegment(**each) for each in part["segments"]])
    kinds = {"line": sb.LineChart, "bar": sb.BarChart, "area": sb.AreaChart}
    series = [
        sb.DataSeries(each["name"], [sb.DataPoint(**point) for point in each["data"]])
        for each in part["series"]
    ]
    return kinds[part["type"]](series=series, axis_config=sb.AxisConfig(**part["axis_config"]))


_BY_FIELD: dict[str, Callable[[Json], Any]] = {
    "chart": _chart,
    "confirm": sb.ConfirmationDialogue.from_dict,
    "dispatch_action_config": sb.DispatchActionConfiguration.from_dict,
    "filter": sb.ConversationFilter.from_dict,
    "initial_option": sb.Option.from_dict,
    "initial_options": sb.Option.from_dict,
    "option_groups": sb.OptionGroup.from_dict,
    "options": sb.Option.from_dict,
    "slack_file": sb.SlackFile.from_dict,
    "workflow": sb.Workflow.from_dict,
}
