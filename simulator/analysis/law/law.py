"""The law of one data set: what is expected of a strategy, measured or not, and how sure that is.

It speaks of ln(1 − Dice), where what volumes, slices and quality do adds up to nearly the same everywhere; all else
comes from `statistics.process`. Test volumes are drawn alike for all strategies, so what these share cancels in their
differences: the part of a volume's chance that neighbours share moves along the law, the rest is noise.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cholesky, orth
from scipy.special import stdtrit

from ...statistics.process import JITTER, Normal, Observations, Process, fit_process
from ...statistics.uncertainty import LEVEL, Uncertainty
from .curve import SCALES, TYPICAL_SLICES, WEAK, coordinates, missing

__all__ = ["LEAST_MISSING", "Law", "coordinates_of", "fit_law", "unmeasured_law"]

LEAST_MISSING = 1e-3
"""Of a training to Dice 1: its logarithm is taken."""

USUAL_VOLUME_VARIANCE = 0.1
"""Between test volumes, where nobody knows."""

LEAST_SHARE = 0.1
"""Of a configuration's own chance that a regression on the others can leave."""


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

    def expect(self, inputs: np.ndarray, *, which: np.ndarray | None = None) -> np.ndarray:
        """Say which Dice strategies are expected to give, over trainings with other seeds.

        Parameters
        ----------
        inputs : ndarray of shape (k, 3), dtype float64
            From `coordinates`.
        which : ndarray of shape (k,), dtype int64, or None, default=None
            The configuration that each strategy is, −1 for none.

        Returns
        -------
        ndarray of shape (k,), dtype float64
        """
        expected: np.ndarray = 1 - np.exp(self.process.mean(inputs, which=which) + self._of_seeds(inputs))
        return expected

    def limits(
        self, inputs: np.ndarray, *, which: np.ndarray | None = None, further: np.ndarray | float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the 90 % interval of what each strategy is expected to give: low and high, of shape (k,).

        Over other test volumes as well, unless there is only one; `further` is variance of ln(1 − Dice) on top.
        """
        known = self.process.expect(inputs, which=which)
        n_test = self.shared.shape[1]
        of_volumes = np.square(known.weights @ self.shared).sum(axis=1) / max(n_test * (n_test - 1), 1)
        quantiles = stdtrit([np.inf, max(n_test - 1, 1)], (1 + LEVEL) / 2)
        halfwidth = np.hypot(
            quantiles[0] * np.sqrt(known.variance + further), quantiles[1] * np.sqrt(of_volumes)
        )
        centre = known.mean + self._of_seeds(inputs)
        return 1 - np.exp(centre + halfwidth), 1 - np.exp(centre - halfwidth)

    def draw(
        self,
        inputs: np.ndarray,
        *,
        which: np.ndarray,
        patients: np.ndarray,
        chance: np.ndarray,
        first: int = 0,
        is_smooth: bool = False,
    ) -> np.ndarray:
        """Draw what the expected Dice of strategies may be, jointly.

        Parameters
        ----------
        inputs, which
            As `expect` takes them.
        patients : ndarray of shape (n_test, n_draws), dtype float64
            Chance of the test volumes, from `draw_chance`.
        chance : ndarray of shape (k, n_draws), dtype float64
            Standard normal: all other chance. What is drawn of a strategy does not change with those behind it.
        first : int, default=0
            The strategies before this one are not returned.
        is_smooth : bool, default=False
            True leaves out the scatter of each strategy that was not measured: along a line of them that would be
            steps up and down where there is a slope.

        Returns
        -------
        ndarray of shape (k - first, n_draws), dtype float64
        """
        known = self.process.predict(inputs, which=which)
        covariance = known.covariance + JITTER * np.eye(len(inputs))
        if is_smooth:
            covariance -= self.process.own_variance * np.diag(which < 0)
        root = cholesky(covariance, lower=True)[first:]
        moved = known.weights[first:] @ (self.shared @ patients) + root @ chance
        centre = known.mean[first:] + self._of_seeds(inputs[first:])
        drawn: np.ndarray = 1 - np.exp(centre[:, None] + moved)
        return drawn

    def seed_variance(self, inputs: np.ndarray) -> np.ndarray:
        """Variance of ln(1 − Dice) between trainings with other seeds: float64, of shape (k,)."""
        variance: np.ndarray = self.process.noise(_log_size(inputs)) ** 2
        return variance

    @property
    def volume_variance(self) -> float:
        """Variance of ln(1 − Dice) between test volumes: relative to the mean; about 0.3² where it is not known."""
        if self.shared.size == 0 or self.shared.shape[1] < 2:
            return USUAL_VOLUME_VARIANCE
        return float(self.shared.var(axis=1, ddof=1).mean())

    def _of_seeds(self, inputs: np.ndarray) -> np.ndarray:
        """From the mean of logarithms to the logarithm of the mean, as these are normal."""
        half: np.ndarray = self.seed_variance(inputs) / 2
        return half


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


def unmeasured_law(prior: Normal, *, n_test: int = 1) -> Law:
    """Make the law of a data set of which nothing was measured, with so many test volumes: what its prior says."""
    none = np.empty(0)
    observations = Observations(
        inputs=np.empty((0, 3)),
        log_size=none,
        means=none,
        squares=none,
        n_runs=np.empty(0, dtype=np.int64),
        variances=none,
    )
    process = fit_process(observations, curve=missing, prior=prior, scales=SCALES)
    return Law(process=process, shared=np.empty((0, n_test)))


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
