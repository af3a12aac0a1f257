"""What one measure of effort makes of what was measured: each configuration's price, the frontier, its trajectory."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..effort import EffortMeasure, Prices
from ..records import DatasetReference
from ..statistics.uncertainty import Draws, limits_of
from .frontier.hull import Frontier, find_frontier
from .frontier.trajectory import Trajectory, estimate_trajectory

__all__ = ["Priced"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Priced:
    """The configurations of one study, priced by one measure of effort.

    Parameters
    ----------
    dataset : DatasetReference
    protocol : str
    measure : EffortMeasure
    prices : Prices
    combinations : DataFrame
        From `combine`, with column effort, in the measure's unit; NaN outside the measure's domain.
    draws : Draws
        Of all configurations, by their number.
    full : int or None
        Number of full virtues; None where they were not measured.
    full_effort : float
        Of labeling the whole pool exactly.
    """

    dataset: DatasetReference
    protocol: str
    measure: EffortMeasure
    prices: Prices
    combinations: pd.DataFrame
    draws: Draws
    full: int | None
    full_effort: float

    @cached_property
    def frontier(self) -> Frontier:
        """The optimal trajectory over what the law expects.

        Points and vertices have further columns: expected_low and expected_high, 90 % limits, and expected_normalized,
        expected_normalized_low and expected_normalized_high, all that divided by full virtues. NaN where chance is
        unknown, or full virtues were not measured.
        """
        return find_frontier(self.combinations.assign(**self._limits()), by="expected")

    def _limits(self) -> dict[str, np.ndarray]:
        expected, is_known = self.draws.expected, self.draws.is_known
        unknown = np.full(len(expected), np.nan)
        low, high = limits_of(expected) if is_known else (unknown, unknown)
        limits = {"expected_low": low.clip(min=0), "expected_high": high.clip(max=1)}
        names = ("expected_normalized", "expected_normalized_low", "expected_normalized_high")
        if self.full is None:
            return limits | dict.fromkeys(names, unknown)
        below, above = limits_of(expected / expected[self.full]) if is_known else (unknown, unknown)
        centres = self.draws.centres
        return limits | dict(zip(names, (centres / centres[self.full], below, above), strict=True))

    @cached_property
    def trajectory(self) -> Trajectory | None:
        """The trajectory in every draw; None where chance between trainings is unknown or nothing has a price."""
        if not self.draws.is_known or self.frontier.points.empty:
            return None
        return estimate_trajectory(self.frontier, self.draws, full=self.full)
