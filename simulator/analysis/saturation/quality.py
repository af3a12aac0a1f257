"""The knee of quality: up to where more exact masks pay, and from where on they hardly do (paper §3.2, figure 3).

A broken line is fitted, one knee for all settings and an own level for each (segmented regression; Muggeo 2003,
doi:10.1002/sim.1545), in every draw of the uncertainty.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ...statistics.bends import fit_bends
from ...statistics.uncertainty import LEVEL, SURE
from ..study import Study

__all__ = ["Knee", "estimate_knee", "fit_broken_lines"]

MIN_QUALITIES = 5
"""Qualities that a knee needs: two on each side, and one more."""

FLAT = 1 / 3
"""Slope above a knee, as a share of that below, from which on quality "hardly pays"."""

STEP = 0.005
"""Of the knees that are tried."""

LINE = ["diversity", "completeness"]
"""What stays the same along a line."""


Place = Literal["at", "at or below", "at or above"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Knee:
    """Where performance bends, as quality rises.

    Parameters
    ----------
    quality, low, high : float
        Median over the draws that have a knee, and 90 % interval; NaN where none has.
    share : float in [0, 1]
        Share of draws with a knee: quality pays below it, and less above.
    below, above : ndarray of shape (n_knees,), dtype float64
        Gain of normalized performance per 0.1 of quality on either side, in the draws that have a knee.
    lowest : float
        Lowest quality that was measured.
    place : {"at", "at or below", "at or above"}
        Where the true knee is, seen from `quality`: that may be the lowest or the highest that is tried.
    spacing : float or None
        Of the key slices at `quality`, in slices; None where there are none, or no knee.
    knees : ndarray of shape (n_draws,), dtype float64
        NaN in draws without a knee.
    is_flat : ndarray of shape (n_draws,), dtype bool
        True in draws with a knee above which quality hardly pays: a third of the slope below, at most.
    """

    quality: float
    low: float
    high: float
    share: float
    below: np.ndarray
    above: np.ndarray
    lowest: float
    place: Place
    spacing: float | None
    knees: np.ndarray
    is_flat: np.ndarray

    @property
    def is_clear(self) -> bool:
        """True if nearly all draws have a knee."""
        return self.share >= SURE

    @property
    def is_flat_above(self) -> bool:
        """True if in nearly all draws quality hardly pays above it."""
        return float(np.mean(self.is_flat)) >= SURE


def estimate_knee(study: Study) -> Knee | None:
    """Estimate the knee of quality over all lines where every slice is used.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Knee or None
        None if fewer than `MIN_QUALITIES` were measured on every line, or chance is unknown.
    """
    combinations = study.combinations
    rows = _keep_shared(combinations[combinations["completeness"] == 1])
    if rows.empty or not study.can_tell:
        return None
    values = study.performance[rows["combination"].to_numpy()]
    line = rows.groupby(LINE).ngroup().to_numpy()
    steps = np.unique(rows["quality"])
    knees, below, above = fit_broken_lines(rows["achieved_quality"].to_numpy(), line, values, steps=steps)
    # Where quality pays nowhere, a fall towards exact masks is no knee either.
    has_knee = (below > 0) & (above < below)
    quantiles = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
    low, middle, high = np.quantile(knees[has_knee], quantiles).tolist() if has_knee.any() else [np.nan] * 3
    return Knee(
        quality=middle,
        low=low,
        high=high,
        share=float(has_knee.mean()),
        below=below[has_knee] / 10,
        above=above[has_knee] / 10,
        lowest=float(steps[0]),
        place=_place(middle, steps),
        spacing=_spacing_at(middle, rows),
        knees=np.where(has_knee, knees, np.nan),
        is_flat=has_knee & (above <= FLAT * below),
    )


def _spacing_at(quality: float, rows: pd.DataFrame) -> float | None:
    known = rows[(rows["quality"] < 1) & rows["spacing"].notna()].sort_values("achieved_quality")
    if known.empty or np.isnan(quality):
        return None
    return float(np.interp(quality, known["achieved_quality"], known["spacing"]))


def _place(middle: float, steps: np.ndarray) -> Place:
    if middle < steps[1] + STEP / 2:
        return "at or below"
    return "at or above" if middle > steps[-2] - STEP / 2 else "at"


def _keep_shared(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep qualities that at least half of the lines have, and lines with enough of them.

    A few points far below all others would be a bend of their own.
    """
    rows = rows[rows.groupby(LINE)["quality"].transform("nunique") >= MIN_QUALITIES]
    n_lines = rows.groupby(LINE).ngroups
    rows = rows[rows.groupby("quality")["diversity"].transform("size") >= n_lines / 2]
    return rows[rows.groupby(LINE)["quality"].transform("nunique") >= MIN_QUALITIES]


def fit_broken_lines(
    quality: np.ndarray, line: np.ndarray, values: np.ndarray, *, steps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit lines that bend at one common quality, by least squares weighted with the draws' variance.

    Parameters
    ----------
    quality : ndarray of shape (n_points,), dtype float64
    line : ndarray of shape (n_points,), dtype int64
        Line of each point, from 0.
    values : ndarray of shape (n_points, n_draws), dtype float64
    steps : ndarray of shape (n_steps,), dtype float64
        The different qualities that were asked for, ascending; at least four.

    Returns
    -------
    knee, slope_below, slope_above : ndarray of shape (n_draws,), dtype float64
        Slopes are per unit of quality. At least two different qualities lie on either side of a knee.
    """
    levels = np.eye(int(line.max()) + 1)[line]
    candidates = np.round(np.arange(steps[1], steps[-2] + STEP / 2, STEP), 6)
    best, coefficients = fit_bends(
        (
            np.column_stack([levels, np.minimum(quality, knee), np.maximum(quality - knee, 0)])
            for knee in candidates
        ),
        values,
    )
    return candidates[best], coefficients[-2], coefficients[-1]
