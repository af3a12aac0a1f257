"""Effort against performance: every measured combination, the optimal trajectory, and the answer to a budget (§2.2)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis import Alternative, Recommendation
from ..analysis.frontier.hull import cheapest_reaching
from ..analysis.frontier.trajectory import Trajectory, find_worth
from ..effort import EffortMeasure, get_measure
from ..formats import format_dice
from ..wording.evidence import describe_cost
from .palette import Palette
from .points import add_points, add_rings, add_star, color_bar, describe_point, symbols_by_slices
from .style import MOST, add_band, fade, new_figure, round_ticks, spread, with_height

__all__ = ["FrontierData", "Mark", "describe_flattening", "draw_frontier", "frontier_data", "other_ways"]

HEIGHT, TOP, BOTTOM = 460, 34, 48
PLOT_HEIGHT = HEIGHT - TOP - BOTTOM
LABEL_ROOM = 32
"""Pixels that a label above the band needs, so that it stays out of the budget's title."""
LEFT_SIDE_FROM = 0.5
"""Budgets beyond this share of the axis have their labels on the left; on a phone neither side has room to spare."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The recommended strategy, or a baseline.

    Parameters
    ----------
    title : str
    x, y : float
        On the axes of the chart.
    dice : float
    """

    title: str
    x: float
    y: float
    dice: float


@dataclass(frozen=True, kw_only=True, eq=False)
class FrontierData:
    """The numbers of the chart.

    Parameters
    ----------
    points : DataFrame
        Rows that are shown, with x, y (in the units of the axes), symbol, is_copied, n_volumes, hover.
    vertices : DataFrame
        The same columns, of the vertices only; is_worth marks those that are one in enough draws.
    band : DataFrame
        x, low and high of the trajectory's 90 % band; without rows where chance is unknown.
    curve : DataFrame
        x and y of the best that any effort is expected to buy, measured or predicted; without rows where there is no
        answer.
    n_below : int
        Combinations below the shown range.
    n_pool : int
        Volumes of the pool; 1 without records.
    x_range, y_range : tuple of float
    budget : float
        On the axis; at its end where it is beyond.
    budget_label : str
    x_title, y_title : str
    x_suffix : str
        Stands behind numbers of effort.
    is_normalized : bool
        Whether y is per cent of full labeling.
    star : Mark or None
        The recommended strategy, if there is an answer.
    rings : tuple of Mark
        The baselines.
    """

    points: pd.DataFrame
    vertices: pd.DataFrame
    band: pd.DataFrame
    curve: pd.DataFrame
    n_below: int
    n_pool: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    budget: float
    budget_label: str
    x_title: str
    y_title: str
    x_suffix: str
    is_normalized: bool
    star: Mark | None
    rings: tuple[Mark, ...]


