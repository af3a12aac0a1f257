"""Whether more hours are worth it: what they gain, and what becomes of the plan."""

import math
from dataclasses import dataclass

import numpy as np

from ...analysis.frontier.hull import best_row
from ...analysis.recommendation.recommend import find_near_optimal
from ...analysis.recommendation.strategies import optional, strategy_of
from ..project import ProjectAnswer
from .charts import Curve
from .drawing import MOST_DRAWN, Difference, draw_together
from .question import Finding, Input, Question

__all__ = ["MORE_HOURS", "USUAL_HOURS", "MoreHours", "expect_gain"]

USUAL_HOURS = 10.0

SHOWN = 2.0
"""The chart reaches that many times further than what was asked."""


@dataclass(frozen=True, kw_only=True)
class MoreHours(Finding):
    """What more hours gain, and what becomes of the plan.

    Parameters
    ----------
    hours : float
        More.
    gain : Difference
        Of the best that is paid for then over the best now.
    n_volumes, every : int
        That are labeled then, and every how manieth of their slices.
    hours_used : float
        Of all, test volumes included.
    dice : float
        Expected then.
    low, high : float or None
    is_same : bool
        True if the plan stays as it is.
    is_limit : bool
        True if more volumes are there than were ever measured, so that what they would add is not known.
    """

    hours: float
    gain: Difference
    n_volumes: int
    every: int
    hours_used: float
    dice: float
    low: float | None
    high: float | None
    is_same: bool
    is_limit: bool


def expect_gain(answer: ProjectAnswer, *, hours: float) -> float:
    """Say by how much the best that more hours pay for is expected to be better than the best now; in Dice."""
    offers, budget = answer.recommendation.offers, answer.recommendation.budget
    expected = offers["expected"].to_numpy()
    now, then = (best_row(offers, budget=budget + more) for more in (0.0, hours))
    return float(expected[then] - expected[now])


def ask_for_more(answer: ProjectAnswer, *, more: float) -> MoreHours | None:
    """Say what more hours gain; None where these are too few to begin with."""
    offers, budget = answer.recommendation.offers, answer.recommendation.budget
    if answer.strategy is None or offers.empty:
        return None
    steps = np.unique([*np.linspace(0, SHOWN * more, MOST_DRAWN - 1), more])
    places = [best_row(offers, budget=budget + step) for step in steps]
    # What hours give is a line: the scatter of the strategies on it would be steps.
    drawn = draw_together(answer.study, offers.iloc[places], is_smooth=True)
    gains = [drawn.compare(place, 0) for place in range(len(steps))]
    asked = int(np.searchsorted(steps, more))
    near = find_near_optimal(offers, budget=budget + more).iloc[0]
    strategy = strategy_of(near)
    known = all(gain.low is not None for gain in gains)
    n_all = answer.study.pool[0]
    return MoreHours(
        hours=more,
        gain=gains[asked],
        n_volumes=strategy.n_volumes,
        every=strategy.every,
        hours_used=answer.testing_hours + strategy.effort,
        dice=float(near["expected"]),
        low=optional(near.get("expected_low", np.nan)),
        high=optional(near.get("expected_high", np.nan)),
        is_same=(strategy.n_volumes, strategy.every) == (answer.strategy.n_volumes, answer.strategy.every),
        is_limit=bool(strategy.n_volumes >= offers["n_volumes"].max() and strategy.n_volumes < n_all),
        chart=Curve(
            x=tuple(steps.tolist()),
            y=tuple(gain.dice for gain in gains),
            low=tuple(float(gain.low or 0) for gain in gains) if known else None,
            high=tuple(float(gain.high or 0) for gain in gains) if known else None,
            mark=(more, gains[asked].dice),
            label=f"{more:g} more",
            x_title="More hours",
            y_title="Dice gained",
        ),
    )


MORE_HOURS = Question(
    name="more-hours",
    title="More hours",
    meaning="Whether so many more hours are worth it.",
    inputs=(
        Input(
            name="more",
            title="More hours",
            low=0.5,
            # More than all of her volumes take buys nothing.
            high=lambda answer: max(USUAL_HOURS, float(math.ceil(answer.hours_of_all))),
            usual=lambda _: USUAL_HOURS,
            step=1.0,
        ),
    ),
    answer=ask_for_more,
)
