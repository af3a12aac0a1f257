"""Effort as portion of volumes times quality, where every slice is labeled (paper §3.1)."""

import pandas as pd

from .measure import EffortMeasure
from .prices import Prices
from .shares import SHARES

__all__ = ["DIVERSITY_X_QUALITY"]


def volumes_times_quality(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute achieved diversity times achieved quality; NaN where completeness is below 1."""
    effort = runs["n_volumes"] / runs["n_pool"] * runs["achieved_quality"]
    return effort.astype("float64").where(runs["completeness"] == 1)


DIVERSITY_X_QUALITY = EffortMeasure(
    name="diversity-x-quality",
    title="Diversity × quality",
    unit=SHARES,
    formula="volumes ÷ volumes of the pool × quality, at completeness 1",
    domain="completeness = 1",
    source="paper §3.1",
    share_of="n_pool",
    compute=volumes_times_quality,
    full=lambda runs, prices: 1.0,
)
