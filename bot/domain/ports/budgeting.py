"""What an account may be asked by all processes together, and what people are told of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.budget import Rate


@dataclass(frozen=True)
class Drawn:
    """So many tokens; how many were left, and when one more can be drawn in the same way."""

    tokens: int
    left: float
    wait: timedelta


class Budgets(Protocol):
    """The accounts' tokens, which all processes share."""

    async def draw(self, account: str, rate: Rate, wanted: int, reserve: int = 0) -> Drawn:
        """Take as many tokens as there are and are wanted, but leave the reserve.

        The first draw of an account finds all that lie ready after a rest. Raises StoreError.
        """

    async def give_back(self, account: str, rate: Rate, tokens: int) -> None:
        """Some were not needed. Raises StoreError."""
