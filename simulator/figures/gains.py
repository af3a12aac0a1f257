"""What more work gains: Dice at each step, with its interval, beside what cannot be measured."""

from dataclasses import dataclass

import plotly.graph_objects as go

from ..formats import MINUS, format_gain
from .palette import Palette
from .style import add_rule, add_strip, fade, new_figure, round_ticks

__all__ = ["GainsData", "draw_gains"]


@dataclass(frozen=True, kw_only=True)
class GainsData:
    """The numbers of the chart, one entry a step.

    Parameters
    ----------
    budgets : tuple of str
    gains : tuple of float
        Dice over the recommended strategy.
    lows, highs : tuple of float or None
        90 % intervals; None where seeds are too few.
    noise : float or None
        Half the width of a typical interval: gains within it are not told from none. None without intervals.
    x_title : str
    """

    budgets: tuple[str, ...]
    gains: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    noise: float | None
    x_title: str = "Dice gained"


def draw_gains(data: GainsData, *, palette: Palette) -> go.Figure:
    """Draw a dot and its interval for each budget, the smallest on top."""
    figure = new_figure(
        palette, height=84 + 30 * len(data.budgets), margins={"l": 104, "t": 4, "b": 48, "r": 20}
    )
    if data.noise is not None:
        add_strip(figure, -data.noise, data.noise, color=fade(palette.ink, 0.06))
    add_rule(figure, 0, color=palette.gray, width=1)
    for row, (low, high) in enumerate(zip(data.lows, data.highs, strict=True)):
        if low is not None and high is not None:
            figure.add_scatter(
                x=[low, high],
                y=[row, row],
                mode="lines",
                line={"color": palette.gray, "width": 2},
                hoverinfo="skip",
            )
    figure.add_scatter(
        x=data.gains,
        y=list(range(len(data.budgets))),
        mode="markers",
        marker={"size": 11, "color": palette.ink},
        text=[format_gain(gain) for gain in data.gains],
        hoverinfo="text",
    )
    reach = max([*map(abs, data.gains), *(abs(x) for x in (*data.lows, *data.highs) if x is not None), 0.004])
    left = min([0.0, -(data.noise or 0), *(low for low in data.lows if low is not None)]) - 0.12 * reach
    if not any(data.gains):
        left = -1.1 * reach  # nothing is gained: zero stands in the middle
    ticks = round_ticks(left, 1.08 * reach, n_about=5)
    figure.update_xaxes(
        range=[left, 1.1 * reach],
        title_text=data.x_title,
        showgrid=True,
        tickvals=ticks,
        ticktext=[f"{tick:+.3f}".rstrip("0").replace("-", MINUS) if tick else "0" for tick in ticks],
    )
    figure.update_yaxes(
        range=[len(data.budgets) - 0.5, -0.5],
        tickvals=list(range(len(data.budgets))),
        ticktext=data.budgets,
        showgrid=False,
        tickfont={"color": palette.ink},
    )
    return figure