def frontier_data(recommendation: Recommendation) -> FrontierData:
    """Compute what the chart shows.

    Parameters
    ----------
    recommendation : Recommendation
        With at least one measured combination.

    Returns
    -------
    FrontierData
        Performance is the share of full labeling where that was measured, else Dice.
    """
    measure = get_measure(recommendation.effort)
    unit = measure.unit
    frontier = recommendation.frontier
    is_normalized = bool(frontier.points["expected_normalized"].notna().all())
    x_scale, y_scale = unit.shown, (100.0 if is_normalized else 1.0)
    points = _place(frontier.points, is_normalized=is_normalized, scales=(x_scale, y_scale), measure=measure)
    worth = find_worth(frontier, recommendation.trajectory)
    points = points.assign(is_worth=points["combination"].isin(worth["combination"]))
    vertices = points[points["combination"].isin(frontier.vertices["combination"])]

    def mark(title: str, effort: float, dice: float, normalized: float | None) -> Mark:
        y = normalized if is_normalized and normalized is not None else dice
        return Mark(title=title, x=effort * x_scale, y=y * y_scale, dice=dice)

    star, answer, predicted = None, recommendation.strategy, recommendation.predicted
    if recommendation.status == "answer" and answer is not None and predicted is not None:
        star = mark("Recommended", answer.effort, predicted.dice, predicted.normalized)
    rings = tuple(
        mark(other.title, other.strategy.effort, other.estimate.dice, other.estimate.normalized)
        for other in other_ways(recommendation)
    )
    band = _band(recommendation.trajectory, is_normalized=is_normalized, scales=(x_scale, y_scale))
    y_range = _y_range(points, vertices, band, [ring.y for ring in rings], is_normalized=is_normalized)
    right = max(float(points["x"].max()), (recommendation.full_effort or 0) * x_scale)
    x_range = (-0.015 * right, 1.03 * right)
    asked, label = recommendation.budget * x_scale, f"Budget {unit.write(recommendation.budget)}"
    # A budget that pays for much more than everything stands at the end, and leaves the chart its width.
    budget, label = (asked, label) if asked <= x_range[1] else (right, f"{label} →")
    if star is not None and _is_left_of(budget, star, x_range):
        y_range = _with_room(y_range, roof=_roof(band, star, x_range))
    is_below = points["y"] < y_range[0]
    return FrontierData(
        points=points[~is_below],
        vertices=vertices,
        band=band,
        curve=_curve(recommendation, is_normalized=is_normalized, scales=(x_scale, y_scale)),
        n_below=int(is_below.sum()),
        n_pool=recommendation.dataset.n_pool if recommendation.dataset else 1,
        x_range=x_range,
        y_range=y_range,
        budget=budget,
        budget_label=label,
        x_title=f"Effort, {measure.axis_title}",
        y_title="Expected Dice, share of full labeling" if is_normalized else "Expected Dice",
        x_suffix=unit.axis_sign,
        is_normalized=is_normalized,
        star=star,
        rings=rings,
    )


def other_ways(recommendation: Recommendation) -> tuple[Alternative, ...]:
    """List the baselines that are not the recommended one: at full effort all come to the same."""
    answer = recommendation.strategy
    return tuple(
        other
        for other in recommendation.alternatives
        if answer is None or other.strategy.virtues != answer.virtues
    )


def draw_frontier(data: FrontierData, *, palette: Palette) -> go.Figure:
    """Draw the chart.

    Parameters
    ----------
    data : FrontierData
    palette : Palette

    Returns
    -------
    go.Figure
        Of 460 pixels' height; customdata of the points are their virtues.
    """
    figure = new_figure(palette, height=HEIGHT, margins={"t": TOP, "b": BOTTOM})
    figure.update_xaxes(range=data.x_range, title_text=data.x_title, ticksuffix=data.x_suffix)
    highest = min(data.y_range[1], 100 if data.is_normalized else 1)
    ticks = round_ticks(data.y_range[0], highest, n_about=4)
    figure.update_yaxes(
        range=data.y_range,
        title_text=data.y_title,
        tickvals=ticks,
        ticktext=[f"{tick:g}\u00a0%" if data.is_normalized else f"{tick:g}" for tick in ticks],
    )
    figure.add_vrect(
        data.budget, data.x_range[1], fillcolor=palette.ink, opacity=0.045, line_width=0, layer="below"
    )
    add_band(figure, *data.band.to_numpy().T, color=fade(palette.ink, 0.1))
    exact = data.points[~data.points["is_copied"]]
    add_points(figure, exact, n_pool=data.n_pool, palette=palette, opacity=0.62, size=9)
    add_rings(figure, data.points[data.points["is_copied"]], palette=palette, size=9)
    figure.add_scatter(
        x=data.vertices["x"],
        y=data.vertices["y"],
        mode="lines",
        hoverinfo="skip",
        cliponaxis=False,
        line={"color": palette.ink, "width": 2},
    )
    figure.add_scatter(
        x=data.curve["x"],
        y=data.curve["y"],
        mode="lines",
        hoverinfo="skip",
        line={"color": palette.gray, "width": 1.5, "dash": "dash"},
    )
    worth = data.vertices[data.vertices["is_worth"]]
    add_points(figure, worth, n_pool=data.n_pool, palette=palette, opacity=1, size=11, outline=1.6)
    lowest = int(data.points["n_volumes"].min())
    figure.add_scatter(**color_bar(lowest, n_pool=data.n_pool, palette=palette))
    figure.add_vline(data.budget, line={"color": palette.ink, "width": 2, "dash": "dot"}, layer="below")
    figure.add_annotation(
        x=data.budget,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=4,
        text=f"<b>{data.budget_label}</b>",
        showarrow=False,
        xanchor=_anchor(_fraction(data, data.budget)),
    )
    _add_marks(figure, data, palette)
    return figure


