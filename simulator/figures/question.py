"""The chart that stands beside the answer to a question: differences between ways, or a curve with one place on it."""

import numpy as np
import plotly.graph_objects as go

from ..formats import format_share
from ..planning.questions import Curve, Differences
from .gains import GainsData, draw_gains
from .palette import Palette
from .points import add_star
from .style import add_band, fade, new_figure, round_ticks, with_height

__all__ = ["HEIGHT", "draw_question"]

HEIGHT = 200

NO_DIFFERENCE = 0.005
"""Half the width of the strip in which nobody would see a difference."""

NAMES = 148
"""Pixels for the names of ways."""

MARGINS = {"t": 8, "b": 44}
ABOVE = 24
"""Pixels above the plot where something is written there."""

MOST_SHOWN = 0.25
"""Of Dice, below the best: what gives less is not worth a look."""

RIGHT_FROM = 0.7
"""A mark beyond this share of the axis has its label on its left."""


def draw_question(chart: Differences | Curve, *, palette: Palette) -> go.Figure:
    """Draw the chart of a finding."""
    return (
        _draw_differences(chart, palette) if isinstance(chart, Differences) else _draw_curve(chart, palette)
    )


def _draw_differences(chart: Differences, palette: Palette) -> go.Figure:
    data = GainsData(
        budgets=chart.names,
        gains=chart.gains,
        lows=chart.lows,
        highs=chart.highs,
        noise=NO_DIFFERENCE,
        x_title=chart.x_title,
    )
    figure = draw_gains(data, palette=palette)
    figure.update_layout(height=HEIGHT, margin={**MARGINS, "l": NAMES, "t": ABOVE})
    figure.add_annotation(
        x=0,
        y=1,
        yref="paper",
        yanchor="bottom",
        text="no difference",
        showarrow=False,
        font={"size": 13, "color": palette.gray},
    )
    return figure


def _draw_curve(chart: Curve, palette: Palette) -> go.Figure:
    figure = new_figure(palette, height=HEIGHT, margins=MARGINS)
    heights = [*chart.y, *(chart.low or ()), *(chart.high or ())]
    low, high = (
        (0.0, 1.0)
        if chart.is_share
        else with_height(max(min(heights), max(chart.y) - MOST_SHOWN), max(heights))
    )
    room = 0.08 * (high - low)
    ticks = round_ticks(low - room, high + room, n_about=4)
    figure.update_xaxes(range=with_height(chart.x[0], chart.x[-1]), title_text=chart.x_title)
    figure.update_yaxes(
        range=(low - room, high + room),
        title_text=chart.y_title,
        tickvals=[tick for tick in ticks if not chart.is_share or 0 <= tick <= 1],
        ticktext=[format_share(tick) for tick in ticks if 0 <= tick <= 1] if chart.is_share else None,
    )
    if chart.low is not None and chart.high is not None:
        add_band(figure, *map(np.array, (chart.x, chart.low, chart.high)), color=fade(palette.ink, 0.1))
    figure.add_scatter(
        x=chart.x, y=chart.y, mode="lines", hoverinfo="skip", line={"color": palette.ink, "width": 2}
    )
    if chart.mark is not None:
        _add_mark(figure, chart, chart.mark, palette)
    return figure


def _add_mark(figure: go.Figure, chart: Curve, mark: tuple[float, float], palette: Palette) -> None:
    add_star(figure, *mark, palette=palette)
    is_right = mark[0] - chart.x[0] > RIGHT_FROM * (chart.x[-1] - chart.x[0])
    figure.add_annotation(
        x=mark[0],
        y=mark[1],
        text=f"<b>{chart.label}</b>",
        showarrow=False,
        xanchor="right" if is_right else "left",
        xshift=-12 if is_right else 12,
        yanchor="top",
        yshift=-12 if is_right else -4,
        font={"size": 13},
    )
