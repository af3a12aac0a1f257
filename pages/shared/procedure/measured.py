"""What all four steps read: the combinations of the reference, in hours, and how sure they are."""

from dataclasses import dataclass

import pandas as pd

from simulator.analysis.combinations import COMBINATION, combine_with_chances
from simulator.analysis.strategies import full_number
from simulator.analysis.uncertainty import Chances, Draws, draw_performance
from simulator.effort import MEASURES, Prices
from simulator.records import Virtues

__all__ = ["Measured", "measure_reference"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """The combinations of one data set and protocol.

    Parameters
    ----------
    combinations : DataFrame
        From `combine`, effort in hours.
    chances : Chances
    draws : Draws
    full : int or None
        Number of full virtues; None where they were not measured.
    """

    combinations: pd.DataFrame
    chances: Chances
    draws: Draws
    full: int | None

    def row_of(self, virtues: Virtues) -> pd.Series | None:
        """Find the row of some virtues; None where they were not measured."""
        wanted = [getattr(virtues, name) for name in COMBINATION]
        rows = self.combinations[self.combinations[COMBINATION].eq(wanted).all(axis=1)]
        return rows.iloc[0] if len(rows) else None

    def missing(self, wanted: tuple[Virtues, ...]) -> tuple[Virtues, ...]:
        """Keep what was not measured."""
        return tuple(virtues for virtues in wanted if self.row_of(virtues) is None)


def measure_reference(runs: pd.DataFrame, *, prices: Prices) -> Measured | None:
    """Combine runs of one data set and protocol; None without runs."""
    if runs.empty:
        return None
    combinations, chances = combine_with_chances(runs, measure=MEASURES["hours"], prices=prices)
    return Measured(
        combinations=combinations,
        chances=chances,
        draws=draw_performance(chances),
        full=full_number(combinations),
    )
