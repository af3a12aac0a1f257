"""How sure the optimal trajectory is: the same draw of chance for all points, one trajectory a draw (paper §2.2).

The draws are those that the law expects: the trajectory is made of whatever looked best, so the measured line lies a
little too high, and the band says by how much.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...statistics.uncertainty import Draws, limits_of
from .hull import Frontier, find_frontier

__all__ = [
    "WORTH",
    "Band",
    "Trajectory",
    "estimate_trajectory",
    "find_hulls",
    "find_worth",
    "read_hulls",
    "trace_medians",
]

N_EFFORTS = 101
"""Efforts at which the band is computed."""

WORTH = 0.1
"""Least share of draws in which a vertex is one, for it to count as worth its effort: what happens more rarely lies
outside of all that a 90 % interval holds."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Band:
    """Pointwise interval of a curve.

    Parameters
    ----------
    low, middle, high : ndarray of shape (n_efforts,), dtype float64
        Limits of the 90 % interval, and the curve of the expected values.
    """

    low: np.ndarray
    middle: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Trajectory:
    """The trajectory in every draw.

    Parameters
    ----------
    frontier : Frontier
        Points, and the measured trajectory.
    efforts : ndarray of shape (n_efforts,), dtype float64
        From the cheapest point to the dearest, evenly.
    dice : Band
    normalized : Band or None
        Divided by full virtues in the same draw; None where these were not measured.
    vertex_share : ndarray of shape (n_points,), dtype float64
        Share of draws in which each of ``frontier.points`` is a vertex.
    is_vertex : ndarray of shape (n_points, n_draws), dtype bool
    draws : ndarray of shape (n_points, n_draws), dtype float64
        Performance of each point: normalized where it can be, else Dice.
    """

    frontier: Frontier
    efforts: np.ndarray
    dice: Band
    normalized: Band | None
    vertex_share: np.ndarray
    is_vertex: np.ndarray
    draws: np.ndarray


def estimate_trajectory(frontier: Frontier, draws: Draws, *, full: int | None) -> Trajectory:
    """Estimate the trajectory in every draw.

    Parameters
    ----------
    frontier : Frontier
        With at least one point.
    draws : Draws
        Of all combinations, by their number.
    full : int or None
        Number of full virtues; None where they were not measured.

    Returns
    -------
    Trajectory
    """
    points = frontier.points
    effort = points["effort"].to_numpy()
    dice = draws.expected[points["combination"].to_numpy()]
    is_vertex = find_hulls(effort, dice)
    efforts = np.linspace(effort[0], effort[-1], N_EFFORTS)
    curves = read_hulls(efforts, effort, dice, is_vertex)
    centre = draws.centres[points["combination"].to_numpy()][:, None]
    (line,) = read_hulls(efforts, effort, centre, find_hulls(effort, centre)).T
    reference = None if full is None else draws.expected[full]
    return Trajectory(
        frontier=frontier,
        efforts=efforts,
        dice=_band(curves, line),
        normalized=None if full is None else _band(curves / reference, line / draws.centres[full]),
        vertex_share=is_vertex.mean(axis=1),
        is_vertex=is_vertex,
        draws=dice if reference is None else dice / reference,
    )


def find_worth(frontier: Frontier, trajectory: Trajectory | None) -> pd.DataFrame:
    """Find the vertices that are worth their effort: those that are one in enough draws; all where chance is unknown.

    Parameters
    ----------
    frontier : Frontier
    trajectory : Trajectory or None
        Of that frontier.

    Returns
    -------
    DataFrame
        Rows of ``frontier.points``, in order of effort.
    """
    points = frontier.points
    is_worth = points["combination"].isin(frontier.vertices["combination"])
    if trajectory is not None:
        is_worth &= trajectory.vertex_share >= WORTH
    worth: pd.DataFrame = points[is_worth]
    return worth


def trace_medians(combinations: pd.DataFrame, draws: Draws, *, full: int | None) -> Trajectory | None:
    """Find the trajectory that the paper's figures show: over medians.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`, with the effort of the measure that is shown, and one way of losing quality.
    draws : Draws
        Of all combinations, by their number.
    full : int or None
        Number of full virtues; None where they were not measured.

    Returns
    -------
    Trajectory or None
        In its points, column dice is the median over seeds and dice_mean the mean. None if the measure prices nothing.
    """
    frontier = find_frontier(
        combinations.assign(dice_mean=combinations["dice"], dice=combinations["dice_median"])
    )
    return None if frontier.points.empty else estimate_trajectory(frontier, draws, full=full)


def find_hulls(effort: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Find the vertices of many rising, concave polylines over the same efforts, by one monotone chain for all.

    Parameters
    ----------
    effort : ndarray of shape (n,), dtype float64
        Ascending.
    values : ndarray of shape (n, n_draws), dtype float64

    Returns
    -------
    ndarray of shape (n, n_draws), dtype bool

    Examples
    --------
    >>> find_hulls(np.array([1.0, 2.0, 3.0]), np.array([[0.0], [0.1], [1.0]])).ravel().tolist()
    [True, False, True]
    """
    n, n_draws = values.shape
    every = np.arange(n_draws)
    chain = np.zeros((n, n_draws), dtype=np.int64)
    length = np.zeros(n_draws, dtype=np.int64)
    for i in range(n):
        last = chain[length - 1, every]
        is_rising = (length == 0) | (values[i] > values[last, every])
        popping = is_rising & (length > 0)
        while popping.any():
            b, a = chain[length - 1, every], chain[length - 2, every]
            rise_ab, rise_bi = values[b, every] - values[a, every], values[i] - values[b, every]
            is_below = rise_ab * (effort[i] - effort[b]) <= rise_bi * (effort[b] - effort[a])
            # A first point of the same effort is simply replaced.
            popping &= np.where(length > 1, is_below, effort[b] == effort[i])
            length -= popping
            popping &= length > 0
        chain[length[is_rising], every[is_rising]] = i
        length += is_rising
    is_vertex = np.zeros((n, n_draws), dtype=bool)
    is_on = np.arange(n)[:, None] < length
    is_vertex[chain[is_on], np.broadcast_to(every, (n, n_draws))[is_on]] = True
    return is_vertex


def read_hulls(
    efforts: np.ndarray, effort: np.ndarray, values: np.ndarray, is_vertex: np.ndarray
) -> np.ndarray:
    """Read many polylines at some efforts.

    Parameters
    ----------
    efforts : ndarray of shape (n_efforts,), dtype float64
        Beyond the last vertex a polyline is level.
    effort : ndarray of shape (n,), dtype float64
        Ascending.
    values : ndarray of shape (n, n_draws), dtype float64
    is_vertex : ndarray of shape (n, n_draws), dtype bool
        From `find_hulls`.

    Returns
    -------
    ndarray of shape (n_efforts, n_draws), dtype float64
    """
    lines = [
        np.interp(efforts, effort[on], column[on]) for on, column in zip(is_vertex.T, values.T, strict=True)
    ]
    return np.stack(lines, axis=1)


def _band(curves: np.ndarray, line: np.ndarray) -> Band:
    """Centre the drawn curves on the trajectory of the expected values: a maximum of draws is too high on average."""
    shift = line - curves.mean(axis=1)
    low, high = limits_of(curves)
    return Band(low=low + shift, middle=line, high=high + shift)
