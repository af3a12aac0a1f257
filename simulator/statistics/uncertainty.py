"""How sure a number is: what other seeds and other test patients would have made of it.

Two sources of chance are drawn: seeds (selection, initial weights, batches), independent between combinations, with the
smooth variance of `seeds`; and test volumes, the same draw for every combination, so that what combinations share
cancels in their differences. The pool is not drawn: near d = 1 all seeds share it, so every interval is *for this
pool*. All else is read off these draws: intervals, bands, how often a strategy wins, what choosing it loses. Coverage,
on synthetic worlds with known truth, is stated in docs/method.md.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from .seeds import SeedVariance, estimate_seed_variance

__all__ = [
    "LEVEL",
    "N_DRAWS",
    "SURE",
    "Chance",
    "Draws",
    "Uncertainty",
    "draw_chance",
    "estimate_uncertainty",
    "excludes_zero",
    "gain_interval",
    "interval_of",
    "limits_of",
    "smallest_gain",
    "student_halfwidth",
]

LEVEL = 0.9
"""Coverage of all intervals."""

SURE = 0.95
"""Share of draws from which on something is said without reserve, and one minus which something else is."""

N_DRAWS = 1000


@dataclass(frozen=True, kw_only=True, eq=False)
class Uncertainty:
    """How uncertain the combinations' means are.

    Parameters
    ----------
    dice : ndarray of shape (n,), dtype float64
        Measured mean over seeds and test volumes.
    by_volume : ndarray of shape (n, n_test), dtype float64
        Mean over seeds.
    seed_variance : ndarray of shape (n,), dtype float64
        Of the mean over a combination's seeds; NaN if no combination has two.
    seed_dof : int
        Degrees of freedom behind it.
    """

    dice: np.ndarray
    by_volume: np.ndarray
    seed_variance: np.ndarray
    seed_dof: int

    @property
    def is_known(self) -> bool:
        """True if some combination has two seeds, and there are two test volumes: else nobody can say how sure."""
        return self.seed_dof > 0 and self.by_volume.shape[1] > 1


def estimate_uncertainty(runs: pd.DataFrame, codes: np.ndarray, combinations: pd.DataFrame) -> Uncertainty:
    """Estimate how uncertain every combination's mean is.

    Parameters
    ----------
    runs : DataFrame
        Columns dice and volume_dice.
    codes : ndarray of shape (n_runs,), dtype int64
        Row of `combinations` that each run belongs to.
    combinations : DataFrame
        One row a combination: n_slices_used and n_volumes.

    Returns
    -------
    Uncertainty
    """
    n_seeds = np.bincount(codes, minlength=len(combinations))
    volumes = np.stack(runs["volume_dice"].tolist()).astype(np.float64)
    by_volume = np.zeros((len(combinations), volumes.shape[1]))
    np.add.at(by_volume, codes, volumes)
    by_volume /= n_seeds[:, None]
    seeds: SeedVariance = estimate_seed_variance(
        runs["dice"].to_numpy(),
        codes,
        n_slices=combinations["n_slices_used"].to_numpy(dtype=np.float64),
        n_volumes=combinations["n_volumes"].to_numpy(dtype=np.float64),
    )
    return Uncertainty(
        dice=by_volume.mean(axis=1),
        by_volume=by_volume,
        seed_variance=seeds.variance / n_seeds,
        seed_dof=seeds.dof,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Joint draws of the performance that each combination truly has, by two readings of what was measured.

    Parameters
    ----------
    measured : ndarray of shape (n, n_draws), dtype float64
        Around the measured means: for a combination, or a contrast, that was chosen before looking.
    expected : ndarray of shape (n, n_draws), dtype float64
        Around what the law expects: for whatever was picked because it looked best.
    centres : ndarray of shape (n,), dtype float64
        What the law expects.
    is_known : bool
        False if chance between trainings or between patients is unknown; the draws then vary by what is left.
    """

    measured: np.ndarray
    expected: np.ndarray
    centres: np.ndarray
    is_known: bool

    def centre(self, weights: Iterable[tuple[int, float]]) -> float:
        """Weighted sum of what is expected."""
        return float(sum(weight * self.centres[number] for number, weight in weights))

    def mix(self, weights: Iterable[tuple[int, float]]) -> np.ndarray:
        """Draws of a weighted sum of combinations, as expected: ndarray of shape (n_draws,), dtype float64."""
        total: np.ndarray = sum(weight * self.expected[number] for number, weight in weights)
        return total


@dataclass(frozen=True, kw_only=True, eq=False)
class Chance:
    """Draws of what other test volumes and other seeds would have changed.

    Parameters
    ----------
    patients : ndarray of shape (n_test, n_draws), dtype float64
        By how much of each test volume's distance from the mean the mean moves; the same for all combinations.
    measured : ndarray of shape (n, n_draws), dtype float64
        The measured means, moved by test volumes and seeds.
    other : ndarray of shape (n + n_more, n_draws), dtype float64
        Standard normal, for what a model knows of each combination and of further ones.
    pool : ndarray of shape (n_draws,), dtype float64
        Standard normal, for what other volumes of the same kind would have given.
    """

    patients: np.ndarray
    measured: np.ndarray
    other: np.ndarray
    pool: np.ndarray


