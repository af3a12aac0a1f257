"""How many volumes, and how many slices in each: what that gives, what it costs, and what is as good (§2.2).

Exact outlines only. A contour joins what gives the same, the dotted line what costs the budget.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis import Recommendation, Study
from ..analysis.combinations import COMBINATION
from ..analysis.frontier.hull import TOLERANCE
from ..analysis.law.candidates import EXACT, count_out
from ..analysis.law.law import coordinates_of
from ..analysis.recommendation.recommend import NEAR
from ..effort import MEASURES, EffortMeasure
from .contours import between, first_reaching, label_levels, last_within, level_line, outline
from .palette import Palette
from .points import add_star, describe_point
from .project_frontier import BOTTOM, HEIGHT, TOP
from .style import fade, new_figure

__all__ = ["MapData", "can_map", "draw_map", "map_data"]

N_STEPS = 32
LEAST = 2
"""Where an axis begins, unless less was measured."""

TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
LEVELS = tuple(round(0.1 * i, 1) for i in range(1, 10))
"""Contours of Dice."""

PIXELS = np.array([332.0, HEIGHT - TOP - BOTTOM])
"""Width and height of the plot where it is as wide as it was drawn for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MapData:
    """The numbers of the chart. Places are DataFrames of columns x, volumes, and y, slices in each.

    Parameters
    ----------
    volumes : ndarray of shape (n,), dtype float64
    slices : ndarray of shape (m,), dtype float64
        In each volume.
    expected : ndarray of shape (m, n), dtype float64
        Dice.
    line : DataFrame
        What costs the budget, from left to right; without rows where that is not on the map.
    line_label : str
    near : tuple of DataFrame
        Outlines of what the budget pays for and is as good as the best, within what was measured.
    unknown : tuple of DataFrame
        Outlines of what is beyond the measured counts.
    points : DataFrame
        Measured combinations, with hover and the virtues.
    labels : DataFrame
        Where contours are labeled, with their level.
    star : tuple of float
        The recommended strategy.
    """

    volumes: np.ndarray
    slices: np.ndarray
    expected: np.ndarray
    line: pd.DataFrame
    line_label: str
    near: tuple[pd.DataFrame, ...]
    unknown: tuple[pd.DataFrame, ...]
    points: pd.DataFrame
    labels: pd.DataFrame
    star: tuple[float, float]


def can_map(recommendation: Recommendation, *, measure: EffortMeasure) -> bool:
    """Say whether there is a map: of an exact strategy, where fewer slices have a price and there is a choice."""
    strategy = recommendation.strategy
    if recommendation.status != "answer" or strategy is None or measure.domain == "completeness = 1":
        return False
    has_choice = strategy.n_pool > LEAST and strategy.n_slices_pool > LEAST * strategy.n_pool
    return strategy.virtues.quality == 1 and has_choice


def map_data(
    recommendation: Recommendation, *, study: Study, measure: EffortMeasure, line_label: str | None = None
) -> MapData:
    """Compute what the chart shows.

    Parameters
    ----------
    recommendation : Recommendation
        Of that study and measure, for which `can_map`.
    study : Study
    measure : EffortMeasure
    line_label : str or None, default=None
        What the line of equal effort is called; None says the budget.

    Returns
    -------
    MapData
    """
    chosen, (n_pool, n_slices) = recommendation.near_optimal.iloc[0], study.pool
    star = (float(chosen["n_volumes"]), float(chosen["n_slices_used"] / chosen["n_volumes"]))
    low, high = (np.exp(ends) for ends in study.ranges)
    measured = np.exp(np.stack(study.measured_ranges or study.ranges))
    # The strategy and the ends of what was measured are on the grid, so that no outline misses them.
    start = np.full(2, LEAST) if study.is_carried else low
    volumes = _lay_axis(n_pool, low=start[0], marks=(star[0], low[0], high[0], *measured[:, 0]))
    slices = _lay_axis(n_slices / n_pool, low=start[1], marks=(star[1], low[1], high[1], *measured[:, 1]))
    grid = _count_grid(volumes, slices, n_pool=n_pool, n_slices=n_slices)
    shape = (len(slices), len(volumes))
    expected = study.law.expect(coordinates_of(grid)).reshape(shape)
    effort = measure.compute(grid, study.prices).to_numpy(dtype=np.float64).reshape(shape)
    floor, roof = (np.clip(ends, slices[0], slices[-1]) for ends in _limits(volumes, low=low, high=high))
    is_answered = (volumes >= low[0]) & (volumes <= high[0])

    here = expected[np.searchsorted(slices, star[1]), np.searchsorted(volumes, star[0])]
    level = min(float(recommendation.near_optimal["expected"].max()) - NEAR, float(here))
    top = np.minimum(last_within(effort, slices, limit=recommendation.budget * TOLERANCE), roof)
    bottom = np.maximum(first_reaching(expected, slices, level=level), floor)
    line = level_line(effort, volumes, slices, level=recommendation.budget)
    near = between(volumes, bottom, np.where(is_answered, top, np.nan))
    points = _place_points(study, measure.name)
    points = points[points["x"].le(volumes[-1]) & points["y"].between(slices[0], slices[-1])]
    unknown = _find_unknown(volumes, slices, study)
    marks = pd.concat([line, *near, *unknown, points[["x", "y"]], pd.DataFrame([star], columns=["x", "y"])])
    return MapData(
        volumes=volumes,
        slices=slices,
        expected=expected,
        line=line,
        line_label=line_label or measure.unit.write_given(recommendation.budget),
        near=near,
        unknown=unknown,
        points=points,
        labels=label_levels(
            expected,
            volumes,
            slices,
            levels=LEVELS,
            box=(measured[0][:2], measured[1][:2]),
            marks=marks.to_numpy(),
            pixels=PIXELS,
        ),
        star=star,
    )


