"""How sure a number is: what another seed, and other test volumes, would have made of it (DESIGN §4, performance).

Two tools. `seed_halfwidths` is a t interval of a combination's mean over seeds, with one deviation pooled over all
combinations: it covers the chance of selection, initial weights and batches *for this pool and these test volumes*, and
assumes that this chance is about as large everywhere. `resample_means` draws seeds and test volumes anew, crossed and
the same for every combination, so that what combinations share cancels in their differences: it covers other test
patients of the same kind too. Neither covers another pool. Tried on drawn numbers without any true difference, the 90 %
interval of a gain held 0 in 80 to 94 of 100 cases with 2 seeds, 85 to 96 with 3, 90 to 94 with 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import stdtrit

__all__ = [
    "LEVEL",
    "N_RESAMPLES",
    "Resamples",
    "interval_of",
    "performance_cube",
    "resample_means",
    "seed_halfwidths",
]

LEVEL = 0.9
"""Coverage of all intervals."""

N_RESAMPLES = 1000


def seed_halfwidths(values: np.ndarray, codes: np.ndarray, *, n_groups: int) -> np.ndarray:
    """Compute the half-width of the t interval of each group's mean, with a pooled deviation.

    Parameters
    ----------
    values : ndarray of shape (n,), dtype float64
        One value a run.
    codes : ndarray of shape (n,), dtype int64
        Group (combination) of each run, in [0, n_groups).
    n_groups : int

    Returns
    -------
    ndarray of shape (n_groups,), dtype float64
        NaN for all if no group has two values, and for groups without any.
    """
    n = np.bincount(codes, minlength=n_groups)
    means = np.bincount(codes, values, minlength=n_groups) / np.maximum(n, 1)
    n_free = int(np.maximum(n - 1, 0).sum())
    if n_free == 0:
        return np.full(n_groups, np.nan)
    deviation = np.sqrt(np.sum((values - means[codes]) ** 2) / n_free)
    width: np.ndarray = stdtrit(n_free, (1 + LEVEL) / 2) * deviation / np.sqrt(np.where(n > 0, n, np.nan))
    return width


def performance_cube(runs: pd.DataFrame, codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Arrange the Dice of every test volume by combination and seed.

    Parameters
    ----------
    runs : DataFrame
        Columns seed and volume_dice.
    codes : ndarray of shape (n_runs,), dtype int64
        Combination of each run.
    rows : ndarray of shape (n_rows,), dtype int64
        Combinations wanted, each once.

    Returns
    -------
    ndarray of shape (n_rows, n_seeds, n_test), dtype float64
        All seeds of `runs`, ascending; NaN where a combination was not run with a seed.
    """
    seeds, seed_codes = np.unique(runs["seed"].to_numpy(), return_inverse=True)
    place = np.full(int(codes.max()) + 1, -1)
    place[rows] = np.arange(len(rows))
    is_wanted = place[codes] >= 0
    values = np.stack(runs["volume_dice"].to_numpy()[is_wanted]).astype(np.float64)
    cube = np.full((len(rows), len(seeds), values.shape[1]), np.nan)
    cube[place[codes[is_wanted]], seed_codes[is_wanted]] = values
    return cube


def resample_means(cube: np.ndarray, *, n_resamples: int = N_RESAMPLES, seed: int = 0) -> np.ndarray:
    """Draw seeds and test volumes anew, crossed, and the same for every combination.

    Of each, one fewer is drawn than there are: with replacement, that makes the variance of a mean right also for few
    (Rao and Wu 1988, doi:10.1080/01621459.1988.10478591); where there is only one, it is always drawn and its chance
    stays unseen.

    Parameters
    ----------
    cube : ndarray of shape (n_rows, n_seeds, n_test), dtype float64
        From `performance_cube`.
    n_resamples : int, default=1000
    seed : int, default=0
        Same seed, same draws.

    Returns
    -------
    ndarray of shape (n_rows, n_resamples), dtype float64
        Mean Dice of each combination in each resample. Where none of its seeds was drawn, all of them count.
    """
    generator = np.random.default_rng(seed)
    _, n_seeds, n_test = cube.shape
    of_seeds = _draw(generator, n_seeds, n_resamples)
    of_volumes = _draw(generator, n_test, n_resamples)
    is_run = ~np.isnan(cube).any(axis=2)
    by_seed = np.where(is_run[:, :, None], cube, 0) @ (of_volumes / of_volumes.sum(axis=0))
    weight = is_run[:, :, None] * of_seeds[None]
    weight = np.where(weight.any(axis=1, keepdims=True), weight, is_run[:, :, None])
    means: np.ndarray = (by_seed * weight).sum(axis=1) / weight.sum(axis=1)
    return means


@dataclass(frozen=True, kw_only=True, eq=False)
class Resamples:
    """Resampled means of the combinations that a comparison needs.

    Parameters
    ----------
    place : dict of int to int
        Combination → row of `means`.
    means : ndarray of shape (n_combinations, n_resamples), dtype float64
    """

    place: dict[int, int]
    means: np.ndarray

    @classmethod
    def of(cls, runs: pd.DataFrame, codes: np.ndarray, combinations: Iterable[int]) -> Self:
        """Resample some combinations; `codes` says which combination each run belongs to."""
        wanted = sorted(set(combinations))
        cube = performance_cube(runs, codes, np.array(wanted, dtype=np.int64))
        return cls(place={number: i for i, number in enumerate(wanted)}, means=resample_means(cube))

    def mix(self, weights: Iterable[tuple[int, float]]) -> np.ndarray:
        """Resampled means of a weighted sum of combinations: ndarray of shape (n_resamples,), dtype float64."""
        total: np.ndarray = sum(weight * self.means[self.place[number]] for number, weight in weights)
        return total


def interval_of(differences: np.ndarray) -> tuple[float, float]:
    """Central interval of resampled values.

    Parameters
    ----------
    differences : ndarray of shape (n_resamples,), dtype float64

    Returns
    -------
    low, high : float
    """
    low, high = np.quantile(differences, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _draw(generator: np.random.Generator, n: int, n_resamples: int) -> np.ndarray:
    """Draw how often each of n is taken: ndarray of shape (n, n_resamples), dtype float64."""
    counts = generator.multinomial(max(n - 1, 1), np.full(n, 1 / n), size=n_resamples)
    return counts.T.astype(np.float64)
