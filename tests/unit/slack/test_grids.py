"""Grids line up, with Chinese in them too, and fit a phone."""

from datetime import timedelta

from inline_snapshot import snapshot

from bot.domain.messages import Grid, Line, Message, Span, say
from bot.slack.fallback import plain_text
from bot.slack.grids import WIDEST, grid_text, width
from bot.slack.render import render

ROWS = [["Run", "0tgmn4", "5kjifv"], ["状态", "Done", "失败"], ["最佳步数", "1100", "900 *"]]


def test_a_chinese_character_takes_two_columns() -> None:
    assert [width(text) for text in ("", "Done", "状态", "（Ａ）", "é", "e\u0301", "–")] == [
        0, 4, 4, 6, 1, 1, 1,
    ]  # fmt: skip


def test_columns_line_up() -> None:
    assert grid_text(ROWS) == snapshot("""\
Run       0tgmn4  5kjifv
状态      Done    失败
最佳步数  1100    900 *\
""")


def test_what_is_too_wide_for_a_phone_is_told_in_parts() -> None:
    assert grid_text(ROWS, widest=20) == snapshot("""\
Run       0tgmn4
状态      Done
最佳步数  1100

Run       5kjifv
状态      失败
最佳步数  900 *\
""")
    six = [["Run", *(f"run-{n}" for n in range(6))], ["State", *(["Evaluating"] * 6)]]
    assert max(map(width, grid_text(six).splitlines())) <= WIDEST
    assert grid_text(six).count("State") == 3


def test_a_column_that_fits_nowhere_stands_alone() -> None:
    assert grid_text([["Run", "a", "b"], ["State", "x" * 50, "y"]]) == snapshot("""\
Run    a
State  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

Run    b
State  y\
""")


def test_its_cells_are_written_in_the_readers_words() -> None:
    grid = Grid(((say("Run"), "a"), (say("Took"), Span(timedelta(minutes=90)))))
    message = Message(say("two"), (Line(say("two")), grid))
    code = render(message).blocks[1].to_dict()["elements"][0]["elements"][0]["text"]
    assert code == "Run   a\nTook  1 h 30 min"
    assert plain_text(message) == "two\n```\nRun   a\nTook  1 h 30 min\n```"
