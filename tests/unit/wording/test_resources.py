"""A thing's state: what comes at once, what comes with More, and which buttons go with it."""

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from bot.domain.changes import Look
from bot.domain.facts import CardOpened
from bot.domain.messages import Line, Message, Note, Verbatim
from bot.domain.resources import (
    Checkpoint,
    FineTuningTask,
    ModelVersion,
    Phase,
    TokenLimit,
    Watchable,
)
from bot.slack.render import render
from bot.wording import resources
from bot.wording.announcements import announcement
from tests.unit.domain.samples import NOON, task
from tests.unit.qianfan.samples import described
from tests.unit.slack.limits import check_message
from tests.unit.wording.readable import buttons, read

CURVES = "Loss curves in VisualDL"


def status(resource: Watchable, *, whole: bool = False, private: bool = True) -> Message:
    return resources.status(Look(resource, NOON), NOON, whole=whole, private=private)


def with_checkpoints(*checkpoints: Checkpoint) -> FineTuningTask:
    return replace(task("Done", Phase.DONE), checkpoints=checkpoints)


def table_of(message: Message) -> list[str]:
    (table,) = [part.text for part in message.parts if isinstance(part, Verbatim)]
    return table.splitlines()


def test_the_brief_view_leaves_to_more_what_does_not_explain_the_state() -> None:
    assert read(status(described("version-whole-by-table"))) == snapshot("""\
✅ `amv-g73j3faikzpz` (V3) is *Ready*
Base model: Meta-Llama-3-8B
Source: Train
From: `task-0tgmn4a7h4i6`
Application type: completion
Created: 2024-05-16 14:40 UTC
[More] status amv-g73j3faikzpz show=all
[Show the run] status task-0tgmn4a7h4i6
[Open the console] https://console.bce.baidu.com/qianfan/modelcenter/model/user/list\
""")


def test_the_whole_view_has_no_more() -> None:
    assert "More" not in buttons(status(described("version-whole-by-table"), whole=True))


def test_there_is_no_more_where_there_is_nothing_more() -> None:
    assert buttons(status(task())) == ["Watch", "Stop", "Open the console"]


@pytest.mark.parametrize(
    ("checkpoints", "told"),
    [
        ((), []),
        ((Checkpoint(8, 0.5, 2.0),), ["Last checkpoint: step 8, training loss 0.5, perplexity 2."]),
        (
            (Checkpoint(8, 0.5, 2.0), Checkpoint(16, 0.4, 1.5)),
            [
                "Best and last checkpoint, with the lowest perplexity: step 16, "
                "training loss 0.4, perplexity 1.5."
            ],
        ),
        (
            (Checkpoint(8, 0.5, 1.0), Checkpoint(16, float("nan"), 1.5)),
            [
                "Best checkpoint, with the lowest perplexity: step 8, training loss 0.5, "
                "perplexity 1.",
                "Last checkpoint: step 16, training loss nan, perplexity 1.5.",
            ],
        ),
        ((Checkpoint(8), Checkpoint(16)), ["Last checkpoint: step 16."]),
    ],
)
def test_the_best_and_the_last_checkpoint_are_told(
    checkpoints: tuple[Checkpoint, ...], told: list[str]
) -> None:
    lines = read(status(with_checkpoints(*checkpoints))).splitlines()
    assert [line for line in lines if "checkpoint" in line] == told


def test_the_whole_view_has_a_table_of_all_checkpoints_in_order() -> None:
    run = with_checkpoints(Checkpoint(200, 1.25, 3.5), Checkpoint(100, 1.5), Checkpoint(300, 1, 3))
    assert table_of(status(run, whole=True)) == snapshot(
        [
            "step      trainingLoss  perplexity",
            "100                1.5           –",
            "200               1.25         3.5",
            "300                  1           3 *",
        ]
    )


def test_where_no_number_tells_the_best_none_is_marked() -> None:
    message = status(with_checkpoints(Checkpoint(1), Checkpoint(2)), whole=True)
    assert not any("*" in row for row in table_of(message))


def test_of_very_many_checkpoints_the_newest_and_the_best_are_shown() -> None:
    many = [Checkpoint(step, 1.0, 2.0 + step) for step in range(1, 1001)]
    message = status(with_checkpoints(*many), whole=True)
    table = table_of(message)
    assert table[1].startswith("1 ")
    assert table[1].endswith(" *")
    assert table[-1].startswith("1000 ")
    assert len(table) == 42
    (note,) = [part.text for part in message.parts if isinstance(part, Note)]
    assert note.values["more"] == 1000 - 41
    rendered = render(message)
    check_message(rendered.text, [block.to_dict() for block in rendered.blocks])


def test_a_run_that_is_done_can_be_published() -> None:
    assert "[Publish…] publish task-0tgmn4a7h4i6" in read(status(task("Done", Phase.DONE)))
    for phase in set(Phase) - {Phase.DONE}:
        assert "Publish…" not in buttons(status(task("…", phase)))
    assert "Publish…" not in buttons(status(described("version-whole-by-table")))


@pytest.mark.parametrize("whole", [True, False])
def test_the_link_that_carries_a_token_is_for_the_asker_alone(whole: bool) -> None:
    run = described("task-running")
    assert CURVES in buttons(status(run, whole=whole))
    assert "displayToken" not in read(status(run, whole=whole, private=False))
    assert "displayToken" not in read(announcement(CardOpened(run, "U1")))


def test_a_link_of_curves_that_leads_elsewhere_is_not_shown() -> None:
    run = replace(task(), vdl_link="https://evil.example/?displayToken=x")
    assert "evil.example" not in read(status(run))


def test_a_reason_comes_before_the_facts() -> None:
    parts = status(described("task-failed")).parts
    assert [type(part) for part in parts[:3]] == [Line, Line, Verbatim]


def test_an_unknown_use_and_an_unknown_limit_are_told_in_qianfans_words() -> None:
    version = described("version-whole-by-table")
    assert isinstance(version, ModelVersion)
    limits = (("embedding", (TokenLimit("chunkTokens", 512),)),)
    told = read(
        status(replace(version, uses=(("merging", True),), token_limits=limits), whole=True)
    )
    assert "Can be used for merging: yes" in told
    assert "Limits (embedding): chunkTokens 512" in told
