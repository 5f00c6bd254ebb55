"""What is claimed of a request whose answer was lost: never more than was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.commands.traces import Sight, Trace, trace_of
from bot.domain.access import Decision, Place, Right, Role, Why
from bot.domain.audit import Asked, Ended, Record
from bot.domain.calls import Call, Origin, Way
from bot.domain.changes import Look
from bot.domain.creation import NewVersion, TrainSource
from bot.domain.errors import Unavailable, UnknownResource
from bot.domain.id_grammar import read_id
from bot.domain.ids import ResourceId
from bot.domain.listings import ModelSet
from bot.domain.ports import Audit, Platform
from bot.domain.resources import ModelVersion, Phase

SINCE = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RUN, MODEL = read_id("task-0tgmn4a7h4i6"), read_id("am-ih8abcdef")
REQUEST = NewVersion(MODEL, TrainSource(RUN, 64), "")


def version(number: int, **fields: Any) -> ModelVersion:
    known: dict[str, Any] = {"source_type": "Train", "source": str(RUN), "created_at": SINCE}
    return ModelVersion(
        id=read_id(f"amv-{number:012d}"), state="Ready", phase=Phase.DONE, **(known | fields)
    )


@dataclass
class Account:
    """A model and its versions."""

    versions: list[ModelVersion] = field(default_factory=list)
    silent: bool = False
    looks: int = 0

    async def model_set(self, model_set: ResourceId) -> ModelSet:
        if self.silent:
            raise Unavailable("DescribeModelSet")
        return ModelSet(model_set, versions=tuple(each.id for each in self.versions))

    async def look(self, resource: ResourceId, **_: object) -> Look:
        self.looks += 1
        for each in self.versions:
            if each.id == resource and each.state != "Deleted":
                return Look(each, SINCE)
        raise UnknownResource("DescribeModel")


def attempt(model: ResourceId = MODEL, outcome: str | None = None) -> Record:
    right = Right("publish", Role.PUBLISHER)
    asked = Asked(
        SINCE,
        Origin("UADA", Place("C1"), Way.TYPED, SINCE),
        "default",
        Call("publish", {"id": str(RUN), "model_set": str(model)}),
        Decision(True, Why.ROLE_SUFFICES, right, Role.ADMIN),
    )
    ended = Ended(SINCE, outcome, timedelta(0)) if outcome is not None else None
    return Record(1, asked, ended)


@dataclass
class Attempts:
    """The newest attempts that the audit has; the one that asks is among them."""

    records_: list[Record] = field(default_factory=lambda: [attempt()])

    async def records(self, **_: object) -> Sequence[Record]:
        return self.records_


async def traced(
    account: Account, attempts: Attempts | None = None, before: Sequence[ResourceId] | None = ()
) -> Trace:
    audit = cast(Audit, attempts or Attempts())
    return await trace_of(cast(Platform, account), audit, REQUEST, SINCE, before)


async def test_the_one_new_version_that_fits_is_it() -> None:
    old, new = version(1), version(2)

    seen = await traced(Account([old, new]), before=[old.id])

    assert seen == Trace(Sight.MADE, (new.id,))


async def test_where_nothing_is_new_nothing_was_made() -> None:
    assert await traced(Account([version(1)]), before=[version(1).id]) == Trace(Sight.NONE)


async def test_what_cannot_be_read_is_not_claimed() -> None:
    assert (await traced(Account(silent=True))).sight is Sight.UNREADABLE


@pytest.mark.parametrize("hours", [-8, -0.05, 0, 0.05, 8])
async def test_a_clock_that_differs_hides_no_new_version(hours: float) -> None:
    new = version(2, created_at=SINCE + timedelta(hours=hours))

    assert (await traced(Account([new]))).sight is Sight.MADE


async def test_a_new_version_that_does_not_fit_is_perhaps_it() -> None:
    other = version(2, description="as Qianfan rewrote it")

    assert await traced(Account([other])) == Trace(Sight.PERHAPS, (other.id,))


async def test_two_that_fit_are_both_only_perhaps_it() -> None:
    assert (await traced(Account([version(1), version(2)]))).sight is Sight.PERHAPS


async def test_another_persons_version_is_not_told_as_ones_own() -> None:
    theirs = version(2)
    under_way = Attempts([attempt(), attempt()])
    accounted_for = Attempts([attempt(), attempt(outcome=f"made {theirs.id}")])

    assert (await traced(Account([theirs]), under_way)).sight is Sight.PERHAPS
    assert await traced(Account([theirs]), accounted_for) == Trace(Sight.NONE)


async def test_an_attempt_for_another_model_is_no_rival() -> None:
    elsewhere = Attempts([attempt(), attempt(model=read_id("am-another123"))])

    assert (await traced(Account([version(2)]), elsewhere)).sight is Sight.MADE


async def test_a_version_that_was_deleted_meanwhile_spoils_nothing() -> None:
    gone = replace(version(1), state="Deleted")

    assert (await traced(Account([gone, version(2)]))).sight is Sight.MADE


@pytest.mark.parametrize("newest_first", [True, False])
async def test_among_too_many_versions_nothing_is_certain(newest_first: bool) -> None:
    old = [version(n, created_at=SINCE - timedelta(days=9)) for n in range(40)]
    new = version(99)
    account = Account([new, *old] if newest_first else [*old, new])

    seen = await traced(account, before=None)

    assert seen == Trace(Sight.PERHAPS, (new.id,))
    assert account.looks <= 20


async def test_without_knowing_what_there_was_the_time_decides() -> None:
    old, new = version(1, created_at=SINCE - timedelta(days=1)), version(2)

    assert await traced(Account([old, new]), before=None) == Trace(Sight.MADE, (new.id,))
    assert await traced(Account([old]), before=None) == Trace(Sight.NONE)