def draw_chance(
    uncertainty: Uncertainty, *, n_draws: int = N_DRAWS, n_more: int = 0, seed: int = 0
) -> Chance:
    """Draw what other seeds and other test volumes would have given, jointly for all combinations.

    Parameters
    ----------
    uncertainty : Uncertainty
    n_draws : int, default=1000
    n_more : int, default=0
        Further strategies that may be drawn.
    seed : int, default=0
        Of the chance between trainings; test volumes are drawn alike whatever the seed, so that what was measured on
        the same ones by two protocols is paired.

    Returns
    -------
    Chance

    Notes
    -----
    Test volumes: a multivariate t with the combinations' covariance over volumes, n_test − 1 degrees of freedom; with
    one test volume its chance stays unseen. Seeds: independent t with the degrees of freedom of the smooth variance.
    """
    generator, volumes = np.random.default_rng([seed, 0]), np.random.default_rng([0, 1])
    n, n_test = uncertainty.by_volume.shape
    patients = np.zeros((n_test, n_draws))
    if n_test > 1:
        patients = volumes.standard_normal((n_test, n_draws)) * _tails(volumes, n_test - 1, n_draws)
        patients /= np.sqrt(n_test * (n_test - 1))
    of_seeds = np.zeros((n, n_draws))
    if uncertainty.seed_dof > 0:
        of_seeds = generator.standard_normal((n, n_draws)) * _tails(generator, uncertainty.seed_dof, n_draws)
        of_seeds *= np.sqrt(uncertainty.seed_variance)[:, None]
    centred = uncertainty.by_volume - uncertainty.dice[:, None]
    return Chance(
        patients=patients,
        measured=uncertainty.dice[:, None] + centred @ patients + of_seeds,
        other=generator.standard_normal((n + n_more, n_draws)),
        pool=np.random.default_rng([0, 2]).standard_normal(n_draws),
    )


def student_halfwidth(seed_variance: np.ndarray, volume_values: np.ndarray, *, seed_dof: int) -> np.ndarray:
    """Half-width of the t interval of each row's mean, over seeds and test volumes.

    Parameters
    ----------
    seed_variance : ndarray of shape (n,), dtype float64
        Of the means; NaN gives NaN.
    volume_values : ndarray of shape (n, n_test), dtype float64
        One test volume says nothing about others: all are NaN.
    seed_dof : int
        Degrees of freedom of the seeds' variance.

    Returns
    -------
    ndarray of shape (n,), dtype float64
        With the degrees of freedom that Welch and Satterthwaite give a sum of two variances
        (doi:10.2307/3002019).
    """
    of_volumes = _variance_of_mean(volume_values)
    total = seed_variance + of_volumes
    n_test = volume_values.shape[1]
    spread = seed_variance**2 / max(seed_dof, 1) + of_volumes**2 / max(n_test - 1, 1)
    is_sure = ~(spread > 0)
    dof = np.where(is_sure, 1e9, total**2 / np.where(is_sure, 1, spread))
    halfwidth: np.ndarray = stdtrit(dof, (1 + LEVEL) / 2) * np.sqrt(total)
    return halfwidth


def smallest_gain(
    uncertainty: Uncertainty, *, before: int, after: int, n_seeds: tuple[float, float], n_test: int
) -> float | None:
    """Say which gain between two trainings is as large as the half-width of its 90 % interval.

    Parameters
    ----------
    uncertainty : Uncertainty
    before, after : int
        Numbers of two combinations, such as two stops on the way: the same volumes are scored after both.
    n_seeds : tuple of float
        Seeds of the two; one training of each will be compared.
    n_test : int
        At least 2.

    Returns
    -------
    float or None
        In Dice: Student's t with n_test − 1 degrees of freedom, on the paired differences' variance between volumes
        and the variance of two trainings; None where one test volume or one seed each says nothing of either.
    """
    differences = uncertainty.by_volume[after] - uncertainty.by_volume[before]
    if len(differences) < 2 or not uncertainty.is_known:
        return None
    of_volumes = float(np.var(differences, ddof=1)) / n_test
    of_seeds = float(uncertainty.seed_variance[[before, after]] @ np.array(n_seeds))
    return float(stdtrit(n_test - 1, (1 + LEVEL) / 2)) * math.sqrt(of_volumes + of_seeds)


def limits_of(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Central 90 % limits over the last axis: low and high, of the shape of the others."""
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=-1)
    return low, high


def interval_of(draws: np.ndarray) -> tuple[float, float]:
    """Central interval of drawn values.

    Parameters
    ----------
    draws : ndarray of shape (n_draws,), dtype float64

    Returns
    -------
    low, high : float
    """
    low, high = limits_of(draws)
    return float(low), float(high)


def gain_interval(
    draws: Draws, better: Iterable[tuple[int, float]], other: Iterable[tuple[int, float]]
) -> tuple[float | None, float | None]:
    """Interval of what one mixture of combinations has over another; None where chance between trainings is unknown."""
    return interval_of(draws.mix(better) - draws.mix(other)) if draws.is_known else (None, None)


def excludes_zero(low: float | None, high: float | None) -> bool:
    """Say whether a difference can be measured: its interval is known, and 0 is not in it."""
    return low is not None and high is not None and (low > 0 or high < 0)


def _tails(generator: np.random.Generator, dof: int, n_draws: int) -> np.ndarray:
    """Factors that make normal draws those of Student's t: ndarray of shape (n_draws,), dtype float64."""
    factors: np.ndarray = np.sqrt(dof / generator.chisquare(dof, n_draws))
    return factors


def _variance_of_mean(volume_values: np.ndarray) -> np.ndarray:
    """Variance of each row's mean over test volumes; NaN with one volume."""
    n_test = volume_values.shape[1]
    if n_test < 2:
        return np.full(len(volume_values), np.nan)
    variance: np.ndarray = volume_values.var(axis=1, ddof=1) / n_test
    return variance