def _place(
    rows: pd.DataFrame, *, is_normalized: bool, scales: tuple[float, float], measure: EffortMeasure
) -> pd.DataFrame:
    """Put combinations on the axes."""
    y = "expected_normalized" if is_normalized else "expected"
    return rows.assign(
        x=rows["effort"] * scales[0],
        y=rows[y] * scales[1],
        symbol=symbols_by_slices(rows["completeness"]),
        is_copied=rows["quality"] < 1,
        hover=[describe_point(row, measure=measure) for _, row in rows.iterrows()],
    )


def _band(trajectory: Trajectory | None, *, is_normalized: bool, scales: tuple[float, float]) -> pd.DataFrame:
    """Put the trajectory's band on the axes."""
    band = None
    if trajectory is not None:
        band = trajectory.normalized if is_normalized else trajectory.dice
    if trajectory is None or band is None:
        return pd.DataFrame(columns=["x", "low", "high"], dtype=np.float64)
    return pd.DataFrame(
        {"x": trajectory.efforts * scales[0], "low": band.low * scales[1], "high": band.high * scales[1]}
    )


def _curve(
    recommendation: Recommendation, *, is_normalized: bool, scales: tuple[float, float]
) -> pd.DataFrame:
    """Put the best that any effort buys on the axes: it never falls."""
    offers = recommendation.offers
    if offers.empty:
        return pd.DataFrame(columns=["x", "y"], dtype=np.float64)
    full = 1.0
    if is_normalized:
        points = recommendation.frontier.points
        full = float((points["expected"] / points["expected_normalized"]).iloc[0])
    best = offers["expected"].cummax()
    rising = offers[offers["expected"] == best].drop_duplicates("expected")
    return pd.DataFrame(
        {"x": rising["effort"] * scales[0], "y": rising["expected"] / full * scales[1]}
    ).reset_index(drop=True)


def _y_range(
    points: pd.DataFrame,
    vertices: pd.DataFrame,
    band: pd.DataFrame,
    rings: list[float],
    *,
    is_normalized: bool,
) -> tuple[float, float]:
    lowest, most = min([float(vertices["y"].min()), *rings]), float(points["y"].max())
    whole = 100.0 if is_normalized else most
    # Where all is nearly as good as the best, the air above must not be most of the chart.
    top = whole + min(max((whole - lowest) / 8, 0.01 * whole), 0.05 * whole)
    top = top if is_normalized else min(1.0, top)
    # A band that is wider than that stays inside, unless it says nothing any more.
    highest = max(most, float(band["high"].max()) if len(band) else 0.0)
    top = max(top, min(1.01 * highest, 1.1 * top), 1.01 * most)
    return with_height(max(0.0, lowest - 0.08 * (top - lowest) - 0.01 * top), top)


def _add_marks(figure: go.Figure, data: FrontierData, palette: Palette) -> None:
    """Add the baselines, the recommended one last, and their labels."""
    figure.add_scatter(
        x=[ring.x for ring in data.rings],
        y=[ring.y for ring in data.rings],
        mode="markers",
        cliponaxis=False,
        hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 11, "color": palette.ink, "line": {"width": 2}},
        unselected={"marker": {"opacity": 1}},
    )
    labeled = list(data.rings)
    if data.star is not None:
        add_star(figure, data.star.x, data.star.y, palette=palette)
        if _is_left_of(data.budget, data.star, data.x_range):
            _add_label_above(figure, data, palette)
        else:
            labeled.insert(0, data.star)
    is_left = _fraction(data, data.budget) > LEFT_SIDE_FROM
    for mark, y in zip(labeled, _label_heights(data, labeled, is_left=is_left), strict=True):
        figure.add_annotation(
            x=mark.x,
            y=mark.y,
            ax=-34 if is_left else 34,
            ay=y - _pixels(data, mark.y),
            xanchor="right" if is_left else "left",
            text=_label(mark),
            align="right" if is_left else "left",
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=palette.gray,
            bgcolor=fade(palette.background, 0.85),
            borderpad=1,
            standoff=6,
            font={"size": 13, "color": palette.ink if mark is data.star else palette.gray},
        )


