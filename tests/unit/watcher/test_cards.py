"""What becomes of cards that show something old, as Slack takes the edits or does not."""

import pytest

from bot.domain.errors import (
    AccessLost,
    InstallationBroken,
    MessageRefused,
    OutcomeUnclear,
    TryLater,
)
from bot.domain.watching import Card
from bot.watcher import cards
from bot.watcher.cards import Cards
from bot.watcher.mood import PROBE_PAUSE, Allowance, Mood
from bot.watcher.sender import Sender
from tests.unit.domain.samples import NOON
from tests.unit.watcher.account import HandClock
from tests.unit.watcher.sending import (
    PATIENCE,
    SECOND,
    Ledger,
    Monotonic,
    Slack,
    card,
    english,
    owed,
)


class Scene:
    """Cards that are kept up to date beside posts, in a time that is moved."""

    def __init__(self, *stale: Card, fails: Exception | None = None) -> None:
        self.time = Monotonic()
        self.slack = Slack(fails)
        self.ledger = Ledger(stale=list(stale))
        self.mood = Mood(self.time)
        edits, posts = Allowance(0.75, 10, self.time), Allowance(5, 20, self.time)
        self.cards = Cards(self.ledger, self.slack, self.mood, edits, english)
        self.sender = Sender(self.ledger, self.slack, HandClock(), self.mood, posts, english)

    async def ticks(self) -> int:
        """Edit what may be edited now; how many cards that were."""
        begun = await self.cards.tick()
        await self.cards.drain(PATIENCE)
        return begun


async def test_a_card_that_was_shown_rests_until_its_pause_is_over() -> None:
    scene = Scene(card(1))

    assert await scene.ticks() == 1

    assert scene.slack.edited == [1]
    assert scene.ledger.told == ["card 1 shown, next in 60 s"]


@pytest.mark.parametrize(
    ("fails", "then"),
    [
        (MessageRefused("message_not_found"), "card 1 gone"),
        (MessageRefused("edit_window_closed"), "card 1 shown, next in 60 s"),
        (TryLater(7 * SECOND, "ratelimited"), "card 1 in 7 s"),
        (AccessLost("is_archived"), "card 1 in 60 s"),
        (InstallationBroken("token_revoked"), "card 1 in 5 s"),
        (OutcomeUnclear(NOON), "card 1 in 5 s"),
    ],
)
async def test_each_sort_of_failure_has_its_own_way_on(fails: Exception, then: str) -> None:
    scene = Scene(card(1), fails=fails)

    await scene.ticks()

    assert scene.ledger.told == [then]


async def test_an_edit_that_takes_longer_than_its_deadline_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cards, "DEADLINE", SECOND / 100)
    scene = Scene(card(1))
    scene.slack.hangs = True

    await scene.ticks()

    assert scene.ledger.told == ["card 1 in 5 s"]


async def test_a_throttled_edit_rests_all_edits_and_no_posts() -> None:
    scene = Scene(card(1), fails=TryLater(30 * SECOND, "ratelimited"))
    await scene.ticks()
    scene.slack.fails = None
    scene.ledger.stale, scene.ledger.owed = [card(2), card(3)], [owed()]

    scene.time.passes(29 * SECOND)
    assert await scene.ticks() == 0
    assert await scene.sender.tick() == 1
    await scene.sender.drain(PATIENCE)

    scene.time.passes(SECOND)
    assert await scene.ticks() == 2
    assert scene.slack.edited == [1, 2, 3]


async def test_no_more_are_edited_than_the_workspace_takes() -> None:
    scene = Scene(*(card(number) for number in range(20)))

    assert [await scene.ticks(), await scene.ticks()] == [10, 0]
    scene.time.passes(4 * SECOND)
    assert await scene.ticks() == 3


async def test_an_edit_that_finds_the_installation_broken_holds_posts_back_too() -> None:
    scene = Scene(card(1), card(2), fails=InstallationBroken("token_revoked"))
    scene.ledger.owed = [owed()]
    await scene.ticks()
    scene.ledger.stale = [card(3)]

    assert scene.mood.closed == "token_revoked"
    assert await scene.ticks() == 0
    assert await scene.sender.tick() == 0


async def test_where_nothing_is_to_be_posted_an_edit_finds_out_that_all_is_mended() -> None:
    scene = Scene(card(1), fails=InstallationBroken("token_revoked"))
    await scene.ticks()
    scene.slack.fails = None
    scene.ledger.stale = [card(2), card(3)]

    scene.time.passes(PROBE_PAUSE)
    assert await scene.ticks() == 1
    assert scene.mood.closed == ""
    assert await scene.ticks() == 1
