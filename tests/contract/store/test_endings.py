"""What people followed to its end: the newest first, each thing once, and nobody else's."""

from bot.domain.resources import Phase
from bot.domain.watching import Finished
from bot.store.opening import Store
from tests.contract.store.values import (
    ADA,
    BO,
    DAY,
    GENERAL,
    MINUTE,
    OTHER_RUN,
    RANDOM,
    RUN,
    WORLD,
    HandClock,
    due,
    look,
    saw,
    send_all,
    watch,
)


async def test_what_ended_is_told_with_its_last_state_and_the_place_of_its_card(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await send_all(store, clock)
    clock.passes(MINUTE)
    end = look(Phase.FAILED, at=WORLD + MINUTE)
    await saw(store, clock, end)

    assert await store.endings.of_owner(ADA, WORLD, 5) == [
        Finished(GENERAL, end, WORLD + MINUTE, "1.0")
    ]
    assert await store.endings.of_owner(BO, WORLD, 5) == []


async def test_what_goes_on_and_what_was_unwatched_before_its_end_is_no_ending(
    store: Store, clock: HandClock
) -> None:
    await store.watches.begin(watch(), look(Phase.RUNNING))
    await store.watches.begin(watch(RANDOM, owner=BO), look(Phase.RUNNING))
    await store.watches.end(RUN, GENERAL)
    assert await store.endings.of_owner(ADA, WORLD, 5) == []

    clock.passes(MINUTE)
    await saw(store, clock, look(Phase.DONE, at=WORLD + MINUTE))

    assert await store.endings.of_owner(ADA, WORLD, 5) == []
    assert len(await store.endings.of_owner(BO, WORLD, 5)) == 1


async def test_the_newest_come_first_each_thing_once_and_none_from_before(
    store: Store, clock: HandClock
) -> None:
    for channel in (GENERAL, RANDOM):
        await store.watches.begin(watch(channel), look(Phase.RUNNING))
    await store.watches.begin(watch(thing=OTHER_RUN), look(Phase.RUNNING, thing=OTHER_RUN))
    both = {duty.thing: duty for duty in await due(store, clock)}
    for number, thing in enumerate((RUN, OTHER_RUN), 1):
        clock.passes(DAY)
        await saw(store, clock, look(Phase.DONE, at=clock.world(), thing=thing), both[thing])

        ended = await store.endings.of_owner(ADA, WORLD, 5)
        assert len(ended) == number
        assert ended[0].look.resource.id == thing.id

    assert len(await store.endings.of_owner(ADA, WORLD, 1)) == 1
    assert len(await store.endings.of_owner(ADA, WORLD + DAY + MINUTE, 5)) == 1
    assert ended[0].card == "", "a card that was never posted stands nowhere"
