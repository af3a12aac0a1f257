"""What one measure of effort makes of what was measured: each configuration's price, the frontier, its trajectory."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..effort import EffortMeasure, Prices
from ..records import DatasetReference, Virtues
from ..statistics.uncertainty import Draws, limits_of
from .combinations import VIRTUES
from .frontier.hull import Frontier, find_frontier
from .frontier.trajectory import Trajectory, estimate_trajectory

__all__ = ["ROUNDING", "Priced"]

ROUNDING = 1e-5
"""Virtues are the same that differ by less: a third is 0.333333 in a record."""


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
    candidates : DataFrame
        Strategies that were not measured, from `find_candidates`, with columns effort, expected and kind.
    draw : callable
        ``(rows of candidates) -> Draws``: `draws`, and behind the configurations one row a strategy.
    full : int or None
        Number of full virtues; None where they were not measured.
    full_effort : float
        Of labeling the whole pool exactly.
    has_prior : bool
        True if other data sets say something of this one.
    """

    dataset: DatasetReference
    protocol: str
    measure: EffortMeasure
    prices: Prices
    combinations: pd.DataFrame
    draws: Draws
    candidates: pd.DataFrame
    draw: Callable[[pd.DataFrame], Draws]
    full: int | None
    full_effort: float
    has_prior: bool

    @cached_property
    def frontier(self) -> Frontier:
        """The optimal trajectory over what the law expects.

        Points and vertices have further columns: expected_low and expected_high, 90 % limits, and expected_normalized,
        expected_normalized_low and expected_normalized_high, all that divided by full virtues. NaN where chance is
        unknown, or full virtues were not measured.
        """
        return find_frontier(self.combinations.assign(**self._limits()), by="expected")

    @cached_property
    def offers(self) -> pd.DataFrame:
        """All that may be recommended, measured or not (column is_measured), in order of effort."""
        candidates = self.candidates.dropna(subset=["effort"]).assign(is_measured=False)
        measured = self.frontier.points.assign(is_measured=True, kind="measured")
        offers = pd.concat([measured, candidates] if len(measured) else [candidates], ignore_index=True)
        return offers.sort_values("effort", kind="stable", ignore_index=True)

    def offer_of(self, virtues: Virtues) -> pd.Series | None:
        """Find what may be recommended by its virtues; None where it is none of it."""
        is_it = (self.offers[VIRTUES] - [getattr(virtues, name) for name in VIRTUES]).abs() < ROUNDING
        names = {"proxy": virtues.proxy, "sampling": virtues.sampling}
        found = self.offers[is_it.all(axis=1) & (self.offers[list(names)] == pd.Series(names)).all(axis=1)]
        return found.iloc[0] if len(found) else None

    def draw_offers(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, Draws]:
        """Draw some of what may be recommended, together with all that was measured.

        Parameters
        ----------
        rows : DataFrame
            Of `offers`.

        Returns
        -------
        rows : DataFrame
            With the number of each among the draws in column combination.
        draws : Draws
        """
        is_new = ~rows["is_measured"].to_numpy()
        numbers = rows.get("combination", pd.Series(np.nan, index=rows.index)).to_numpy(
            dtype=float, copy=True
        )
        numbers[is_new] = len(self.combinations) + np.arange(np.count_nonzero(is_new))
        draws = self.draw(rows[is_new]) if is_new.any() else self.draws
        return rows.assign(combination=numbers.astype(int)), draws

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
