"""What one measure of effort makes of what was measured: each configuration's price, the frontier, its trajectory."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..effort import EffortMeasure, Prices
from ..records import DatasetReference
from ..statistics.uncertainty import Draws, limits_of
from .frontier.hull import Frontier, find_frontier
from .frontier.trajectory import Trajectory, find_trajectory

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
        """The optimal trajectory over the measured means; points have the limits expected_low and expected_high."""
        found = find_frontier(self.combinations)
        if found.points.empty:
            return found
        low, high = limits_of(self.draws.expected[found.points["combination"].to_numpy()])
        is_known = self.draws.is_known
        points = found.points.assign(
            expected_low=np.where(is_known, low.clip(min=0), np.nan),
            expected_high=np.where(is_known, high.clip(max=1), np.nan),
        )
        return replace(found, points=points)

    @cached_property
    def trajectory(self) -> Trajectory | None:
        """The trajectory in every draw; None where chance between trainings is unknown or nothing has a price."""
        if not self.draws.is_known or self.frontier.points.empty:
            return None
        return find_trajectory(self.frontier, self.draws, full=self.full)
