"""Every curve can be drawn, whatever its numbers are, without a word of complaint."""

import io
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.__main__ import serve
from bot.charts.drawing import drawn
from bot.charts.frames import DRAWN, FAILED, framed, read, read_frame, written
from bot.domain.curves import Curve
from bot.domain.resources import Checkpoint

PNG = b"\x89PNG\r\n\x1a\n"
NAN, INF = math.nan, math.inf


def curve(*numbers: tuple[float | None, float | None], best: int | None = None) -> Curve:
    return Curve("run", tuple(Checkpoint(100 * n, *each) for n, each in enumerate(numbers)), best)


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, in dots: https://www.w3.org/TR/png-3/#11IHDR"""
    assert picture.startswith(PNG)
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


FALLING = curve(*((3 - n / 10, 9 - n / 2) for n in range(12)), best=1100)


@pytest.mark.parametrize(
    "curves",
    [
        pytest.param([FALLING], id="one"),
        pytest.param([curve((1.0, 2.7))], id="one point"),
        pytest.param([curve(*[(1.0, 2.7)] * 10_000)], id="10,000 equal points"),
        pytest.param([curve((2.0, 7.0), (NAN, INF), (1.0, 2.7), (-INF, NAN))], id="no numbers"),
        pytest.param([curve((1e-100, -1e100), (1e100, 1e100))], id="huge"),
        pytest.param([curve((2.0, None), (1.0, None), best=7)], id="no perplexity"),
        pytest.param([FALLING] * 6, id="six"),
        pytest.param([FALLING, curve((None, 2.0), (NAN, 1.0))], id="two that share little"),
    ],
)
def test_it_is_drawn(curves: list[Curve]) -> None:
    assert len(drawn(curves)) > 5_000


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.none() | st.floats(), st.floats(1, 10)), min_size=1, max_size=6))
def test_any_numbers_are_drawn(numbers: list[tuple[float | None, float | None]]) -> None:
    assert drawn([curve(*numbers)]).startswith(PNG)


def test_it_is_as_wide_as_a_phone_shows_and_taller_for_more() -> None:
    width, height = size(drawn([FALLING]))
    assert width == size(drawn([FALLING] * 6))[0] == 920
    assert height < size(drawn([FALLING] * 6))[1] < 2 * width
    assert size(drawn([curve((2.0, None), (1.0, None))]))[1] < height


def test_curves_survive_their_way_to_the_process() -> None:
    numbers = [(1.5, NAN), (INF, None), (-INF, 1e300)]
    there = read(written([curve(*numbers, best=100), Curve("b", ())]))
    assert repr(there) == repr((curve(*numbers, best=100), Curve("b", ())))


def test_the_process_answers_in_order_and_survives_nonsense() -> None:
    questions = io.BytesIO(framed(written([FALLING])) + framed(b"{}") + framed(written([FALLING])))
    answers = io.BytesIO()
    serve(questions, answers)
    answers.seek(0)
    marks = [(read_frame(answers) or b"")[:1] for _ in range(3)]
    assert marks == [DRAWN, FAILED, DRAWN]
    assert read_frame(answers) is None


def test_a_question_that_was_cut_off_is_the_end() -> None:
    answers = io.BytesIO()
    serve(io.BytesIO(framed(b"x" * 100)[:50]), answers)
    assert answers.getvalue() == b""
