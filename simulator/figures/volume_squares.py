"""One square a volume of a project: labeled, begun, to look at, for testing, or to do."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ..formats import format_count
from ..planning.progress import Progress, VolumeProgress
from .palette import Palette
from .style import new_figure

__all__ = ["SquaresData", "describe_squares", "draw_squares", "squares_data"]

A_ROW = 10
MOST = 200
"""Squares that are told apart; more are left to the table."""

ROW = 34
"""Pixels."""

STATES = ("to do", "begun", "done", "look", "test")


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
    n_hidden : int
        Volumes that are not shown.
    """

    states: np.ndarray
    marks: np.ndarray
    hover: np.ndarray
    n_hidden: int


def squares_data(progress: Progress) -> SquaresData:
    """Lay the volumes out in the order of the plan."""
    shown = progress.volumes[:MOST]
    n_rows = max(1, -(-len(shown) // A_ROW))
    states = np.full((n_rows, A_ROW), np.nan)
    marks, hover = (np.full((n_rows, A_ROW), "", dtype=object) for _ in range(2))
    for place, one in enumerate(shown):
        at = divmod(place, A_ROW)
        state, mark = _judge(one)
        states[at], marks[at] = STATES.index(state), mark
        hover[at] = _describe(one)
    return SquaresData(states=states, marks=marks, hover=hover, n_hidden=len(progress.volumes) - len(shown))


def describe_squares(progress: Progress) -> str:
    """Say what of the plan is to be looked at, as the title of the squares."""
    n = len(progress.to_look_at)
    if n:
        return f"{format_count(n, 'volume')} to look at"
    left = sum(one.state == "to do" for one in progress.volumes)
    return "All is labeled" if not left else f"{format_count(left, 'volume')} to do"


def draw_squares(data: SquaresData, *, palette: Palette) -> go.Figure:
    """Draw the squares."""
    n_rows = len(data.states)
    figure = new_figure(palette, height=ROW * n_rows + 16, margins={"l": 4, "r": 4, "t": 8, "b": 8})
    colors = (palette.empty, palette.greens[2], palette.greens[0], palette.failed, palette.fill)
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
        text=data.hover,
        hoverinfo="text",
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
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed")
    return figure


def _judge(one: VolumeProgress) -> tuple[str, str]:
    if one.state == "elsewhere":
        return "look", "!"
    if one.state == "done":
        return "done", "T" if one.visit.role == "test" else "✓"
    if one.state == "begun":
        return "begun", f"{one.n_labeled:.0f}"
    return ("test", "T") if one.visit.role == "test" else ("to do", "")


def _describe(one: VolumeProgress) -> str:
    role = "for testing, " if one.visit.role == "test" else ""
    state = {"elsewhere": "labeled on other slices"}.get(one.state, one.state)
    return f"{one.visit.volume.name}<br>{role}{state}, {format_count(round(one.n_labeled), 'slice')}"
