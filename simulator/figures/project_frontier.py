"""Hours on a lab's own volumes against what they are expected to give: first the test volumes, then the best plan."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis.recommendation.recommend import NEAR
from ..formats import format_dice, format_given_hours, format_hours
from ..planning.project import ProjectAnswer
from ..planning.questions.more_hours import USUAL_HOURS, expect_gain
from .palette import Palette
from .points import add_star, blues_by_volumes
from .style import add_band, add_rule, add_strip, fade, new_figure, round_ticks

__all__ = ["ProjectFrontierData", "describe_more_hours", "draw_project_frontier", "project_frontier_data"]

HEIGHT, TOP, BOTTOM = 300, 34, 48
N_STEPS = 60
LEFT_SIDE_FROM = 0.62
"""Hours beyond this share of the axis have their labels on the left."""

MOST_SHOWN = 0.35
"""Of Dice, below the best: what gives less is not worth a look."""

LITTLE = 0.01
"""A gain below it is told with three decimals."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectFrontierData:
    """The numbers of the chart; x in hours, y in Dice.

    Parameters
    ----------
    curve : DataFrame
        x, y, low, high and is_measured: the best that so many hours are expected to give, from the first that pay for a
        plan; `is_measured` where as many volumes and slices were measured on the reference.
    points : DataFrame
        x, y and n_volumes of what was measured on the reference, at the hours that as many of her slices take.
    testing : float
        Hours that the test volumes take.
    n_testing : int
    end : float
        Hours of the axis.
    y_range : tuple of float
    budget : float
        On the axis; at its end where it is beyond.
    budget_label : str
    star : tuple of float, or None
    ring : tuple of float, or None
        Whole volumes, one after another, in these hours.
    n_pool : int
        Volumes that are not for testing.
    """

    curve: pd.DataFrame
    points: pd.DataFrame
    testing: float
    n_testing: int
    end: float
    y_range: tuple[float, float]
    budget: float
    budget_label: str
    star: tuple[float, float] | None
    ring: tuple[float, float] | None
    n_pool: int


def project_frontier_data(answer: ProjectAnswer) -> ProjectFrontierData:
    """Compute what the chart shows.

    Parameters
    ----------
    answer : ProjectAnswer
        With a strategy.

    Returns
    -------
    ProjectFrontierData
    """
    offers, testing = answer.recommendation.offers, answer.testing_hours
    expected = offers["expected"].to_numpy()
    is_best = expected >= np.maximum.accumulate(expected)
    best = offers.take(np.maximum.accumulate(np.where(is_best, np.arange(len(offers)), 0)))
    curve = pd.DataFrame(
        {
            "x": testing + offers["effort"].to_numpy(),
            "y": best["expected"].to_numpy(),
            "low": best.get("expected_low", best["expected"]).to_numpy(),
            "high": best.get("expected_high", best["expected"]).to_numpy(),
            "is_measured": (best["kind"] == "predicted").to_numpy(),
        }
    )
    end = 1.02 * answer.hours_of_all
    curve = _thin(_reach(curve, end), end)
    points = _place(answer, end=end)
    strategy, predicted = answer.strategy, answer.recommendation.predicted
    star = None if strategy is None or predicted is None else (testing + strategy.effort, predicted.dice)
    budget, label = answer.project.hours, format_given_hours(answer.project.hours)
    if budget > end:
        budget, label = end, f"{label} →"
    floor = max(0.0, float(curve["y"].min()), float(curve["y"].max()) - MOST_SHOWN)
    return ProjectFrontierData(
        curve=curve,
        points=points[points["y"] >= floor],
        testing=testing,
        n_testing=answer.n_testing,
        end=end,
        y_range=(floor, min(1.0, float(curve["high"].max()) + 0.03)),
        budget=budget,
        budget_label=label,
        star=star,
        ring=_whole_volumes(answer),
        n_pool=answer.study.pool[0],
    )


def describe_more_hours(answer: ProjectAnswer) -> str:
    """Say what ten more hours would give, as the title of the chart."""
    if answer.strategy is None:
        return "What hours give"
    gain = expect_gain(answer, hours=USUAL_HOURS)
    if gain < NEAR:
        return f"{USUAL_HOURS:g} more hours gain nothing that shows"
    return f"{USUAL_HOURS:g} more hours add {gain:.{3 if gain < LITTLE else 2}f}"


def draw_project_frontier(data: ProjectFrontierData, *, palette: Palette) -> go.Figure:
    """Draw the chart."""
    figure = new_figure(palette, height=HEIGHT, margins={"t": TOP, "b": BOTTOM})
    figure.update_xaxes(range=(0, data.end), title_text="Hours on your volumes")
    ticks = round_ticks(*data.y_range, n_about=4)
    figure.update_yaxes(range=data.y_range, title_text="Expected Dice", tickvals=ticks)
    _add_testing(figure, data, palette)
    add_strip(figure, data.budget, data.end, color=fade(palette.ink, 0.045))
    add_band(figure, *data.curve[["x", "low", "high"]].to_numpy().T, color=fade(palette.ink, 0.1))
    for is_measured, dash in ((True, "solid"), (False, "dash")):
        # A gap in a line is where the other one runs.
        is_shown = (data.curve["is_measured"] == is_measured).to_numpy()
        y = data.curve["y"].where(is_shown | np.append(is_shown[1:], False))
        figure.add_scatter(
            x=data.curve["x"],
            y=y,
            mode="lines",
            hoverinfo="skip",
            line={"color": palette.ink, "width": 2, "dash": dash},
        )
    figure.add_scatter(
        x=data.points["x"],
        y=data.points["y"],
        mode="markers",
        text=data.points["hover"],
        hoverinfo="text",
        marker={
            "size": 8,
            "color": blues_by_volumes(data.points["n_volumes"], n_pool=data.n_pool, palette=palette),
        },
    )
    add_rule(figure, data.budget, color=palette.ink, width=2, dash="dot")
    figure.add_annotation(
        x=data.budget,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=4,
        text=f"<b>{data.budget_label}</b>",
        showarrow=False,
        xanchor="right" if data.budget > 0.9 * data.end else "center",
    )
    _add_marks(figure, data, palette)
    return figure


