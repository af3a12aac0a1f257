"""What is thought of a law before its data set was measured: nearly nothing, or what other data sets showed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ...statistics.process import Normal, Process
from .candidates import Ranges
from .curve import WEAK

__all__ = ["BEYOND", "NO_PRIOR", "Prior", "learn_prior"]

LEAST_DEVIATION = 0.2
"""Of a parameter between data sets, however alike those are that were measured."""

OF_ANOTHER = 0.15
"""Deviation that a further data set is given beyond that of the measured ones."""

BEYOND = np.log(2) * np.array([1, 1, 0, 1])
"""Counts up to twice, and down to half, of what the others measured are told; quality is not."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prior:
    """What other data sets say of one that was not measured yet.

    Parameters
    ----------
    parameters : Normal
        Of the law's parameters, in the order of `PARAMETERS`.
    names : tuple of str
        The data sets; none for the weak prior, which answers nothing by itself.
    ranges : Ranges or None
        Where they tell something; None for the weak prior.
    """

    parameters: Normal
    names: tuple[str, ...]
    ranges: Ranges | None


NO_PRIOR = Prior(parameters=WEAK, names=(), ranges=None)
"""Nearly nothing."""


def learn_prior(others: Mapping[str, tuple[Process, Ranges]]) -> Prior:
    """Learn a prior from the laws of other data sets.

    Parameters
    ----------
    others : mapping of str to (Process, Ranges)
        Data set's name → its law, fitted with the weak prior, and what was measured; with fewer than two of them that
        prior is returned, as one shows no spread.

    Returns
    -------
    Prior
        Their mean, and their deviation widened.
    """
    if len(others) < 2:
        return NO_PRIOR
    parameters = np.stack([law.parameters for law, _ in others.values()])
    deviation = np.hypot(parameters.std(axis=0, ddof=1), OF_ANOTHER)
    low, high = reduce(Ranges.join, (ranges for _, ranges in others.values()))
    return Prior(
        parameters=Normal(mean=parameters.mean(axis=0), deviation=np.maximum(deviation, LEAST_DEVIATION)),
        names=tuple(sorted(others)),
        ranges=Ranges(low - BEYOND, high + BEYOND),
    )
