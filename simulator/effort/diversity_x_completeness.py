"""Effort as the total share of slices labeled, where all are exact (paper §3.3)."""

import pandas as pd

from .measure import EffortMeasure
from .prices import Prices
from .shares import SHARES

__all__ = ["DIVERSITY_X_COMPLETENESS"]


def share_used(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the share of the pool's labeled slices that is used; NaN where quality is below 1.

    With volumes of one size this is diversity times completeness; with real ones it is what the paper's words say,
    "a total percentage of slices segmented".
    """
    effort = runs["n_slices_used"] / runs["n_labeled_slices_pool"]
    return effort.astype("float64").where(runs["quality"] == 1)


DIVERSITY_X_COMPLETENESS = EffortMeasure(
    name="diversity-x-completeness",
    title="Diversity × completeness",
    unit=SHARES,
    formula="slices used ÷ labeled slices of the pool, at quality 1",
    domain="quality = 1",
    source="paper §3.3",
    share_of="n_labeled_slices_pool",
    compute=share_used,
    full=lambda runs, prices: 1.0,
)
