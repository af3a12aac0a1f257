"""What could be recommended: every strategy that an annotator can follow, within the counts that were measured.

Whole numbers of volumes; of the slices in each every one, every second, every third …, exactly; or every slice, with
quality lost as its proxy loses it. Nothing lies beyond the measured volumes, slices, slices a volume or quality.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from .law import coordinates_of

__all__ = ["EXACT", "Ranges", "count_out", "find_candidates", "follow", "measured_ranges", "ways_of"]

EXACT = {"quality": 1.0, "proxy": "interpolation", "achieved_quality": 1.0, "spacing": 1.0}
"""Columns of a strategy whose slices are all outlined exactly."""

WAY = list(EXACT)

SAME = 0.02
"""A strategy whose coordinates are that near to a measured configuration's is that configuration."""


class Ranges(NamedTuple):
    """From where to where was measured: ndarray of shape (4,), of the `coordinates` and of ln slices."""

    low: np.ndarray
    high: np.ndarray

    def hold(self, rows: pd.DataFrame) -> np.ndarray:
        """Say which strategies lie inside: ndarray of shape (n,), dtype bool."""
        places = _with_total(coordinates_of(rows))
        inside: np.ndarray = np.all((places >= self.low) & (places <= self.high), axis=1)
        return inside

    def join(self, other: "Ranges") -> "Ranges":
        """From the lower to the higher ends of both."""
        return Ranges(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def measured_ranges(combinations: pd.DataFrame) -> Ranges:
    """Say from where to where was measured, and with it all that is nearer than `SAME`.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`; not empty.

    Returns
    -------
    Ranges
    """
    places = _with_total(coordinates_of(combinations))
    return Ranges(places.min(axis=0) - SAME, places.max(axis=0) + SAME)


def ways_of(combinations: pd.DataFrame) -> pd.DataFrame:
    """List the ways to lose quality that were measured: what others cost is not known.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`, of one proxy.

    Returns
    -------
    DataFrame
        Columns quality, proxy, achieved_quality, spacing (of key slices, NaN without any).
    """
    inexact = combinations[(combinations["quality"] < 1) & (combinations["completeness"] == 1)]
    ways = inexact.groupby(["quality", "proxy"], as_index=False)[["achieved_quality", "spacing"]].mean()
    return ways[WAY]


def follow(ways: pd.DataFrame, *, volumes: np.ndarray, steps: np.ndarray) -> pd.DataFrame:
    """Lay out strategies that an annotator can follow.

    Parameters
    ----------
    ways : DataFrame
        Ways to lose quality, as `ways_of` gives them.
    volumes, steps : ndarray of int
        Numbers of volumes, each with every n-th of their slices; with each of the ways, every slice.

    Returns
    -------
    DataFrame
        What `count_out` takes.
    """
    exact = pd.DataFrame({"completeness": 1 / steps, **EXACT})
    every = pd.concat([exact, ways.assign(completeness=1.0)], ignore_index=True)
    return pd.DataFrame({"n_volumes": volumes}).merge(every, how="cross")


def find_candidates(
    ways: pd.DataFrame, *, n_pool: int, n_slices: int, ranges: Ranges, combinations: pd.DataFrame
) -> pd.DataFrame:
    """Lay out the strategies that were not measured, but lie between what was.

    Parameters
    ----------
    ways : DataFrame
        Ways to lose quality, as `ways_of` gives them.
    n_pool, n_slices : int
        Volumes of the pool, and their labeled slices.
    ranges : Ranges
        Nothing beyond is laid out.
    combinations : DataFrame
        From `combine`, of one proxy; may be empty.

    Returns
    -------
    DataFrame
        As `count_out` gives them.
    """
    fewest, most = np.exp([ranges.low[0], ranges.high[0]])
    volumes = np.arange(max(1, round(fewest)), min(n_pool, round(most)) + 1)
    steps = np.arange(1, max(1, n_slices // n_pool) + 1)
    laid = count_out(follow(ways, volumes=volumes, steps=steps), n_pool=n_pool, n_slices=n_slices)
    is_new = ranges.hold(laid)
    if len(combinations):
        nearest, _ = KDTree(coordinates_of(combinations)).query(coordinates_of(laid), p=np.inf)
        is_new &= nearest > SAME
    return laid[is_new].reset_index(drop=True)


def count_out(strategies: pd.DataFrame, *, n_pool: float, n_slices: float) -> pd.DataFrame:
    """Count what strategies come to on volumes of the pool's mean size.

    Parameters
    ----------
    strategies : DataFrame
        Columns n_volumes, completeness, quality, proxy, achieved_quality, and spacing of the key slices, NaN without
        any.
    n_pool, n_slices : float
        Volumes of that pool, and their labeled slices.

    Returns
    -------
    DataFrame
        With the columns of virtues and counts that `combine` gives.
    """
    n_volumes, completeness = strategies["n_volumes"].astype("float64"), strategies["completeness"]
    n_used = np.maximum(n_volumes, n_volumes * completeness * n_slices / n_pool)
    n_drawn = np.maximum(n_volumes, n_used / strategies["spacing"])
    return strategies.assign(
        diversity=n_volumes / n_pool,
        sampling=np.where(completeness < 1, "equidistant", "random"),
        n_pool=float(n_pool),
        n_labeled_slices_pool=float(n_slices),
        n_slices_used=n_used,
        n_slices_drawn=n_drawn,
        n_slices_copied=(n_used - n_drawn).fillna(0.0),
        slices_per_volume=n_drawn / n_volumes,
    )


def _with_total(inputs: np.ndarray) -> np.ndarray:
    return np.column_stack([inputs, inputs[:, 0] + inputs[:, 1]])
