"""How a campaign that chooses its trainings makes the answers surer: what each of them left open."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ..analysis.law.choosing import SURE_HALFWIDTH
from .palette import Palette
from .style import new_figure, round_ticks

__all__ = ["NarrowingData", "draw_narrowing", "narrowing_data"]

WIDEST = 0.1
"""Top of the axis: what is less sure than this is drawn there, so that the end can be read."""

HEIGHT = 190


@dataclass(frozen=True, kw_only=True)
class NarrowingData:
    """The numbers of the chart, one entry a training, in order.

    Parameters
    ----------
    counts : tuple of int
        Trainings so far: 1, 2, …
    halfwidths : tuple of float
        Of the interval of the Dice that is promised, mean over the budgets.
    target : float
        From which on promises are sure.
    most : int
        Trainings there may be.
    top : float
        Of the axis.
    """

    counts: tuple[int, ...]
    halfwidths: tuple[float, ...]
    target: float
    most: int
    top: float


def narrowing_data(halfwidths: Sequence[float], *, most: int) -> NarrowingData:
    """Compute what the chart shows.

    Parameters
    ----------
    halfwidths : sequence of float
        After each training so far.
    most : int
        Trainings there may be.

    Returns
    -------
    NarrowingData

    Examples
    --------
    >>> narrowing_data([0.4, 0.06], most=24).top
    0.1
    """
    return NarrowingData(
        counts=tuple(range(1, len(halfwidths) + 1)),
        halfwidths=tuple(map(float, halfwidths)),
        target=SURE_HALFWIDTH,
        most=max(most, len(halfwidths)),
        top=min(WIDEST, 1.15 * max([2 * SURE_HALFWIDTH, *halfwidths])),
    )


def draw_narrowing(data: NarrowingData, *, palette: Palette) -> go.Figure:
    """Draw the line, and where it is to go."""
    figure = new_figure(palette, height=HEIGHT, margins={"l": 72, "t": 8, "r": 60})
    figure.add_hline(data.target, line={"color": palette.gray, "width": 1.5, "dash": "dot"}, layer="below")
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        xshift=6,
        y=data.target,
        yanchor="middle",
        text="sure",
        showarrow=False,
        font={"size": 13, "color": palette.gray},
    )
    figure.add_scatter(
        x=data.counts,
        y=[min(halfwidth, data.top) for halfwidth in data.halfwidths],
        mode="lines+markers",
        line={"color": palette.ink, "width": 2},
        marker={"size": 7, "color": palette.ink},
        text=[
            f"after {count}: ±{halfwidth:.3f}"
            for count, halfwidth in zip(data.counts, data.halfwidths, strict=True)
        ],
        hoverinfo="text",
        cliponaxis=False,
    )
    ticks = round_ticks(0, data.top, n_about=3)
    figure.update_yaxes(
        range=[0, data.top],
        showgrid=False,
        title_text="Dice known to",
        tickvals=ticks,
        ticktext=[f"±{tick:g}" if tick else "0" for tick in ticks],
    )
    steps = [tick for tick in round_ticks(1, data.most, n_about=6) if tick == round(tick)]
    figure.update_xaxes(range=[0.5, data.most + 0.5], title_text="Trainings", tickvals=steps)
    return figure
