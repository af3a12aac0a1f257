"""Trajectories of several data sets over each other on one normalized axis, to see where they part (paper §2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from .palette import Palette
from .style import add_band, fade, new_figure, plain_text, round_ticks, spread
from .trajectory import TrajectoryData

__all__ = ["TrajectoriesData", "TrajectoryLine", "draw_trajectories", "trajectories_data"]

HEIGHT, TOP, BOTTOM = 460, 34, 48
PLOT_HEIGHT = HEIGHT - TOP - BOTTOM
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Colours mean virtues, so data sets are told apart by their lines."""

APART = 20
"""Pixels between two names."""

STEEP = 6.0
"""Per cent of full effort: lines are not labelled nearer to the axis, and a name begins so far right of its line."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TrajectoryLine:
    """The trajectory of one data set, in per cent of its own full effort and full performance.

    Parameters
    ----------
    title : str
        From outside.
    x, y : ndarray of shape (n_vertices,), dtype float64
    band : tuple of ndarray of shape (n_efforts,), dtype float64, or None
        x, low, high.
    """

    title: str
    x: np.ndarray
    y: np.ndarray
    band: tuple[np.ndarray, np.ndarray, np.ndarray] | None


@dataclass(frozen=True, kw_only=True, eq=False)
class TrajectoriesData:
    """The numbers of the chart.

    Parameters
    ----------
    lines : tuple of TrajectoryLine
    left_out : tuple of str
        Titles of the data sets whose full virtues were not measured: they have no unit.
    part_at : float
        Share of full effort, in per cent, at which the lines lie furthest apart.
    y_range : tuple of float
    x_title : str
    """

    lines: tuple[TrajectoryLine, ...]
    left_out: tuple[str, ...]
    part_at: float
    y_range: tuple[float, float]
    x_title: str


def trajectories_data(datas: Sequence[tuple[str, TrajectoryData]]) -> TrajectoriesData | None:
    """Compute what the chart shows.

    Parameters
    ----------
    datas : sequence of tuple of str and TrajectoryData
        Titles, which may be shared, and numbers, all with the same measure of effort.

    Returns
    -------
    TrajectoriesData or None
        None if full virtues were measured nowhere.
    """
    lines = [
        _line(title, data, full_effort=data.full_effort)
        for title, data in datas
        if data.is_normalized and data.full_effort
    ]
    if not lines:
        return None
    lowest = min(float(line.y.min()) for line in lines)
    highest = max(100.0, *(float(line.y.max()) for line in lines))
    room = max(1.0, 0.08 * (highest - lowest))
    _, first = datas[0]
    return TrajectoriesData(
        lines=tuple(lines),
        left_out=tuple(title for title, data in datas if not (data.is_normalized and data.full_effort)),
        part_at=_find_parting(lines),
        y_range=(max(0.0, lowest - room), highest + room),
        x_title=f"{first.x_title}, as share of full labeling",
    )


def draw_trajectories(data: TrajectoriesData, *, palette: Palette) -> go.Figure:
    """Draw the chart: a line for each data set, with its band, and its name where the lines part.

    Parameters
    ----------
    data : TrajectoriesData
    palette : Palette

    Returns
    -------
    go.Figure
        Of 460 pixels' height.
    """
    figure = new_figure(palette, height=HEIGHT, margins={"t": TOP, "b": BOTTOM})
    ticks = round_ticks(data.y_range[0], 100, n_about=4)
    figure.update_xaxes(range=[-1.5, 103], title_text=data.x_title, ticksuffix="\u00a0%")
    figure.update_yaxes(
        range=data.y_range,
        title_text="Expected Dice, share of full labeling",
        tickvals=ticks,
        ticktext=[f"{tick:g}\u00a0%" for tick in ticks],
    )
    for line in data.lines:
        if line.band is not None:
            add_band(figure, *line.band, color=fade(palette.ink, 0.07))
    for number, line in enumerate(data.lines):
        figure.add_scatter(
            x=line.x,
            y=line.y,
            mode="lines+markers",
            cliponaxis=False,
            hoverinfo="text",
            line={"color": palette.ink, "width": 2, "dash": DASHES[number % len(DASHES)]},
            marker={"size": 6, "color": palette.ink},
            text=[
                f"{plain_text(line.title)}<br>{x:.0f}\u00a0% of the effort: {y:.0f}\u00a0%"
                for x, y in zip(line.x, line.y, strict=True)
            ],
        )
    _draw_labels(figure, data, palette)
    return figure


def _line(title: str, data: TrajectoryData, *, full_effort: float) -> TrajectoryLine:
    """Divide by full effort; per cent stay per cent."""
    share = 100 / full_effort
    band = None if data.band is None else (data.trajectory.efforts * share, *data.band[1:])
    return TrajectoryLine(
        title=title, x=data.vertices["effort"].to_numpy() * share, y=data.vertices["y"].to_numpy(), band=band
    )


def _find_parting(lines: list[TrajectoryLine]) -> float:
    """Find where even the nearest two lines lie furthest apart; not where they rise too steeply to be told apart."""
    places = np.linspace(max(STEEP, *(float(line.x[0]) for line in lines)), 60.0, 60)
    heights = np.sort([np.interp(places, line.x, line.y) for line in lines], axis=0)
    nearest = np.diff(heights, axis=0).min(axis=0) if len(lines) > 1 else np.zeros(len(places))
    return float(places[nearest.argmax()])


def _draw_labels(figure: go.Figure, data: TrajectoriesData, palette: Palette) -> None:
    """Write the names to the right of where the lines part, below the lowest of them, in the order of the lines."""
    low, high = data.y_range

    def pixels(y: float) -> float:
        return PLOT_HEIGHT * (high - y) / (high - low)

    at = [float(np.interp(data.part_at, line.x, line.y)) for line in data.lines]
    roof = min(float(np.interp(data.part_at + STEEP, line.x, line.y)) for line in data.lines)
    wanted = [max(pixels(y), pixels(roof) + APART) for y in at]
    places = spread(wanted, apart=APART, lowest=PLOT_HEIGHT - 12)
    for line, y, place in zip(data.lines, at, places, strict=True):
        figure.add_annotation(
            x=data.part_at,
            y=y,
            ax=48,
            ay=place - pixels(y),
            xanchor="left",
            text=plain_text(line.title),
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=palette.gray,
            bgcolor=fade(palette.background, 0.85),
            borderpad=1,
            standoff=3,
            font={"size": 13, "color": palette.ink},
        )
