"""A Form as one of Slack's modals, and what somebody put into it as values again.

The limits: https://docs.slack.dev/reference/views/modal-views and
https://docs.slack.dev/reference/block-kit/block-elements
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks import Option as SlackOption
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.domain.calls import Reply
from bot.domain.forms import (
    ChoiceField,
    Field,
    FileField,
    Form,
    NumberField,
    Option,
    SearchField,
    TextField,
)
from bot.domain.languages import Language
from bot.domain.messages import Buttons, Line, Message, Note, Part, Sentence, Value, say
from bot.slack.mrkdwn import cut_plain
from bot.slack.render import render
from bot.slack.spans import Plain
from bot.wording import forms as wording
from bot.wording.languages import translation

#: The `callback_id` of a form; all other views only show something.
FORM = "form"
#: The `action_id` of every field; its block's id is the field's name.
FIELD = "field"

#: Of a title, and of the two buttons at the bottom.
TITLE_CHARACTERS = 24
#: Of a label, and of the hint below a field.
LABEL_CHARACTERS = 2000
#: Of an option's label, and of what is said of it.
OPTION_CHARACTERS = 75
VALUE_CHARACTERS = 150
MENU_OPTIONS = 100
INITIAL_CHARACTERS = 3000
VIEW_BLOCKS = 100
#: Slack does not say how long an error at a field may be; more is not read there.
ERROR_CHARACTERS = 300

_NUMBER = re.compile(r"-?[0-9]{1,18}")


def view_of(
    form: Form, name: str, language: Language = Language.ENGLISH, *, afresh: bool = False
) -> dict[str, Any]:
    """The form as a modal that carries its name.

    `afresh`: it takes the place of another view, so that Slack may have forgotten the files that
    were given; all else is put into the fields again.
    """
    page = _Page(form, language, afresh)
    fields = [block for field in form.shown for block in page.field(field)][:VIEW_BLOCKS]
    return View(
        type="modal",
        callback_id=FORM,
        private_metadata=name,
        title=_plain(form.title, TITLE_CHARACTERS, language),
        submit=_plain(form.submit, TITLE_CHARACTERS, language),
        close=_plain(wording.CANCEL, TITLE_CHARACTERS, language),
        blocks=[*page.head()[: VIEW_BLOCKS - len(fields)], *fields],
    ).to_dict()


def working_view(title: Value, language: Language = Language.ENGLISH) -> dict[str, Any]:
    """What is shown until there is something to show."""
    return message_view(title, Message.of(wording.WORKING), language)


def message_view(
    title: Value, message: Message, language: Language = Language.ENGLISH
) -> dict[str, Any]:
    """A message in a modal: without the buttons that make a call, for which it is no place."""
    shown = Message(message.summary, tuple(map(_only_links, message.parts)), language)
    rendered = render(shown)
    whole = SectionBlock(text=MarkdownTextObject(text=rendered.text, verbatim=True))
    return View(
        type="modal",
        callback_id="message",
        title=_plain(title, TITLE_CHARACTERS, language),
        close=_plain(wording.CLOSE, TITLE_CHARACTERS, language),
        blocks=rendered.blocks or (whole,),
    ).to_dict()


def reply_view(title: Value, reply: Reply, language: Language = Language.ENGLISH) -> dict[str, Any]:
    """What takes a window's place after an answer: the form that comes with it, or its message."""
    if reply.form is not None:
        return view_of(reply.form, reply.form_name, language, afresh=True)
    return message_view(title, reply.message, language)


def options_of(
    options: Iterable[Option], language: Language = Language.ENGLISH
) -> list[dict[str, Any]]:
    """The first options as a menu takes them, without those whose value it cannot carry."""
    return [option.to_dict() for option in _menu(options, language).values()]


def errors_of(
    told: Mapping[str, Sentence], language: Language = Language.ENGLISH
) -> dict[str, str]:
    """What was found wrong, by field, as Slack shows it at the fields."""
    return {field: _text(sentence, ERROR_CHARACTERS, language) for field, sentence in told.items()}


