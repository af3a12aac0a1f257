"""What was measured, what runs and what is missing: volumes against slices at one quality, a cell a combination."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from ..analysis.runs import is_of_proxy
from ..formats import format_count, format_dice, format_ordinal
from ..records import Virtues
from ..virtues.diversity import count_volumes
from .palette import Palette
from .style import new_figure

__all__ = ["QUALITIES", "Cell", "MatrixData", "draw_matrix", "matrix_data"]

DIVERSITIES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
COMPLETENESSES = (0.1, 0.2, 0.333333, 0.5, 1.0)
QUALITIES = (1.0, 0.9, 0.8, 0.7)
"""Offered, beside what was measured."""

State = Literal["measured", "running", "queued", "failed", "missing"]
_LEVELS: Mapping[str, float] = {"queued": 0.65, "running": 0.75, "failed": 0.85, "missing": 0.95}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One combination.

    Parameters
    ----------
    virtues : Virtues
    state : {"measured", "running", "queued", "failed", "missing"}
    dice : float or None
        Median over the seeds that were measured.
    """

    virtues: Virtues
    state: State
    dice: float | None

    @property
    def text(self) -> str:
        """What the cell says."""
        if self.state == "measured" and self.dice is not None:
            return format_dice(self.dice)
        return "–" if self.state == "missing" else self.state


@dataclass(frozen=True, kw_only=True)
class MatrixData:
    """The cells of one quality.

    Parameters
    ----------
    volumes : tuple of int
        Of each row, ascending.
    slices : tuple of str
        Of each column: every n-th, or the share where that is no such rhythm.
    cells : tuple of tuple of Cell
        Rows of columns.
    """

    volumes: tuple[int, ...]
    slices: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def flat(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.cells for cell in row)

    @property
    def n_measured(self) -> int:
        """Cells with a Dice."""
        return sum(cell.dice is not None for cell in self.flat)

    def find(self, state: State) -> tuple[Virtues, ...]:
        """List the combinations in a state."""
        return tuple(cell.virtues for cell in self.flat if cell.state == state)


def matrix_data(
    runs: pd.DataFrame,
    *,
    quality: float,
    n_pool: int,
    proxy: str = "interpolation",
    running: Collection[Virtues] = (),
    queued: Collection[Virtues] = (),
    failed: Collection[Virtues] = (),
    chosen: Collection[Virtues] = (),
) -> MatrixData:
    """Lay out the combinations of one quality.

    Parameters
    ----------
    runs : DataFrame
        Run table of one data set and protocol.
    quality : float in (0, 1]
    n_pool : int
    proxy : str, default="interpolation"
        How that quality was lost; of exact masks all are shown.
    running, queued, failed : collection of Virtues
        Asked for, of the same data set and protocol.
    chosen : collection of Virtues
        Have a cell, whatever they are.

    Returns
    -------
    MatrixData
        Of random slices; a combination that runs is said to run though other seeds of it were measured.
    """
    is_shown = (runs["quality"] == quality) & (runs["sampling"] == "random") & is_of_proxy(runs, proxy)
    medians = _medians(runs[is_shown])
    states: dict[tuple[float, float], State] = dict.fromkeys(medians, "measured")
    marks: tuple[tuple[State, Collection[Virtues]], ...] = (
        ("failed", failed),
        ("queued", queued),
        ("running", running),
    )
    for state, asked in marks:
        states |= dict.fromkeys(_places(asked, quality, proxy), state)
    places = states.keys() | _places(chosen, quality, proxy)
    taken = {d for d, _ in places}
    # Of a small pool several shares are as many volumes: each number is offered once.
    offered = {count_volumes(n_pool=n_pool, diversity=d): d for d in DIVERSITIES}
    known = {count_volumes(n_pool=n_pool, diversity=d) for d in taken}
    diversities = sorted(taken | {d for n, d in offered.items() if n not in known})
    completenesses = sorted({c for _, c in places} | set(COMPLETENESSES))
    return MatrixData(
        volumes=tuple(count_volumes(n_pool=n_pool, diversity=d) for d in diversities),
        slices=tuple(_every_nth(c) for c in completenesses),
        cells=tuple(
            tuple(
                Cell(
                    virtues=Virtues(diversity=d, completeness=c, quality=quality, proxy=proxy),
                    state=states.get((d, c), "missing"),
                    dice=medians.get((d, c)),
                )
                for c in completenesses
            )
            for d in diversities
        ),
    )


