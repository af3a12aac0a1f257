"""Strategies that a question is about, drawn together, so that what they share cancels in their differences."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...analysis import Study
from ...analysis.law.law import coordinates_of
from ...analysis.recommendation.recommend import NEAR
from ...analysis.study import N_MORE
from ...effort import MEASURES
from ...statistics.uncertainty import excludes_zero, interval_of, limits_of
from ..project import ProjectAnswer

__all__ = ["MOST_DRAWN", "Difference", "Drawn", "draw_together", "offers_of"]

MOST_DRAWN = N_MORE
"""Strategies that can be drawn together."""

HOURS = MEASURES["hours"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Dice of one strategy beside another's, with a 90 % interval; without one where chance is unknown.

    Parameters
    ----------
    dice : float
    low, high : float or None
    """

    dice: float
    low: float | None
    high: float | None

    @property
    def is_none(self) -> bool:
        """True if it would be as good."""
        return abs(self.dice) < NEAR

    @property
    def is_sure(self) -> bool:
        """True if it is one, and chance alone would hardly make it."""
        return not self.is_none and excludes_zero(self.low, self.high)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """What some strategies are expected to give, and what they would by chance.

    Parameters
    ----------
    dice : ndarray of shape (n,), dtype float64
    draws : ndarray of shape (n, n_draws), dtype float64, or None
        None where chance is unknown.
    """

    dice: np.ndarray
    draws: np.ndarray | None

    def compare(self, one: int, other: int) -> Difference:
        """Say what one gives more than another."""
        dice = float(self.dice[one] - self.dice[other])
        if self.draws is None:
            return Difference(dice=dice, low=None, high=None)
        low, high = interval_of(self.draws[one] - self.draws[other])
        return Difference(dice=dice, low=low, high=high)

    def limits(self) -> tuple[tuple[float, ...], tuple[float, ...]] | tuple[None, None]:
        """90 % limits of each."""
        if self.draws is None:
            return None, None
        low, high = limits_of(self.draws)
        return tuple(low.clip(0, 1).tolist()), tuple(high.clip(0, 1).tolist())


def draw_together(study: Study, rows: pd.DataFrame, *, is_smooth: bool = False) -> Drawn:
    """Draw some strategies of a project together.

    Parameters
    ----------
    study : Study
        Laid over her volumes, so that none of the strategies was measured.
    rows : DataFrame
        Columns n_volumes, n_slices_used and achieved_quality; at most `MOST_DRAWN` that differ.
    is_smooth : bool, default=False
        As `Law.draw` takes it.

    Returns
    -------
    Drawn
    """
    # Drawn twice, one strategy would be two.
    _, first, where = np.unique(coordinates_of(rows).round(9), axis=0, return_index=True, return_inverse=True)
    unique = rows.iloc[first]
    expected = study.law.expect(coordinates_of(unique))
    drawn = study.draw(unique.assign(expected=expected), is_smooth=is_smooth)
    draws = drawn.expected[-len(unique) :]
    where = where.reshape(-1)
    return Drawn(dice=expected[where], draws=draws[where] if drawn.is_known else None)


def offers_of(answer: ProjectAnswer) -> pd.DataFrame:
    """List what could be recommended for any hours, in order of effort, whether these are enough for it or not."""
    return answer.study.at(HOURS).offers if answer.study.can_answer else pd.DataFrame()
