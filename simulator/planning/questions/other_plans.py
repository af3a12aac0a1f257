"""What the same hours give, spent as people do without asking."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...analysis.frontier.hull import TOLERANCE
from ..project import ProjectAnswer
from .charts import Differences
from .drawing import Difference, draw_together
from .question import Finding, Question

__all__ = ["OTHER_PLANS", "OtherPlan", "OtherPlans"]


@dataclass(frozen=True, kw_only=True)
class OtherPlan:
    """One other way to spend the hours.

    Parameters
    ----------
    name : {"whole volumes", "all volumes sparsely", "an even split"}
    n_volumes, every : int
    dice : float
    difference : Difference or None
        To the plan; None where it is the plan.
    """

    name: str
    n_volumes: int
    every: int
    dice: float
    difference: Difference | None


@dataclass(frozen=True, kw_only=True)
class OtherPlans(Finding):
    """Whole volumes, all volumes sparsely, half of them: those that were measured around these hours."""

    plans: tuple[OtherPlan, ...]


def compare_plans(answer: ProjectAnswer) -> OtherPlans | None:
    """Compare the plan with the densest labeling of other numbers of volumes that the same hours pay for."""
    offers, budget = answer.recommendation.offers, answer.recommendation.budget
    if answer.strategy is None or offers.empty:
        return None
    effort, n_volumes, completeness = (
        offers[name].to_numpy() for name in ("effort", "n_volumes", "completeness")
    )
    is_paid = effort <= budget * TOLERANCE
    n_all, is_whole = answer.study.pool[0], completeness == 1
    ways = {
        "whole volumes": is_paid & is_whole,
        "all volumes sparsely": is_paid & ~is_whole & (n_volumes == n_volumes[is_paid].max()),
        "an even split": is_paid & (n_volumes == math.ceil(n_all / 2)) & (n_volumes < n_all),
    }
    densest = {name: int(np.where(way, effort, -np.inf).argmax()) for name, way in ways.items() if way.any()}
    chosen = answer.recommendation.near_optimal.iloc[[0]]
    drawn = draw_together(answer.study, pd.concat([chosen, offers.iloc[[*densest.values()]]]))
    plans = [
        OtherPlan(
            name=name,
            n_volumes=round(n_volumes[row]),
            every=round(1 / completeness[row]),
            dice=float(drawn.dice[place]),
            difference=None if offers.index[row] == chosen.index[0] else drawn.compare(place, 0),
        )
        for place, (name, row) in enumerate(densest.items(), start=1)
    ]
    return OtherPlans(plans=tuple(plans), chart=_chart(plans))


def _chart(plans: list[OtherPlan]) -> Differences | None:
    shown = [(plan.name, plan.difference) for plan in plans if plan.difference is not None]
    if not shown:
        return None
    return Differences(
        names=tuple(name[0].upper() + name[1:] for name, _ in shown),
        gains=tuple(difference.dice for _, difference in shown),
        lows=tuple(difference.low for _, difference in shown),
        highs=tuple(difference.high for _, difference in shown),
        x_title="Dice, beside the plan",
    )


OTHER_PLANS = Question(
    name="other-plans",
    title="Other plans",
    meaning="What the same hours give, spent as people do without asking.",
    answer=compare_plans,
)
