"""Effort against performance, two virtues as colour and shape, and the trajectory (paper figures 1 and 4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis.combinations import COMBINATION
from ..analysis.frontier.hull import cheapest_reaching
from ..analysis.frontier.trajectory import Trajectory, estimate_trajectory, find_worth, trace_medians
from ..analysis.recommendation.strategies import strategy_of
from ..analysis.study import Study
from ..effort import EffortMeasure
from ..formats import format_count, format_dice, format_interval, format_share
from ..wording.answers import describe_strategy
from .palette import Palette
from .points import (
    QUALITY_SHAPES,
    SLICE_SHAPES,
    add_points,
    add_rings,
    color_bar,
    symbols_by_quality,
    symbols_by_slices,
)
from .style import MOST, add_band, fade, new_figure, round_ticks, with_height

__all__ = [
    "MIN_POINTS",
    "TrajectoryData",
    "draw_trajectory",
    "find_cost",
    "share_axes",
    "trajectory_data",
    "trajectory_table",
]

HEIGHT, SMALL_HEIGHT, TOP, BOTTOM = 460, 296, 34, 46
LINE = 16
"""Pixels for a line of the key."""

MIN_POINTS = 3
"""Fewer make no trajectory."""

Y_TITLES = {"expected": "Expected Dice", "medians": "Median Dice"}
COLUMNS = {"expected": ("expected", "expected_normalized"), "medians": ("dice_median", "normalized_median")}
"""What performance is → column of Dice, and of Dice as a share of full labeling."""

TABLE = {
    "dice_mean": "dice",
    "dice_low": "dice_low",
    "dice_high": "dice_high",
    "dice_median": "dice_median",
    "normalized": "normalized",
    "low": "normalized_low",
    "high": "normalized_high",
    "normalized_median": "normalized_median",
    "is_vertex": "is_vertex",
    "vertex_share": "vertex_share",
}
"""Column of the points → of the table, after effort, virtues and counts."""

EXPECTED = ("expected", "expected_low", "expected_high", "expected_normalized")
"""Further columns of the table where the trajectory runs over what is expected."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TrajectoryData:
    """The numbers of the chart.

    Parameters
    ----------
    trajectory : Trajectory
    points : DataFrame
        Rows of ``trajectory.frontier.points``, with x, y (on the axes), symbol, is_ring, is_vertex, is_worth,
        vertex_share and hover.
    band : tuple of ndarray of shape (n_efforts,), dtype float64, or None
        x, low, high on the axes; None where chance between trainings is unknown.
    full_effort : float or None
        In the measure's unit; None where full virtues were not measured.
    n_pool : int
    key : tuple of str
        What shapes mean, line by line: it stands in the figure, so that a saved picture can be read alone.
    x_range, y_range : tuple of float
    x_title, y_title, x_suffix : str
    is_normalized : bool
        Whether y is per cent of full labeling, or Dice.
    """

    trajectory: Trajectory
    points: pd.DataFrame
    band: tuple[np.ndarray, np.ndarray, np.ndarray] | None
    full_effort: float | None
    n_pool: int
    key: tuple[str, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_title: str
    y_title: str
    x_suffix: str
    is_normalized: bool

    @property
    def vertices(self) -> pd.DataFrame:
        """The points that the trajectory passes through, in order of effort."""
        return self.points[self.points["is_vertex"]]

    @property
    def worth(self) -> pd.DataFrame:
        """The vertices that are one in enough draws to be worth their effort; of medians all."""
        return self.points[self.points["is_worth"]]


def trajectory_data(
    study: Study, *, measure: EffortMeasure, over: Literal["expected", "medians"] = "expected"
) -> TrajectoryData | None:
    """Compute what the chart shows.

    Parameters
    ----------
    study : Study
    measure : EffortMeasure
    over : {"expected", "medians"}, default="expected"
        What performance is: what the law expects, as every answer says it; or the median over seeds, as the paper's
        figures show it.

    Returns
    -------
    TrajectoryData or None
        None if the measure prices none of the configurations.
    """
    trajectory = _trace(study, measure, over)
    if trajectory is None:
        return None
    unit, is_normalized = measure.unit, study.full is not None
    x_scale, y_scale = unit.shown, (100.0 if is_normalized else 1.0)
    points = _place(trajectory, measure, over, scales=(x_scale, y_scale), is_known=study.draws.is_known)
    right = max(float(points["x"].max()), x_scale * unit.most if math.isfinite(unit.most) else 0.0)
    return TrajectoryData(
        trajectory=trajectory,
        points=points,
        band=_band(trajectory, scales=(x_scale, y_scale)) if study.draws.is_known else None,
        full_effort=None if study.full is None else float(study.efforts[measure.name][study.full]),
        n_pool=study.dataset.n_pool,
        key=_name_marks(measure),
        x_range=(-0.015 * right, 1.03 * right),
        y_range=_y_range(points, is_normalized=is_normalized),
        x_title=f"Effort, {measure.title.lower()}",
        y_title=Y_TITLES[over] + (", share of full labeling" if is_normalized else ""),
        x_suffix=unit.axis_sign,
        is_normalized=is_normalized,
    )


def share_axes(datas: Sequence[TrajectoryData]) -> list[TrajectoryData]:
    """Give charts that stand side by side equal axes, as far as they show the same unit."""
    x_range = _union([data.x_range for data in datas])
    y_ranges = {
        unit: _union([data.y_range for data in datas if data.is_normalized == unit])
        for unit in {data.is_normalized for data in datas}
    }
    return [replace(data, x_range=x_range, y_range=y_ranges[data.is_normalized]) for data in datas]


def draw_trajectory(data: TrajectoryData, *, palette: Palette, is_small: bool = False) -> go.Figure:
    """Draw the chart.

    Parameters
    ----------
    data : TrajectoryData
    palette : Palette
    is_small : bool, default=False
        One of several: 296 pixels and the key instead of 460, without the bar of blues.

    Returns
    -------
    go.Figure
        customdata of the points are their virtues.
    """
    key = (*data.key, "Stronger blue: more volumes") if is_small else data.key
    room = LINE * len(key)
    figure = new_figure(
        palette,
        height=(SMALL_HEIGHT if is_small else HEIGHT) + room,
        margins={"t": TOP, "b": BOTTOM + room},
    )
    _draw_axes(figure, data)
    figure.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=0,
        yref="paper",
        yanchor="top",
        yshift=-BOTTOM,
        showarrow=False,
        text="<br>".join(key),
        align="left",
        font={"size": 12, "color": palette.gray},
    )
    if data.band is not None:
        add_band(figure, *data.band, color=fade(palette.ink, 0.1))
    others = data.points[~data.points["is_worth"]]
    dot, corner = (7, 8) if is_small else (9, 11)
    exact = others[~others["is_ring"]]
    add_points(figure, exact, n_pool=data.n_pool, palette=palette, opacity=0.62, size=dot)
    figure.add_scatter(
        x=data.vertices["x"],
        y=data.vertices["y"],
        mode="lines",
        hoverinfo="skip",
        cliponaxis=False,
        line={"color": palette.ink, "width": 2},
    )
    add_rings(figure, others[others["is_ring"]], palette=palette, size=dot)
    outline = 1.2 if is_small else 1.6
    add_points(
        figure, data.worth, n_pool=data.n_pool, palette=palette, opacity=1, size=corner, outline=outline
    )
    add_rings(figure, data.worth[data.worth["is_ring"]], palette=palette, size=dot)
    if not is_small:
        lowest = int(data.points["n_volumes"].min())
        figure.add_scatter(**color_bar(lowest, n_pool=data.n_pool, palette=palette))
    return figure


