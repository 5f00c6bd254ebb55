"""What a menu of a form offers for what was typed into it so far; nobody is asked for it."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.domain.errors import PlatformError
from bot.domain.forms import ChoiceField, Field, Menu, Option, SearchField
from bot.domain.id_grammar import ids_in
from bot.domain.ids import Kind
from bot.domain.listings import Listed
from bot.domain.ports import Catalogue
from bot.wording import forms

T = TypeVar("T")

#: Slack shows no more (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload).
MOST_OFFERED = 100


def offered(
    field: Field | None, query: str, catalogue: Catalogue, account: str
) -> Sequence[Option]:
    """The options that fit the query, and the query itself where it may be meant as it is."""
    match field:
        case SearchField(menu=menu):
            options = [*_typed_ids(menu, query), *_of_menu(menu, catalogue, account)]
        case ChoiceField(open=is_open, options=known):
            typed = [forms.as_typed(query)] if is_open and query and not field.offers(query) else []
            options = [*typed, *known]
        case _:
            options = []
    return _fitting(options, query.strip())[:MOST_OFFERED]


def _typed_ids(menu: Menu, query: str) -> Iterator[Option]:
    """Whoever types a whole id means it, whether it is listed or not."""
    kinds = {Kind.MODEL_SET} if menu is Menu.MODEL_SETS else {Kind.TASK}
    return (forms.as_typed(str(each)) for each in ids_in(query) if each.kind in kinds)


def _of_menu(menu: Menu, catalogue: Catalogue, account: str) -> Iterator[Option]:
    match menu:
        case Menu.MODEL_SETS:
            return map(forms.model_set_option, _items(catalogue.model_sets(account)))
        case Menu.RUNS | Menu.RUNNING:
            runs = _items(catalogue.runs(account))
            wanted = (each for each in runs if menu is Menu.RUNS or not each.phase.is_final)
            return map(forms.run_option, wanted)


def _items(listed: Listed[T] | PlatformError | None) -> Sequence[T]:
    return listed.items if isinstance(listed, Listed) else ()


def _fitting(options: Sequence[Option], query: str) -> list[Option]:
    """The options in which the query stands, each value once."""
    found = {each.value: each for each in reversed(options) if _mentions(each, query)}
    return [each for each in options if found.get(each.value) is each]


def _mentions(option: Option, query: str) -> bool:
    """Whether the query stands in the option's value or in what is said of it."""
    said = [option.label, *([option.note] if option.note else [])]
    texts = [option.value, *(str(value) for each in said for value in each.values.values())]
    return any(query.lower() in text.lower() for text in texts)
