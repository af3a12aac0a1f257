"""The law of one data set: what is expected of a strategy, measured or not, and how sure that is.

It speaks of ln(1 − Dice), where what volumes, slices and quality do adds up to nearly the same everywhere; all else
comes from `statistics.process`. Test volumes are drawn alike for all strategies, so what these share cancels in their
differences: the part of a volume's chance that neighbours share moves along the law, the rest is noise.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cholesky, orth

from ...statistics.process import JITTER, Normal, Observations, Process, fit_process
from ...statistics.uncertainty import Uncertainty
from .curve import coordinates, missing
from .prior import SCALES, TYPICAL_SLICES, WEAK

__all__ = ["Expectation", "Law", "coordinates_of", "fit_law"]

LEAST_MISSING = 1e-3
"""Of a training to Dice 1: its logarithm is taken."""

LEAST_SHARE = 0.1
"""Of a configuration's own chance that a regression on the others can leave."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectation:
    """What is expected of some strategies.

    Parameters
    ----------
    dice : ndarray of shape (k,), dtype float64
        Over trainings with other seeds.
    draws : ndarray of shape (k, n_draws), dtype float64
        What the expected Dice may be, jointly.
    """

    dice: np.ndarray
    draws: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Law:
    """The law of one data set, protocol and proxy; made by `fit_law`.

    Parameters
    ----------
    process : Process
        Of ln(1 − Dice).
    shared : ndarray of shape (n, n_test), dtype float64
        How much more than the mean each test volume lacks to Dice 1, relative to it, as far as neighbours share that.
    """

    process: Process
    shared: np.ndarray

    def expect(
        self,
        inputs: np.ndarray,
        *,
        patients: np.ndarray,
        generator: np.random.Generator,
        which: np.ndarray | None = None,
    ) -> Expectation:
        """Say what is expected of some strategies, in every draw of chance.

        Parameters
        ----------
        inputs : ndarray of shape (k, 3), dtype float64
            From `coordinates`.
        patients : ndarray of shape (n_test, n_draws), dtype float64
            Chance of the test volumes, from `draw_chance`.
        generator : Generator
            Of all other chance.
        which : ndarray of shape (k,), dtype int64, or None, default=None
            The configuration that each strategy is, −1 for none.

        Returns
        -------
        Expectation
        """
        known = self.process.predict(inputs, which=which)
        covariance = known.covariance + JITTER * np.eye(len(inputs))
        chance = generator.standard_normal((len(inputs), patients.shape[1]))
        moved = known.weights @ (self.shared @ patients) + cholesky(covariance, lower=True) @ chance
        # The mean of what trainings lack, whose logarithms are normal.
        of_seeds = self.process.noise(_log_size(inputs)) ** 2 / 2
        return Expectation(
            dice=1 - np.exp(known.mean + of_seeds),
            draws=1 - np.exp((known.mean + of_seeds)[:, None] + moved),
        )


def coordinates_of(rows: pd.DataFrame) -> np.ndarray:
    """Lay configurations out by their counts and achieved quality: as `coordinates`."""
    return coordinates(
        rows["n_volumes"].to_numpy(), rows["n_slices_used"].to_numpy(), rows["achieved_quality"].to_numpy()
    )


def fit_law(
    runs: pd.DataFrame,
    codes: np.ndarray,
    *,
    combinations: pd.DataFrame,
    uncertainty: Uncertainty,
    prior: Normal = WEAK,
) -> Law:
    """Fit the law to runs.

    Parameters
    ----------
    runs : DataFrame
        Column dice.
    codes : ndarray of shape (n_runs,), dtype int64
        Row of `combinations` that each run belongs to.
    combinations : DataFrame
        One row a configuration: n_volumes, n_slices_used, achieved_quality.
    uncertainty : Uncertainty
        Of their means.
    prior : Normal, default=WEAK
        Of the law's parameters.

    Returns
    -------
    Law
    """
    inputs, n_runs = coordinates_of(combinations), np.bincount(codes, minlength=len(combinations))
    lacking = np.log((1 - runs["dice"].to_numpy(dtype=np.float64)).clip(min=LEAST_MISSING))
    means = np.bincount(codes, lacking, minlength=len(combinations)) / n_runs
    shared, variances = _split_volumes(uncertainty.by_volume, means, inputs)
    observations = Observations(
        inputs=inputs,
        log_size=_log_size(inputs),
        means=means,
        squares=np.bincount(codes, (lacking - means[codes]) ** 2, minlength=len(combinations)),
        n_runs=n_runs,
        variances=variances,
    )
    return Law(process=fit_process(observations, curve=missing, prior=prior, scales=SCALES), shared=shared)


def _log_size(inputs: np.ndarray) -> np.ndarray:
    """Logarithm of the slices used, of `TYPICAL_SLICES`."""
    size: np.ndarray = inputs[:, 0] + inputs[:, 1] - np.log(TYPICAL_SLICES)
    return size


def _split_volumes(
    by_volume: np.ndarray, means: np.ndarray, inputs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Split what test volumes lack beyond their mean into what neighbours share and what is a configuration's own.

    Returns the shared part relative to the mean, of shape (n, n_test), and the variance of the mean of the rest; none
    with one test volume, whose chance stays unseen.
    """
    centred = (by_volume.mean(axis=1, keepdims=True) - by_volume) / np.exp(means)[:, None]
    n_test = by_volume.shape[1]
    basis = orth(np.column_stack([np.ones(len(inputs)), inputs, means]))
    shared = basis @ (basis.T @ centred)
    share = (1 - np.einsum("ij,ij->i", basis, basis)).clip(min=LEAST_SHARE)
    own = centred - shared
    variances = (own**2).sum(axis=1) / (share * n_test * max(n_test - 1, 1))
    return shared, variances