def trajectory_table(data: TrajectoryData) -> pd.DataFrame:
    """List every point of the chart, for a CSV, in order of effort.

    Returns
    -------
    DataFrame
        Columns effort, the virtues, counts, n_seeds, Dice and normalized Dice (mean, 90 % interval, median), is_vertex
        and the share of draws in which the point is one; the limits of expected Dice where the trajectory runs over it.
    """
    expected = EXPECTED if "expected_low" in data.points else ()
    counts = ["achieved_quality", "spacing", "n_volumes", "n_slices_drawn", "n_slices_copied", "n_seeds"]
    return data.points[["effort", *COMBINATION, *counts, *TABLE, *expected]].rename(columns=TABLE)


def find_cost(data: TrajectoryData) -> float | None:
    """Find the least effort that gives most of full performance; None where that is out of reach or has no unit."""
    return cheapest_reaching(data.points, share=MOST)


def _trace(study: Study, measure: EffortMeasure, over: str) -> Trajectory | None:
    if over == "medians":
        combinations = study.combinations.assign(effort=study.efforts[measure.name])
        return trace_medians(combinations, study.draws, full=study.full)
    priced = study.at(measure)
    if priced.frontier.points.empty:
        return None
    return priced.trajectory or estimate_trajectory(priced.frontier, study.draws, full=study.full)


