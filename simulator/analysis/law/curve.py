"""The law's curve: how much is missing to a perfect model with some volumes, slices and quality.

1 − Dice = e + a·v^−α + b·m^−β + g·l^γ·v^t: an error that no labeling takes away, what few volumes cost, what few slices
cost, what is lost with quality; each a power, as learning curves are (Hestness et al. 2017, arXiv:1712.00409). In
counts, not shares: another pool has other shares for the same volumes.
"""

import numpy as np

from ...statistics.process import Normal

__all__ = ["PARAMETERS", "SCALES", "TYPICAL_SLICES", "WEAK", "coordinates", "missing"]

PARAMETERS = ("ln e", "ln a", "ln α", "ln b", "ln β", "ln g", "ln γ", "t")
"""In their order."""

WEAK = Normal(
    mean=np.array([*np.log([0.15, 0.3, 0.7, 1.0, 0.7, 0.4, 1.3]), 0.0]),
    deviation=np.array([1.0, 1.2, 0.6, 1.5, 0.6, 1.0, 0.4, 0.3]),
)
"""What is thought of the parameters where nothing is known: two of three lie within a factor of two to four."""

TYPICAL_SLICES = 300
"""Slices of a training set of which the noise of a training is spoken."""

SCALES = Normal(
    mean=np.array([*np.log([0.12, 0.02, 0.06]), -0.3, *np.log([1.2, 2.0, 0.2])]),
    deviation=np.array([1.0, 1.0, 0.5, 0.15, 0.4, 0.4, 0.4]),
)
"""Of what varies around the curve, relative to what is missing to Dice 1: smoothly 12 %, a configuration's own scatter
2 %, another seed 6 % at `TYPICAL_SLICES`."""

TINY = 1e-9
"""A loss of quality below this is none."""


def coordinates(n_volumes: np.ndarray, n_slices: np.ndarray, quality: np.ndarray) -> np.ndarray:
    """Lay strategies out so that equal steps mean about the same.

    Parameters
    ----------
    n_volumes, n_slices : ndarray of shape (n,)
        Volumes labeled, and slices used in all of them together; at least 1.
    quality : ndarray of shape (n,)
        Achieved, in (0, 1].

    Returns
    -------
    ndarray of shape (n, 3), dtype float64
        ln volumes, ln slices a volume, loss of quality.
    """
    log_volumes = np.log(np.asarray(n_volumes, dtype=np.float64))
    log_slices = np.log(np.asarray(n_slices, dtype=np.float64))
    return np.stack(
        [log_volumes, log_slices - log_volumes, 1 - np.asarray(quality, dtype=np.float64)], axis=1
    )


def missing(parameters: np.ndarray, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute ln(1 − Dice) by the law.

    Parameters
    ----------
    parameters : ndarray of shape (8,), dtype float64
        As `PARAMETERS` names them.
    inputs : ndarray of shape (n, 3), dtype float64
        From `coordinates`.

    Returns
    -------
    values : ndarray of shape (n,), dtype float64
    jacobian : ndarray of shape (n, 8), dtype float64
    """
    error, a, alpha, b, beta, g, gamma = np.exp(parameters[:7])
    log_volumes, loss = inputs[:, 0], inputs[:, 2]
    log_slices = log_volumes + inputs[:, 1]
    log_loss = np.log(np.maximum(loss, TINY))
    of_none = np.full(len(inputs), error)
    of_volumes = a * np.exp(-alpha * log_volumes)
    of_slices = b * np.exp(-beta * log_slices)
    of_loss = np.where(loss > TINY, g * np.exp(gamma * log_loss + parameters[7] * log_volumes), 0.0)
    total = of_none + of_volumes + of_slices + of_loss
    slopes = [
        of_none,
        of_volumes,
        -alpha * log_volumes * of_volumes,
        of_slices,
        -beta * log_slices * of_slices,
        of_loss,
        gamma * log_loss * of_loss,
        log_volumes * of_loss,
    ]
    return np.log(total), np.stack(slopes, axis=1) / total[:, None]
