"""Handing things to the app: one attempt, its answer, and Slack's retries."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.playground.slack.feed import Feed
from bot.playground.slack.happenings import Delivered
from bot.playground.slack.tasks import Tasks
from bot.playground.slack.values import Json, Message

Kind = Literal["events_api", "slash_commands", "interactive"]
Problem = Literal["operation_timeout", "dispatch_failed", "invalid_response"]

# https://docs.slack.dev/interactivity/handling-user-interaction/#acknowledgment_response
ACK_SECONDS = 3.0

# Nearly at once, after a minute, after five. https://docs.slack.dev/apis/events-api/#retries
RETRY_DELAYS = (0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing for the app; `name` says in a word what it is, for readers of the feed."""

    kind: Kind
    name: str
    payload: Json


@dataclass(frozen=True, slots=True)
class Retry:
    """What a repeated delivery says of the attempt before it."""

    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of one attempt; `reason` is what a retry would give as its reason."""

    acked: bool
    payload: Any = None
    problem: Problem | None = None
    reason: str = ""
    may_retry: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of something that a person did.

    `acked` tells whether the app acknowledged it in time, `problem` what Slack shows the person
    where it did not ("invalid_response" where the ack's payload made no sense), `latency` the
    seconds until then. Where nothing was sent to the app (chatter in a channel without it) it is
    neither acknowledged nor a problem. `message` is what an ordinary message became.
    """

    acked: bool = False
    ack_payload: Any = None
    problem: Problem | None = None
    latency: float = 0.0
    message: Message | None = None


class NotAnswered(LookupError):
    """The app failed to answer what only it can; `problem` is what Slack shows."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"Slack shows: {problem}")
        self.problem = problem


class Transport(Protocol):
    """A way to the app."""

    name: str

    async def send(self, delivery: Delivery, retry: Retry | None) -> Answer:
        """Make one attempt; return within the time that the app has for its ack."""
        ...


class Courier:
    """Delivers by the transport of the moment, and repeats events that were not acknowledged."""

    def __init__(
        self,
        feed: Feed,
        tasks: Tasks,
        transport: Callable[[], Transport],
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._feed = feed
        self._tasks = tasks
        self._transport = transport
        self._retry_delays = tuple(retry_delays)

    async def deliver(self, delivery: Delivery) -> Exchange:
        """Make the first attempt and return what came of it; retries go on in the background."""
        begun = time.monotonic()
        answer = await self._attempt(delivery, None)
        if delivery.kind == "events_api" and not answer.acked:
            self._tasks.start(self._retry(delivery, answer))
        latency = time.monotonic() - begun
        return Exchange(answer.acked, answer.payload, answer.problem, latency)

    async def _retry(self, delivery: Delivery, answer: Answer) -> None:
        for attempt, delay in enumerate(self._retry_delays, start=1):
            if not answer.may_retry:
                return
            await asyncio.sleep(delay)
            answer = await self._attempt(delivery, Retry(attempt, answer.reason))
            if answer.acked:
                return

    async def _attempt(self, delivery: Delivery, retry: Retry | None) -> Answer:
        transport = self._transport()
        begun = time.monotonic()
        answer = await transport.send(delivery, retry)
        self._feed.write(
            Delivered(
                kind=delivery.kind,
                name=delivery.name,
                transport=transport.name,
                attempt=retry.attempt if retry else 0,
                acked=answer.acked,
                problem=answer.problem,
                seconds=time.monotonic() - begun,
                ack_payload=answer.payload,
                payload=delivery.payload,
            )
        )
        return answer
