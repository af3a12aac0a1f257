"""Where more volumes stop paying: performance against volumes, a line for each setting (paper §3.4, figure 6).

A line is *saturated* where another doubling of the volumes gains less than 0.01 of full performance, as far as chance
lets us see: the upper limit of the gain is below that; it *grows* if the lower limit is above; else it is *undecided*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .uncertainty import Draws, interval_of

__all__ = ["ENOUGH", "SaturationLine", "Settled", "find_saturation", "local_gains", "saturation_counts"]

ENOUGH = 0.01
"""Gain of normalized performance per doubling of the volumes, below which more volumes hardly pay."""

SETTING = ["completeness", "quality", "proxy", "sampling"]
"""What stays the same along a line."""

MIN_POINTS = 4
"""Fewer do not show where a curve bends."""

WINDOW = 2.5
"""The gain at a number of volumes is taken over points from there down to this fraction of it, a good doubling."""

Settled = Literal["saturated", "growing", "undecided"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SaturationLine:
    """Performance against the number of volumes, for one setting of the other virtues.

    Parameters
    ----------
    completeness, quality : float
    proxy, sampling : str
    rows : DataFrame
        Rows of `combine` on this line, in order of volumes.
    n_volumes : ndarray of shape (n_points,), dtype float64
    performance : ndarray of shape (n_points,), dtype float64
        Mean over seeds, normalized.
    low, high : ndarray of shape (n_points,), dtype float64
        90 % interval of it.
    gain, gain_low, gain_high : float
        Per doubling, over the last doubling that was measured, with its 90 % interval.
    state : {"saturated", "growing", "undecided"}
        At the largest number of volumes.
    count, count_low, count_high : float
        Volumes from which on a doubling gains less than `ENOUGH`: median over draws and 90 % interval; inf where that
        is more than was measured.
    counts : ndarray of shape (n_draws,), dtype float64
        The same in every draw.
    """

    completeness: float
    quality: float
    proxy: str
    sampling: str
    rows: pd.DataFrame
    n_volumes: np.ndarray
    performance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    gain: float
    gain_low: float
    gain_high: float
    state: Settled
    count: float
    count_low: float
    count_high: float
    counts: np.ndarray


def find_saturation(combinations: pd.DataFrame, draws: Draws, *, full: int) -> tuple[SaturationLine, ...]:
    """Find the lines along which only the number of volumes changes, and where each of them flattens.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`.
    draws : Draws
        Of all combinations, by their number.
    full : int
        Number of full virtues.

    Returns
    -------
    tuple of SaturationLine
        Those with at least `MIN_POINTS` numbers of volumes, the most completely and exactly labeled first.
    """
    lines = []
    for setting, rows in combinations.groupby(SETTING, sort=True):
        rows = rows.sort_values("n_volumes").drop_duplicates("n_volumes")
        if len(rows) >= MIN_POINTS:
            lines.append(_measure_line(setting, rows, draws, full=full))
    lines.sort(key=lambda line: (-line.quality, line.sampling != "random", -line.completeness, line.proxy))
    return tuple(lines)


def _measure_line(
    setting: Sequence[object], rows: pd.DataFrame, draws: Draws, *, full: int
) -> SaturationLine:
    numbers = rows["combination"].to_numpy()
    n_volumes = rows["n_volumes"].to_numpy(dtype=np.float64)
    values = draws.expected[numbers] / draws.expected[full]
    gains = local_gains(n_volumes, values)
    low, high = np.quantile(values, [0.05, 0.95], axis=1)
    gain_low, gain_high = interval_of(gains[-1])
    counts = saturation_counts(n_volumes, gains)
    completeness, quality, proxy, sampling = setting
    return SaturationLine(
        completeness=float(str(completeness)),
        quality=float(str(quality)),
        proxy=str(proxy),
        sampling=str(sampling),
        rows=rows,
        n_volumes=n_volumes,
        performance=rows["normalized"].to_numpy(),
        low=low,
        high=high,
        gain=float(np.mean(gains[-1])),
        gain_low=gain_low,
        gain_high=gain_high,
        state="undecided" if not draws.has_seeds else _judge(gain_low, gain_high),
        count=float(np.quantile(counts, 0.5, method="nearest")),
        count_low=float(np.quantile(counts, 0.05, method="nearest")),
        count_high=float(np.quantile(counts, 0.95, method="nearest")),
        counts=counts,
    )


def local_gains(n_volumes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Gain per doubling at each number of volumes: a least squares slope over about one doubling down from it.

    Parameters
    ----------
    n_volumes : ndarray of shape (n_points,), dtype float64
        Ascending.
    values : ndarray of shape (n_points, n_draws), dtype float64

    Returns
    -------
    ndarray of shape (n_points - 1, n_draws), dtype float64
        From the second point on.

    Examples
    --------
    >>> local_gains(np.array([1.0, 2.0, 8.0]), np.array([[0.5], [0.6], [0.7]])).round(3).ravel().tolist()
    [0.1, 0.05]
    """
    doublings = np.log2(n_volumes)
    gains = []
    for i in range(1, len(n_volumes)):
        first = min(int(np.searchsorted(n_volumes, n_volumes[i] / WINDOW)), i - 1)
        centred = doublings[first : i + 1] - doublings[first : i + 1].mean()
        gains.append(centred @ values[first : i + 1] / (centred @ centred))
    return np.stack(gains)


def saturation_counts(n_volumes: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Find, in every draw, the number of volumes from which on a doubling gains less than `ENOUGH`.

    Parameters
    ----------
    n_volumes : ndarray of shape (n_points,), dtype float64
        Ascending.
    gains : ndarray of shape (n_points - 1, n_draws), dtype float64
        From `local_gains`.

    Returns
    -------
    ndarray of shape (n_draws,), dtype float64
        Between measured numbers the gain is interpolated over the logarithm; inf where even the last gain is larger.
    """
    doublings, n_draws = np.log2(n_volumes[1:]), gains.shape[1]
    is_large = gains >= ENOUGH
    last = np.where(is_large.any(axis=0), len(gains) - 1 - is_large[::-1].argmax(axis=0), -1)
    every = np.arange(n_draws)
    before = last.clip(min=0)
    after = (last + 1).clip(max=len(gains) - 1)
    drop = gains[before, every] - gains[after, every]
    part = (gains[before, every] - ENOUGH) / np.where(drop == 0, 1, drop)
    crossing = 2 ** (doublings[before] + part * (doublings[after] - doublings[before]))
    counts: np.ndarray = np.where(last < 0, n_volumes[1], np.where(last == len(gains) - 1, np.inf, crossing))
    return counts


def _judge(low: float, high: float) -> Settled:
    if high < ENOUGH:
        return "saturated"
    return "growing" if low > ENOUGH else "undecided"
