"""A Gaussian process around a curve: what few noisy means say about every point, measured or not.

The curve has few parameters with a normal prior; it is fitted, and linearised there, so that what is not known of its
parameters becomes a part of the covariance. Around it the true values vary smoothly (Matérn 5/2; Rasmussen and Williams
2006, ISBN 026218253X, §4.2), and every point has a scatter of its own. A mean is its true value and noise, whose
deviation is a power of the point's size; the distances between repetitions enter the likelihood as well. The scales of
all variation maximize their posterior, then the deviations are raised to their posterior root mean squares: a mode is
too small where little is known, and intervals would be too narrow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky, solve_triangular
from scipy.optimize import least_squares, minimize

__all__ = ["Curve", "Marginal", "Normal", "Observations", "Posterior", "Process", "fit_process"]

Curve = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""``(parameters, inputs) -> (values, jacobian)``, of shapes (p,), (n, d) → (n,), (n, p)."""

SMOOTH, OWN, NOISE, EXPONENT = range(4)
"""Where the scales stand; the lengths follow."""

N_ROUNDS = 2
"""The curve is fitted with the scales of the round before."""

JITTER = 1e-9
"""Variance that keeps equal points apart."""

STEP = 1e-3
"""Of the differences that give the curvature of the likelihood, in logarithms."""

LARGEST_RAISE = 0.5
"""Of the logarithm of a deviation, from its mode to its root mean square."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Normal:
    """Independent normal variables.

    Parameters
    ----------
    mean : ndarray of shape (p,), dtype float64
    deviation : ndarray of shape (p,), dtype float64
    """

    mean: np.ndarray
    deviation: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Observations:
    """Means of repeated measurements at some points.

    Parameters
    ----------
    inputs : ndarray of shape (n, d), dtype float64
    log_size : ndarray of shape (n,), dtype float64
        What the noise of one measurement is a power of.
    means : ndarray of shape (n,), dtype float64
    squares : ndarray of shape (n,), dtype float64
        Sum of squared distances of the measurements from their mean.
    n_runs : ndarray of shape (n,), dtype int64
        Measurements of each mean, at least one.
    variances : ndarray of shape (n,), dtype float64
        Of further noise in each mean, however often it is measured.
    """

    inputs: np.ndarray
    log_size: np.ndarray
    means: np.ndarray
    squares: np.ndarray
    n_runs: np.ndarray
    variances: np.ndarray


class Marginal(NamedTuple):
    """What is known of the true value at each of some points: mean and variance (k,), and weights as in `Posterior`."""

    mean: np.ndarray
    variance: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """What is known of the true values at some points.

    Parameters
    ----------
    mean : ndarray of shape (k,), dtype float64
    covariance : ndarray of shape (k, k), dtype float64
    weights : ndarray of shape (k, n), dtype float64
        How far each observed mean moves each of these.
    """

    mean: np.ndarray
    covariance: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """A fitted process; made by `fit_process`.

    Parameters
    ----------
    observations : Observations
    curve : callable
    prior : Normal
        Of the curve's parameters.
    parameters : ndarray of shape (p,), dtype float64
        Where the curve is linearised.
    scales : ndarray of shape (4 + d,), dtype float64
        Logarithms of the deviations of the smooth part, of each point's own scatter and of one measurement's noise at
        log_size 0; the exponent of the noise; logarithms of the lengths on which the smooth part varies.
    """

    observations: Observations
    curve: Curve
    prior: Normal
    parameters: np.ndarray
    scales: np.ndarray

    def noise(self, log_size: np.ndarray) -> np.ndarray:
        """Deviation of one measurement, at points of some size: float64, of the shape of `log_size`."""
        deviation: np.ndarray = np.sqrt(_noise(self.scales, log_size))
        return deviation

    @property
    def own_variance(self) -> float:
        """Variance of a point's own scatter, which says nothing of its neighbours."""
        return float(np.exp(2 * self.scales[OWN]))

    def mean(self, inputs: np.ndarray, *, which: np.ndarray | None = None) -> np.ndarray:
        """Predict the true values at some points, without how sure: float64, of shape (k,); as `predict` takes them."""
        start, spread = _linearise(self.curve, self.parameters, self.prior, inputs)
        mean: np.ndarray = start + self._across(inputs, spread, which) @ self._known.solved
        return mean

    def expect(self, inputs: np.ndarray, *, which: np.ndarray | None = None) -> Marginal:
        """Predict the true value at each of some points, each for itself.

        Parameters
        ----------
        inputs, which
            As `predict` takes them.

        Returns
        -------
        Marginal
        """
        start, spread = _linearise(self.curve, self.parameters, self.prior, inputs)
        across = self._across(inputs, spread, which)
        weights = cho_solve((self._known.root, True), across.T).T
        alone = (spread**2).sum(axis=1) + np.exp(2 * self.scales[SMOOTH]) + np.exp(2 * self.scales[OWN])
        return Marginal(
            mean=start + across @ self._known.solved,
            variance=alone - (weights * across).sum(axis=1),
            weights=weights,
        )

    def predict(self, inputs: np.ndarray, *, which: np.ndarray | None = None) -> Posterior:
        """Predict the true values at some points.

        Parameters
        ----------
        inputs : ndarray of shape (k, d), dtype float64
        which : ndarray of shape (k,), dtype int64, or None, default=None
            The observation that each point is, −1 for none: only an observed point's own scatter can be told. None
            takes none as observed.

        Returns
        -------
        Posterior
        """
        start, spread = _linearise(self.curve, self.parameters, self.prior, inputs)
        across = self._across(inputs, spread, which)
        covariance = spread @ spread.T + _vary(_differ(inputs, inputs), self.scales).covariance
        covariance[np.diag_indices_from(covariance)] += np.exp(2 * self.scales[OWN])
        weights = cho_solve((self._known.root, True), across.T).T
        return Posterior(
            mean=start + across @ self._known.solved,
            covariance=covariance - weights @ across.T,
            weights=weights,
        )

    def _across(self, inputs: np.ndarray, spread: np.ndarray, which: np.ndarray | None) -> np.ndarray:
        """Covariance of some points with the observed ones: ndarray of shape (k, n)."""
        apart = _differ(inputs, self.observations.inputs)
        across: np.ndarray = spread @ self._known.spread.T + _vary(apart, self.scales).covariance
        if which is not None:
            rows = np.flatnonzero(which >= 0)
            across[rows, which[rows]] += np.exp(2 * self.scales[OWN])
        return across

    @cached_property
    def _known(self) -> "_Known":
        seen = self.observations
        start, spread = _linearise(self.curve, self.parameters, self.prior, seen.inputs)
        root = cholesky(spread @ spread.T + _around(seen, self.scales), lower=True)
        return _Known(spread, root, cho_solve((root, True), seen.means - start))


