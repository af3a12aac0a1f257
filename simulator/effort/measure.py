"""What a measure of effort is: a formula over the counts that a simulation achieved, and the unit it counts in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from .prices import Prices
from .unit import Unit

__all__ = ["EffortMeasure"]


@dataclass(frozen=True, kw_only=True)
class EffortMeasure:
    """One measure of labeling effort.

    Parameters
    ----------
    name : str
        As on the command line and in URLs.
    title : str
        As the pages say it.
    unit : Unit
        Of its efforts and budgets.
    formula : str
        For display.
    domain : {"all", "completeness = 1", "quality = 1"}
        Which virtues the measure prices; outside it the effort is NaN. So it is, where a measure counts drawn slices,
        for quality lost by a proxy that draws every slice less exactly.
    source : str
        Where it is defined.
    prices : tuple of str, default=()
        Fields of `Prices` that decide it.
    share_of : str or None
        Column of what a share is a share of; None where the unit is no share.
    compute : callable
        ``(runs, prices) -> Series``: effort of each row of the run table, float64, NaN outside the domain.
    full : callable
        ``(runs, prices) -> float``: effort of labeling the whole pool exactly, in the same unit.
    """

    name: str
    title: str
    unit: Unit
    formula: str
    domain: Literal["all", "completeness = 1", "quality = 1"]
    source: str
    prices: tuple[str, ...] = ()
    share_of: Literal["n_labeled_slices_pool", "n_pool"] | None
    compute: Callable[[pd.DataFrame, Prices], pd.Series]
    full: Callable[[pd.DataFrame, Prices], float]

    @property
    def axis_title(self) -> str:
        """Title of an axis of efforts, without the word effort: "hours of work"."""
        return self.unit.axis.format(title=self.title.lower())
