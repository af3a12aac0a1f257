"""What the next measured step in each direction gains for the work that it takes (paper §4, step 4)."""

from collections.abc import Sequence

from ..analysis.recommendation.branches import Branch
from ..statistics.uncertainty import interval_of
from .gains import GainsData

__all__ = ["branches_data", "unit_of_rates"]

NAMES = {"volumes": "More volumes", "slices": "More slices", "filling": "Filled in"}

UNITS = (1, 10)
READABLE = 0.005
"""The largest gain shown for one unit of work is at least this, so that three decimals tell."""


def branches_data(branches: Sequence[Branch]) -> GainsData:
    """Compute the numbers of the chart: Dice gained for one or ten hours, with 90 % intervals.

    Parameters
    ----------
    branches : sequence of Branch
        Effort in hours; at least one.

    Returns
    -------
    GainsData
    """
    unit = unit_of_rates(branches)
    limits = [(None, None) if branch.low is None else interval_of(unit * branch.rates) for branch in branches]
    return GainsData(
        budgets=tuple(NAMES[branch.direction] for branch in branches),
        gains=tuple(unit * branch.rate for branch in branches),
        lows=tuple(low for low, _ in limits),
        highs=tuple(high for _, high in limits),
        noise=None,
        x_title="Dice gained an hour of work" if unit == 1 else f"Dice gained in {unit} hours of work",
    )


def unit_of_rates(branches: Sequence[Branch]) -> int:
    """Choose the hours of work that gains are given for: 1 or 10."""
    largest = max(abs(branch.rate) for branch in branches)
    return next((unit for unit in UNITS if unit * largest >= READABLE), UNITS[-1])
