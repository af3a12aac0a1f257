"""Effort as the share of the pool's labeled slices that a hand has to draw."""

import pandas as pd

from .measure import EffortMeasure
from .prices import Prices
from .shares import SHARES

__all__ = ["SLICES_DRAWN"]


def share_drawn(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the share of each run; NaN where the proxy has no count of drawn slices."""
    return (runs["n_slices_drawn"] / runs["n_labeled_slices_pool"]).astype("float64")


SLICES_DRAWN = EffortMeasure(
    name="slices-drawn",
    title="Slices drawn",
    unit=SHARES,
    formula="slices drawn ÷ labeled slices of the pool",
    domain="all",
    source="distinct slices that a hand has to draw; copies are free",
    share_of="n_labeled_slices_pool",
    compute=share_drawn,
    full=lambda runs, prices: 1.0,
)
