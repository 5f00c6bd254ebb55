"""Every error of the tree has its own sentence."""

from collections.abc import Iterator

import pytest

from bot.domain import errors
from bot.wording.errors import _EXPLAINED


def leaves(kind: type[errors.QfbotError]) -> Iterator[type[errors.QfbotError]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)


@pytest.mark.parametrize("kind", sorted(set(leaves(errors.QfbotError)), key=str))
def test_every_leaf_of_the_tree_can_be_explained(kind: type[errors.QfbotError]) -> None:
    parents = [each for each in kind.__mro__ if each in _EXPLAINED]
    assert parents, f"{kind.__name__} has no sentence"


def test_the_tree_drawn_on_top_of_the_file_is_the_tree() -> None:
    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.split()}
    tree = {
        kind.__name__
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.QfbotError)
    }
    assert tree <= drawn
