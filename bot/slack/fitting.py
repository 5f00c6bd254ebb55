"""Which blocks fit into one message: where they do not, their middle is left out."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, takewhile

from slack_sdk.models.blocks import Block

MESSAGE_BLOCKS = 50
#: Slack refuses blocks with more than about 12,000 characters of text in all, counted in a way
#: of its own; 11,341 have been refused. https://github.com/slackapi/bolt-js/issues/2867
MESSAGE_CHARACTERS = 9_000

#: What the end of a message, which has its buttons and notes, may take of it.
_TAIL_BLOCKS = 9
_TAIL_CHARACTERS = MESSAGE_CHARACTERS // 3


def fitted(blocks: Sequence[Block], left_out: Callable[[int], Block]) -> Sequence[Block]:
    """The blocks, or their beginning, what `left_out` says of a number of them, and their end."""
    if _count_fitting(blocks, MESSAGE_BLOCKS, MESSAGE_CHARACTERS) == len(blocks):
        return blocks
    tail = _count_fitting(blocks[::-1], _TAIL_BLOCKS, _TAIL_CHARACTERS)
    head = _count_fitting(
        blocks, MESSAGE_BLOCKS - _TAIL_BLOCKS - 1, MESSAGE_CHARACTERS - _TAIL_CHARACTERS
    )
    end = max(len(blocks) - tail, head + 1)
    return [*blocks[:head], left_out(end - head), *blocks[end:]]


def _count_fitting(blocks: Sequence[Block], most: int, characters: int) -> int:
    """How many of the first blocks fit into that number of blocks and of characters."""
    weights = (sum(map(len, _texts(block.to_dict()))) for block in blocks[:most])
    return sum(1 for _ in takewhile(lambda total: total <= characters, accumulate(weights)))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for name, child in node.items():
            if name == "text" and isinstance(child, str):
                yield child
            yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)