def values_of(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a view from a payload, byte for byte; empty ones are left out.

    https://docs.slack.dev/reference/views/#state
    """
    match view:
        case {"state": {"values": dict(blocks)}}:
            held = {name: _held(each) for name, each in blocks.items() if isinstance(each, dict)}
            return {name: text for name, text in held.items() if text}
    return {}


def fields_of(view: Mapping[str, Any]) -> frozenset[str]:
    """The fields that a view from a payload has."""
    match view:
        case {"blocks": list(blocks)}:
            return frozenset(name for block in blocks if (name := _field_name(block)))
    return frozenset()


def _held(elements: Mapping[str, Any]) -> str:
    match elements.get(FIELD):
        case {"selected_option": {"value": str(text)}}:
            return text
        case {"files": [{"id": str(text)}, *_]}:
            return text
        case {"value": str(text)}:
            return text
    return ""


def _field_name(block: object) -> str:
    match block:
        case {"type": "input", "block_id": str(name)}:
            return name
    return ""


class _Page:
    """The blocks of one form."""

    def __init__(self, form: Form, language: Language, afresh: bool) -> None:
        self._form = form
        self._language = language
        self._afresh = afresh

    def head(self) -> Sequence[Block]:
        """What stands above the fields; also what is told of fields that are not shown."""
        form = self._form
        shown = {field.name for field in form.shown}
        told = [sentence for name, sentence in form.told.items() if name not in shown]
        warned = [Line(wording.alarming(sentence)) for sentence in (*told, *form.warnings)]
        return self._blocks(*map(Line, form.intro), *warned)

    def field(self, field: Field) -> Iterator[Block]:
        """A field, and below it what was found wrong with it."""
        yield InputBlock(
            block_id=field.name,
            label=_plain(field.label, LABEL_CHARACTERS, self._language),
            hint=_plain(field.help, LABEL_CHARACTERS, self._language) if field.help else None,
            optional=not field.required,
            # Slack has no such thing for a file.
            dispatch_action=(self._decides(field) and not isinstance(field, FileField)) or None,
            element=self._element(field),
        )
        if told := self._form.told.get(field.name) or self._lost(field):
            yield from self._blocks(Note(wording.alarming(told)))

    def _decides(self, field: Field) -> bool:
        return field.name in self._form.deciders

    def _blocks(self, *parts: Part) -> Sequence[Block]:
        return render(Message(self._form.title, parts, self._language)).blocks

    def _element(self, field: Field) -> InputInteractiveElement:
        # Neither lengths nor bounds are left to Slack: it counts otherwise than Qianfan does,
        # and what it says is not in the words of the form.
        match field:
            case TextField():
                return PlainTextInputElement(
                    action_id=FIELD, multiline=field.multiline, initial_value=self._kept(field)
                )
            case NumberField():
                return NumberInputElement(
                    action_id=FIELD, is_decimal_allowed=False, initial_value=self._kept(field)
                )
            case FileField():
                endings = [ending.removeprefix(".") for ending in field.endings]
                return FileInputElement(action_id=FIELD, max_files=1, filetypes=endings or None)
            case ChoiceField() | SearchField():
                return self._select(field)

    def _select(self, field: ChoiceField | SearchField) -> InputInteractiveElement:
        """A menu: with its options where Slack can hold them all, else one to search in."""
        known = field.options if isinstance(field, ChoiceField) else ()
        text = self._kept(field)
        listed = _menu(known, self._language)
        if _is_closed(field) and 0 < len(known) <= MENU_OPTIONS and listed:
            options = list(listed.values())
            chosen = listed.get(text or "")
            return StaticSelectElement(action_id=FIELD, options=options, initial_option=chosen)
        chosen = self._chosen(known, text) if text else None
        return ExternalDataSelectElement(action_id=FIELD, min_query_length=0, initial_option=chosen)

    def _chosen(self, known: Iterable[Option], text: str) -> SlackOption | None:
        named = [option for option in known if option.value == text]
        return _option(
            named[0] if named else Option(text, say("{text}", text=text)), self._language
        )

    def _kept(self, field: Field) -> str | None:
        """The field's value, where Slack can put it into the field."""
        text = self._form.values.get(field.name)
        if not text:
            return None
        match field:
            case TextField():
                fits = _length(text) <= INITIAL_CHARACTERS
            case NumberField():
                fits = _NUMBER.fullmatch(text) is not None
            case FileField():
                fits = False
            case ChoiceField() if not field.open:
                fits = _length(text) <= VALUE_CHARACTERS and field.offers(text)
            case _:
                fits = _length(text) <= VALUE_CHARACTERS
        return text if fits else None

    def _lost(self, field: Field) -> Sentence | None:
        """What to say of a value that had to be left out of its field."""
        if not self._form.values.get(field.name) or self._kept(field) is not None:
            return None
        if isinstance(field, FileField):
            again = wording.FILE_AGAIN
            return again if self._afresh else None
        return wording.ENTER_AGAIN


def _is_closed(field: ChoiceField | SearchField) -> bool:
    return isinstance(field, ChoiceField) and not field.open


def _menu(options: Iterable[Option], language: Language) -> dict[str, SlackOption]:
    """The options that a menu can hold, by their values."""
    menu: dict[str, SlackOption] = {}
    for option in options:
        carried = 0 < _length(option.value) <= VALUE_CHARACTERS
        if carried and len(menu) < MENU_OPTIONS:
            menu.setdefault(option.value, _option(option, language))
    return menu


def _option(option: Option, language: Language) -> SlackOption:
    note = _plain(option.note, OPTION_CHARACTERS, language) if option.note else None
    label = _plain(option.label, OPTION_CHARACTERS, language)
    return SlackOption(value=option.value, text=label, description=note)


def _only_links(part: Part) -> Part:
    if not isinstance(part, Buttons):
        return part
    return Buttons(tuple(button for button in part.row if button.url))


def _plain(value: Value, limit: int, language: Language) -> PlainTextObject:
    return PlainTextObject(text=_text(value, limit, language))


def _text(value: Value, limit: int, language: Language) -> str:
    return cut_plain(Plain(translation(language)).write(value).strip(), limit) or "…"


def _length(text: str) -> int:
    """How long Slack may take a text to be: in UTF-16 units, of which some characters have two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
