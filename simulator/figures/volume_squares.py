"""One square a volume of a project: labeled, begun, to look at, for testing, or to do; of many, one bar a state."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ..formats import format_count
from ..planning.progress import Progress, VolumeProgress
from .palette import Palette
from .style import new_figure

__all__ = ["SquaresData", "count_states", "describe_squares", "draw_squares", "draw_states", "squares_data"]

A_ROW = 10
MOST = 200
"""Squares that are told apart; of more, the volumes in each state are counted."""

ROW = 34
"""Pixels."""

STATES = ("to do", "begun", "done", "look", "test")
TITLES = {
    "done": "labeled",
    "begun": "begun",
    "look": "on other slices",
    "to do": "to do",
    "test": "to do, testing",
}
"""What the bars are called, from above."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SquaresData:
    """The squares, row by row.

    Parameters
    ----------
    states : ndarray of shape (n_rows, 10), dtype float64
        Place in `STATES`; NaN where there is no volume.
    marks : ndarray of shape (n_rows, 10), dtype object
        What stands in a square: a tick, a number of slices, ``!`` or ``T``.
    hover : ndarray of shape (n_rows, 10), dtype object
    """

    states: np.ndarray
    marks: np.ndarray
    hover: np.ndarray


def squares_data(progress: Progress) -> SquaresData | None:
    """Lay the volumes out in the order of the plan; None where they are too many to be told apart."""
    shown = progress.volumes
    if len(shown) > MOST:
        return None
    n_rows = max(1, -(-len(shown) // A_ROW))
    states = np.full((n_rows, A_ROW), np.nan)
    marks, hover = (np.full((n_rows, A_ROW), "", dtype=object) for _ in range(2))
    for place, one in enumerate(shown):
        at = divmod(place, A_ROW)
        state, mark = _judge(one)
        states[at], marks[at] = STATES.index(state), mark
        hover[at] = _describe(one)
    return SquaresData(states=states, marks=marks, hover=hover)


def count_states(progress: Progress) -> dict[str, int]:
    """Count the volumes in each of `STATES`."""
    counts = Counter(_judge(one)[0] for one in progress.volumes)
    return {state: counts[state] for state in TITLES}


def describe_squares(progress: Progress) -> str:
    """Say what of the plan is to be looked at, as the title of the squares."""
    n = len(progress.to_look_at)
    if n:
        return f"{format_count(n, 'volume')} to look at"
    left = sum(one.state == "to do" for one in progress.volumes)
    return "All is labeled" if not left else f"{format_count(left, 'volume')} to do"


def draw_squares(data: SquaresData, *, palette: Palette) -> go.Figure:
    """Draw the squares; each point's customdata is the place of its volume in the plan."""
    n_rows = len(data.states)
    figure = new_figure(palette, height=ROW * n_rows + 16, margins={"l": 4, "r": 4, "t": 8, "b": 8})
    colors = _colors(palette)
    inks = {"done": palette.background, "look": palette.red}
    scale = [[(i + end) / len(colors), color] for i, color in enumerate(colors) for end in (0, 1)]
    figure.add_heatmap(
        z=data.states,
        zmin=-0.5,
        zmax=len(colors) - 0.5,
        colorscale=scale,
        showscale=False,
        xgap=4,
        ygap=4,
        hoverinfo="skip",
    )
    for (row, column), mark in np.ndenumerate(data.marks):
        if mark:
            state = STATES[int(data.states[row, column])]
            figure.add_annotation(
                x=column,
                y=row,
                text=f"<b>{mark}</b>",
                showarrow=False,
                font={"size": 13, "color": inks.get(state, palette.ink)},
            )
    rows, columns = np.nonzero(~np.isnan(data.states))
    # Plotly tells of clicks on points, not on a heatmap; as text of the points the marks would fade with a click.
    figure.add_scatter(
        x=columns,
        y=rows,
        mode="markers",
        customdata=list(range(len(rows))),
        marker={"symbol": "square", "size": ROW - 4, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertext=data.hover[rows, columns],
        hoverinfo="text",
    )
    figure.update_xaxes(visible=False, range=[-0.5, A_ROW - 0.5])
    figure.update_yaxes(visible=False, range=[n_rows - 0.5, -0.5])
    return figure


def draw_states(counts: Mapping[str, int], *, palette: Palette) -> go.Figure:
    """Draw one bar a state, as long as it has volumes."""
    figure = new_figure(palette, height=ROW * len(TITLES) + 16, margins={"l": 104, "r": 48, "t": 8, "b": 8})
    colors = dict(zip(STATES, _colors(palette), strict=True))
    figure.add_bar(
        x=[counts[state] for state in TITLES],
        y=list(TITLES.values()),
        orientation="h",
        marker={"color": [colors[state] for state in TITLES]},
        text=[f"{counts[state]:,}" for state in TITLES],
        textposition="outside",
        textfont={"size": 13, "color": palette.ink},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(autorange="reversed", showline=False, ticks="", showgrid=False, ticksuffix="  ")
    return figure


def _colors(palette: Palette) -> tuple[str, ...]:
    """Colour of each of `STATES`."""
    return palette.empty, palette.greens[2], palette.greens[0], palette.failed, palette.fill


def _judge(one: VolumeProgress) -> tuple[str, str]:
    if one.state == "elsewhere":
        return "look", "!"
    if one.state == "done":
        return "done", "T" if one.visit.role == "test" else "✓"
    if one.state == "begun":
        return "begun", str(_count(one))
    return ("test", "T") if one.visit.role == "test" else ("to do", "")


def _describe(one: VolumeProgress) -> str:
    role = "for testing, " if one.visit.role == "test" else ""
    state = {"elsewhere": "labeled on other slices"}.get(one.state, one.state)
    return f"{one.visit.volume.name}<br>{role}{state}, {format_count(_count(one), 'slice')}"


def _count(one: VolumeProgress) -> int:
    """Count the slices of a volume that are labeled, looks and all."""
    return len(one.labeled) or round(one.n_labeled)
