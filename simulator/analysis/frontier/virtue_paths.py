"""Which virtue grows first along the optimal trajectory: what each performance needs (paper §2.2, figures 2 and 5).

In every draw of the uncertainty there is one trajectory; a performance needs the virtues of its first vertex that
reaches it. The virtue that has grown to half of its measured range at the lowest performance comes first, if nearly all
draws say so. A virtue that is beyond half at the cheapest combination already has not grown: nothing was measured that
saves it there, so it is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...statistics.uncertainty import LEVEL, SURE
from .trajectory import Band, Trajectory

__all__ = ["VIRTUES", "VirtueOrder", "estimate_order", "needed_virtues", "varied_virtues"]

VIRTUES = {"quality": "achieved_quality", "diversity": "diversity", "completeness": "completeness"}
"""Virtue → column of its value."""

MIN_VALUES = 3
"""Of a virtue, to say when it has grown by half."""

SLACK = 0.05
"""Of a range: where a grid goes from 0.07 to 1 by way of 0.5, that is half of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VirtueOrder:
    """Which virtue comes first.

    Parameters
    ----------
    first : str or None
        None if the draws cannot tell.
    compared : tuple of str
        The virtues that begin below half of their range.
    left_out : tuple of str
        Those that are beyond it at the cheapest combination already.
    first_share : mapping of str to float
        Compared virtue → share of draws in which it alone has grown by half at the lowest performance; empty
        where chance is unknown.
    half_at : mapping of str to ndarray of shape (n_draws,), dtype float64
        Compared virtue → performance of the first vertex from which on it keeps half of its range; inf in draws whose
        trajectory never does.
    measured : mapping of str to tuple of float
        Virtue → its lowest and highest value among the points.
    """

    first: str | None
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    first_share: Mapping[str, float]
    half_at: Mapping[str, np.ndarray]
    measured: Mapping[str, tuple[float, float]]

    def half_of(self, virtue: str) -> tuple[float, float, float]:
        """Limits of the 90 % interval of `half_at`, median between; inf where a draw in that place never does."""
        quantiles = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
        low, middle, high = np.quantile(self.half_at[virtue], quantiles, method="inverted_cdf").tolist()
        return low, middle, high


def varied_virtues(points: pd.DataFrame) -> list[str]:
    """List the virtues of which enough values were measured to speak of half a range."""
    return [name for name, column in VIRTUES.items() if points[column].round(3).nunique() >= MIN_VALUES]


def needed_virtues(trajectory: Trajectory, *, virtue: str, levels: np.ndarray) -> Band:
    """Find how much of a virtue each performance needs.

    Parameters
    ----------
    trajectory : Trajectory
    virtue : {"quality", "diversity", "completeness"}
    levels : ndarray of shape (n_levels,), dtype float64
        In the unit of ``trajectory.draws``.

    Returns
    -------
    Band
        Limits of the 90 % interval and the median over draws, of shape (n_levels,); inf where a draw in that place does
        not reach the level with anything that was measured.
    """
    values = trajectory.frontier.points[VIRTUES[virtue]].to_numpy(dtype=np.float64)
    needed = np.stack([_at_first(trajectory, trajectory.draws >= level, values[:, None]) for level in levels])
    low, middle, high = np.quantile(
        needed, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=1, method="inverted_cdf"
    )
    return Band(low=low, middle=middle, high=high)


def estimate_order(trajectory: Trajectory, *, is_known: bool) -> VirtueOrder:
    """Estimate which virtue has grown to half of its measured range at the lowest performance.

    Parameters
    ----------
    trajectory : Trajectory
    is_known : bool
        False if chance is unknown: nothing comes first then.

    Returns
    -------
    VirtueOrder
        Where two grow by half at the same vertex neither comes first; with fewer than two to compare none does.
    """
    points = trajectory.frontier.points
    values = {name: points[VIRTUES[name]].to_numpy(dtype=np.float64) for name in varied_virtues(points)}
    half = {name: column.min() + (0.5 - SLACK) * np.ptp(column) for name, column in values.items()}
    compared = [name for name, column in values.items() if column[0] < half[name]]
    half_at = {
        name: _at_first(
            trajectory, _from_then_on(trajectory.is_vertex, values[name] >= half[name]), trajectory.draws
        )
        for name in compared
    }
    share = _count_firsts(half_at) if is_known else {}
    best = max(share, key=share.__getitem__, default=None)
    is_clear = best is not None and share[best] >= SURE
    return VirtueOrder(
        first=best if is_clear else None,
        compared=tuple(compared),
        left_out=tuple(name for name in values if name not in compared),
        first_share=share,
        half_at=half_at,
        measured={name: (float(column.min()), float(column.max())) for name, column in values.items()},
    )


def _from_then_on(is_vertex: np.ndarray, is_enough: np.ndarray) -> np.ndarray:
    """Mark points after the last vertex of a draw that has less: what a virtue may still fall below is not reached."""
    has_less = is_vertex & ~is_enough[:, None]
    comes_less: np.ndarray = np.maximum.accumulate(has_less[::-1], axis=0)[::-1]
    return ~comes_less


def _count_firsts(half_at: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Count how often each virtue alone is first."""
    if len(half_at) < 2:
        return dict.fromkeys(half_at, 0.0)
    levels = np.stack(list(half_at.values()))
    is_lowest = (levels == levels.min(axis=0)) & np.isfinite(levels)
    is_first = is_lowest & (is_lowest.sum(axis=0) == 1)
    return dict(zip(half_at, is_first.mean(axis=1).tolist(), strict=True))


def _at_first(trajectory: Trajectory, is_meant: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Take a value at the first vertex of each draw that is meant; inf where none is."""
    found = trajectory.is_vertex & is_meant
    values = np.broadcast_to(values, found.shape)
    first = found.argmax(axis=0)
    every = np.arange(found.shape[1])
    taken: np.ndarray = np.where(found[first, every], values[first, every], np.inf)
    return taken