def draw_matrix(data: MatrixData, *, chosen: Collection[Virtues], palette: Palette) -> go.Figure:
    """Draw the cells; a frame marks the chosen ones, and each point's customdata is the number of its cell."""
    n_rows, n_columns = len(data.volumes), len(data.slices)
    figure = new_figure(palette, height=56 + 41 * n_rows, margins={"l": 60, "r": 4, "t": 4, "b": 52})
    figure.add_heatmap(
        z=_levels(data),
        xgap=4,
        ygap=4,
        zmin=0,
        zmax=1,
        showscale=False,
        hoverinfo="skip",
        colorscale=_colors(palette),
    )
    figure.layout.shapes = [
        _frame(number, n_columns, palette=palette, is_chosen=cell.virtues in chosen)
        for number, cell in enumerate(data.flat)
        if cell.virtues in chosen or cell.state == "missing"
    ]
    inks = {"running": palette.background, "failed": palette.red, "missing": palette.gray}
    figure.add_scatter(
        x=[number % n_columns for number in range(len(data.flat))],
        y=[number // n_columns for number in range(len(data.flat))],
        mode="markers+text",
        text=[cell.text for cell in data.flat],
        customdata=list(range(len(data.flat))),
        textfont={"size": 13, "color": [inks.get(cell.state, palette.ink) for cell in data.flat]},
        marker={"symbol": "square", "size": 32, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        hovertext=[_hover(data, n, n_columns) for n in range(len(data.flat))],
        hoverinfo="text",
    )
    has_share = any("%" in name for name in data.slices)
    figure.update_xaxes(
        title_text=f"Which slices of a volume are labeled: every n-th{', or a share' if has_share else ''}",
        tickvals=list(range(n_columns)),
        ticktext=data.slices,
        showline=False,
        range=[-0.5, n_columns - 0.5],
    )
    figure.update_yaxes(
        title_text="Volumes used",
        tickvals=list(range(n_rows)),
        ticktext=[str(n) for n in data.volumes],
        showgrid=False,
        range=[-0.5, n_rows - 0.5],
    )
    return figure


def _medians(runs: pd.DataFrame) -> dict[tuple[float, float], float]:
    medians = runs.groupby(["diversity", "completeness"], as_index=False)["dice"].median()
    return {(float(d), float(c)): float(dice) for d, c, dice in medians.itertuples(index=False)}


def _places(virtues: Collection[Virtues], quality: float, proxy: str) -> set[tuple[float, float]]:
    return {
        (v.diversity, v.completeness)
        for v in virtues
        if v.quality == quality and v.sampling == "random" and (quality == 1 or v.proxy == proxy)
    }


def _every_nth(completeness: float) -> str:
    step = 1 / completeness
    if abs(step - round(step)) > 0.02 * step:
        return f"{100 * completeness:.0f}\u00a0%"
    return "every" if round(step) == 1 else format_ordinal(round(step))


def _levels(data: MatrixData) -> list[list[float]]:
    """Give each cell its place on the colour scale: measured ones by Dice up to 0.5, then one band a state from 0.6."""
    known = [cell.dice for cell in data.flat if cell.state == "measured" and cell.dice is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    return [
        [_LEVELS.get(cell.state, 0.5 * ((cell.dice or low) - low) / max(high - low, 1e-6)) for cell in row]
        for row in data.cells
    ]


def _colors(palette: Palette) -> list[list[object]]:
    bands = [(0.6, palette.grid), (0.7, palette.ink), (0.8, palette.failed), (0.9, palette.background)]
    scale: list[list[object]] = [[0.0, palette.empty], [0.5, palette.fill], [0.6, palette.fill]]
    return scale + [[edge, color] for start, color in bands for edge in (start, round(start + 0.1, 1))]


def _frame(number: int, n_columns: int, *, palette: Palette, is_chosen: bool) -> dict[str, object]:
    x, y = number % n_columns, number // n_columns
    return {
        "type": "rect",
        "x0": x - 0.48,
        "x1": x + 0.48,
        "y0": y - 0.45,
        "y1": y + 0.45,
        "line": {"color": palette.ink if is_chosen else palette.grid, "width": 2.5 if is_chosen else 1},
    }


def _hover(data: MatrixData, number: int, n_columns: int) -> str:
    slices = data.slices[number % n_columns]
    which = (
        "every slice"
        if slices == "every"
        else f"{slices} of the slices"
        if "%" in slices
        else f"every {slices} slice"
    )
    return f"{format_count(data.volumes[number // n_columns], 'volume')}, {which}: {data.flat[number].text}"
