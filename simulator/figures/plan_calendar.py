"""A project's plan at a glance: a row a volume in the order of the plan, a column a slice."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ..planning.visits import ProjectPlan
from ..records import LabVolume
from .palette import Palette
from .style import new_figure, plain_text

__all__ = ["MAX_VOLUMES", "CalendarData", "calendar_data", "draw_calendar"]

MAX_VOLUMES = 60
"""More rows are no picture any more."""

STATES = ("not labeled", "labeled before", "labeled for testing", "labeled")


@dataclass(frozen=True, kw_only=True, eq=False)
class CalendarData:
    """The numbers of the chart.

    Parameters
    ----------
    names : tuple of str
        Of the volumes, in the order of the plan, without what all names begin with.
    prefix : str
        What all names begin with.
    first : int
        Slice index of the first column.
    states : ndarray of shape (n_volumes, n_columns), dtype float64
        Place in `STATES`; NaN beyond the structure, or beyond the volume where nobody knows yet where it is.
    n_hidden : int
        Volumes beyond `MAX_VOLUMES`.
    """

    names: tuple[str, ...]
    prefix: str
    first: int
    states: np.ndarray
    n_hidden: int


def calendar_data(plan: ProjectPlan) -> CalendarData | None:
    """Lay out a plan; None where no slice is known by its number."""
    known = [visit for visit in plan.visits if visit.slices is not None]
    if not known:
        return None
    shown = known[:MAX_VOLUMES]
    reaches = [_reach(visit.volume) for visit in shown]
    first, last = min(low for low, _ in reaches), max(high for _, high in reaches)
    states = np.full((len(shown), last - first + 1), np.nan)
    for row, visit, (low, high) in zip(states, shown, reaches, strict=True):
        row[low - first : high - first + 1] = STATES.index("not labeled")
        before = [index - first for index in visit.volume.labeled_slices if low <= index <= high]
        row[before] = STATES.index("labeled before")
        drawn = [index - first for index in visit.slices or ()]
        row[drawn] = STATES.index("labeled for testing" if visit.role == "test" else "labeled")
    names = [visit.volume.name for visit in shown]
    prefix = _shared_beginning(names)
    return CalendarData(
        names=tuple(name.removeprefix(prefix) for name in names),
        prefix=prefix,
        first=first,
        states=states,
        n_hidden=len(known) - len(shown),
    )


def _reach(volume: LabVolume) -> tuple[int, int]:
    """Say from which slice to which a volume is looked at."""
    return volume.span or (0, (volume.n_slices or 1) - 1)


def _shared_beginning(names: list[str]) -> str:
    """Find what all names begin with, up to their numbers; names that are ids share nothing worth saying."""
    beginnings = {name.rstrip("0123456789") for name in names}
    return beginnings.pop() if len(beginnings) == 1 and len(names) > 1 else ""


def draw_calendar(data: CalendarData, *, palette: Palette) -> go.Figure:
    """Draw the calendar: green where slices are labeled, faint where that is for testing."""
    n_volumes = len(data.names)
    labels = [plain_text(name)[:24] for name in data.names]
    margins = {"l": 40 + 7 * max(map(len, labels)), "t": 4, "b": 48}
    figure = new_figure(palette, height=60 + max(4, n_volumes) * 14, margins=margins)
    colors = [palette.empty, palette.fill, palette.greens[2], palette.greens[0]]
    hover = [
        [
            ""
            if np.isnan(state)
            else f"{plain_text(data.prefix)}{label}, slice {data.first + column}: {STATES[int(state)]}"
            for column, state in enumerate(row)
        ]
        for label, row in zip(labels, data.states, strict=True)
    ]
    figure.add_heatmap(
        z=data.states,
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
