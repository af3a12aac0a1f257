"""What could be recommended: every strategy that an annotator can follow, within the counts that were measured.

Whole numbers of volumes; of the slices in each every one, every second, every third …, exactly; or every slice, with
quality lost as its proxy loses it. Nothing lies beyond the measured volumes, slices, slices a volume or quality.
"""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from .law import coordinates_of

__all__ = ["EXACT", "count_out", "find_candidates", "measured_ranges"]

EXACT = {"quality": 1.0, "proxy": "interpolation", "achieved_quality": 1.0, "spacing": 1.0}
"""Columns of a strategy whose slices are all outlined exactly."""

SAME = 0.02
"""A strategy whose coordinates are that near to a measured configuration's is that configuration."""


def find_candidates(combinations: pd.DataFrame) -> pd.DataFrame:
    """Lay out the strategies that were not measured, but lie between what was.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`, of one proxy; not empty.

    Returns
    -------
    DataFrame
        As `count_out` gives them. Qualities are those of measured configurations: what others cost is not known.
    """
    fewest, most = (round(end) for end in (combinations["n_volumes"].min(), combinations["n_volumes"].max()))
    slices_each = (combinations["n_labeled_slices_pool"] / combinations["n_pool"]).max()
    sparse = 1 / np.arange(1, int(slices_each) + 1)
    exact = pd.DataFrame({"completeness": sparse, **EXACT})
    inexact = combinations[(combinations["quality"] < 1) & (combinations["completeness"] == 1)]
    ways = inexact.groupby(["quality", "proxy"], as_index=False)[["achieved_quality", "spacing"]].mean()
    ways = pd.concat([exact, ways.assign(completeness=1.0)], ignore_index=True)
    volumes = pd.DataFrame({"n_volumes": np.arange(fewest, most + 1)})
    candidates = count_out(volumes.merge(ways, how="cross"), combinations=combinations)
    return candidates[_lies_between(candidates, combinations)].reset_index(drop=True)


def count_out(strategies: pd.DataFrame, *, combinations: pd.DataFrame) -> pd.DataFrame:
    """Count what strategies come to on volumes of the pool's mean size.

    Parameters
    ----------
    strategies : DataFrame
        Columns n_volumes, completeness, quality, proxy, achieved_quality, and spacing of the key slices, NaN without
        any.
    combinations : DataFrame
        From `combine`: of that pool.

    Returns
    -------
    DataFrame
        With the columns of virtues and counts that `combine` gives.
    """
    n_pool, n_slices = (float(combinations[name].max()) for name in ("n_pool", "n_labeled_slices_pool"))
    n_volumes, completeness = strategies["n_volumes"].astype("float64"), strategies["completeness"]
    n_used = np.maximum(n_volumes, n_volumes * completeness * n_slices / n_pool)
    n_drawn = np.maximum(n_volumes, n_used / strategies["spacing"])
    return strategies.assign(
        diversity=n_volumes / n_pool,
        sampling=np.where(completeness < 1, "equidistant", "random"),
        n_pool=n_pool,
        n_labeled_slices_pool=n_slices,
        n_slices_used=n_used,
        n_slices_drawn=n_drawn,
        n_slices_copied=(n_used - n_drawn).fillna(0.0),
        slices_per_volume=n_drawn / n_volumes,
    )


def measured_ranges(combinations: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Say from where to where was measured, and with it all that is nearer than `SAME`.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`; not empty.

    Returns
    -------
    low, high : ndarray of shape (4,), dtype float64
        Of the `coordinates`, and of ln slices.
    """
    places = _with_total(coordinates_of(combinations))
    return places.min(axis=0) - SAME, places.max(axis=0) + SAME


def _with_total(inputs: np.ndarray) -> np.ndarray:
    return np.column_stack([inputs, inputs[:, 0] + inputs[:, 1]])


def _lies_between(candidates: pd.DataFrame, combinations: pd.DataFrame) -> np.ndarray:
    """Say which candidates lie within what was measured, and are none of it: ndarray of shape (n,), dtype bool."""
    inputs, measured = coordinates_of(candidates), coordinates_of(combinations)
    places, (low, high) = _with_total(inputs), measured_ranges(combinations)
    is_within = np.all((places >= low) & (places <= high), axis=1)
    nearest, _ = KDTree(measured).query(inputs, p=np.inf)
    between: np.ndarray = is_within & (nearest > SAME)
    return between
