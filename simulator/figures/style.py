"""What all charts have in common: paper, type, axes, and labels that keep apart."""

from collections.abc import Sequence

import plotly.graph_objects as go

from .palette import Palette

__all__ = ["new_figure", "spread"]

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
            "hoverlabel": {
                "bgcolor": palette.background,
                "bordercolor": palette.gray,
                "font": {"family": FONT, "size": 13, "color": palette.ink},
            },
        }
    )


def spread(wanted: Sequence[float], *, apart: float) -> list[float]:
    """Push positions apart, in their order, moving them as little as a single pass down can.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would like to stand, in pixels from the top.
    apart : float
        Smallest distance between two, in pixels.

    Returns
    -------
    list of float
        In the order of `wanted`.

    Examples
    --------
    >>> spread([10.0, 12.0, 60.0], apart=20)
    [10.0, 30.0, 60.0]
    """
    placed = [0.0] * len(wanted)
    lowest = float("-inf")
    for i in sorted(range(len(wanted)), key=wanted.__getitem__):
        lowest = max(wanted[i], lowest + apart)
        placed[i] = lowest
    return placed
