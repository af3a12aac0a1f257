"""What claims, figures and evidence pages read: the combinations of one data set and protocol, and their draws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..effort import MEASURES, Prices
from ..records import DatasetReference, Virtues
from ..statistics.uncertainty import Chances, Draws, draw_performance
from .agreement import Agreement
from .combinations import COMBINATION, combination_codes, combine_with_chances
from .recommendation.strategies import full_number
from .runs import keep_proxy, reference_of

__all__ = ["Evidence", "gather_by_proxy", "gather_evidence"]

PRECISE = 4000
"""Draws: a share of 0.95 is then known to 0.004."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """The combinations of one data set and protocol, and of one way to lose quality.

    Parameters
    ----------
    dataset : DatasetReference
    protocol : str
    proxy : str
        How quality below 1 was lost: others are not among the combinations.
    combinations : DataFrame
        From `combine`.
    efforts : mapping of str to ndarray of shape (n,), dtype float64
        Measure's name → effort of each combination; NaN outside the measure's domain.
    full : int or None
        Number of full virtues; None where they were not measured.
    agreement : Agreement or None
        Of the quick protocol with the paper's, on this data set or, where it was not measured here, on another; None
        where it was not measured at all.
    chances : Chances
    draws : Draws
    performance : ndarray of shape (n, n_draws), dtype float64
        Draws of the measured performance, normalized; Dice where full virtues were not measured.
    """

    dataset: DatasetReference
    protocol: str
    proxy: str
    combinations: pd.DataFrame
    efforts: Mapping[str, np.ndarray]
    full: int | None
    agreement: Agreement | None
    chances: Chances
    draws: Draws
    performance: np.ndarray

    @property
    def can_tell(self) -> bool:
        """True if performance has a unit, and chance is known."""
        return not self.lacking

    @property
    def lacking(self) -> str:
        """What is missing before anything can be told: "full labeling", "a second seed"; "" if nothing is."""
        if self.full is None:
            return "full labeling"
        if self.chances.seed_dof == 0:
            return "a second seed"
        return "" if self.draws.is_known else "a second test volume"

    def row_of(self, virtues: Virtues) -> pd.Series | None:
        """Find the row of some virtues; None where they were not measured."""
        wanted = [getattr(virtues, name) for name in COMBINATION]
        rows = self.combinations[self.combinations[COMBINATION].eq(wanted).all(axis=1)]
        return rows.iloc[0] if len(rows) else None

    def missing(self, wanted: Iterable[Virtues]) -> tuple[Virtues, ...]:
        """Keep what was not measured; all of it while nothing has a second seed."""
        has_chance = self.chances.seed_dof > 0
        return tuple(virtues for virtues in wanted if not has_chance or self.row_of(virtues) is None)


def gather_evidence(
    runs: pd.DataFrame,
    *,
    prices: Prices,
    proxy: str = "interpolation",
    agreement: Agreement | None = None,
    n_draws: int = PRECISE,
) -> Evidence:
    """Gather what is known of a data set under one protocol, where quality was lost in one way.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`; at least one with exact masks or of the proxy.
    prices : Prices
    proxy : str, default="interpolation"
    agreement : Agreement or None, default=None
    n_draws : int, default=4000

    Returns
    -------
    Evidence
    """
    runs = keep_proxy(runs, proxy).sort_values("key", kind="stable")
    combinations, chances = combine_with_chances(runs, measure=MEASURES["hours"], prices=prices)
    draws = draw_performance(chances, n_draws=n_draws)
    full = full_number(combinations)
    codes = combination_codes(runs)
    return Evidence(
        dataset=reference_of(runs),
        protocol=str(runs["protocol"].iloc[0]),
        proxy=proxy,
        combinations=combinations,
        efforts={
            name: measure.compute(runs, prices).groupby(codes).mean().to_numpy()
            for name, measure in MEASURES.items()
        },
        full=full,
        agreement=agreement,
        chances=chances,
        draws=draws,
        performance=draws.measured if full is None else draws.measured / draws.measured[full],
    )


def gather_by_proxy(
    runs: pd.DataFrame, *, prices: Prices, agreement: Agreement | None = None
) -> dict[str, Evidence]:
    """Gather the evidence of every way to lose quality that was measured, `interpolation` before all others.

    Parameters
    ----------
    runs : DataFrame
        Of one data set and protocol, from `choose_runs`; at least one.
    prices : Prices
    agreement : Agreement or None, default=None

    Returns
    -------
    dict of str to Evidence
        By proxy; exact masks are with each of them, and count as `interpolation`.
    """
    measured = set(runs["proxy"].where(runs["quality"] < 1, "interpolation"))
    return {
        proxy: gather_evidence(runs, prices=prices, proxy=proxy, agreement=agreement)
        for proxy in sorted(measured, key=lambda name: (name != "interpolation", name))
    }
