"""Passes of a plan: each ends at a stopping point where a model can be trained and looked at (paper §4, step 3)."""

import numpy as np
import pandas as pd

from ..analysis import Recommendation, Strategy
from ..analysis.recommendation.strategies import optional
from .values import Pass

__all__ = ["summarize_passes"]

ALIKE = 0.1
"""A strategy stands for a pass if it draws as many slices within this share, in as many volumes."""


def summarize_passes(
    rows: pd.DataFrame, *, sizes: np.ndarray, recommendation: Recommendation
) -> tuple[Pass, ...]:
    """Sum up each pass, and say what to expect at its end.

    Parameters
    ----------
    rows : DataFrame
        Of a plan, in order; columns number, step, cumulative_effort and cumulative_hours.
    sizes : ndarray of shape (n_volumes,), dtype int64
        Labeled slices of the chosen volumes.
    recommendation : Recommendation
        Its offers say what each strategy is expected to give.

    Returns
    -------
    tuple of Pass
        A prediction is the expected Dice of a strategy of the same kind with as many volumes and slices; where none
        lies within what was measured, there is none.
    """
    passes: list[Pass] = []
    spent = np.zeros(2)
    for number, part in rows.groupby("step"):
        n_done = int(part.index[-1]) + 1
        opened = rows["number"].iloc[:n_done].unique()
        before, spent = spent, part[["cumulative_effort", "cumulative_hours"]].to_numpy()[-1]
        effort, hours = spent - before
        alike = _find_alike(recommendation, n_volumes=len(opened), n_slices=n_done)
        passes.append(
            Pass(
                number=int(str(number)),
                n_slices=len(part),
                n_volumes=part["number"].nunique(),
                spacing=float(sizes[opened].sum() / n_done),
                effort=float(effort),
                cumulative_effort=float(spent[0]),
                predicted_dice=None if alike is None else float(alike["expected"]),
                low=None if alike is None else optional(alike["expected_low"]),
                high=None if alike is None else optional(alike["expected_high"]),
                hours=optional(hours),
            )
        )
    return tuple(passes)


def _find_alike(recommendation: Recommendation, *, n_volumes: int, n_slices: int) -> pd.Series | None:
    """Find the strategy that comes nearest to what is done, among those of the recommended one's kind."""
    if recommendation.strategy is None:
        return None
    points = recommendation.offers
    points = points[_is_kind(points, recommendation.strategy) & (points["n_volumes"].round() == n_volumes)]
    # Where every slice is drawn, only less exactly, the used ones are those that a hand draws.
    n_drawn = points["n_slices_drawn"].fillna(points["n_slices_used"])
    distance = (n_drawn - n_slices).abs().to_numpy()
    is_near = distance <= ALIKE * n_slices
    return points[is_near].iloc[int(distance[is_near].argmin())] if is_near.any() else None


def _is_kind(points: pd.DataFrame, strategy: Strategy) -> pd.Series:
    """Mark combinations that differ from the strategy only in how many slices are drawn."""
    if strategy.virtues.quality == 1:
        return points["quality"] == 1
    is_inexact = (points["quality"] < 1) & (points["proxy"] == strategy.virtues.proxy)
    if strategy.n_slices is None:
        # Drawing fewer slices does not change how exactly each is drawn.
        return is_inexact & (points["quality"] == strategy.virtues.quality)
    return is_inexact & (points["completeness"] == strategy.virtues.completeness)
