"""Curves drawn with matplotlib: the only file that imports it, and only the drawing process does.

A picture is read on a phone, on white and on black: its letters are large for its size, its
background is its own, and a curve is told from another by dashes and marks as well as by colour.
Its labels are digits and English, so that every system has a font for them.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import AutoMinorLocator, LogLocator, MaxNLocator, NullFormatter, NullLocator

from bot.domain.curves import Curve, Measure, is_steep

matplotlib.use("agg")

_DPI = 200
_WIDTH = 4.6
_HEIGHTS = {1: 3.1, 2: 4.9}
#: What the legend of several curves takes, by each of its rows.
_LEGEND_ROW = 0.18
_LEGEND_COLUMNS = 3

_PAPER = "#fbfbf8"
_INK = "#1d1c1d"
_PALE = "#dcdcd6"
_EDGE = "#b9b9b2"

#: With more points than this, marks would hide the curve.
_MOST_MARKS = 40


@dataclass(frozen=True)
class _Style:
    """How one curve looks."""

    colour: str
    dashes: Any
    mark: str


# Colours that the colour-blind can tell apart, too: https://jfly.uni-koeln.de/color/
_STYLES = (
    _Style("#0072b2", "-", "o"),
    _Style("#d55e00", (0, (5, 1.6)), "s"),
    _Style("#009e73", (0, (1.2, 1.2)), "^"),
    _Style("#cc79a7", (0, (6, 1.5, 1.2, 1.5)), "D"),
    _Style("#56b4e9", (0, (9, 3)), "v"),
    _Style("#8a6d00", (0, (3, 3)), "P"),
)
_BEST = "#f0e442"

_TITLES = {Measure.LOSS: "training loss", Measure.PERPLEXITY: "perplexity"}

_TEXTS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # matplotlib brings it along
    "font.size": 10,
    "axes.edgecolor": _EDGE,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "axes.formatter.limits": (-4, 6),
    "axes.formatter.use_mathtext": True,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "text.color": _INK,
    "agg.path.chunksize": 10_000,
}


def drawn(curves: Sequence[Curve]) -> bytes:
    """One curve, or several over one another, as a PNG; a panel for each measure that they have."""
    measures = [of for of in Measure if any(curve.points(of) for curve in curves)]
    with matplotlib.rc_context(_TEXTS):
        figure = _figure(len(measures), len(curves))
        panels = figure.subplots(len(measures), 1, sharex=True, squeeze=False)[:, 0]
        for panel, measure in zip(panels, measures, strict=True):
            _panel(panel, measure, curves)
        panels[-1].set_xlabel("step" if len(curves) > 1 else f"step of {curves[0].name}")
        if len(curves) > 1:
            _legend(figure, panels[0], len(curves))
        picture = io.BytesIO()
        figure.savefig(picture, format="png", facecolor=_PAPER, edgecolor=_EDGE)
    return picture.getvalue()


def _figure(panels: int, curves: int) -> Figure:
    rows = math.ceil(curves / _LEGEND_COLUMNS) if curves > 1 else 0
    height = _HEIGHTS[panels] + rows * _LEGEND_ROW
    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1)
    return Figure(figsize=(_WIDTH, height), dpi=_DPI, layout=layout, linewidth=2)


def _legend(figure: Figure, panel: Axes, curves: int) -> None:
    figure.legend(
        *panel.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=min(curves, _LEGEND_COLUMNS),
        frameon=False,
        borderaxespad=0.1,
        fontsize=9,
        handlelength=2.6,
        columnspacing=1.2,
    )


def _panel(panel: Axes, measure: Measure, curves: Sequence[Curve]) -> None:
    panel.set_facecolor(_PAPER)
    panel.set_title(_TITLES[measure], loc="left", fontsize=11, fontweight="bold")
    _scale(panel, [point.number for curve in curves for point in curve.points(measure)])
    # A lone curve looks in each panel like another; of several each looks alike in all.
    first = list(Measure).index(measure) if len(curves) == 1 else 0
    for number, curve in enumerate(curves, start=first):
        _curve(panel, measure, curve, _STYLES[number % len(_STYLES)])
    if len(curves) == 1:
        _best(panel, measure, curves[0])
    panel.margins(x=0.04, y=0.14)
    steps = {point.step for curve in curves for point in curve.points(measure)}
    if len(steps) == 1:
        panel.set_xlim(min(steps) - 1, max(steps) + 1)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    panel.grid(True, color=_PALE, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)


def _scale(panel: Axes, numbers: Sequence[float]) -> None:
    """Logarithmic where the small numbers would all lie on the bottom."""
    if is_steep(numbers):
        panel.set_yscale("log")
        panel.yaxis.set_major_locator(LogLocator(numticks=6))
        panel.yaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_minor_formatter(NullFormatter())
    else:
        panel.yaxis.set_major_locator(MaxNLocator(nbins=5))
        panel.yaxis.set_minor_locator(AutoMinorLocator(1))


def _curve(panel: Axes, measure: Measure, curve: Curve, style: _Style) -> None:
    points, gaps = curve.points(measure), curve.gaps(measure)
    # A step without a number breaks the line.
    line = sorted(
        [(point.step, point.number) for point in points] + [(step, math.nan) for step in gaps],
    )
    panel.plot(
        [step for step, _ in line],
        [value for _, value in line],
        color=style.colour,
        linestyle=style.dashes,
        linewidth=1.8,
        marker=style.mark if len(points) <= _MOST_MARKS else "",
        markersize=4.5,
        label=curve.name,
    )
    if gaps:
        _gaps(panel, gaps, style.colour)


def _gaps(panel: Axes, steps: Sequence[int], colour: str) -> None:
    """The steps without a number, crossed on the bottom of the panel."""
    panel.plot(
        steps,
        [0.03] * len(steps),
        transform=panel.get_xaxis_transform(),
        color=colour,
        linestyle="",
        marker="x",
        markersize=6,
        markeredgewidth=1.6,
    )
    panel.text(
        0.99,
        0.97,
        "x: no number",
        transform=panel.transAxes,
        horizontalalignment="right",
        verticalalignment="top",
        fontsize=9,
    )


def _best(panel: Axes, measure: Measure, curve: Curve) -> None:
    """A star on the best checkpoint, with its number."""
    for point in curve.points(measure):
        if point.step == curve.best:
            panel.plot(
                [point.step],
                [point.number],
                color=_INK,
                linestyle="",
                marker="*",
                markersize=13,
                markerfacecolor=_BEST,
                zorder=5,
            )
            panel.set_title(
                f"★ best: {point.number:.4g} at step {point.step}", loc="right", fontsize=9
            )
            return
