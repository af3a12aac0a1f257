"""A plan at a glance: a row a volume, a column a slice, a colour a pass."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ..planning import Plan
from .palette import Palette
from .style import new_figure, plain_text

__all__ = ["MAX_VOLUMES", "CalendarData", "calendar_data", "draw_calendar"]

MAX_VOLUMES = 60
"""More rows are no picture any more."""

PASSES = ("first pass", "second pass", "third pass")


@dataclass(frozen=True, kw_only=True, eq=False)
class CalendarData:
    """The numbers of the chart.

    Parameters
    ----------
    names : tuple of str
        Of the volumes that are opened, in the order of the plan, without what all names begin with.
    prefix : str
        What all names begin with.
    first : int
        Slice index of the first column.
    steps : ndarray of shape (n_volumes, n_columns), dtype float64
        1, 2, 3: drawn in that pass; 0: the structure is there, but not drawn; NaN: nothing there.
    n_hidden : int
        Volumes beyond `MAX_VOLUMES`.
    """

    names: tuple[str, ...]
    prefix: str
    first: int
    steps: np.ndarray
    n_hidden: int


def calendar_data(plan: Plan, *, n_passes: int) -> CalendarData:
    """Lay out a plan.

    Parameters
    ----------
    plan : Plan
    n_passes : int
        What later passes draw counts as not drawn.

    Returns
    -------
    CalendarData
    """
    opened = list(dict.fromkeys(plan.rows["volume"]))
    names = sorted(opened)[:MAX_VOLUMES]
    slices = {volume.name: volume.slices for volume in plan.inventory.volumes}
    first = min(int(slices[name][0]) for name in names)
    last = max(int(slices[name][-1]) for name in names)
    steps = np.full((len(names), last - first + 1), np.nan)
    for row, name in enumerate(names):
        steps[row, slices[name] - first] = 0
    shown = plan.rows[(plan.rows["step"] <= n_passes) & plan.rows["volume"].isin(names)]
    row_of = {name: row for row, name in enumerate(names)}
    steps[shown["volume"].map(row_of), shown["slice_index"] - first] = shown["step"]
    prefix = _shared_beginning(names)
    return CalendarData(
        names=tuple(name.removeprefix(prefix) for name in names),
        prefix=prefix,
        first=first,
        steps=steps,
        n_hidden=len(opened) - len(names),
    )


def _shared_beginning(names: list[str]) -> str:
    """Find what all names begin with, up to their numbers; names that are ids share nothing worth saying."""
    beginnings = {name.rstrip("0123456789") for name in names}
    return beginnings.pop() if len(beginnings) == 1 and len(names) > 1 else ""


def draw_calendar(data: CalendarData, *, palette: Palette) -> go.Figure:
    """Draw the calendar: dark to light green by pass, grey where the structure is not drawn."""
    n_volumes = len(data.names)
    labels = [plain_text(name)[:24] for name in data.names]
    margins = {"l": 40 + 7 * max(map(len, labels)), "t": 4, "b": 48}
    figure = new_figure(palette, height=60 + max(4, n_volumes) * 14, margins=margins)
    colors = [palette.empty, *palette.greens]
    words = ["not labeled", *PASSES]
    hover = [
        [
            ""
            if np.isnan(step)
            else f"{plain_text(data.prefix)}{label}, slice {data.first + column}: {words[int(step)]}"
            for column, step in enumerate(row)
        ]
        for label, row in zip(labels, data.steps, strict=True)
    ]
    figure.add_heatmap(
        z=data.steps,
        x0=data.first,
        dx=1,
        y0=0,
        dy=1,
        zmin=0,
        zmax=4,
        xgap=2,
        ygap=2,
        showscale=False,
        colorscale=[[(i + end) / 4, color] for i, color in enumerate(colors) for end in (0, 1)],
        text=hover,
        hoverinfo="text",
        hoverongaps=False,
    )
    every = max(1, round(n_volumes / 15))
    title = f"Volume, {plain_text(data.prefix)[:24]}…" if data.prefix else "Volume"
    figure.update_xaxes(title_text="Slice index in the file", showline=False)
    figure.update_yaxes(
        title_text=title,
        tickvals=list(range(0, n_volumes, every)),
        ticktext=labels[::every],
        showgrid=False,
        range=[n_volumes - 0.5, -0.5],
    )
    return figure
