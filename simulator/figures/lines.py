"""Small charts of several lines on equal axes, each labelled at its end: what Virtues and Saturation are made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis.combinations import COMBINATION
from .palette import Palette
from .style import add_band, add_rule, add_strip, fade, new_figure, plain_text, round_ticks, spread

__all__ = ["Line", "LinesData", "draw_lines", "lines_table", "range_of_shares", "share_ranges"]

HEIGHT, TOP, BOTTOM = 296, 30, 46
"""Pixels; at the top there is room for the camera, which would cover labels."""
RIGHT = 106
"""Pixels for the labels."""
APART = 17


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """One line.

    Parameters
    ----------
    label : str
        At its end; short.
    kind : {"quality", "diversity", "completeness", "ink", "level"}
        What its colour means; a level is dashed, over the whole width.
    shade : int or None
        Place among the blues from few to all volumes, 0 to 7; None takes the virtue's colour.
    x, y, low, high : ndarray of shape (n_points,), dtype float64
        Per cent where the axis is; low and high are NaN where chance is unknown.
    hover : tuple of str
        One a point.
    rows : DataFrame or None, default=None
        One row a point with the columns of a combination: what a click leads to the records of.
    """

    label: str
    kind: str
    shade: int | None = None
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hover: tuple[str, ...]
    rows: pd.DataFrame | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class LinesData:
    """The numbers of one small chart.

    Parameters
    ----------
    lines : tuple of Line
    x_name, y_name : str
        What a file of these numbers calls the axes.
    x_title, y_title : str
    x_range, y_range : tuple of float
        In the units shown; of a logarithmic axis before the logarithm.
    is_log : bool
        Whether x doubles from tick to tick.
    x_suffix : str
        Of the numbers on the axis; those on the other are per cent.
    band : tuple of float or None
        Range of x to shade, such as the interval of a knee.
    mark : float or None
        x of a dotted line.
    """

    lines: tuple[Line, ...]
    x_name: str
    y_name: str
    x_title: str
    y_title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    is_log: bool = False
    x_suffix: str = ""
    band: tuple[float, float] | None = None
    mark: float | None = None


def share_ranges(charts: Sequence[LinesData]) -> list[LinesData]:
    """Give several charts the same axes, so that they can be compared."""

    def widest(ranges: Sequence[tuple[float, float]]) -> tuple[float, float]:
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    x_range, y_range = widest([c.x_range for c in charts]), widest([c.y_range for c in charts])
    return [replace(chart, x_range=x_range, y_range=y_range) for chart in charts]


def range_of_shares(lines: Sequence[Line]) -> tuple[float, float]:
    """Find the range in per cent that holds all lines with their bands, and full labeling, with some room."""
    values = np.concatenate([part for line in lines for part in (line.y, line.low, line.high)])
    return max(0.0, float(np.nanmin(values)) - 2), max(101.0, float(np.nanmax(values)) + 1)


def draw_lines(data: LinesData, *, palette: Palette) -> go.Figure:
    """Draw a small chart.

    Parameters
    ----------
    data : LinesData
    palette : Palette

    Returns
    -------
    go.Figure
        Of 296 pixels' height.
    """
    figure = new_figure(palette, height=HEIGHT, margins={"t": TOP, "b": BOTTOM, "r": RIGHT, "l": 52})
    _draw_axes(figure, data)
    if data.band is not None:
        add_strip(figure, *data.band, color=fade(palette.ink, 0.07))
    if data.mark is not None:
        add_rule(figure, data.mark, color=palette.gray, width=1.5, dash="dot")
    for line in data.lines:
        _draw_line(figure, line, palette)
    _draw_labels(figure, data, palette)
    return figure


def lines_table(data: LinesData) -> pd.DataFrame:
    """List every point of a chart, for a CSV.

    Returns
    -------
    DataFrame
        Columns line, both axes by name, and the limits of the second; shares as fractions, as in every other file.
    """
    x_unit = 100 if "%" in data.x_suffix else 1
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "line": line.label,
                    data.x_name: line.x / x_unit,
                    data.y_name: line.y / 100,
                    f"{data.y_name}_low": line.low / 100,
                    f"{data.y_name}_high": line.high / 100,
                }
            )
            for line in data.lines
        ],
        ignore_index=True,
    )


def _draw_axes(figure: go.Figure, data: LinesData) -> None:
    ticks = round_ticks(*data.y_range, n_about=4)
    figure.update_yaxes(
        range=data.y_range,
        title_text=data.y_title,
        tickvals=ticks,
        ticktext=[f"{t:g}\u00a0%" for t in ticks],
    )
    if data.is_log:
        first, last = (math.log2(x) for x in data.x_range)
        doublings = [2**n for n in range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)]
        figure.update_xaxes(
            type="log",
            range=[math.log10(x) for x in data.x_range],
            tickvals=doublings,
            ticktext=[f"{n:g}{data.x_suffix}" for n in doublings],
            title_text=data.x_title,
        )
    else:
        ticks = round_ticks(*data.x_range, n_about=4)
        figure.update_xaxes(
            range=data.x_range,
            tickvals=ticks,
            ticktext=[f"{t:g}{data.x_suffix}" for t in ticks],
            title_text=data.x_title,
        )


def _draw_line(figure: go.Figure, line: Line, palette: Palette) -> None:
    color = _color(line, palette)
    is_level = line.kind == "level"
    if np.isfinite(line.low).all() and not is_level:
        add_band(figure, line.x, line.low, line.high, color=fade(color, 0.12))
    figure.add_scatter(
        x=line.x,
        y=line.y,
        mode="lines" if is_level else "lines+markers",
        text=line.hover,
        hoverinfo="text",
        customdata=None if line.rows is None else line.rows[COMBINATION].to_numpy(dtype=object),
        unselected={"marker": {"opacity": 1}},
        line={
            "color": color,
            "width": 2,
            "dash": "dash" if is_level or line.kind == "completeness" else "solid",
        },
        marker={"size": 6, "color": color},
        cliponaxis=False,
    )


def _draw_labels(figure: go.Figure, data: LinesData, palette: Palette) -> None:
    low, high = data.y_range
    height = HEIGHT - TOP - BOTTOM

    def pixels(y: float) -> float:
        return height * (high - y) / (high - low)

    places = spread([pixels(line.y[-1]) for line in data.lines], apart=APART, lowest=height - 4.0)
    for line, place in zip(data.lines, places, strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=high - place * (high - low) / height,
            yanchor="middle",
            text=plain_text(line.label),
            showarrow=False,
            # A pale blue is no colour for text.
            font={"size": 12, "color": palette.ink if line.shade is not None else _color(line, palette)},
        )


def _color(line: Line, palette: Palette) -> str:
    if line.shade is not None:
        return palette.blues[line.shade]
    return {"ink": palette.ink, "level": palette.completeness}.get(line.kind) or str(
        getattr(palette, line.kind)
    )
