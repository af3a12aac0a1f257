"""How small a gain so many held-out volumes can tell from chance (paper §4, step 3)."""

import math

import numpy as np
from scipy.special import stdtrit

from ...statistics.uncertainty import LEVEL, Chances

__all__ = ["smallest_gain"]


def smallest_gain(
    chances: Chances, *, before: int, after: int, n_seeds: tuple[float, float], n_held_out: int
) -> float | None:
    """Say which gain between two trainings is as large as the half-width of its 90 % interval.

    Parameters
    ----------
    chances : Chances
    before, after : int
        Numbers of two combinations, such as two stops on the way: the same volumes are scored after both.
    n_seeds : tuple of float
        Seeds of the two; one training of each will be compared.
    n_held_out : int
        At least 2.

    Returns
    -------
    float or None
        In Dice: Student's t with n_held_out − 1 degrees of freedom, on the paired differences' variance between volumes
        and the variance of two trainings; None where one test volume or one seed each says nothing of either.
    """
    differences = chances.by_volume[after] - chances.by_volume[before]
    if len(differences) < 2 or not chances.is_known:
        return None
    of_volumes = float(np.var(differences, ddof=1)) / n_held_out
    of_seeds = float(chances.seed_variance[[before, after]] @ np.array(n_seeds))
    return float(stdtrit(n_held_out - 1, (1 + LEVEL) / 2)) * math.sqrt(of_volumes + of_seeds)
