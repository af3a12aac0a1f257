"""The best of many noisy means looks too good: every mean is pulled towards what its neighbours say.

A mean is its true value plus chance; true values scatter around a smooth surface over the three virtues. From both
variances follows how much of a mean's distance from the surface is chance (Fay and Herriot 1979,
doi:10.1080/01621459.1979.10482505). What is left has hardly any winner's curse, however the winner was picked, because
a posterior does not depend on why one looks at it (Efron 2011, doi:10.1198/jasa.2011.tm11181). Where the surface does
not fit, a mean is believed all the same: none is moved by more than two of its standard errors (limited translation;
Efron and Morris 1972, doi:10.1080/01621459.1972.10481215).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

__all__ = ["Shrinkage", "shrink", "virtue_features"]

N_KNOTS = 5
"""Places at which the surface may bend, a virtue."""

MIN_COMBINATIONS = 5
"""Fewer say nothing of what is usual among them."""

LARGEST_SHIFT = 2.0
"""Standard errors that a mean is pulled towards the surface at most."""

LARGEST_LOG = 16.0
"""Bounds of the two estimated variances, as logarithms of their ratio to the variance of the means."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shrinkage:
    """What is left of every mean.

    Parameters
    ----------
    weight : ndarray of shape (n,), dtype float64
        Share of a mean's distance from the surface that is taken at face value, in [0, 1]; so large that no mean is
        moved by more than `LARGEST_SHIFT` standard errors.
    surface : ndarray of shape (n,), dtype float64
        The smooth surface at each combination.
    root : ndarray of shape (n, n_features), dtype float64
        ``root @ root.T`` is the covariance of the surface.
    """

    weight: np.ndarray
    surface: np.ndarray
    root: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Pull values, of shape (n,), towards the surface."""
        shrunk: np.ndarray = self.weight * values + (1 - self.weight) * self.surface
        return shrunk


def virtue_features(combinations: pd.DataFrame) -> np.ndarray:
    """Describe combinations for the surface: curves in the logarithms of d and c and in the loss of quality.

    Parameters
    ----------
    combinations : DataFrame
        Columns diversity, completeness, quality, proxy, sampling.

    Returns
    -------
    ndarray of shape (n, n_features), dtype float64
        A constant, and centred columns of variance 1: the three virtues, a slope of its own in quality or completeness
        for every further proxy and sampling, products of two, and for each virtue and for the share of all slices
        (d × c) functions that bend at `N_KNOTS` places (a penalized spline as a mixed model; Ruppert, Wand and Carroll
        2003, doi:10.1017/CBO9780511755453, chapter 4). Columns that do not vary are left out.
    """
    d, c = np.log(combinations["diversity"]), np.log(combinations["completeness"])
    loss = 1 - combinations["quality"]
    own = [loss * (combinations["proxy"] == name) for name in sorted(set(combinations["proxy"]))[1:]]
    own += [c * (combinations["sampling"] == name) for name in sorted(set(combinations["sampling"]))[1:]]
    of_all = _hinges(d + c) if np.ptp(d) and np.ptp(c) else []  # else they are the hinges of the other
    columns = [d, c, loss, *own, d * c, d * loss, c * loss, *_hinges(d), *_hinges(c), *_hinges(loss), *of_all]
    features = np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    centred = features - features.mean(axis=0)
    spread = centred.std(axis=0)
    is_varied = spread > 1e-9  # of a column that is constant but for rounding
    return np.column_stack([np.ones(len(d)), centred[:, is_varied] / spread[is_varied]])


def _hinges(values: pd.Series) -> list[np.ndarray]:
    """Piecewise linear functions that bend between the ends: what a smooth curve is made of."""
    knots = np.linspace(values.min(), values.max(), N_KNOTS + 2)[1:-1]
    return [np.maximum(values.to_numpy() - knot, 0) for knot in knots]


def shrink(values: np.ndarray, variances: np.ndarray, features: np.ndarray) -> Shrinkage:
    """Estimate the surface, the scatter of true values around it, and what is left of every mean.

    Parameters
    ----------
    values : ndarray of shape (n,), dtype float64
        Measured means.
    variances : ndarray of shape (n,), dtype float64
        Of the chance in each of them that the others do not share.
    features : ndarray of shape (n, n_features), dtype float64
        From `virtue_features`.

    Returns
    -------
    Shrinkage
        Weights of 1 where there are fewer than `MIN_COMBINATIONS`, or chance is unknown or none.

    Notes
    -----
    The surface's coefficients (not its constant) are normal around 0, so that few or equal combinations give a flat
    one. Their variance and that of the scatter maximize the restricted likelihood (Patterson and Thompson 1971,
    doi:10.1093/biomet/58.3.545), written with Henderson's mixed model equations.
    """
    n = len(values)
    if n < MIN_COMBINATIONS or not (variances > 0).all() or np.ptp(values) == 0:
        return Shrinkage(weight=np.ones(n), surface=values, root=np.zeros((n, 1)))
    size = float(np.var(values))

    def cost(logs: np.ndarray) -> float:
        scatter, slope = size * np.exp(np.clip(logs, -LARGEST_LOG, LARGEST_LOG))
        return _solve(values, variances + scatter, features, slope).cost

    best = minimize(
        cost, x0=np.array([-3.0, 0.0]), method="Nelder-Mead", options={"xatol": 0.05, "fatol": 1e-3}
    )
    scatter, slope = size * np.exp(np.clip(best.x, -LARGEST_LOG, LARGEST_LOG))
    solution = _solve(values, variances + scatter, features, slope)
    surface = features @ solution.coefficients
    largest_shift = LARGEST_SHIFT * np.sqrt(variances) / np.maximum(np.abs(values - surface), 1e-12)
    return Shrinkage(
        weight=np.maximum(scatter / (scatter + variances), 1 - largest_shift),
        surface=surface,
        root=features @ np.linalg.cholesky(np.linalg.inv(solution.precision)),
    )


class _Solution(NamedTuple):
    coefficients: np.ndarray
    precision: np.ndarray
    cost: float


def _solve(values: np.ndarray, variances: np.ndarray, features: np.ndarray, slope: float) -> _Solution:
    """Solve Henderson's equations; the cost is minus twice the restricted log likelihood, up to a constant."""
    weighted = features / variances[:, None]
    precision = features.T @ weighted
    n_slopes = features.shape[1] - 1
    precision[np.arange(1, n_slopes + 1), np.arange(1, n_slopes + 1)] += 1 / slope
    right = weighted.T @ values
    coefficients = np.linalg.solve(precision, right)
    rss = float(values @ (values / variances) - right @ coefficients)
    volume = float(np.log(variances).sum()) + n_slopes * np.log(slope) + np.linalg.slogdet(precision)[1]
    return _Solution(coefficients, precision, rss + float(volume))
