"""Faults that a test or a person switches on: wrong answers, slow ones, lost ones, none at all."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypedDict, Unpack

from bot.playground.qianfan.errors import ApiError, of_status
from bot.playground.qianfan.manners import ErrorShape

# Before or after the action has had its effect.
When = Literal["before", "after"]
# `html`: a proxy's 502 page; `text`: 200 that is no JSON; `cut`: 200 whose JSON ends too early;
# `empty`: 200 without a body.
Garbled = Literal["html", "text", "cut", "empty"]


@dataclass(eq=False)
class Fault:
    """One fault: which calls it meets and what it does to them. Over once `times` calls met it."""

    action: str | None = None
    times: int | None = None
    chance: float = 1.0
    when: When = "before"
    refusal: ApiError | None = None
    retry_after: float | None = None
    shape: ErrorShape | None = None
    delay: float | None = None
    hangs: bool = False
    drops: bool = False
    garbled: Garbled | None = None
    met: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def end(self) -> None:
        """It meets no more calls, and lets go of those that it holds."""
        self.over.set()

    @property
    def may_meet(self) -> bool:
        """Whether there are calls that it may still meet."""
        used_up = self.times is not None and self.met >= self.times
        return not self.over.is_set() and not used_up

    def concerns(self, action: str) -> bool:
        """Whether it may meet a call of `action` now."""
        return self.may_meet and self.action in (None, action)


class Scope(TypedDict, total=False):
    """Which calls a fault meets (action, number, share), and when: before or after the effect."""

    action: str | None
    times: int | None
    chance: float
    when: When


class Faults:
    """The faults that are on. Each verb switches one on and returns it, to be ended.

    All take `action` (default: any), `times` (how many calls; default: until ended), `chance`
    (the share of calls that meet it) and `when` (default: before the effect).
    """

    def __init__(self, seed: int = 7) -> None:
        self._faults: list[Fault] = []
        self._chance = Random(seed)

    def answers(
        self,
        status: int,
        *,
        code: str | None = None,
        message: str | None = None,
        retry_after: float | None = None,
        shape: ErrorShape | None = None,
        **scope: Unpack[Scope],
    ) -> Fault:
        """An error of this HTTP status; `retry_after` in seconds goes into its header."""
        refusal = of_status(status, code, message)
        return self._add(Fault(refusal=refusal, retry_after=retry_after, shape=shape, **scope))

    def delays(self, seconds: float, **scope: Unpack[Scope]) -> Fault:
        """The answer comes, so many real seconds later."""
        return self._add(Fault(delay=seconds, **scope))

    def hangs(self, **scope: Unpack[Scope]) -> Fault:
        """No answer while the fault lasts; ended, it drops the connections that it holds."""
        return self._add(Fault(hangs=True, **scope))

    def drops(self, **scope: Unpack[Scope]) -> Fault:
        """The connection breaks instead of an answer, before or after the effect."""
        return self._add(Fault(drops=True, **scope))

    def garbles(self, how: Garbled, **scope: Unpack[Scope]) -> Fault:
        """The answer cannot be read."""
        return self._add(Fault(garbled=how, **scope))

    def down(self, how: Literal["503", "dropped"] = "503") -> Fault:
        """Nothing works: 503 for everybody, or every connection broken.

        For connections that are refused, stop the server and start it again.
        """
        return self.answers(503) if how == "503" else self.drops()

    def clear(self) -> None:
        """End all faults."""
        for fault in self._faults:
            fault.end()
        self._faults.clear()

    @property
    def in_force(self) -> tuple[Fault, ...]:
        """The faults that may still meet a call, oldest first."""
        return tuple(fault for fault in self._faults if fault.may_meet)

    def meeting(self, action: str) -> list[Fault]:
        """The faults that a call of `action` meets now, oldest first; each is counted."""
        self._faults = [fault for fault in self._faults if not fault.over.is_set()]
        concerned = [fault for fault in self._faults if fault.concerns(action)]
        met = [fault for fault in concerned if self._chance.random() < fault.chance]
        for fault in met:
            fault.met += 1
        return met

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
