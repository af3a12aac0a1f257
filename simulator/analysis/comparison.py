"""The recommended strategy against what else the money could do: obvious strategies, and larger budgets (DESIGN §4)."""

from dataclasses import replace

import numpy as np
import pandas as pd

from .combinations import combination_codes
from .frontier import best_row
from .obvious import Obvious, find_obvious
from .strategies import estimate_of, strategy_of
from .uncertainty import Resamples, interval_of
from .values import Alternative, NextStep, Recommendation

__all__ = ["compare"]

STEPS = (1.25, 1.5, 2.0, 3.0)
"""Larger budgets that are looked at, as multiples of this one."""


def compare(recommendation: Recommendation, runs: pd.DataFrame, *, best: int) -> Recommendation:
    """Add alternatives, next steps and how sure the choice is.

    Parameters
    ----------
    recommendation : Recommendation
        With frontier and strategy.
    runs : DataFrame
        The runs that it was made from.
    best : int
        Position of the recommended row in the frontier's points.

    Returns
    -------
    Recommendation
        Gains are differences within resamples. With one seed a combination their intervals are None: chance between
        trainings is then unknown, and no difference is called measurable. Shares and regret are among the recommended
        and the obvious strategies; of equals the recommended one is best. An obvious strategy that is the recommended
        one, or lies between it and a measured neighbour without a measurable difference, is the recommended one done
        a little more, and no rival.
    """
    points = recommendation.frontier.points
    obvious = find_obvious(recommendation.frontier, budget=recommendation.budget)
    steps = _larger_budgets(recommendation)
    bests = [best_row(points, budget=step) for step in steps]
    dice = float(points["dice"].iloc[best])
    number = points["combination"].tolist()
    needed = [*(n for way in obvious for n, _ in way.weights), *(number[row] for row in (best, *bests))]
    resamples = Resamples.of(runs, combination_codes(runs), needed)

    recommended = resamples.mix([(number[best], 1.0)])
    others = [resamples.mix(way.weights) for way in obvious]
    has_seeds = recommendation.n_seeds > 1
    alternatives = tuple(
        _alternative(way, dice, recommended - other, has_seeds=has_seeds)
        for way, other in zip(obvious, others, strict=True)
    )
    rivals = {
        way.name: other
        for way, other, alternative in zip(obvious, others, alternatives, strict=True)
        if alternative.is_measurable or number[best] not in {n for n, _ in way.weights}
    }
    shares, regret = _shares(np.stack([recommended, *rivals.values()]), list(rivals))
    return replace(
        recommendation,
        alternatives=alternatives,
        next_steps=tuple(
            _next_step(
                step,
                points.iloc[row],
                dice,
                resamples.mix([(number[row], 1.0)]) - recommended,
                has_seeds=has_seeds,
            )
            for step, row in zip(steps, bests, strict=True)
        ),
        best_share=shares,
        expected_regret=regret,
    )


def _larger_budgets(recommendation: Recommendation) -> list[float]:
    """Multiples of the budget up to the full effort, each once."""
    full = recommendation.full_effort or 0.0
    steps = {min(recommendation.budget * factor, full) for factor in STEPS}
    return sorted(step for step in steps if step > recommendation.budget)


def _shares(means: np.ndarray, names: list[str]) -> tuple[dict[str, float], float]:
    """Count how often each row is best, and what the first loses on average: means has shape (n_ways, n_resamples)."""
    wins = np.bincount(means.argmax(axis=0), minlength=len(means)) / means.shape[1]
    return (
        dict(zip(["recommended", *names], wins.tolist(), strict=True)),
        float(np.mean(means.max(axis=0) - means[0])),
    )


def _alternative(way: Obvious, dice: float, differences: np.ndarray, *, has_seeds: bool) -> Alternative:
    low, high = interval_of(differences) if has_seeds else (None, None)
    return Alternative(
        name=way.name,
        title=way.title,
        strategy=strategy_of(way.row),
        estimate=estimate_of(way.row, kind="measured" if way.is_measured else "interpolated"),
        gain=float(dice - way.row["dice"]),
        gain_low=low,
        gain_high=high,
        is_measurable=_excludes_zero(low, high),
    )


def _next_step(
    budget: float, row: pd.Series, dice: float, differences: np.ndarray, *, has_seeds: bool
) -> NextStep:
    low, high = interval_of(differences) if has_seeds else (None, None)
    return NextStep(
        budget=budget,
        strategy=strategy_of(row),
        gain=float(row["dice"] - dice),
        low=low,
        high=high,
        is_measurable=_excludes_zero(low, high),
    )


def _excludes_zero(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)
