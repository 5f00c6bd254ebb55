"""Reading the audit: the newest attempts, those about an id or of a person, and all of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import Asked, Ended, Record
from bot.domain.calls import Call
from bot.domain.id_grammar import read_id
from bot.store.opening import Store
from tests.contract.store.values import ADA, BO, MINUTE, OTHER_RUN, RUN, SECOND, WALL, asked

ENDED = Ended(WALL + SECOND, "stopped", SECOND, "request-1")


def _calling(**arguments: str | tuple[str, ...]) -> Asked:
    return replace(asked(), call=Call("publish", arguments))


async def test_each_attempt_is_told_with_its_end_where_it_has_one_the_newest_first(
    store: Store,
) -> None:
    finished = await store.audit.asked(asked("stop", ADA))
    cut_off = await store.audit.asked(asked("watch", BO))
    await store.audit.ended(finished, ENDED)

    assert await store.audit.records() == [
        Record(cut_off, asked("watch", BO), None),
        Record(finished, asked("stop", ADA), ENDED),
    ]


async def test_no_more_are_told_than_were_asked_for(store: Store) -> None:
    numbers = [await store.audit.asked(asked()) for _ in range(25)]

    assert [each.id for each in await store.audit.records(last=2)] == numbers[:-3:-1]
    assert len(await store.audit.records()) == 20


async def test_those_of_a_person_and_those_since_a_time(store: Store) -> None:
    old = await store.audit.asked(asked(user=ADA, at=WALL))
    others = await store.audit.asked(asked(user=BO, at=WALL + MINUTE))
    new = await store.audit.asked(asked(user=ADA, at=WALL + MINUTE))

    assert await _found(store, user_id=ADA) == [new, old]
    assert [each.id for each in await store.audit.records(since=WALL + MINUTE)] == [new, others]
    both = await store.audit.records(user_id=ADA, since=WALL + MINUTE)
    assert [each.id for each in both] == [new]


@pytest.mark.parametrize("kind", ["task", "job", "amva", "amv", "am", "prl"])
@pytest.mark.parametrize("suffix", ["abcdef", "0tgmn4a7h4i6", "z" * 32])
async def test_attempts_about_an_id_are_found_by_it(store: Store, kind: str, suffix: str) -> None:
    about = str(read_id(f"{kind}-{suffix}"))
    alone = await store.audit.asked(_calling(run=about))
    await store.audit.asked(_calling(run=OTHER_RUN.id.text, reason=f'as “{about}” and \\"{about}'))
    listed = await store.audit.asked(_calling(ids=(OTHER_RUN.id.text, about, about)))

    assert await _found(store, about=about) == [listed, alone]


async def test_an_id_is_found_beside_texts_that_no_database_keeps(store: Store) -> None:
    number = await store.audit.asked(
        _calling(reason='a\x00b, “quoted” "\ud83d', ids=(RUN.id.text,), step="300")
    )

    assert await _found(store, about=RUN.id.text) == [number]


@pytest.mark.parametrize("huge", ["task-" + "a" * 9000, "a" * 9000 + "-123456", "-" * 9000])
async def test_a_text_of_any_length_can_be_written_down(store: Store, huge: str) -> None:
    number = await store.audit.asked(_calling(reason=huge))

    assert await _found(store, about=huge) == []
    assert await _found(store) == [number]


async def test_an_id_that_nobody_named_finds_nothing(store: Store) -> None:
    await store.audit.asked(asked())

    for about in (OTHER_RUN.id.text, "task-", "%", "stop", "'"):
        assert await _found(store, about=about) == []


async def test_the_export_tells_all_since_a_time_the_oldest_first_page_by_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.audit._PAGE", 3)
    numbers = [await store.audit.asked(asked(at=WALL + n * MINUTE)) for n in range(10)]
    for number in numbers:
        await store.audit.ended(number, ENDED)

    for first in (0, 1, 4, 9, 10):
        exported = [each async for each in store.audit.export(WALL + first * MINUTE)]
        assert [each.id for each in exported] == numbers[first:]
        assert {each.ended for each in exported} <= {ENDED}


async def test_an_export_that_is_left_halfway_keeps_no_connection(store: Store) -> None:
    for _ in range(3):
        await store.audit.asked(asked())

    for _ in range(20):
        async for _record in store.audit.export(WALL - timedelta(days=1)):
            break

    await store.database.ping()


async def _found(store: Store, about: str = "", user_id: str = "") -> list[int]:
    return [each.id for each in await store.audit.records(about=about, user_id=user_id)]
