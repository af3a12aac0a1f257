"""The knee of quality: up to where more exact masks pay, and from where on they hardly do (paper §3.2, figure 3).

A broken line is fitted, one knee for all settings and an own level for each (segmented regression; Muggeo 2003,
doi:10.1002/sim.1545), in every draw of the uncertainty.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .uncertainty import Draws

__all__ = ["Knee", "find_knee", "fit_broken_lines"]

MIN_QUALITIES = 5
"""Qualities that a knee needs: two on each side, and one more."""

STEP = 0.005
"""Of the knees that are tried."""

LINE = ["diversity", "completeness"]
"""What stays the same along a line."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Knee:
    """Where performance bends, as quality rises.

    Parameters
    ----------
    quality, low, high : float
        Median over the draws that have a knee, and 90 % interval.
    share : float in [0, 1]
        Share of draws with a knee: the slope above is smaller than below.
    slope_below, slope_above : float
        Mean gain of normalized performance per 0.1 of quality, on either side.
    knees : ndarray of shape (n_draws,), dtype float64
        NaN in draws without a knee.
    n_lines, n_points : int
    """

    quality: float
    low: float
    high: float
    share: float
    slope_below: float
    slope_above: float
    knees: np.ndarray
    n_lines: int
    n_points: int


def find_knee(
    combinations: pd.DataFrame, draws: Draws, *, full: int, proxy: str = "interpolation"
) -> Knee | None:
    """Find the knee of quality over all lines where every slice is used.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`.
    draws : Draws
        Of all combinations, by their number.
    full : int
        Number of full virtues.
    proxy : str, default="interpolation"

    Returns
    -------
    Knee or None
        None if fewer than `MIN_QUALITIES` were measured on every line, or no draw has a knee.
    """
    rows = combinations[
        (combinations["completeness"] == 1)
        & ((combinations["proxy"] == proxy) | (combinations["quality"] == 1))
    ]
    rows = rows[rows.groupby(LINE)["quality"].transform("nunique") >= MIN_QUALITIES]
    if rows.empty or not draws.has_seeds:
        return None
    numbers = rows["combination"].to_numpy()
    values = draws.measured[numbers] / draws.measured[full]
    quality = rows["achieved_quality"].to_numpy()
    line = rows.groupby(LINE).ngroup().to_numpy()
    knees, below, above = fit_broken_lines(quality, line, values)
    has_knee = above < below
    if not has_knee.any():
        return None
    knees = np.where(has_knee, knees, np.nan)
    low, middle, high = np.nanquantile(knees, [0.05, 0.5, 0.95])
    return Knee(
        quality=float(middle),
        low=float(low),
        high=float(high),
        share=float(has_knee.mean()),
        slope_below=float(below.mean()) / 10,
        slope_above=float(above.mean()) / 10,
        knees=knees,
        n_lines=int(line.max()) + 1,
        n_points=len(rows),
    )


def fit_broken_lines(
    quality: np.ndarray, line: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit lines that bend at one common quality, by least squares weighted with the draws' variance.

    Parameters
    ----------
    quality : ndarray of shape (n_points,), dtype float64
    line : ndarray of shape (n_points,), dtype int64
        Line of each point, from 0.
    values : ndarray of shape (n_points, n_draws), dtype float64

    Returns
    -------
    knee, slope_below, slope_above : ndarray of shape (n_draws,), dtype float64
        Slopes are per unit of quality. At least two different qualities lie on either side of a knee.
    """
    spread = (values - values.mean(axis=0)).std(axis=1)
    weight = 1 / np.maximum(spread, spread.max() / 10)
    levels = np.eye(int(line.max()) + 1)[line]
    distinct = np.unique(quality.round(3))
    candidates = np.arange(distinct[1], distinct[-2] + STEP / 2, STEP)
    fits = []
    for knee in candidates:
        design = np.column_stack([levels, np.minimum(quality, knee), np.maximum(quality - knee, 0)])
        design = design * weight[:, None]
        coefficients, *_ = np.linalg.lstsq(design, values * weight[:, None], rcond=None)
        misfit = ((values * weight[:, None] - design @ coefficients) ** 2).sum(axis=0)
        fits.append((misfit, coefficients[-2], coefficients[-1]))
    misfits, below, above = (np.stack(part) for part in zip(*fits, strict=True))
    best, every = misfits.argmin(axis=0), np.arange(values.shape[1])
    return candidates[best], below[best, every], above[best, every]
