"""The chance of the pool: other volumes of the same kind give another Dice, and few volumes more so than many.

Seeds of one configuration draw other volumes of the same pool, so what they vary by tells what a volume more or less
does: σ² = t² + b·(1/v − 1/N) for v of N volumes, where t is a training's own chance, and b goes with the draw of
volumes without putting back. Carried over to a pool of somebody else's, that chance counts twice: b/v for her volumes,
and b/N for those that were measured.
"""

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from ..combinations import COMBINATION
from .law import LEAST_MISSING

__all__ = ["estimate_volume_variance", "pool_variance"]

USUAL = 0.1
"""Variance of ln(1 − Dice) that goes with one volume, between the 0.03 (hippocampus) and 0.16 (phantom) that are
published: taken where seeds were too few to tell."""

ENOUGH = 20
"""Degrees of freedom between seeds from which on they tell."""

N_ROUNDS = 20
"""Of reweighting: a variance is known as well as it is small."""


def estimate_volume_variance(runs: pd.DataFrame) -> float:
    """Estimate b: the variance of ln(1 − Dice) that goes with the draw of one volume.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol.

    Returns
    -------
    float
        At least 0; `USUAL` where there are too few seeds.
    """
    lacking = np.log((1 - runs["dice"]).clip(lower=LEAST_MISSING))
    seeds = lacking.groupby([runs[name] for name in [*COMBINATION, "n_volumes"]]).agg(["var", "count"])
    seeds = seeds[seeds["count"] >= 2].reset_index()
    dof = seeds["count"].to_numpy() - 1
    if dof.sum() < ENOUGH:
        return USUAL
    n_volumes, n_pool = seeds["n_volumes"].to_numpy(dtype=float), float(runs["n_pool"].max())
    terms = np.column_stack([np.ones(len(seeds)), 1 / n_volumes - 1 / n_pool])
    variances = seeds["var"].to_numpy()
    found = np.array([np.average(variances, weights=dof), 0.0])
    for _ in range(N_ROUNDS):
        # Of a variance from χ² the deviation is in proportion to it.
        weights = np.sqrt(dof) / (terms @ found).clip(min=variances.mean() / 100)
        found, _ = nnls(terms * weights[:, None], variances * weights)
    return float(found[1])


def pool_variance(of_volume: float, *, n_volumes: np.ndarray, n_measured: int) -> np.ndarray:
    """Variance of ln(1 − Dice) between pools, for strategies that label some volumes of another one.

    Parameters
    ----------
    of_volume : float
        From `estimate_volume_variance`.
    n_volumes : ndarray of shape (n,)
        That each strategy labels.
    n_measured : int
        Volumes of the pool that was measured.

    Returns
    -------
    ndarray of shape (n,), dtype float64
    """
    variance: np.ndarray = of_volume * (1 / np.asarray(n_volumes, dtype=float) + 1 / n_measured)
    return variance
