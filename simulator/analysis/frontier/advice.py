"""Whether several data sets get the same advice: the recommended strategies at equal shares of full effort (paper §4).

The paper reads one order of virtues off three data sets; here the budgets are named at which they agree, and those at
which they do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from .hull import TOLERANCE

__all__ = ["Advice", "compare_advice", "same_ranges"]

MAX_FACTOR, MAX_DIFFERENCE = 1.5, 0.1
"""Advice is the same if volumes and slices, as shares, differ by no more than this factor, and quality by no more than
this much: about one step of the published grids."""

BUDGETS = np.arange(1, 101) / 100

MAX_RANGES = 3
"""More are counted, not listed."""

QUESTIONS = {
    "diversity": "how many volumes",
    "completeness": "how many slices of each",
    "quality": "how exactly to outline them",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Advice:
    """At which budgets all data sets get the same advice.

    Parameters
    ----------
    budgets : ndarray of shape (n_budgets,), dtype float64
        Shares of full effort, ascending, from the first that pays for something on every data set.
    is_same : ndarray of shape (n_budgets,), dtype bool
    differing : mapping of str to int
        Virtue → number of budgets at which it is what differs.
    n_datasets : int
    """

    budgets: np.ndarray
    is_same: np.ndarray
    differing: Mapping[str, int]
    n_datasets: int


def compare_advice(points: Sequence[pd.DataFrame], *, full_efforts: Sequence[float]) -> Advice:
    """Compare what is recommended on several data sets, at every per cent of full effort.

    Parameters
    ----------
    points : sequence of DataFrame
        Of each data set's `Frontier`: in order of effort; columns effort, expected and the virtues. At least two.
    full_efforts : sequence of float
        Effort of labeling the whole pool exactly, in the unit of `points`.

    Returns
    -------
    Advice
        Recommended is the affordable strategy of the highest expected Dice, the cheapest of equals.
    """
    cheapest = max(
        float(rows["effort"].iloc[0]) / full for rows, full in zip(points, full_efforts, strict=True)
    )
    budgets = BUDGETS[cheapest <= BUDGETS * TOLERANCE]
    chosen = [_recommend(rows, budgets * full) for rows, full in zip(points, full_efforts, strict=True)]
    differs = {}
    for name in QUESTIONS:
        values = np.stack([rows[name].to_numpy(dtype=np.float64) for rows in chosen])
        low, high = values.min(axis=0), values.max(axis=0)
        distance = high - low - MAX_DIFFERENCE if name == "quality" else high / low - MAX_FACTOR
        differs[name] = distance > 1e-4
    return Advice(
        budgets=budgets,
        is_same=~np.any(list(differs.values()), axis=0),
        differing={name: int(on.sum()) for name, on in differs.items()},
        n_datasets=len(points),
    )


def same_ranges(advice: Advice) -> list[tuple[float, float]]:
    """List the ranges of budgets with the same advice, as shares of full effort, ascending."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], advice.is_same, [False]]).astype(int)))
    starts, ends = edges[::2], edges[1::2]
    return [
        (float(advice.budgets[a]), float(advice.budgets[b - 1])) for a, b in zip(starts, ends, strict=True)
    ]


def _recommend(points: pd.DataFrame, budgets: np.ndarray) -> pd.DataFrame:
    """Take the best affordable row for each budget."""
    effort, expected = points["effort"].to_numpy(), points["expected"].to_numpy()
    best = np.zeros(len(points), dtype=np.int64)
    for before, here in pairwise(range(len(points))):
        best[here] = here if expected[here] > expected[best[before]] else best[before]
    n_paid = np.searchsorted(effort, budgets * TOLERANCE, side="right")
    chosen: pd.DataFrame = points.iloc[best[np.maximum(n_paid, 1) - 1]]
    return chosen
