"""The API's lists: which there are, and how the pages of one are put together.

Pages go by `marker` and `maxKeys`, and by `pageInfo` in the result (Qianfan API reference,
DescribeFineTuningTasks). Whether the item that a marker names belongs to the page that it asks
for is not documented: it may come twice, and is kept once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.domain.errors import BrokenAnswer, RequestRejected, UnknownResource
from bot.domain.ids import ResourceId
from bot.domain.listings import Listed
from bot.qianfan.actions import LIST_COMPRESSIONS, LIST_JOBS, LIST_MODEL_SETS, LIST_RUNS, Action
from bot.qianfan.answers import Answer
from bot.qianfan.listed_wire import ItemReader, Listable, PageInfo

#: So many pages are read of one list at most, each of which costs a request.
MOST_PAGES = 10

# The most that Qianfan answers with at once; a larger number means this one.
_PAGE_KEYS = 100


class Identified(Protocol):
    """What can be told from its doubles."""

    @property
    def id(self) -> ResourceId: ...


Item = TypeVar("Item", bound=Identified)


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """One of the lists: its action, the name of the array in the result, and its items."""

    action: Action
    array: str
    read: Callable[[ItemReader, Listable], Item | None]


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A part of a list; `marker` asks for the next, and may be missing though there are more."""

    items: tuple[Item, ...]
    more: bool
    marker: str


JOBS = Listing(LIST_JOBS, "jobList", ItemReader.job)
RUNS = Listing(LIST_RUNS, "taskList", ItemReader.run)
MODEL_SETS = Listing(LIST_MODEL_SETS, "customModelSetList", ItemReader.model_set)
COMPRESSIONS = Listing(LIST_COMPRESSIONS, "modelCompTaskList", ItemReader.compression)


def page_body(marker: str) -> dict[str, object]:
    """The part of a body that asks for a page; the first has no marker."""
    return {"maxKeys": _PAGE_KEYS} | ({"marker": marker} if marker else {})


def read_page(listing: Listing[Item], answer: Answer, reader: ItemReader) -> Page[Item]:
    """A page without the items that cannot be read. Raises BrokenAnswer where there is no list."""
    result = answer.result
    if not isinstance(result, dict) or not isinstance(result.get(listing.array) or [], list):
        raise BrokenAnswer(answer.action, answer.request_id)
    items = (item for item in result.get(listing.array) or [] if isinstance(item, dict))
    read = (listing.read(reader, item) for item in items)
    told = result.get("pageInfo")
    info = PageInfo.model_validate(told if isinstance(told, dict) else {})
    more = bool(info.next_marker) if info.is_truncated is None else info.is_truncated
    return Page(tuple(item for item in read if item is not None), more, info.next_marker)


async def read_pages(
    ask: Callable[[str], Awaitable[Page[Item]]], world: Callable[[], datetime]
) -> Listed[Item]:
    """The whole list as of its first page, or as much of it as can be had.

    What goes wrong with the first page is raised; so is what goes wrong with a later one, but for
    a refusal: since a later request differs by its marker alone, the marker is what is refused.
    """
    page = await ask("")
    at = world()
    items: dict[ResourceId, Item] = {}
    _add(items, page)
    asked, requests = {""}, 1
    while page.more and page.marker not in asked and len(asked) < MOST_PAGES:
        asked.add(page.marker)
        requests += 1
        try:
            page = await ask(page.marker)
        except (RequestRejected, UnknownResource):
            break
        _add(items, page)
    return Listed(tuple(items.values()), not page.more, at, requests)


def _add(items: dict[ResourceId, Item], page: Page[Item]) -> None:
    """In order; of doubles the first stays."""
    for item in page.items:
        items.setdefault(item.id, item)
