"""One message for several ends, and one for a day: the whole in `text`, within Slack's limits."""

from dataclasses import replace
from typing import Any

from bot.domain.digests import Digest, Standing
from bot.domain.facts import Actors, Gathered, Moved, Vanished
from bot.domain.id_grammar import read_id
from bot.domain.mentions import addressed
from bot.domain.messages import Line, Message
from bot.domain.moments import Happened
from bot.domain.resources import Checkpoint, CompressionTask, Failure, Phase
from bot.slack.render import render
from bot.wording.announcements import announcement
from bot.wording.buttons import meaning
from bot.wording.mentions import mentioning
from tests.unit.domain.samples import NOON, minutes, task
from tests.unit.slack.limits import check_message
from tests.unit.wording.readable import read

HAPPENED = Happened(None, NOON)
LONG = Failure("line one\nline two\nline three\n" + "x" * 100_000, "336101")


def ended(phase: Phase, number: int = 0, **fields: Any) -> Moved:
    run = replace(task(phase.name.title(), phase), id=read_id(f"task-abcdef{number:06}"), **fields)
    return Moved(run, Phase.RUNNING, "Running", HAPPENED)


def lines(message: Message) -> list[str]:
    return read(message).splitlines()


def test_failures_come_first_with_code_and_reason() -> None:
    done = ended(Phase.DONE, 1, metrics=(("BLEU-4", "16 %"),), checkpoints=(Checkpoint(7, 0.3),))
    stopped = replace(ended(Phase.STOPPED, 2), stopped_by=Actors("ULIN"))
    failed = ended(Phase.FAILED, 3, failure=LONG)
    told = announcement(Gathered((done, stopped, failed)))

    assert lines(told) == [
        "3 have ended",
        "❌ `task-abcdef000003` (support-bot) is *Failed*",
        "Qianfan gives this reason, with code `336101`: line one line two…",
        "✅ `task-abcdef000001` (support-bot) is *Done*",
        "BLEU-4 16 %, last checkpoint: step 7, training loss 0.3",
        "🛑 `task-abcdef000002` (support-bot) is *Stopped*: by <@ULIN> through qfbot.",
    ]
    text = render(told).text
    assert "336101 line one line two…" in text
    assert all(run in text for run in ("000001", "000002", "000003"))


def test_what_failed_without_a_word_and_what_is_gone_are_told_too() -> None:
    ends = (
        Vanished(task(), HAPPENED),
        ended(Phase.FAILED, 1),
        ended(Phase.FAILED, 2, failure=Failure("", "500001")),
        ended(Phase.FAILED, 3, failure=Failure("no code")),
    )
    assert lines(announcement(Gathered(ends)))[1:] == [
        "❌ `task-abcdef000001` (support-bot) is *Failed*",
        "Qianfan gives no reason.",
        "❌ `task-abcdef000002` (support-bot) is *Failed*",
        "Qianfan gives no reason but the code `500001`.",
        "❌ `task-abcdef000003` (support-bot) is *Failed*",
        "Qianfan gives this reason: no code",
        "❔ Qianfan no longer knows `task-0tgmn4a7h4i6`: it was perhaps deleted.",
    ]


def test_a_compression_task_names_what_it_made() -> None:
    made = CompressionTask(
        id=read_id("amva-abciuctdx15t"),
        state="Done",
        phase=Phase.DONE,
        produced_version="amv-vnhxxj3crnsp",
    )
    told = announcement(Gathered((Moved(made, Phase.RUNNING, "Running", HAPPENED),)))

    assert lines(told)[1:] == ["✅ `amva-abciuctdx15t` is *Done*", "made `amv-vnhxxj3crnsp`"]


def test_as_many_as_are_gathered_fit_into_one_message_with_their_buttons() -> None:
    names: dict[str, Any] = {"name": "<!channel> " + "n" * 2000, "failure": LONG}
    ends = tuple(addressed(ended(Phase.FAILED, n, **names), f"U{n}") for n in range(10))
    fact = Gathered(tuple(each for each in ends if isinstance(each, Moved)))
    told = meaning(mentioning(announcement(fact), [f"U{n}" for n in range(10)]), "prod")
    rendered = render(told)

    blocks = [block.to_dict() for block in rendered.blocks]
    check_message(rendered.text, blocks)
    assert "<!channel>" not in str(blocks)
    beside = [part.button for part in told.parts if isinstance(part, Line) and part.button]
    assert [each.press for each in beside] == [
        f"status task-abcdef{n:06} account=prod" for n in range(10)
    ]


def test_a_digest_of_much_fits_into_one_message() -> None:
    failed = Standing(ended(Phase.FAILED, 1, failure=Failure("r" * 300, "336101")).resource)
    going = Standing(ended(Phase.RUNNING, 2, progress=12).resource, NOON, NOON + minutes(60))
    unread = Standing(ended(Phase.QUEUED, 3).resource, unread_since=NOON)
    told = announcement(
        Digest(NOON, NOON, (failed,) * 12, (going,) * 12, (unread,) * 12, 14, 3, 2, 1)
    )
    rendered = render(told)

    check_message(rendered.text, [block.to_dict() for block in rendered.blocks])
    assert rendered.text.endswith("15 ended, 14 of them failed; 14 run and 13 wait.")
    whole = lines(announcement(Digest(NOON, NOON, (), (going,), (unread,), running_more=2)))
    assert whole == [
        "Daily digest",
        "Nothing has ended since 2026-05-04 12:00 UTC.",
        "*Running*",
        "🏃 `task-abcdef000002` (support-bot) is *Running*, 12 %, ends probably between "
        "2026-05-04 12:00 UTC and 2026-05-04 13:00 UTC",
        "… and 2 more.",
        "*Waiting*",
        "⏳ `task-abcdef000003` (support-bot) is *Queued*, as last seen 2026-05-04 12:00 UTC: it "
        "cannot be read now",
        "[All that is watched] watches",
    ]
