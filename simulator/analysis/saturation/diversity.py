"""Where more volumes stop paying: performance against volumes, a line for each setting (paper §3.4, figure 6).

A line is *saturated* where another doubling of the volumes gains less than 0.01 of full performance, as far as chance
lets us see: the upper limit of the gain is below that; it *grows* if the lower limit is above; else it is *undecided*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ...records import Virtues
from ...statistics.bends import fit_bends
from ...statistics.uncertainty import LEVEL, interval_of
from ..combinations import SETTING
from ..study import Study

__all__ = [
    "ENOUGH",
    "SaturationLine",
    "Settled",
    "distance_to",
    "estimate_saturation",
    "find_lines",
    "local_gains",
    "nearest_line",
    "saturation_counts",
]

ENOUGH = 0.01
"""Gain of normalized performance per doubling of the volumes, below which more volumes hardly pay."""

MIN_POINTS = 4
"""Fewer do not show where a curve bends."""

WINDOW = 2.5
"""The gain at a number of volumes is taken over points from there down to this fraction of it, a good doubling."""

N_BENDS = 41
"""Numbers of volumes that are tried as the end of the rise, evenly over their logarithm."""

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
    low, high : ndarray of shape (n_points,), dtype float64
        90 % interval of normalized performance.
    gain, gain_low, gain_high : float
        Per doubling, over the last doubling that was measured, with its 90 % interval; NaN where chance is unknown.
    state : {"saturated", "growing", "undecided"}
        At the largest number of volumes.
    count, count_low, count_high : float
        Volumes at which performance reaches its plateau: median over draws and 90 % interval; inf where it still rises
        at the largest number.
    counts : ndarray of shape (n_draws,), dtype float64
        The same in every draw.
    """

    completeness: float
    quality: float
    proxy: str
    sampling: str
    rows: pd.DataFrame
    n_volumes: np.ndarray
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

    @property
    def is_full(self) -> bool:
        """True if every slice is drawn exactly."""
        return self.completeness == self.quality == 1


def estimate_saturation(study: Study) -> tuple[SaturationLine, ...]:
    """Estimate the lines along which only the number of volumes changes, and where each of them flattens.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of SaturationLine
        Those with at least `MIN_POINTS` numbers of volumes, the most completely and exactly labeled first; none where
        full virtues were not measured, and performance has no unit.
    """
    if study.full is None:
        return ()
    lines = [_measure_line(rows, study, full=study.full) for rows in find_lines(study.combinations)]
    lines.sort(key=lambda line: (-line.quality, line.sampling != "random", -line.completeness, line.proxy))
    return tuple(lines)


def find_lines(combinations: pd.DataFrame) -> list[pd.DataFrame]:
    """Find what differs in the number of volumes alone: of each setting the rows, in order of volumes."""
    settings = combinations.groupby(SETTING, sort=True)
    lines = [rows.sort_values("n_volumes").drop_duplicates("n_volumes") for _, rows in settings]
    return [rows for rows in lines if len(rows) >= MIN_POINTS]


def nearest_line(lines: Sequence[SaturationLine], virtues: Virtues) -> SaturationLine | None:
    """Find the line whose setting comes nearest to a strategy's.

    Parameters
    ----------
    lines : sequence of SaturationLine
        From `estimate_saturation`.
    virtues : Virtues

    Returns
    -------
    SaturationLine or None
        Of those of the same quality (where none is, of any), the one with the nearest completeness, in ratio; of
        several, of the same proxy and sampling. None without lines.
    """
    return min(lines, key=lambda line: distance_to(line, virtues), default=None)


def distance_to(setting: SaturationLine | Virtues, virtues: Virtues) -> tuple[float, float, bool]:
    """Say how far a setting is from a strategy's: in quality, then in ratio of completeness, then in how it samples."""
    is_other = (setting.proxy, setting.sampling) != (virtues.proxy, virtues.sampling)
    ratio = abs(float(np.log(setting.completeness / virtues.completeness)))
    return (round(abs(setting.quality - virtues.quality), 6), round(ratio, 6), is_other)


def _measure_line(rows: pd.DataFrame, study: Study, *, full: int) -> SaturationLine:
    draws = study.draws
    numbers = rows["combination"].to_numpy()
    n_volumes = rows["n_volumes"].to_numpy(dtype=np.float64)
    values = draws.expected[numbers] / draws.expected[full]
    gains = local_gains(n_volumes, values)
    gain_low, gain_high = interval_of(gains[-1]) if study.uncertainty.is_known else (np.nan, np.nan)
    counts = saturation_counts(n_volumes, draws.measured[numbers] / draws.measured[full])
    quantiles = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
    count_low, count, count_high = np.quantile(counts, quantiles, method="nearest").tolist()
    setting = rows.iloc[0]
    return SaturationLine(
        completeness=float(setting["completeness"]),
        quality=float(setting["quality"]),
        proxy=str(setting["proxy"]),
        sampling=str(setting["sampling"]),
        rows=rows,
        n_volumes=n_volumes,
        low=rows["low"].to_numpy(),
        high=rows["high"].to_numpy(),
        gain=float(np.mean(gains[-1])),
        gain_low=gain_low,
        gain_high=gain_high,
        state=_judge(gain_low, gain_high),
        count=count,
        count_low=count_low,
        count_high=count_high,
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


def saturation_counts(n_volumes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Find, in every draw, the number of volumes at which performance reaches its plateau.

    Parameters
    ----------
    n_volumes : ndarray of shape (n_points,), dtype float64
        Ascending.
    values : ndarray of shape (n_points, n_draws), dtype float64

    Returns
    -------
    ndarray of shape (n_draws,), dtype float64
        The bend of a line over the logarithm of volumes that rises and then stays level, fitted by weighted least
        squares (linear plateau model; Anderson and Nelson 1975, doi:10.2307/2529422); inf where it still rises at the
        end, the first number where it never rises by `ENOUGH` a doubling.

    Examples
    --------
    >>> n, values = np.array([1.0, 2, 4, 8]), np.array([[0.5], [0.6], [0.7], [0.7]])
    >>> saturation_counts(n, values).round(2).tolist()
    [4.0]
    """
    doublings = np.log2(n_volumes)
    # A bend in the last gap would be a plateau of one point.
    bends = np.append(np.linspace(doublings[1], doublings[-2], N_BENDS - 1), doublings[-1])
    best, (_, slopes) = fit_bends(
        (np.column_stack([np.ones(len(doublings)), np.minimum(doublings, bend)]) for bend in bends), values
    )
    counts = np.where(best == N_BENDS - 1, np.inf, 2 ** bends[best])
    found: np.ndarray = np.where(slopes < ENOUGH, n_volumes[0], counts)
    return found


def _judge(low: float, high: float) -> Settled:
    if high < ENOUGH:
        return "saturated"
    return "growing" if low > ENOUGH else "undecided"
