"""What all charts have in common: paper, type, axes, and labels that keep apart."""

import html
import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from .palette import Palette

__all__ = [
    "MOST",
    "add_band",
    "add_rule",
    "add_strip",
    "fade",
    "new_figure",
    "plain_text",
    "round_ticks",
    "spread",
    "with_height",
]

FONT = '"Source Sans", sans-serif'
MARGINS = {"l": 56, "r": 16, "t": 12, "b": 48}


def new_figure(palette: Palette, *, height: int, margins: dict[str, int] | None = None) -> go.Figure:
    """Make an empty figure in the house's style.

    Parameters
    ----------
    palette : Palette
    height : int
        In pixels.
    margins : dict, default=None
        Pixels around the plot area, where they differ from l56 r16 t12 b48.

    Returns
    -------
    go.Figure
    """
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "ticks": "",
        "showgrid": False,
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "tickfont": {"size": 13, "color": palette.gray},
        "title": {"font": {"size": 13, "color": palette.gray}, "standoff": 8},
    }
    return go.Figure(
        layout={
            "height": height,
            "margin": {**MARGINS, **(margins or {})},
            "paper_bgcolor": palette.background,
            "plot_bgcolor": palette.background,
            "font": {"family": FONT, "size": 14, "color": palette.ink},
            "xaxis": {**axis, "showline": True},
            "yaxis": {**axis, "showgrid": True},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "modebar": {"bgcolor": palette.background, "color": palette.gray, "activecolor": palette.ink},
            "hoverlabel": {
                "bgcolor": palette.background,
                "bordercolor": palette.gray,
                "font": {"family": FONT, "size": 13, "color": palette.ink},
            },
        }
    )


def add_band(figure: go.Figure, x: np.ndarray, low: np.ndarray, high: np.ndarray, *, color: str) -> None:
    """Shade the room between two lines; `color` has its opacity in it, as `fade` gives it."""
    figure.add_scatter(
        x=[*x, *x[::-1]],
        y=[*high, *low[::-1]],
        mode="lines",
        fill="toself",
        fillcolor=color,
        line={"width": 0},
        hoverinfo="skip",
    )


def add_strip(figure: go.Figure, low: float, high: float, *, color: str) -> None:
    """Shade the whole height between two places on x, below all else; `color` as `add_band` takes it."""
    # plotly's own add_vrect and add_vline go through all axes and what they hold: four times as long.
    place = {"x0": low, "x1": high, "y0": 0, "y1": 1, "yref": "y domain"}
    figure.add_shape(type="rect", **place, fillcolor=color, line={"width": 0}, layer="below")


def add_rule(figure: go.Figure, x: float, **line: object) -> None:
    """Draw a line over the whole height, below all else; `line` as plotly takes it."""
    place = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain"}
    figure.add_shape(type="line", **place, line=line, layer="below")


def spread(wanted: Sequence[float], *, apart: float, lowest: float) -> list[float]:
    """Push positions apart in their order: down first, then up from the lowest place there is.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would like to stand, in pixels from the top.
    apart : float
        Smallest distance between two, in pixels.
    lowest : float
        Where the last may stand at most, in pixels from the top.

    Returns
    -------
    list of float
        In the order of `wanted`.

    Examples
    --------
    >>> spread([10.0, 12.0, 60.0], apart=20, lowest=100.0)
    [10.0, 30.0, 60.0]
    >>> spread([90.0, 95.0], apart=20, lowest=100.0)
    [80.0, 100.0]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = list(wanted)
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + apart)
    for i in reversed(order):
        placed[i] = min(placed[i], lowest)
        lowest = placed[i] - apart
    return placed


def fade(color: str, opacity: float) -> str:
    """Write ``#RRGGBB`` with an opacity in [0, 1], as plotly reads it.

    Examples
    --------
    >>> fade("#14181F", 0.1)
    'rgba(20, 24, 31, 0.1)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def round_ticks(low: float, high: float, *, n_about: int) -> list[float]:
    """Choose about so many round numbers in a range.

    Examples
    --------
    >>> round_ticks(66.2, 100, n_about=4)
    [70.0, 80.0, 90.0, 100.0]
    >>> round_ticks(0, 0, n_about=4)
    [0]
    """
    if high <= low:
        return [low]
    rough = (high - low) / n_about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * 0.99) * power
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 9) for n in range(first, last + 1)]


def with_height(low: float, high: float) -> tuple[float, float]:
    """Give a range that holds one value alone some height, so that it can be drawn."""
    return (low, high) if high > low else (low, low + 1)


def plain_text(text: object) -> str:
    """Escape text from outside for plotly, which reads a little HTML.

    Examples
    --------
    >>> plain_text("<b>")
    '&lt;b&gt;'
    """
    return html.escape(" ".join(str(text).split()))


MOST = 0.95
"""Share of full performance whose cost the titles of charts say."""
