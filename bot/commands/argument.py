"""What every kind of argument has: how it is typed, and how its text is read."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from bot.commands.words import Word
from bot.domain.messages import Sentence

#: The word for what is not wanted.
OFF = "off"


class Argument(ABC):
    """A kind of argument. `expected` completes "… has to be"; `shown` stands in a usage line.

    `spreads`: its text may stand in several words.
    """

    expected: Sentence
    shown: str
    is_text = False
    spreads = False

    def forgive(self, words: Sequence[Word]) -> tuple[str, ...]:
        """The texts that were meant by the words that somebody typed."""
        return tuple(word.plain for word in words)

    def takes(self, text: str) -> bool:
        """Whether such a text is meant for it, where a command has several without a name."""
        return bool(text)

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value that is exactly this text. Raises ValueError or a Misread."""
