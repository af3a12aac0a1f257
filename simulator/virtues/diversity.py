"""Diversity: which of the pool's volumes are labeled (paper §2.1).

The portion of random volumes is the paper's proxy for how many kinds of patients a data set has seen.
"""

import math

import numpy as np

from .random_streams import generator

__all__ = ["count_volumes", "select_volumes"]


def count_volumes(*, n_pool: int, diversity: float) -> int:
    """Count the volumes that a diversity selects: the nearest whole number, at least one.

    Examples
    --------
    >>> count_volumes(n_pool=48, diversity=0.6)
    29
    """
    return max(1, math.floor(diversity * n_pool + 0.5))


def select_volumes(*, n_pool: int, diversity: float, seed: int) -> np.ndarray:
    """Select volumes at random, nested within a seed.

    Parameters
    ----------
    n_pool : int
        Volumes of the pool, at least 1.
    diversity : float in (0, 1]
        Portion to select.
    seed : int
        Seed of the simulation.

    Returns
    -------
    ndarray of shape (n_selected,), dtype int64
        Indices into the pool, ascending. A smaller diversity selects a subset of a larger one's.
    """
    order = generator(seed=seed, purpose="volumes").permutation(n_pool)
    return np.sort(order[: count_volumes(n_pool=n_pool, diversity=diversity)])
