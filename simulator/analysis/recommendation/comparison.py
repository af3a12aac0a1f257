"""The recommended strategy against what else the money could do: baselines, and larger budgets."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...statistics.uncertainty import Draws, excludes_zero, gain_interval
from ..frontier.hull import TOLERANCE
from .baselines import Baseline, find_baselines
from .strategies import Weights, estimate_of, strategy_of
from .values import Alternative, Kind, NextStep, Recommendation, Winner

__all__ = ["compare"]

N_WINNERS = 5


def compare(
    recommendation: Recommendation,
    draws: Draws,
    *,
    chosen: pd.Series,
    larger: Sequence[tuple[float, pd.Series]],
    full: int | None,
) -> Recommendation:
    """Add alternatives, next steps and how sure the choice is.

    Parameters
    ----------
    recommendation : Recommendation
        With frontier and strategy.
    draws : Draws
        Of all combinations, `chosen` and `larger`, by their number.
    chosen : Series
        The recommended row of what may be recommended.
    larger : sequence of (float, Series)
        Larger budgets, and the best row that each pays for.
    full : int or None
        Number of full virtues; None where they were not measured.

    Returns
    -------
    Recommendation
        Gains are differences within draws. With one seed a combination, or one test volume, chance is unknown: their
        intervals are None, no difference is called measurable, and nothing wins or is regretted. Shares are among the
        recommended and the baselines; of equals the recommended one is best. A baseline that is
        interpolated enters as the measured neighbour that the budget pays for, since a mixture was never tried; where
        that is the recommended one, it is no rival. Winners and regret are among the recommended and all measured
        strategies that the budget pays for.
    """
    points, number = recommendation.frontier.points, int(chosen["combination"])
    weights: Weights = ((number, 1.0),)
    alternatives, rivals = [], {}
    for way in find_baselines(recommendation.frontier, budget=recommendation.budget):
        alternatives.append(_alternative(way, draws, weights, full))
        (cheaper, _), *_ = way.weights
        if cheaper != number:
            rivals[way.name] = draws.mix(((cheaper, 1.0),))
    compared = replace(
        recommendation,
        alternatives=tuple(alternatives),
        next_steps=tuple(_next_step(budget, row, draws, weights) for budget, row in larger),
    )
    if not draws.is_known:
        return compared
    is_paid = points["effort"].to_numpy() <= recommendation.budget * TOLERANCE
    others = points[is_paid & (points["combination"] != number).to_numpy()]
    paid = [number, *others["combination"].astype(int)]
    winners, regret = _find_winners(draws.expected[paid])
    return replace(
        compared,
        best_share=_shares(np.stack([draws.mix(weights), *rivals.values()]), list(rivals)),
        winners=tuple(
            Winner(strategy=strategy_of(others.iloc[row - 1] if row else chosen), share=share)
            for row, share in winners
        ),
        expected_regret=regret,
    )


def _shares(means: np.ndarray, names: list[str]) -> dict[str, float]:
    """Count how often each row is best; means has shape (n_ways, n_draws), the recommended way first."""
    wins = np.bincount(means.argmax(axis=0), minlength=len(means)) / means.shape[1]
    return dict(zip(["recommended", *names], wins.tolist(), strict=True))


def _find_winners(paid: np.ndarray) -> tuple[list[tuple[int, float]], float]:
    """Count how often each strategy is best, and what the first one loses on average."""
    wins = np.bincount(paid.argmax(axis=0), minlength=len(paid)) / paid.shape[1]
    first = np.argsort(-wins, kind="stable")[:N_WINNERS]
    return (
        [(int(row), float(wins[row])) for row in first if wins[row] > 0],
        float(np.mean(paid.max(axis=0) - paid[0])),
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
