"""Runs become combinations: one row for each set of virtues, with means over its seeds (paper §2.1, §2.2)."""

import numpy as np
import pandas as pd

from ..effort import EffortMeasure, Prices
from ..statistics.uncertainty import Uncertainty, estimate_uncertainty, student_halfwidth

__all__ = [
    "COMBINATION",
    "SETTING",
    "VIRTUES",
    "combination_codes",
    "combine",
    "combine_nothing",
    "combine_with_uncertainty",
    "compute_efforts",
    "is_full",
]

COMBINATION = ["diversity", "completeness", "quality", "proxy", "sampling"]
SETTING = COMBINATION[1:]
"""What stays the same along a line on which only the number of volumes changes."""

VIRTUES = COMBINATION[:3]
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

NORMALIZED = ["normalized", "normalized_median", "low", "high"]


def combine(runs: pd.DataFrame, *, measure: EffortMeasure, prices: Prices) -> pd.DataFrame:
    """Combine runs over seeds, with their effort.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`.
    measure : EffortMeasure
    prices : Prices

    Returns
    -------
    DataFrame
        As `combine_with_uncertainty` gives, with column effort; NaN outside the measure's domain.
    """
    runs = runs.sort_values("key", kind="stable")
    return combine_with_uncertainty(runs)[0].assign(
        effort=compute_efforts(runs, measure=measure, prices=prices)
    )


def combine_with_uncertainty(runs: pd.DataFrame) -> tuple[pd.DataFrame, Uncertainty]:
    """Combine runs over seeds, and tell how uncertain the means are.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`.

    Returns
    -------
    combinations : DataFrame
        One row a combination, in order of its virtues: the virtues, combination (its number), n_seeds, mean counts,
        slices_per_volume (drawn), dice (mean), dice_median, dice_low, dice_high, normalized, normalized_median, low,
        high. Intervals hold 90 % over seeds and test volumes, for this pool; NaN where no combination has two seeds.
        `normalized` is Dice divided by that of full virtues over the seeds that both have (all seeds where they share
        none), with its interval in `low` and `high`, test volumes paired; `normalized_median` divides medians. All
        three are NaN where full virtues were not run.
    uncertainty : Uncertainty
    """
    # In one order, so that the same runs give the same numbers to the last digit.
    runs = runs.sort_values("key", kind="stable")
    codes = combination_codes(runs)
    groups = runs.groupby(codes)
    combinations = groups[COMBINATION].first()
    combinations["n_seeds"] = groups.size()
    combinations = combinations.join(groups[[*COUNTS, "dice"]].mean())
    combinations["dice_median"] = groups["dice"].median()
    combinations["slices_per_volume"] = combinations["n_slices_drawn"] / combinations["n_volumes"]
    combinations["combination"] = np.arange(len(combinations))

    uncertainty = estimate_uncertainty(runs, codes, combinations)
    halfwidth = student_halfwidth(
        uncertainty.seed_variance, uncertainty.by_volume, seed_dof=uncertainty.seed_dof
    )
    combinations["dice_low"] = (combinations["dice"] - halfwidth).clip(lower=0)
    combinations["dice_high"] = (combinations["dice"] + halfwidth).clip(upper=1)
    return combinations.join(_normalize(runs, combinations, codes, uncertainty)), uncertainty


def combine_nothing(n_test: int) -> tuple[pd.DataFrame, Uncertainty]:
    """Give what `combine_with_uncertainty` gives, of no run and so many test volumes."""
    numbers = [*VIRTUES, *COUNTS, "dice", "dice_median", "slices_per_volume", "dice_low", "dice_high"]
    numbers += NORMALIZED
    none = pd.DataFrame(columns=pd.Index(["proxy", "sampling", *numbers])).astype(
        dict.fromkeys(numbers, float)
    )
    uncertainty = Uncertainty(
        dice=np.empty(0), by_volume=np.empty((0, n_test)), seed_variance=np.empty(0), seed_dof=0
    )
    return none.assign(n_seeds=np.empty(0, dtype=int), combination=np.empty(0, dtype=int)), uncertainty


def compute_efforts(runs: pd.DataFrame, *, measure: EffortMeasure, prices: Prices) -> np.ndarray:
    """Compute the mean effort of each combination, in their order: ndarray of shape (n,), dtype float64."""
    effort = measure.compute(runs, prices)
    means: np.ndarray = effort.groupby(combination_codes(runs)).mean().to_numpy(dtype=np.float64)
    return means


def combination_codes(runs: pd.DataFrame) -> np.ndarray:
    """Say to which row of `combine`'s result each run belongs: ndarray of shape (n_runs,), dtype int64."""
    return runs.groupby(COMBINATION, sort=True).ngroup().to_numpy()


def is_full(rows: pd.DataFrame) -> np.ndarray:
    """Say which rows have full virtues: ndarray of shape (n_rows,), dtype bool."""
    full: np.ndarray = (rows[VIRTUES].to_numpy() == 1).all(axis=1)
    return full


def _normalize(
    runs: pd.DataFrame, combinations: pd.DataFrame, codes: np.ndarray, uncertainty: Uncertainty
) -> pd.DataFrame:
    """Divide by full virtues, over shared seeds; columns normalized, normalized_median, low, high.

    The interval is that of a ratio of means by linearization: what a volume has over ratio times its full Dice.
    """
    of_full = is_full(runs)
    full = runs.loc[of_full].groupby("seed")["dice"].mean()
    if not full.sum() > 0:
        # Full labeling was not run, or gives nothing: there is no unit to measure in.
        return pd.DataFrame(np.nan, index=combinations.index, columns=NORMALIZED)
    ratio, n_shared = _ratio_over_shared_seeds(runs, full, codes, combinations["dice"].to_numpy())
    (row,) = np.flatnonzero(is_full(combinations))
    by_volume, n_seeds = uncertainty.by_volume, combinations["n_seeds"].to_numpy()
    of_one_run = uncertainty.seed_variance * n_seeds
    own = of_one_run / np.where(n_shared > 0, n_shared, n_seeds)
    of_unit = of_one_run[row] / np.where(n_shared > 0, n_shared, n_seeds[row])
    halfwidth = student_halfwidth(
        own + ratio**2 * of_unit,
        by_volume - ratio[:, None] * by_volume[row],
        seed_dof=uncertainty.seed_dof,
    )
    halfwidth = np.where(is_full(combinations), 0.0, halfwidth / full.mean())
    return pd.DataFrame(
        {
            "normalized": ratio,
            "normalized_median": combinations["dice_median"] / full.median(),
            "low": (ratio - halfwidth).clip(min=0),
            "high": ratio + halfwidth,
        }
    )


def _ratio_over_shared_seeds(
    runs: pd.DataFrame, full: pd.Series, codes: np.ndarray, dice: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Divide each combination's Dice by full virtues' over the seeds that both have, over all where they share none.

    Returns the ratios, and how many seeds each shares.
    """
    reference = runs["seed"].map(full).to_numpy(dtype=np.float64, na_value=np.nan)
    is_paired = ~np.isnan(reference)
    total = np.bincount(codes[is_paired], reference[is_paired], minlength=len(dice))
    paired = np.bincount(codes[is_paired], runs["dice"].to_numpy()[is_paired], minlength=len(dice))
    is_shared = total > 0
    ratio: np.ndarray = np.where(is_shared, paired / np.where(is_shared, total, 1), dice / full.mean())
    return ratio, np.bincount(codes[is_paired], minlength=len(dice))