def _place(
    trajectory: Trajectory, measure: EffortMeasure, over: str, *, scales: tuple[float, float], is_known: bool
) -> pd.DataFrame:
    """Put combinations on the axes."""
    points = trajectory.frontier.points
    if over == "expected":
        points = points.assign(dice_mean=points["dice"])
    is_normalized = trajectory.normalized is not None
    worth = find_worth(trajectory.frontier, trajectory if is_known and over == "expected" else None)
    is_by_quality = measure.domain == "completeness = 1"
    points = points.assign(
        x=points["effort"] * scales[0],
        y=points[COLUMNS[over][is_normalized]] * scales[1],
        symbol=symbols_by_quality(points["quality"])
        if is_by_quality
        else symbols_by_slices(points["completeness"]),
        is_ring=False if is_by_quality else points["quality"] < 1,
        is_vertex=points["combination"].isin(trajectory.frontier.vertices["combination"]),
        is_worth=points["combination"].isin(worth["combination"]),
        vertex_share=trajectory.vertex_share if is_known else np.nan,
    )
    return points.assign(hover=[_hover(row, measure, over) for _, row in points.iterrows()])


def _hover(row: pd.Series, measure: EffortMeasure, over: str) -> str:
    dice, share = COLUMNS[over]
    of_full = "" if pd.isna(row[share]) else f", {format_share(row[share])} of full"
    low, high = ("dice_low", "dice_high") if over == "medians" else ("expected_low", "expected_high")
    interval = format_interval(row[low], row[high])
    mean = f"<br>Mean Dice {format_dice(row['dice_mean'])}{interval}" if over == "medians" else ""
    is_spaced = row["sampling"] == "equidistant" and row["completeness"] < 1
    return (
        f"{describe_strategy(strategy_of(row)).replace(' (', '<br>(')}{', evenly spaced' if is_spaced else ''}"
        f"<br>{Y_TITLES[over]} {format_dice(row[dice])}{'' if mean else interval}{of_full}{mean}"
        f"<br>{measure.unit.write(row['effort'])}, {format_count(round(row['n_seeds']), 'seed')}"
    )


def _name_marks(measure: EffortMeasure) -> tuple[str, ...]:
    if measure.domain == "completeness = 1":
        return QUALITY_SHAPES
    return (*SLICE_SHAPES, "○ (orange) the rest filled in") if measure.domain == "all" else SLICE_SHAPES


def _band(
    trajectory: Trajectory, *, scales: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    band = trajectory.dice if trajectory.normalized is None else trajectory.normalized
    return trajectory.efforts * scales[0], band.low * scales[1], band.high * scales[1]


def _y_range(points: pd.DataFrame, *, is_normalized: bool) -> tuple[float, float]:
    """Show all points, with some room."""
    low, high = float(points["y"].min()), float(points["y"].max())
    high = max(high, 100.0) if is_normalized else high
    room = max(0.08 * (high - low), 0.005 * high)
    return with_height(max(0.0, low - room), high + room)


def _union(ranges: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _draw_axes(figure: go.Figure, data: TrajectoryData) -> None:
    figure.update_xaxes(range=data.x_range, title_text=data.x_title, ticksuffix=data.x_suffix)
    suffix = "\u00a0%" if data.is_normalized else ""
    ticks = round_ticks(data.y_range[0], min(data.y_range[1], 100 if data.is_normalized else 1), n_about=4)
    figure.update_yaxes(
        range=data.y_range,
        title_text=data.y_title,
        tickvals=ticks,
        ticktext=[f"{t:g}{suffix}" for t in ticks],
    )
