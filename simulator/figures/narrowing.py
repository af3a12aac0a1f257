"""How sure the stated Dice became, training by training."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ..analysis.law.choosing import SURE_HALFWIDTH, Outlook
from .palette import Palette
from .style import fade, new_figure

__all__ = ["NarrowingData", "draw_narrowing", "narrowing_data"]

LEAST_HIGH = 2 * SURE_HALFWIDTH
"""The axis reaches so far at least."""


@dataclass(frozen=True, kw_only=True)
class NarrowingData:
    """The numbers of the chart.

    Parameters
    ----------
    halfwidths : tuple of float
        Of the 90 % interval of the stated Dice, mean over the budgets, after 1, 2, 3 … trainings.
    enough : float
        Below it the answer counts as sure.
    n_most : int
        Trainings that there may be.
    high : float
        End of the axis.
    """

    halfwidths: tuple[float, ...]
    enough: float
    n_most: int
    high: float


def narrowing_data(outlooks: Sequence[Outlook], *, n_most: int) -> NarrowingData:
    """Compute what the chart shows.

    Parameters
    ----------
    outlooks : sequence of Outlook
        After 1, 2, 3 … trainings; at least one.
    n_most : int
        Trainings that there may be.

    Returns
    -------
    NarrowingData
    """
    halfwidths = tuple(outlook.halfwidth for outlook in outlooks)
    return NarrowingData(
        halfwidths=halfwidths,
        enough=SURE_HALFWIDTH,
        n_most=max(n_most, len(halfwidths)),
        high=1.1 * max(*halfwidths, LEAST_HIGH),
    )


def draw_narrowing(data: NarrowingData, *, palette: Palette) -> go.Figure:
    """Draw the band around what is stated, and where it is narrow enough."""
    figure = new_figure(palette, height=170, margins={"l": 56, "t": 8, "b": 44, "r": 16})
    figure.add_hrect(0, data.enough, fillcolor=fade(palette.ink, 0.08), line_width=0, layer="below")
    figure.add_annotation(
        x=data.n_most,
        y=data.enough,
        text="sure",
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        font={"color": palette.gray},
    )
    figure.add_scatter(
        x=list(range(1, len(data.halfwidths) + 1)),
        y=data.halfwidths,
        mode="lines+markers",
        line={"color": palette.ink, "width": 2},
        marker={"size": 6, "color": palette.ink},
        text=[f"± {halfwidth:.3f} after {n}" for n, halfwidth in enumerate(data.halfwidths, start=1)],
        hoverinfo="text",
    )
    figure.update_xaxes(range=[0.5, data.n_most + 0.5], title_text="Trainings", showgrid=False)
    figure.update_yaxes(range=[0, data.high], title_text="Dice, ±", nticks=4)
    return figure