class _Known(NamedTuple):
    spread: np.ndarray
    root: np.ndarray
    solved: np.ndarray


def fit_process(observations: Observations, *, curve: Curve, prior: Normal, scales: Normal) -> Process:
    """Fit a process to observations.

    Parameters
    ----------
    observations : Observations
        May be none: the process is then its prior.
    curve : callable
    prior : Normal
        Of the curve's parameters.
    scales : Normal
        Prior of the scales, in the order of `Process`.

    Returns
    -------
    Process

    Notes
    -----
    The curve's parameters are those of highest posterior density given the scales (Gauss–Newton); with the curve
    linear around them, the scales' posterior is that of a Gaussian process with replicates (Binois, Gramacy and
    Ludkovski 2018, doi:10.1080/10618600.2018.1458625).
    """
    parameters, found = prior.mean, scales.mean
    if len(observations.means) == 0:
        raised = _raise(found, scales.deviation**2)
        return Process(
            observations=observations, curve=curve, prior=prior, parameters=parameters, scales=raised
        )
    apart = _differ(observations.inputs, observations.inputs)
    for _ in range(N_ROUNDS):
        parameters = _fit_curve(observations, curve, prior, found, start=parameters)
        values, spread = _linearise(curve, parameters, prior, observations.inputs)
        given = _Given(observations, apart, observations.means - values, spread @ spread.T, scales)
        found = minimize(_cost, x0=found, args=(given,), jac=True, method="L-BFGS-B").x
    found = _raise_deviations(found, given)
    return Process(observations=observations, curve=curve, prior=prior, parameters=parameters, scales=found)


def _fit_curve(
    observations: Observations, curve: Curve, prior: Normal, scales: np.ndarray, *, start: np.ndarray
) -> np.ndarray:
    """Find the parameters of highest posterior density, the scales given: ndarray of shape (p,)."""
    root = cholesky(_around(observations, scales), lower=True)
    n, p = len(observations.means), len(start)

    def residuals(standard: np.ndarray) -> np.ndarray:
        values, _ = curve(prior.mean + prior.deviation * standard, observations.inputs)
        return np.concatenate([solve_triangular(root, values - observations.means, lower=True), standard])

    def slopes(standard: np.ndarray) -> np.ndarray:
        _, jacobian = curve(prior.mean + prior.deviation * standard, observations.inputs)
        return np.concatenate(
            [solve_triangular(root, jacobian * prior.deviation, lower=True), np.eye(p)]
        ).reshape(n + p, p)

    best = least_squares(residuals, (start - prior.mean) / prior.deviation, jac=slopes, method="lm")
    found: np.ndarray = prior.mean + prior.deviation * best.x
    return found