def _lay_axis(end: float, *, low: float, marks: tuple[float, ...]) -> np.ndarray:
    start = max(1.0, min(LEAST, low, marks[0]))
    end = max(end, marks[0])
    inside = [mark for mark in marks if start < mark < end]
    return np.unique([*np.geomspace(start, end, N_STEPS)[1:-1], start, end, *inside])


def _count_grid(volumes: np.ndarray, slices: np.ndarray, *, n_pool: int, n_slices: int) -> pd.DataFrame:
    """Count out every pair, the volumes of one number of slices after one another."""
    pairs = pd.DataFrame(
        {
            "n_volumes": np.tile(volumes, len(slices)),
            "completeness": np.repeat(slices, len(volumes)) * n_pool / n_slices,
            **EXACT,
        }
    )
    return count_out(pairs, n_pool=n_pool, n_slices=n_slices)


def _limits(volumes: np.ndarray, *, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slices in each from which and up to which was measured, by themselves and all together."""
    return np.maximum(low[1], low[3] / volumes), np.minimum(high[1], high[3] / volumes)


def _find_unknown(volumes: np.ndarray, slices: np.ndarray, study: Study) -> tuple[pd.DataFrame, ...]:
    """Outline what lies beyond the measured counts: all of it where nothing was measured on volumes like these."""
    low, high = (np.exp(ends) for ends in study.measured_ranges or study.ranges)
    floor, roof = (np.clip(ends, slices[0], slices[-1]) for ends in _limits(volumes, low=low, high=high))
    is_measured = (volumes >= low[0]) & (volumes <= high[0])
    if not is_measured.any():
        ends = (np.full(len(volumes), end) for end in (slices[0], slices[-1]))
        return (outline(volumes, *ends),)
    return _beyond(volumes, slices, floor, roof, is_measured=is_measured)


def _beyond(
    volumes: np.ndarray, slices: np.ndarray, floor: np.ndarray, roof: np.ndarray, *, is_measured: np.ndarray
) -> tuple[pd.DataFrame, ...]:
    """Outline what lies beyond the measured counts: left, right, below and above."""
    first, last = np.flatnonzero(is_measured)[[0, -1]]
    lowest, highest = (np.full(len(volumes), end) for end in (slices[0], slices[-1]))
    inside = slice(first, last + 1)
    regions = (
        (slice(0, first + 1), lowest, highest),
        (slice(last, None), lowest, highest),
        (inside, lowest, floor),
        (inside, roof, highest),
    )
    outlines = (outline(volumes[part], low[part], high[part]) for part, low, high in regions)
    return tuple(region for region in outlines if (region.max() > region.min()).all())


@lru_cache(maxsize=16)
def _place_points(study: Study, name: str) -> pd.DataFrame:
    """Place what was measured, whatever the budget: on other volumes at the effort that as many of these would take."""
    measure, points = MEASURES[name], study.combinations
    if study.is_carried:
        unknown = dict.fromkeys(("expected_low", "expected_high"), np.nan)
        points = points.assign(effort=measure.compute(points, study.prices), **unknown)
    else:
        points = study.at(measure).frontier.points
    exact = points[points["quality"] == 1]
    return exact.assign(
        x=exact["n_volumes"],
        y=exact["n_slices_used"] / exact["n_volumes"],
        hover=[describe_point(row, measure=measure) for _, row in exact.iterrows()],
    )


def draw_map(data: MapData, *, palette: Palette) -> go.Figure:
    """Draw the chart.

    Parameters
    ----------
    data : MapData
    palette : Palette

    Returns
    -------
    go.Figure
        As high as the frontier, beside which it stands; customdata of the points are their virtues.
    """
    figure = new_figure(palette, height=HEIGHT, margins={"t": TOP, "b": BOTTOM})
    figure.update_xaxes(title_text="Volumes labeled", **_axis(data.volumes))
    figure.update_yaxes(title_text="Slices in each", showgrid=False, **_axis(data.slices))
    _add_contours(figure, data, palette)
    for region in data.unknown:
        pattern = {
            "shape": "/",
            "fillmode": "replace",
            "bgcolor": fade(palette.background, 0),
            "fgcolor": palette.gray,
            "size": 7,
            "solidity": 0.16,
        }
        _add_lines(figure, region, line={"width": 0}, fill="toself", fillpattern=pattern)
    figure.add_scatter(
        x=data.points["x"],
        y=data.points["y"],
        mode="markers",
        text=data.points["hover"],
        hoverinfo="text",
        marker={"size": 6, "color": palette.gray},
        customdata=data.points[COMBINATION].to_numpy(dtype=object),
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
    )
    _add_lines(figure, data.line, line={"color": palette.ink, "width": 2, "dash": "dot"})
    for region in data.near:
        shade = fade(palette.ink, 0.1)
        _add_lines(figure, region, line={"color": palette.ink, "width": 3}, fill="toself", fillcolor=shade)
    figure.add_scatter(
        x=data.labels["x"],
        y=data.labels["y"],
        mode="text",
        text=data.labels["level"].map("{:.1f}".format),
        hoverinfo="skip",
        textfont={"size": 13, "color": palette.ink},
        unselected={"textfont": {"color": palette.ink}},
    )
    _add_label(figure, data, palette)
    add_star(figure, *data.star, palette=palette)
    return figure


def _axis(values: np.ndarray) -> dict[str, object]:
    """Describe a logarithmic axis: round ticks that leave room for the end, which counts round down to."""
    start, end = float(values[0]), float(values[-1])
    ticks = [tick for tick in TICKS if start <= tick < end / 1.3]
    return {
        "type": "log",
        "range": np.log10([start, end]).tolist(),
        "tickvals": [*ticks, end],
        "ticktext": [f"{tick:,}" for tick in [*ticks, int(end + 1e-6)]],
    }


def _add_contours(figure: go.Figure, data: MapData, palette: Palette) -> None:
    least, *others = palette.contours
    # Ten bands: below 0.4 and from 0.8 on all is one grey, so that the rest can be told apart.
    greys = [*[least] * 4, *others, others[-1]]
    figure.add_contour(
        x=data.volumes,
        y=data.slices,
        z=data.expected,
        zmin=0,
        zmax=1,
        autocontour=False,
        contours={"start": LEVELS[0], "end": LEVELS[-1], "size": 0.1},
        colorscale=[[i / (len(greys) - 1), grey] for i, grey in enumerate(greys)],
        line={"width": 1, "color": palette.fill},
        showscale=False,
        hoverinfo="skip",
    )


def _add_lines(figure: go.Figure, places: pd.DataFrame, **options: object) -> None:
    figure.add_scatter(x=places["x"], y=places["y"], mode="lines", hoverinfo="skip", **options)


def _add_label(figure: go.Figure, data: MapData, palette: Palette) -> None:
    """Say what the line costs, over its upper end."""
    if data.line.empty:
        return
    x, y = np.log10(data.line[["x", "y"]].iloc[0])
    left, right = np.log10(data.volumes[[0, -1]])
    figure.add_annotation(
        x=x,
        y=y,
        xanchor="right" if x - left > 0.7 * (right - left) else "left",
        yanchor="bottom",
        yshift=4,
        text=f"<b>{data.line_label}</b>",
        showarrow=False,
        bgcolor=palette.background,
        borderpad=2,
    )