def _add_label_above(figure: go.Figure, data: FrontierData, palette: Palette) -> None:
    """Label a star that stands left of the budget: over the band, so that the line does not cross the text."""
    assert data.star is not None
    is_far_left = _is_far_left(data.star, data.x_range)
    roof = _roof(data.band, data.star, data.x_range)
    figure.add_annotation(
        x=data.star.x,
        y=data.star.y,
        ax=0,
        ay=min(-22.0, _pixels(data, roof) - 14 - _pixels(data, data.star.y)),
        text=_label(data.star),
        xanchor="left" if is_far_left else "right",
        arrowhead=0,
        arrowwidth=1,
        arrowcolor=palette.gray,
        standoff=8,
        bgcolor=fade(palette.background, 0.85),
        borderpad=1,
        font={"size": 13, "color": palette.ink},
    )


def _is_left_of(budget: float, star: Mark, x_range: tuple[float, float]) -> bool:
    return budget - star.x > 0.03 * (x_range[1] - x_range[0])


def _is_far_left(star: Mark, x_range: tuple[float, float]) -> bool:
    return star.x - x_range[0] < 0.4 * (x_range[1] - x_range[0])  # on a phone the text is as wide as that


def _roof(band: pd.DataFrame, star: Mark, x_range: tuple[float, float]) -> float:
    """Find how high the band is along the label of a star."""
    beside = star.x + (0.4 * (x_range[1] - x_range[0]) if _is_far_left(star, x_range) else 0.0)
    return max(float(np.interp(beside, band["x"], band["high"])), star.y) if len(band) else star.y


def _with_room(y_range: tuple[float, float], *, roof: float) -> tuple[float, float]:
    """Raise the top of an axis until a label fits between it and the roof."""
    low, high = y_range
    return low, max(high, (PLOT_HEIGHT * roof - LABEL_ROOM * low) / (PLOT_HEIGHT - LABEL_ROOM))


def _label(mark: Mark) -> str:
    """Say what a mark is; a title of two parts on two lines, or a phone would cut it."""
    name, _, how = mark.title.partition(", ")
    title = f"<b>{name}</b>" if name == "Recommended" else name
    return f"{title}  {format_dice(mark.dice)}{f'<br>{how}' if how else ''}"


def _label_heights(data: FrontierData, marks: list[Mark], *, is_left: bool) -> list[float]:
    """Place labels below the band and apart, in pixels from the top of the plot."""
    width = data.x_range[1] - data.x_range[0]
    at = data.budget - 0.3 * width if is_left else data.budget
    band = data.band
    floor = float(np.interp(at, band["x"], band["low"])) if len(band) else data.y_range[1]
    height = 34 if any("<br>" in _label(mark) for mark in marks) else 19
    highest = _pixels(data, floor) + height / 2 + 5
    wanted = [max(_pixels(data, mark.y), highest) for mark in marks]
    return spread(wanted, apart=height, lowest=PLOT_HEIGHT - height / 2 - 3)


def _pixels(data: FrontierData, y: float) -> float:
    low, high = data.y_range
    return PLOT_HEIGHT * (high - y) / (high - low)


def _fraction(data: FrontierData, x: float) -> float:
    left, right = data.x_range
    return (x - left) / (right - left)


def _anchor(fraction: float) -> str:
    """Keep a label that stands on a point inside the chart."""
    return "left" if fraction < 0.2 else "right" if fraction > 0.8 else "center"


def describe_flattening(recommendation: Recommendation) -> str:
    """Say what most of the performance costs: the chart's title.

    Parameters
    ----------
    recommendation : Recommendation

    Returns
    -------
    str
        The finding, or the question where full labeling was not measured.
    """
    measure, full = get_measure(recommendation.effort), recommendation.full_effort
    cost = cheapest_reaching(recommendation.frontier.points, share=MOST)
    is_flat = cost is not None and full is not None and cost <= full / 2
    ending = "; after that the curve flattens" if is_flat else ""
    return f"{describe_cost(cost, share=MOST, measure=measure)}{ending}"