def _linearise(
    curve: Curve, parameters: np.ndarray, prior: Normal, inputs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values at the prior's mean by the tangent, of shape (n,); and a root of their covariance, of shape (n, p)."""
    values, jacobian = curve(parameters, inputs)
    return values + jacobian @ (prior.mean - parameters), jacobian * prior.deviation


class _Varying(NamedTuple):
    covariance: np.ndarray
    slope: np.ndarray


def _vary(apart: np.ndarray, scales: np.ndarray) -> _Varying:
    """Covariance of the smooth part, and minus twice its slope by the squared distance in lengths."""
    squared = np.tensordot(np.exp(-2 * scales[EXPONENT + 1 :]), apart, axes=1)
    root = np.sqrt(5 * squared)
    fading = np.exp(2 * scales[SMOOTH] - root)
    return _Varying((1 + root + 5 / 3 * squared) * fading, 5 / 3 * (1 + root) * fading)


def _differ(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Squared differences of points, an input: ndarray of shape (d, k, n)."""
    differences: np.ndarray = (first.T[:, :, None] - second.T[:, None, :]) ** 2
    return differences


def _noise(scales: np.ndarray, log_size: np.ndarray) -> np.ndarray:
    """Variance of one measurement."""
    variance: np.ndarray = np.exp(2 * (scales[NOISE] + scales[EXPONENT] * log_size))
    return variance


def _around(observations: Observations, scales: np.ndarray) -> np.ndarray:
    """Covariance of the observed means around the curve: ndarray of shape (n, n)."""
    covariance = _vary(_differ(observations.inputs, observations.inputs), scales).covariance
    covariance[np.diag_indices_from(covariance)] += _apart(observations, scales)
    return covariance


def _apart(observations: Observations, scales: np.ndarray) -> np.ndarray:
    """Compute what each mean varies by alone: ndarray of shape (n,)."""
    noise = _noise(scales, observations.log_size) / observations.n_runs
    alone: np.ndarray = noise + observations.variances + np.exp(2 * scales[OWN]) + JITTER
    return alone


class _Given(NamedTuple):
    observations: Observations
    apart: np.ndarray
    residual: np.ndarray
    of_curve: np.ndarray
    prior: Normal


def _cost(scales: np.ndarray, given: _Given) -> tuple[float, np.ndarray]:
    """Minus the logarithm of the scales' posterior density, up to a constant, and its gradient."""
    observations, residual, prior = given.observations, given.residual, given.prior
    smooth, slope = _vary(given.apart, scales)
    total = given.of_curve + smooth
    total[np.diag_indices_from(total)] += _apart(observations, scales)
    standard = (scales - prior.mean) / prior.deviation
    try:
        root = cholesky(total, lower=True)
    except LinAlgError:
        # The search stepped so far that numbers cannot tell neighbours apart: what is thought of scales leads it back.
        return float(standard @ standard / 2), standard / prior.deviation
    inverse = cho_solve((root, True), np.eye(len(root)))
    solved = inverse @ residual
    of_one = _noise(scales, observations.log_size)
    again = observations.n_runs - 1
    cost = residual @ solved / 2 + np.log(np.diag(root)).sum() + standard @ standard / 2
    cost += (again * np.log(of_one) + observations.squares / of_one).sum() / 2

    pull = inverse - np.outer(solved, solved)  # twice the cost's slope by the covariance
    of_noise = np.diag(pull) * of_one / observations.n_runs + again - observations.squares / of_one
    by_length = np.tensordot(given.apart, pull * slope, axes=2) * np.exp(-2 * scales[EXPONENT + 1 :]) / 2
    gradient = [
        (pull * smooth).sum(),
        np.trace(pull) * np.exp(2 * scales[OWN]),
        of_noise.sum(),
        of_noise @ observations.log_size,
        *by_length,
    ]
    return float(cost), np.array(gradient) + standard / prior.deviation


def _raise_deviations(scales: np.ndarray, given: _Given) -> np.ndarray:
    """Raise the logarithms of the deviations from their modes to their root mean squares, by Laplace's method."""
    steps = STEP * np.eye(len(scales))
    curvature = np.stack([_cost(scales + step, given)[1] - _cost(scales - step, given)[1] for step in steps])
    return _raise(scales, np.diag(np.linalg.inv((curvature + curvature.T) / (4 * STEP))))


def _raise(scales: np.ndarray, variances: np.ndarray) -> np.ndarray:
    raised = scales.copy()
    deviations = [SMOOTH, OWN, NOISE]
    raised[deviations] += variances[deviations].clip(0, LARGEST_RAISE)
    return raised
