"""How much another seed would have changed a combination's Dice: one smooth law instead of a deviation of three values.

With three seeds a combination's own deviation says little; pooled over combinations it says a lot, but a combination
of few slices is far noisier than one of many. So the variances are modelled as gamma variables whose mean is a power of
the numbers of slices and of volumes (a generalized linear model with logarithmic link; McCullagh and Nelder 1989,
doi:10.1007/978-1-4899-3242-6, §8.3).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["SeedVariance", "estimate_seed_variance"]

MIN_GROUPS = 12
"""Combinations with two seeds from which on a law is fitted; with fewer, one variance is pooled."""

PRIOR = 1.0
"""Ridge on the exponents of the law, in units of one combination's information: no data, no slope."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SeedVariance:
    """Variance of Dice over seeds.

    Parameters
    ----------
    variance : ndarray of shape (n_groups,), dtype float64
        Of one run of each combination; NaN for all if no combination has two seeds.
    dof : int
        Degrees of freedom behind it; 0 if unknown.
    """

    variance: np.ndarray
    dof: int


def estimate_seed_variance(
    values: np.ndarray, codes: np.ndarray, *, n_slices: np.ndarray, n_volumes: np.ndarray
) -> SeedVariance:
    """Estimate the variance over seeds of every combination.

    Parameters
    ----------
    values : ndarray of shape (n_runs,), dtype float64
        Mean Dice of each run.
    codes : ndarray of shape (n_runs,), dtype int64
        Combination of each run, in [0, n_groups).
    n_slices, n_volumes : ndarray of shape (n_groups,), dtype float64
        Slices used and volumes opened by each combination, at least 1.

    Returns
    -------
    SeedVariance
        One pooled variance, or with at least `MIN_GROUPS` combinations of two seeds a power law in both counts, scaled
        so that over all runs it explains what was seen.
    """
    n_groups = len(n_slices)
    n = np.bincount(codes, minlength=n_groups)
    means = np.bincount(codes, values, minlength=n_groups) / np.maximum(n, 1)
    squares = np.bincount(codes, (values - means[codes]) ** 2, minlength=n_groups)
    dof = np.maximum(n - 1, 0)
    total = int(dof.sum())
    if total == 0:
        return SeedVariance(variance=np.full(n_groups, np.nan), dof=0)
    pooled = np.full(n_groups, squares.sum() / total)
    is_known = dof > 0
    if np.count_nonzero(is_known) < MIN_GROUPS or pooled[0] == 0:
        return SeedVariance(variance=pooled, dof=total)
    features = np.stack([np.log(n_slices), np.log(n_volumes)], axis=1)
    features -= np.average(features[is_known], axis=0, weights=dof[is_known])
    law = _fit_power_law(squares[is_known] / dof[is_known], dof[is_known], features[is_known])
    shape = np.exp(features @ law)
    scale = np.sum(squares[is_known] / shape[is_known]) / total
    # The exponents cost two degrees of freedom.
    return SeedVariance(variance=scale * shape, dof=total - len(law))


def _fit_power_law(variances: np.ndarray, dof: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Fit the exponents by iteratively reweighted least squares; returns shape (n_features,)."""
    design = np.column_stack([np.ones(len(features)), features])
    weights = dof / 2
    ridge = np.diag([0.0, *[PRIOR] * features.shape[1]])
    normal = design.T @ (weights[:, None] * design) + ridge
    coefficients = np.zeros(design.shape[1])
    coefficients[0] = np.log(np.average(variances, weights=dof))
    for _ in range(50):
        linear = design @ coefficients
        response = linear + variances / np.exp(linear) - 1
        step = np.linalg.solve(normal, design.T @ (weights * response)) - coefficients
        coefficients = coefficients + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    exponents: np.ndarray = coefficients[1:]
    return exponents
