"""Whether several data sets get the same advice: the recommended strategies at equal shares of full effort (paper §4).

The paper reads one order of virtues off three data sets; here the budgets are named at which they agree, and those at
which they do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from .frontier import TOLERANCE
from .words import DASH, JOINER, format_share

__all__ = ["Advice", "compare_advice", "describe_advice", "same_ranges"]

MAX_FACTOR, MAX_DIFFERENCE = 1.5, 0.1
"""Advice is the same if volumes and slices, as shares, differ by no more than this factor, and quality by no more than
this much: about one step of the published grids."""

BUDGETS = np.arange(1, 101) / 100

MAX_RANGES = 3
"""More are counted, not listed."""

QUESTIONS = {
    "diversity": "how many volumes",
    "completeness": "how many slices of each",
    "quality": "how exactly to draw",
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


def describe_advice(advice: Advice) -> str:
    """Say in one sentence at which budgets all data sets get the same advice, and in what they differ elsewhere."""
    who = "both data sets" if advice.n_datasets == 2 else f"all {advice.n_datasets} data sets"
    if not len(advice.budgets):
        return "No budget pays for something measured on every data set."
    if advice.is_same.all():
        first = format_share(float(advice.budgets[0]))
        return f"From {first} of the full effort on, {who} get the same advice at every budget."
    most = max(advice.differing, key=lambda name: advice.differing[name])
    why = f"mostly in {QUESTIONS[most]}" if _is_mixed(advice) else f"in {QUESTIONS[most]}"
    ranges = same_ranges(advice)
    if not ranges:
        return f"At no budget do {who} get the same advice: they differ {why}."
    if len(ranges) > MAX_RANGES:
        n_same, n = int(advice.is_same.sum()), len(advice.budgets)
        return (
            f"At {n_same} of {n} budgets, scattered from {format_share(ranges[0][0])} to "
            f"{format_share(ranges[-1][1])} of the full effort, {who} get the same advice; elsewhere they differ {why}."
        )
    listed = " and ".join(filter(None, [", ".join(map(_write_range, ranges[:-1])), _write_range(ranges[-1])]))
    return (
        f"With {listed} of the full effort, {who} get the same advice; with other budgets they differ {why}."
    )


def _recommend(points: pd.DataFrame, budgets: np.ndarray) -> pd.DataFrame:
    """Take the best affordable row for each budget."""
    effort, expected = points["effort"].to_numpy(), points["expected"].to_numpy()
    best = np.zeros(len(points), dtype=np.int64)
    for before, here in pairwise(range(len(points))):
        best[here] = here if expected[here] > expected[best[before]] else best[before]
    n_paid = np.searchsorted(effort, budgets * TOLERANCE, side="right")
    chosen: pd.DataFrame = points.iloc[best[np.maximum(n_paid, 1) - 1]]
    return chosen


def _is_mixed(advice: Advice) -> bool:
    return sum(number > 0 for number in advice.differing.values()) > 1


def _write_range(ends: tuple[float, float]) -> str:
    low, high = ends
    return format_share(high) if low == high else f"{100 * low:.0f}{JOINER}{DASH}{JOINER}{format_share(high)}"