def _reach(curve: pd.DataFrame, end: float) -> pd.DataFrame:
    """Go on at the last height to the end of the axis: more hours buy nothing more."""
    inside = curve[curve["x"] <= end]
    last = inside.tail(1).assign(x=end)
    return pd.concat([inside, last], ignore_index=True)


def _thin(curve: pd.DataFrame, end: float) -> pd.DataFrame:
    """Keep as many points as a line needs: the best by each step of hours."""
    steps = np.unique(
        np.append(np.geomspace(max(curve["x"].iloc[0], 1e-3), end, N_STEPS), curve["x"].iloc[0])
    )
    rows = curve["x"].searchsorted(steps + 1e-9, side="right") - 1
    return curve.iloc[np.unique(rows.clip(min=0))].reset_index(drop=True)


def _place(answer: ProjectAnswer, *, end: float) -> pd.DataFrame:
    """Put what was measured exactly on the reference where as many of her slices would be."""
    study = answer.study
    measured = study.combinations
    if study.runs.empty or measured.empty:
        return pd.DataFrame(columns=["x", "y", "n_volumes", "hover"])
    exact = measured[(measured["quality"] == 1) & (measured["n_volumes"] <= study.pool[0])]
    hours = answer.prices.hours(
        n_volumes=exact["n_volumes"].astype(float),
        n_slices_drawn=exact["n_slices_used"].astype(float),
        n_slices_copied=0.0 * exact["n_volumes"],
    )
    placed = exact.assign(x=answer.testing_hours + hours, y=exact["dice"])
    placed = placed[placed["x"] <= end]
    hover = [
        f"{row['n_volumes']:.0f} volumes, {row['n_slices_used'] / row['n_volumes']:.0f} slices in each"
        f"<br>Dice {format_dice(row['dice'])}, {format_hours(row['x'])}"
        for _, row in placed.iterrows()
    ]
    return placed.assign(hover=hover)[["x", "y", "n_volumes", "hover"]]


def _whole_volumes(answer: ProjectAnswer) -> tuple[float, float] | None:
    """Find what whole volumes, one after another, would give in these hours."""
    offers, strategy = answer.recommendation.offers, answer.strategy
    paid = offers[(offers["completeness"] == 1) & (offers["effort"] <= answer.recommendation.budget)]
    if paid.empty or (strategy is not None and strategy.every == 1):
        return None
    row = paid.iloc[paid["effort"].argmax()]
    return answer.testing_hours + float(row["effort"]), float(row["expected"])


def _add_testing(figure: go.Figure, data: ProjectFrontierData, palette: Palette) -> None:
    """Shade the hours of the test volumes, and say so upright."""
    if not data.n_testing:
        return
    add_strip(figure, 0, data.testing, color=fade(palette.ink, 0.045))
    figure.add_annotation(
        x=data.testing / 2,
        y=0.03,
        yref="paper",
        yanchor="bottom",
        textangle=-90,
        text=f"{data.n_testing} for testing",
        showarrow=False,
        font={"size": 13, "color": palette.gray},
    )


def _add_marks(figure: go.Figure, data: ProjectFrontierData, palette: Palette) -> None:
    """Add the ring and the star, with their labels below the band."""
    is_left = data.budget > LEFT_SIDE_FROM * data.end
    labeled = []
    if data.ring is not None:
        figure.add_scatter(
            x=[data.ring[0]],
            y=[data.ring[1]],
            mode="markers",
            hoverinfo="skip",
            marker={"symbol": "circle-open", "size": 11, "color": palette.ink, "line": {"width": 2}},
        )
        labeled.append((data.ring, f"Whole volumes {format_dice(data.ring[1])}", palette.gray))
    if data.star is not None:
        add_star(figure, *data.star, palette=palette)
        labeled.insert(0, (data.star, f"<b>Recommended</b> {format_dice(data.star[1])}", palette.ink))
    low, high = data.y_range
    plot = HEIGHT - TOP - BOTTOM
    at = data.budget - (0.2 if is_left else 0.0) * data.end
    floor = float(np.interp(at, data.curve["x"], data.curve["low"]))
    top = min(plot * (high - floor) / (high - low) + 16, 0.72 * plot)
    for place, ((x, y), text, color) in enumerate(labeled):
        figure.add_annotation(
            x=x,
            y=y,
            ax=-30 if is_left else 30,
            ay=top + 20 * place - plot * (high - y) / (high - low),
            xanchor="right" if is_left else "left",
            text=text,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=palette.gray,
            bgcolor=palette.background,
            borderpad=1,
            standoff=6,
            font={"size": 13, "color": color},
        )
