"""Combinations as points: blue by volumes, shape by slices or by quality, the same in every chart of effort."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ..analysis.combinations import COMBINATION
from ..analysis.recommendation.strategies import strategy_of
from ..effort import EffortMeasure
from ..formats import format_count, format_dice, format_interval
from ..wording.answers import describe_strategy
from .palette import Palette

__all__ = [
    "QUALITY_SHAPES",
    "SLICE_SHAPES",
    "add_points",
    "add_rings",
    "add_star",
    "blues_by_volumes",
    "color_bar",
    "describe_point",
    "symbols_by_quality",
    "symbols_by_slices",
]

SLICE_SHAPES = ("● every slice, ■ every 2nd, ◆ every 3rd,", "▲ every 4th to 7th, ✖ fewer")
QUALITY_SHAPES = (
    "● labeled exactly, ■ about 95\u00a0% quality,",
    "◆ about 90\u00a0%, ▲ about 80\u00a0%, ✖ less",
)
"""What the shapes mean, in lines that fit a small chart."""

_BY_SPACING = (
    (1.4, "circle"),
    (2.4, "square"),
    (3.9, "diamond"),
    (7.1, "triangle-up"),
    (math.inf, "x"),
)
_BY_LOSS = ((1e-6, "circle"), (0.075, "square"), (0.15, "diamond"), (0.225, "triangle-up"), (math.inf, "x"))


def symbols_by_slices(completeness: Iterable[float]) -> list[str]:
    """Choose a shape for each portion of slices.

    Examples
    --------
    >>> symbols_by_slices([1.0, 0.5, 0.333333, 0.2, 0.1])
    ['circle', 'square', 'diamond', 'triangle-up', 'x']
    """
    return [_shape(1 / portion, _BY_SPACING) for portion in completeness]


def symbols_by_quality(quality: Iterable[float]) -> list[str]:
    """Choose a shape for each quality.

    Examples
    --------
    >>> symbols_by_quality([1.0, 0.95, 0.9, 0.8, 0.75])
    ['circle', 'square', 'diamond', 'triangle-up', 'x']
    """
    return [_shape(1 - value, _BY_LOSS) for value in quality]


def blues_by_volumes(n_volumes: Iterable[float], *, n_pool: int, palette: Palette) -> list[str]:
    """Choose a blue for each number of volumes, from one to the whole pool."""
    steps = len(palette.blues)
    return [palette.blues[min(steps - 1, int(steps * (n - 1) / max(1, n_pool - 1)))] for n in n_volumes]


def color_bar(lowest: int, *, n_pool: int, palette: Palette) -> dict[str, Any]:
    """Describe a trace that shows nothing but what the blues mean: a short bar at the lower right."""
    steps = len(palette.blues)
    scale = [[(i + end) / steps, color] for i, color in enumerate(palette.blues) for end in (0, 1)]
    bar = {
        "orientation": "h",
        "x": 0.985,
        "xanchor": "right",
        "y": 0.06,
        "yanchor": "bottom",
        "len": 0.2,
        "thickness": 8,
        "outlinewidth": 0,
        "tickvals": [1, n_pool],
        "ticks": "",
        "tickfont": {"size": 12, "color": palette.gray},
        "title": {"text": "Volumes used", "side": "top", "font": {"size": 13, "color": palette.gray}},
    }
    colors = {"color": [lowest], "colorscale": scale, "cmin": 1, "cmax": max(2, n_pool), "colorbar": bar}
    return {"x": [None], "y": [None], "mode": "markers", "hoverinfo": "skip", "marker": colors}


def describe_point(row: pd.Series, *, measure: EffortMeasure) -> str:
    """Say what a combination is, gives and costs, where it is pointed at; a row of `Priced.frontier.points`."""
    interval = format_interval(row["expected_low"], row["expected_high"])
    return (
        f"{describe_strategy(strategy_of(row)).replace(' (', '<br>(')}"
        f"<br>Expected Dice {format_dice(row['expected'])}{interval}"
        f"<br>{measure.unit.write(row['effort'])}, {format_count(round(row['n_seeds']), 'seed')}"
    )


def add_points(
    figure: go.Figure,
    rows: pd.DataFrame,
    *,
    n_pool: int,
    palette: Palette,
    opacity: float,
    size: int,
    outline: float = 0,
) -> None:
    """Add combinations: blue by volumes, of the shape in their column symbol; customdata are their virtues.

    Parameters
    ----------
    figure : go.Figure
    rows : DataFrame
        Columns x, y, symbol, hover, n_volumes and the virtues.
    n_pool : int
    palette : Palette
    opacity : float in [0, 1]
    size : int
        Pixels.
    outline : float, default=0
        Pixels.
    """
    _add_markers(
        figure,
        rows,
        symbol=rows["symbol"],
        size=size,
        opacity=opacity,
        color=blues_by_volumes(rows["n_volumes"], n_pool=n_pool, palette=palette),
        line={"width": outline, "color": palette.ink},
    )


def add_rings(figure: go.Figure, rows: pd.DataFrame, *, palette: Palette, size: int) -> None:
    """Add combinations whose masks are partly filled in, where the shapes say something else."""
    _add_markers(
        figure,
        rows,
        symbol="circle-open",
        size=size,
        opacity=0.75,
        color=palette.quality,
        line={"width": 1.3},
    )


def _add_markers(figure: go.Figure, rows: pd.DataFrame, **marker: object) -> None:
    figure.add_scatter(
        x=rows["x"],
        y=rows["y"],
        mode="markers",
        text=rows["hover"],
        hoverinfo="text",
        marker=marker,
        customdata=rows[COMBINATION].to_numpy(dtype=object),
        cliponaxis=False,
        unselected={"marker": {"opacity": marker["opacity"]}},
    )


def _shape(value: float, limits: tuple[tuple[float, str], ...]) -> str:
    return next(name for limit, name in limits if value < limit)


def add_star(figure: go.Figure, x: float, y: float, *, palette: Palette) -> None:
    """Add the recommended strategy; a click on another point does not fade it."""
    figure.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        cliponaxis=False,
        hoverinfo="skip",
        marker={
            "symbol": "star",
            "size": 18,
            "color": palette.ink,
            "line": {"width": 1, "color": palette.background},
        },
        unselected={"marker": {"opacity": 1}},
    )
