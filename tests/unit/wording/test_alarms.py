"""What an alarm says: what is wrong, since when, and what one can do."""

# ruff: noqa: E501 (a snapshot keeps whole lines in view)

from datetime import timedelta

from inline_snapshot import snapshot

from bot.domain.facts import Alarmed
from bot.domain.id_grammar import read_id
from bot.domain.resources import CompressionTask, Phase, Watchable
from bot.domain.symptoms import LossGone, LossRising, Queued, Slowed, Stalled, Symptom
from bot.wording.alarms import alarmed
from tests.unit.domain.samples import NOON, task
from tests.unit.wording.readable import read

HOUR = timedelta(hours=1)


def told(symptom: Symptom, resource: Watchable | None = None) -> str:
    return read(alarmed(Alarmed(resource or task(progress=40), symptom)))


def test_each_alarm_says_what_is_wrong_and_since_when() -> None:
    symptoms: list[Symptom] = [
        Queued(NOON, 2 * HOUR),
        Stalled(NOON, HOUR, 40),
        Slowed(NOON, NOON + 2 * HOUR, NOON + 7 * HOUR, 2.83),
        LossGone(300, 200),
        LossGone(100),
        LossRising(500, 1.23456, 200, 0.5),
    ]
    texts = [told(symptom).split("\n[")[0] for symptom in symptoms]
    assert texts == snapshot(
        [
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot) still waits in the queue, since 2026-05-04 12:00 UTC: for 2 h now.
Qianfan does not tell why; its console may show what takes the resources.\
""",
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot) makes no progress: 40 % since 2026-05-04 12:00 UTC, for 1 h now.
The log in the console may tell why. A run that hangs holds its resources until it is stopped.\
""",
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot) has become slow: at its first pace it would have ended about 2026-05-04 14:00 UTC, and now that is about 2026-05-04 19:00 UTC.
Counted from 2026-05-04 12:00 UTC, that is at least 2.8 times as long.\
""",
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot): the training loss is no number (NaN) since step 300.
A training seldom recovers from that. The last checkpoint with a loss is that of step 200.\
""",
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot): the training loss is no number (NaN) since step 100.
A training seldom recovers from that.\
""",
            """\
⚠️ `task-0tgmn4a7h4i6` (support-bot): the training loss rises, to 1.235 at step 500.
It was lowest at step 200, with 0.5.\
""",
        ]
    )


def test_what_can_be_done_stands_beneath_it() -> None:
    assert told(Stalled(NOON, HOUR, 40)).splitlines()[2:] == snapshot(
        [
            "[Status] status task-0tgmn4a7h4i6",
            "[Stop] stop task-0tgmn4a7h4i6",
            "[Mute] mute task-0tgmn4a7h4i6",
        ]
    )


def test_a_compression_that_waits_can_be_stopped_as_well() -> None:
    waiting = CompressionTask(id=read_id("amva-abciuctdx15t"), state="creating", phase=Phase.QUEUED)
    assert told(Queued(NOON, 2 * HOUR), waiting) == snapshot("""\
⚠️ `amva-abciuctdx15t` still waits in the queue, since 2026-05-04 12:00 UTC: for 2 h now.
Qianfan does not tell why; its console may show what takes the resources.
[Status] status amva-abciuctdx15t
[Stop] stop amva-abciuctdx15t
[Mute] mute amva-abciuctdx15t\
""")
