"""What a measure of effort is: a formula over the counts that a simulation achieved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..formats import format_hours, format_share
from .prices import Prices

__all__ = ["EffortMeasure", "describe_effort", "format_effort"]


@dataclass(frozen=True, kw_only=True)
class EffortMeasure:
    """One measure of labeling effort.

    Parameters
    ----------
    name : str
        As on the command line and in URLs.
    title : str
        As the pages say it.
    unit : {"hours", "share"}
        Budgets are hours, or shares in (0, 1] of the full effort.
    formula : str
        For display.
    domain : {"all", "completeness = 1", "quality = 1"}
        Which virtues the measure prices; outside it the effort is NaN. So it is, where a measure counts drawn slices,
        for quality lost by a proxy that draws every slice less exactly.
    source : str
        Where it is defined.
    share_of : str or None
        Column of what a share is a share of; None for hours.
    compute : callable
        ``(runs, prices) -> Series``: effort of each row of the run table, float64, NaN outside the domain.
    full : callable
        ``(runs, prices) -> float``: effort of labeling the whole pool exactly, in the same unit.
    """

    name: str
    title: str
    unit: Literal["hours", "share"]
    formula: str
    domain: Literal["all", "completeness = 1", "quality = 1"]
    source: str
    share_of: Literal["n_labeled_slices_pool", "n_pool"] | None
    compute: Callable[[pd.DataFrame, Prices], pd.Series]
    full: Callable[[pd.DataFrame, Prices], float]


def format_effort(effort: float, *, measure: EffortMeasure) -> str:
    """Write an effort in the measure's unit: "19 hours", "20 %"."""
    return format_hours(effort) if measure.unit == "hours" else format_share(effort)


def describe_effort(effort: float, *, measure: EffortMeasure) -> str:
    """Say an effort in the measure's unit: "19 hours", "20 % of the full effort"."""
    text = format_effort(effort, measure=measure)
    return text if measure.unit == "hours" else f"{text} of the full effort"
