"""What is written down of every attempt, and what may not happen without it."""

import re
from typing import NoReturn

import pytest
from inline_snapshot import snapshot
from sqlalchemy import text

from bot.domain.errors import AuditUnavailable
from tests.scenarios.play import Play

TASK = "task-0tgmn4a7h4i6"


async def rows(play: Play) -> list[tuple[str, str]]:
    """The commands that were asked for, each with its outcome."""
    question = text(
        "SELECT a.command, e.outcome FROM audit a LEFT JOIN audit e ON e.asked_id = a.id "
        "WHERE a.asked_id IS NULL ORDER BY a.id"
    )
    async with play.app.store.database.reading() as connection:
        return [tuple(row) for row in await connection.execute(question)]


async def test_each_attempt_leaves_two_rows_refusals_and_failures_too(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf stop {TASK}")
    await play.bo.asks("/qf status task-doesnotexist")
    await play.lin.asks(f"/qf stop {TASK}")
    await play.lin.clicks("Stop it")

    assert await rows(play) == [
        ("stop", "Refused"),
        ("status", "UnknownResource"),
        ("stop", "asked to confirm"),
        ("stop", "stop accepted"),
    ]


async def test_a_secret_in_a_reason_is_not_written_down(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f'/qf stop {TASK} reason="use xoxb-123456789-abcdefghij instead"')
    async with play.app.store.database.reading() as connection:
        told = (await connection.execute(text("SELECT * FROM audit"))).all()
    assert "xoxb-123456789" not in str(told)


async def test_where_the_audit_cannot_be_written_nothing_is_stopped_and_reads_go_on(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> NoReturn:
        raise AuditUnavailable

    play.world.add_task(TASK).runs(progress=34)
    await play.lin.asks(f"/qf stop {TASK}")
    monkeypatch.setattr(play.app.store.audit, "asked", fails)

    assert "without that it changes nothing" in await play.lin.clicks("Stop it")
    assert play.calls("StopFineTuningTask") == 0
    assert "is *Running*" in await play.lin.asks(f"/qf status {TASK}")


async def test_ada_reads_who_asked_for_what_refusals_too(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf stop {TASK}")
    await play.lin.asks(f'/qf stop {TASK} reason="use xoxb-123456789-abcdefghij instead"')
    await play.lin.clicks("Stop it")

    answer = await play.ada.asks("/qf audit")

    # The audit's times are those of the wall, and Qianfan's request ids are new each time.
    timeless = re.sub(r"^\w{3} \d+, \d{4} \d\d:\d\d ", "", answer, flags=re.MULTILINE)
    assert re.sub(r"request `[^`]+`", "request `…`", timeless) == snapshot("""\
# Who asked for what
@lin in #training on the account `default`: `/qf stop task-0tgmn4a7h4i6 reason="use [struck out] instead" account=default`
Allowed for the role `operator`. Outcome: `stop accepted`, request `…`.
@lin in #training on the account `default`: `/qf stop task-0tgmn4a7h4i6 reason="use [struck out] instead"`
Allowed for the role `operator`. Outcome: `asked to confirm`.
@bo in #training on the account `default`: `/qf stop task-0tgmn4a7h4i6`
Refused: it needs the role `operator`, they had `viewer`. Outcome: `Refused`.\
""")


async def test_the_audit_is_asked_about_a_thing_or_a_person(play: Play) -> None:
    play.world.add_task(TASK).runs(progress=34)
    await play.bo.asks(f"/qf status {TASK}")
    await play.lin.asks("/qf ping")
    await play.bo.asks("/qf ping")

    about = await play.ada.asks(f"/qf audit {TASK}")
    assert f"/qf status {TASK}" in about
    assert "/qf ping" not in about
    of_bo = await play.ada.asks("/qf audit @bo")
    assert of_bo.count("@bo in #training") == 2
    assert "@lin" not in of_bo
    assert (await play.ada.asks("/qf audit last=1")).count("on the account") == 1
    assert "The audit has nothing of that." in await play.ada.asks("/qf audit task-none12345")
    assert "from 1 to 40" in await play.ada.asks("/qf audit last=0")
