"""The files of an announcement: made once, a few times tried, and never waited for too long."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.attachments import MOST_TRIES, Attached, Preparation, WhyMissing, is_prepared
from bot.domain.curves import Curve
from bot.domain.errors import NotAttached, NotDrawn, NotUploaded
from bot.domain.facts import ChartAsked
from bot.domain.languages import Language
from bot.domain.messages import Sentence
from bot.domain.ports import Stored
from bot.domain.resources import Checkpoint
from bot.domain.watching import Announcement
from bot.watcher import preparing
from bot.watcher.preparing import Preparer
from tests.unit.domain.samples import task
from tests.unit.watcher.sending import SECOND, Ledger, Monotonic, english, owed

RUN = replace(task(), checkpoints=(Checkpoint(1, 2.0, 7.0), Checkpoint(2, 1.0, 3.0)))
OWED = replace(owed(), fact=ChartAsked(RUN, "UADA"))
LINK = "https://x.slack.com/files/U1/F1/loss.png"


@dataclass
class Studio:
    """Charts and Uploads that do as they are told, and note what they are asked for.

    `unprocessed` is how many looks it takes until a file is processed.
    """

    fails: NotAttached | None = None
    unprocessed: int = 0
    hangs: bool = False
    asked: list[str] = field(default_factory=list)

    async def draw(self, curves: Sequence[Curve]) -> bytes:
        self.asked.append("draw")
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.fails, NotDrawn):
            raise self.fails
        return b"png"

    async def put(self, name: str, content: bytes, told: Sentence, language: Language) -> str:
        self.asked.append(f"put {name}")
        if self.fails:
            raise self.fails
        return "F1"

    async def find(self, file_id: str) -> Stored:
        self.asked.append(f"find {file_id}")
        self.unprocessed -= 1
        return Stored(LINK, self.unprocessed < 0)


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def time() -> Monotonic:
    return Monotonic()


@pytest.fixture
def preparer(studio: Studio, ledger: Ledger, time: Monotonic) -> Preparer:
    return Preparer(studio, studio, ledger, english, time)


async def prepared(
    preparer: Preparer, ledger: Ledger, announcement: Announcement = OWED
) -> Announcement:
    """Try once; the announcement as it is owed then."""
    await preparer.prepare(announcement)
    return ledger.owed.pop()


async def test_a_picture_is_drawn_uploaded_and_noted_before_it_is_sent(
    preparer: Preparer, studio: Studio, ledger: Ledger
) -> None:
    now = await prepared(preparer, ledger)
    assert studio.asked == ["draw", "put task-0tgmn4a7h4i6.png", "find F1"]
    assert ledger.told == ["preparing for the 1. time", "prepared, on in 0 s"]
    assert now.files == Preparation(1, (Attached("F1", LINK, processed=True),))
    assert is_prepared(now.fact, now.files)


async def test_slack_is_asked_again_until_it_has_processed_the_picture(
    preparer: Preparer, studio: Studio, ledger: Ledger
) -> None:
    studio.unprocessed = 2
    now = await prepared(preparer, ledger)
    assert studio.asked.count("find F1") == 3
    assert now.files.files[0].processed


async def test_what_was_uploaded_is_not_uploaded_again(
    preparer: Preparer, studio: Studio, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.unprocessed = 100
    monkeypatch.setattr(preparing, "DEADLINE", timedelta(seconds=0.05))
    first = await prepared(preparer, ledger)
    assert ledger.told[-1] == "prepared, on in 1 s"
    assert first.files == Preparation(1, (Attached("F1", LINK),))
    assert not is_prepared(first.fact, first.files)

    studio.unprocessed = 0
    second = await prepared(preparer, ledger, first)
    assert studio.asked.count("put task-0tgmn4a7h4i6.png") == 1
    assert second.files == Preparation(2, (Attached("F1", LINK, processed=True),))


async def test_after_the_last_try_it_is_told_without_what_is_missing(
    preparer: Preparer, studio: Studio, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.hangs = True
    monkeypatch.setattr(preparing, "DEADLINE", timedelta(seconds=0.01))
    now = OWED
    for _ in range(MOST_TRIES):
        assert not is_prepared(now.fact, now.files)
        now = await prepared(preparer, ledger, now)
    assert is_prepared(now.fact, now.files)
    assert now.files.files == (Attached(missing=WhyMissing.LATE),)
    assert ledger.told[-1] == "prepared, on in 0 s"


@pytest.mark.parametrize(
    ("fails", "tries", "why"),
    [
        (NotDrawn("ValueError", passing=False), 1, WhyMissing.NOT_DRAWN),
        (NotDrawn("TimeoutError"), 2, WhyMissing.NOT_DRAWN),
        (NotUploaded("ratelimited"), 2, WhyMissing.NOT_TAKEN),
        (NotUploaded("missing_scope", passing=False), 1, WhyMissing.NOT_GRANTED),
    ],
)
async def test_only_what_may_pass_is_tried_again(
    preparer: Preparer,
    studio: Studio,
    ledger: Ledger,
    fails: NotAttached,
    tries: int,
    why: WhyMissing,
) -> None:
    studio.fails = fails
    now = OWED
    while not is_prepared(now.fact, now.files):
        now = await prepared(preparer, ledger, now)
    assert (now.files.tries, now.files.files) == (tries, (Attached(missing=why),))


async def test_without_the_scope_nothing_is_drawn_for_a_while(
    preparer: Preparer, studio: Studio, ledger: Ledger, time: Monotonic
) -> None:
    studio.fails = NotUploaded("missing_scope", passing=False)
    for _ in range(3):
        now = await prepared(preparer, ledger)
        assert now.files.files == (Attached(missing=WhyMissing.NOT_GRANTED),)
    assert studio.asked == ["draw", "put task-0tgmn4a7h4i6.png"]

    studio.fails = None
    time.passes(601 * SECOND)
    assert (await prepared(preparer, ledger)).files.files[0].processed
