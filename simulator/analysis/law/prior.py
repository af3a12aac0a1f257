"""What is thought of a law before its data set was measured: nearly nothing, or what other data sets showed."""

from collections.abc import Sequence

import numpy as np

from ...statistics.process import Normal, Process

__all__ = ["SCALES", "TYPICAL_SLICES", "WEAK", "learn_prior"]

TYPICAL_SLICES = 300
"""Slices of a training set of which the noise of a training is spoken."""

WEAK = Normal(
    mean=np.array([*np.log([0.15, 0.3, 0.7, 1.0, 0.7, 0.4, 1.3]), 0.0]),
    deviation=np.array([1.0, 1.2, 0.6, 1.5, 0.6, 1.0, 0.4, 0.3]),
)
"""Of the law's parameters, in the order of `PARAMETERS`: two of three within a factor of two to four."""

SCALES = Normal(
    mean=np.array([*np.log([0.12, 0.02, 0.06]), -0.3, *np.log([1.2, 2.0, 0.2])]),
    deviation=np.array([1.0, 1.0, 0.5, 0.15, 0.4, 0.4, 0.4]),
)
"""Of what varies around the curve, relative to what is missing to Dice 1: smoothly 12 %, a configuration's own scatter
2 %, another seed 6 % at `TYPICAL_SLICES`."""

LEAST_DEVIATION = 0.2
"""Of a parameter between data sets, however alike those are that were measured."""

OF_ANOTHER = 0.15
"""Deviation that a further data set is given beyond that of the measured ones."""


def learn_prior(others: Sequence[Process]) -> Normal:
    """Learn a prior from the laws of other data sets.

    Parameters
    ----------
    others : sequence of Process
        Fitted with the weak prior; with fewer than two of them that prior is returned, as one shows no spread.

    Returns
    -------
    Normal
        Their mean, and their deviation widened.
    """
    if len(others) < 2:
        return WEAK
    parameters = np.stack([law.parameters for law in others])
    deviation = np.hypot(parameters.std(axis=0, ddof=1), OF_ANOTHER)
    return Normal(mean=parameters.mean(axis=0), deviation=np.maximum(deviation, LEAST_DEVIATION))
