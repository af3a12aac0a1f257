"""The recommended strategy against what else the money could do: baselines, and larger budgets."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ...statistics.uncertainty import Draws, excludes_zero, gain_interval
from ..frontier.hull import TOLERANCE, best_row
from .baselines import Baseline, find_baselines
from .strategies import Weights, estimate_of, strategy_of
from .values import Alternative, Kind, NextStep, Recommendation, Winner

__all__ = ["compare"]

N_WINNERS = 5

STEPS = (1.25, 1.5, 2.0, 3.0)
"""Larger budgets that are looked at, as multiples of this one."""


def compare(recommendation: Recommendation, draws: Draws, *, best: int, full: int | None) -> Recommendation:
    """Add alternatives, next steps and how sure the choice is.

    Parameters
    ----------
    recommendation : Recommendation
        With frontier and strategy.
    draws : Draws
        Of all combinations, by their number.
    best : int
        Position of the recommended row in the frontier's points.
    full : int or None
        Number of full virtues; None where they were not measured.

    Returns
    -------
    Recommendation
        Gains are differences within draws. With one seed a combination, or one test volume, chance is unknown: their
        intervals are None, no difference is called measurable, and nothing wins or is regretted. Shares are among the
        recommended and the baselines; of equals the recommended one is best. A baseline that is
        interpolated enters as the measured neighbour that the budget pays for, since a mixture was never tried; where
        that is the recommended one, it is no rival. Winners and regret are among all measured strategies that the
        budget pays for.
    """
    points = recommendation.frontier.points
    number = points["combination"].tolist()
    chosen: Weights = ((number[best], 1.0),)
    alternatives, rivals = [], {}
    for way in find_baselines(recommendation.frontier, budget=recommendation.budget):
        alternatives.append(_alternative(way, draws, chosen, full))
        (cheaper, _), *_ = way.weights
        if cheaper != number[best]:
            rivals[way.name] = draws.mix(((cheaper, 1.0),))
    steps = [
        _next_step(step, points.iloc[best_row(points, budget=step)], draws, chosen)
        for step in _larger_budgets(recommendation)
    ]
    is_paid = points["effort"].to_numpy() <= recommendation.budget * TOLERANCE
    paid = points[is_paid]
    compared = replace(recommendation, alternatives=tuple(alternatives), next_steps=tuple(steps))
    if not draws.is_known:
        return compared
    winners, regret = _find_winners(draws.expected[paid["combination"].to_numpy()], best=best)
    return replace(
        compared,
        best_share=_shares(np.stack([draws.mix(chosen), *rivals.values()]), list(rivals)),
        winners=tuple(Winner(strategy=strategy_of(paid.iloc[row]), share=share) for row, share in winners),
        expected_regret=regret,
    )


def _larger_budgets(recommendation: Recommendation) -> list[float]:
    """Multiples of the budget up to the full effort, each once."""
    full = recommendation.full_effort or 0.0
    steps = {min(recommendation.budget * factor, full) for factor in STEPS}
    return sorted(step for step in steps if step > recommendation.budget)


def _shares(means: np.ndarray, names: list[str]) -> dict[str, float]:
    """Count how often each row is best; means has shape (n_ways, n_draws), the recommended way first."""
    wins = np.bincount(means.argmax(axis=0), minlength=len(means)) / means.shape[1]
    return dict(zip(["recommended", *names], wins.tolist(), strict=True))


def _find_winners(paid: np.ndarray, *, best: int) -> tuple[list[tuple[int, float]], float]:
    """Count how often each affordable strategy is best, and what the chosen one loses on average."""
    wins = np.bincount(paid.argmax(axis=0), minlength=len(paid)) / paid.shape[1]
    first = np.argsort(-wins, kind="stable")[:N_WINNERS]
    return (
        [(int(row), float(wins[row])) for row in first if wins[row] > 0],
        float(np.mean(paid.max(axis=0) - paid[best])),
    )


def _alternative(way: Baseline, draws: Draws, chosen: Weights, full: int | None) -> Alternative:
    kind: Kind = "measured" if way.is_measured else "interpolated"
    low, high = gain_interval(draws, chosen, way.weights)
    return Alternative(
        name=way.name,
        title=way.title,
        strategy=strategy_of(way.row),
        estimate=estimate_of(way.row, draws=draws, weights=way.weights, full=full, kind=kind),
        gain=draws.centre(chosen) - draws.centre(way.weights),
        gain_low=low,
        gain_high=high,
        is_measurable=excludes_zero(low, high),
    )


def _next_step(budget: float, row: pd.Series, draws: Draws, chosen: Weights) -> NextStep:
    weights = ((int(row["combination"]), 1.0),)
    low, high = gain_interval(draws, weights, chosen)
    return NextStep(
        budget=budget,
        strategy=strategy_of(row),
        gain=draws.centre(weights) - draws.centre(chosen),
        low=low,
        high=high,
        is_measurable=excludes_zero(low, high),
    )
