"""Runs become combinations: one row for each set of virtues, with means over its seeds (paper §2.1, §2.2)."""

import numpy as np
import pandas as pd

from ..effort import EffortMeasure, Prices
from .uncertainty import seed_halfwidths

__all__ = ["COMBINATION", "combination_codes", "combine"]

COMBINATION = ["diversity", "completeness", "quality", "proxy", "sampling"]
"""Columns that make a combination."""

COUNTS = [
    "n_volumes",
    "n_slices_drawn",
    "n_slices_copied",
    "n_slices_used",
    "spacing",
    "achieved_quality",
    "n_pool",
    "n_labeled_slices_pool",
]
"""Columns of which a combination has the mean over seeds."""


def combine(runs: pd.DataFrame, *, measure: EffortMeasure, prices: Prices) -> pd.DataFrame:
    """Combine runs over seeds.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`.
    measure : EffortMeasure
    prices : Prices

    Returns
    -------
    DataFrame
        One row a combination, in order of its virtues: the virtues, combination (its number), n_seeds, effort (NaN
        outside the measure's domain),
        mean counts, slices_per_volume (drawn), dice (mean), dice_median, dice_halfwidth, dice_low, dice_high,
        normalized, low, high. Intervals are those of `seed_halfwidths`, at 90 %, NaN where no combination has two
        seeds. `normalized` is Dice divided by that of full virtues over the seeds that both have (all seeds where they
        share none), with its interval in `low` and `high`; NaN where full virtues were not run.
    """
    runs = runs.assign(effort=measure.compute(runs, prices))
    groups = runs.groupby(COMBINATION, sort=True)
    combinations = groups[["effort", *COUNTS, "dice"]].mean()
    combinations.insert(0, "n_seeds", groups.size())
    combinations["dice_median"] = groups["dice"].median()
    combinations["slices_per_volume"] = combinations["n_slices_drawn"] / combinations["n_volumes"]
    combinations = combinations.reset_index()
    combinations["combination"] = np.arange(len(combinations))

    codes, dice = combination_codes(runs), runs["dice"].to_numpy()
    halfwidth = seed_halfwidths(dice, codes, n_groups=len(combinations))
    combinations["dice_halfwidth"] = halfwidth
    combinations["dice_low"] = (combinations["dice"] - halfwidth).clip(lower=0)
    combinations["dice_high"] = (combinations["dice"] + halfwidth).clip(upper=1)
    normalized, halfwidth = _normalize(runs, combinations, codes)
    combinations["normalized"] = normalized
    combinations["low"] = (normalized - halfwidth).clip(min=0)
    combinations["high"] = normalized + halfwidth
    return combinations


def combination_codes(runs: pd.DataFrame) -> np.ndarray:
    """Say to which row of `combine`'s result each run belongs: ndarray of shape (n_runs,), dtype int64."""
    return runs.groupby(COMBINATION, sort=True).ngroup().to_numpy()


def _normalize(
    runs: pd.DataFrame, combinations: pd.DataFrame, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Divide by full virtues, over shared seeds; returns the ratio and the half-width of its interval.

    The interval is that of a ratio of means by linearization: what a run has over ratio times its seed's full run.
    """
    n = len(combinations)
    unknown = np.full(n, np.nan)
    is_full = _is_full(runs)
    full = runs.loc[is_full].groupby("seed")["dice"].mean()
    if not full.sum() > 0:
        # Full labeling was not run, or gives nothing: there is no unit to measure in.
        return unknown, unknown
    dice, reference = (
        runs["dice"].to_numpy(),
        runs["seed"].map(full).to_numpy(dtype=np.float64, na_value=np.nan),
    )
    is_paired = ~np.isnan(reference)
    total = np.bincount(codes[is_paired], reference[is_paired], minlength=n)
    paired = np.bincount(codes[is_paired], dice[is_paired], minlength=n)
    is_shared = total > 0
    ratio = np.where(is_shared, paired / np.where(is_shared, total, 1), combinations["dice"] / full.mean())

    is_varied = is_paired & ~is_full
    residual = (dice[is_varied] - ratio[codes[is_varied]] * reference[is_varied]) / full.mean()
    halfwidth = np.where(
        is_shared,
        seed_halfwidths(residual, codes[is_varied], n_groups=n),
        combinations["dice_halfwidth"] / full.mean(),
    )
    return ratio, np.where(_is_full(combinations), 0.0, halfwidth)


def _is_full(rows: pd.DataFrame) -> np.ndarray:
    is_full: np.ndarray = (rows[["diversity", "completeness", "quality"]] == 1).all(axis=1).to_numpy()
    return is_full
