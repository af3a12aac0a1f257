"""Scores of a project against what was expected: the curve at the start, the curve as it is now, and the new plan."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ..analysis.law.law import coordinates_of
from ..formats import format_dice
from ..planning.going_on import NextPlan, learn_shift
from ..planning.progress import Progress
from .palette import Palette
from .points import add_star
from .style import add_band, add_rule, add_strip, fade, new_figure, round_ticks

__all__ = ["LearningCurveData", "describe_scores", "draw_learning_curve", "learning_curve_data"]

HEIGHT = 300
MOST_SHOWN = 0.35


@dataclass(frozen=True, kw_only=True, eq=False)
class LearningCurveData:
    """The numbers of the chart; x in volumes to train on, y in Dice.

    Parameters
    ----------
    curve : DataFrame
        x; low and high, as expected at the start; y, as expected by now.
    scores : DataFrame
        x and y of the scores.
    today : int
        Volumes that are labeled.
    star : tuple of float, or None
        What the plan comes to.
    y_range : tuple of float
    """

    curve: pd.DataFrame
    scores: pd.DataFrame
    today: int
    star: tuple[float, float] | None
    y_range: tuple[float, float]


def learning_curve_data(progress: Progress, following: NextPlan | None) -> LearningCurveData | None:
    """Compute what the chart shows; None where nothing is known of as many slices a volume.

    Parameters
    ----------
    progress : Progress
    following : NextPlan or None
        How to go on.
    """
    offers = progress.plan.answer.recommendation.offers
    train = [one for one in progress.volumes if one.visit.role == "train"]
    if not train or offers.empty:
        return None
    alike = offers[np.isclose(offers["completeness"], 1 / train[0].visit.every)].sort_values("n_volumes")
    alike = alike[alike["n_volumes"] <= max(len(train), following.stages_volumes if following else 0)]
    if len(alike) < 2:
        return None
    moved = np.exp(learn_shift(progress, coordinates_of(alike)).mean)
    curve = pd.DataFrame(
        {
            "x": alike["n_volumes"].to_numpy(),
            "low": alike.get("expected_low", alike["expected"]).to_numpy(),
            "high": alike.get("expected_high", alike["expected"]).to_numpy(),
            "y": 1 - (1 - alike["expected"].to_numpy()) * moved,
        }
    )
    scores = pd.DataFrame([(one.n_volumes, one.dice) for one in progress.scores], columns=["x", "y"])
    star = None if following is None else (float(following.stages_volumes), following.dice)
    ends = [*curve["y"], *scores["y"], *([star[1]] if star else [])]
    floor = max(0.0, min(ends), max(ends) - MOST_SHOWN)
    return LearningCurveData(
        curve=curve,
        scores=scores,
        today=sum(bool(one.labeled) for one in train),
        star=star,
        y_range=(floor, min(1.0, float(curve["high"].max()) + 0.03)),
    )


def describe_scores(progress: Progress) -> str:
    """Say how the scores lie, as the title of the chart."""
    if not progress.scores:
        return "What is expected"
    data = learning_curve_data(progress, None)
    if data is None:
        return "The scores so far"
    low, high = (np.interp(data.scores["x"], data.curve["x"], data.curve[name]) for name in ("low", "high"))
    is_below, is_above = data.scores["y"] < low, data.scores["y"] > high
    if is_below.iloc[-1]:
        return "The last score lies below what was expected"
    if is_above.iloc[-1]:
        return "The last score lies above what was expected"
    return "The scores follow the expected curve"


def draw_learning_curve(data: LearningCurveData, *, palette: Palette) -> go.Figure:
    """Draw the chart."""
    figure = new_figure(palette, height=HEIGHT, margins={"t": 34})
    end = max(float(data.curve["x"].max()), data.star[0] if data.star else 0.0)
    figure.update_xaxes(range=(0, 1.05 * end), title_text="Volumes labeled")
    figure.update_yaxes(
        range=data.y_range,
        title_text="Dice on the test volumes",
        tickvals=round_ticks(*data.y_range, n_about=4),
    )
    add_strip(figure, data.today, 1.05 * end, color=fade(palette.ink, 0.045))
    add_band(figure, *data.curve[["x", "low", "high"]].to_numpy().T, color=fade(palette.ink, 0.1))
    is_past = data.curve["x"] <= data.today
    for is_shown, dash in ((is_past, "solid"), (~is_past | (data.curve["x"] == data.today), "dash")):
        figure.add_scatter(
            x=data.curve["x"][is_shown],
            y=data.curve["y"][is_shown],
            mode="lines",
            hoverinfo="skip",
            line={"color": palette.ink, "width": 2, "dash": dash},
        )
    add_rule(figure, data.today, color=palette.ink, width=2, dash="dot")
    figure.add_annotation(
        x=data.today, y=1, yref="paper", yanchor="bottom", yshift=4, text="<b>today</b>", showarrow=False
    )
    figure.add_scatter(
        x=data.scores["x"],
        y=data.scores["y"],
        mode="markers+text",
        text=[f"<b>{format_dice(dice)}</b>" for dice in data.scores["y"]],
        textposition="bottom right",
        hoverinfo="skip",
        marker={"size": 11, "color": palette.diversity},
        textfont={"size": 13, "color": palette.ink},
        cliponaxis=False,
    )
    if data.star is not None:
        add_star(figure, *data.star, palette=palette)
        figure.add_annotation(
            x=data.star[0],
            y=data.star[1],
            yshift=-18,
            xanchor="right",
            text=f"plan <b>{format_dice(data.star[1])}</b>",
            showarrow=False,
            bgcolor=palette.background,
            font={"size": 13, "color": palette.ink},
        )
    return figure
