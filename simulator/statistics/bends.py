"""Where a line bends: least squares over a series of possible bends, in every draw (segmented regression)."""

from collections.abc import Iterable

import numpy as np

__all__ = ["fit_bends"]


def fit_bends(designs: Iterable[np.ndarray], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit one design a bend, and keep in every draw the bend with the least squares.

    Points are weighted with the inverse of their spread over the draws, their common part taken off.

    Parameters
    ----------
    designs : iterable of ndarray of shape (n_points, n_coefficients), dtype float64
        One for each bend that is tried.
    values : ndarray of shape (n_points, n_draws), dtype float64

    Returns
    -------
    best : ndarray of shape (n_draws,), dtype int64
        Number of the bend.
    coefficients : ndarray of shape (n_coefficients, n_draws), dtype float64
        Of its fit.

    Examples
    --------
    >>> x = np.arange(5.0)
    >>> values = np.array([[0.0], [1.0], [2.0], [2.0], [2.0]])
    >>> best, (slope,) = fit_bends([np.minimum(x, bend)[:, None] for bend in (1.0, 2.0, 3.0)], values)
    >>> best.tolist(), slope.round(6).tolist()
    ([1], [1.0])
    """
    spread = (values - values.mean(axis=0)).std(axis=1)
    weight = 1 / np.maximum(spread, max(float(spread.max()) / 10, 1e-12))[:, None]
    squares, fits = [], []
    for design in designs:
        # Not with @: beside trainings, threads of BLAS wait on each other many times as long as this takes.
        coefficients = np.einsum("cp,pd->cd", np.linalg.pinv(design * weight), values * weight)
        fitted = np.einsum("pc,cd->pd", design, coefficients)
        squares.append((((values - fitted) * weight) ** 2).sum(axis=0))
        fits.append(coefficients)
    best: np.ndarray = np.argmin(squares, axis=0)
    return best, np.stack(fits)[best, :, np.arange(values.shape[1])].T
