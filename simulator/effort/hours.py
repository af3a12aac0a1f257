"""Effort in hours of an annotator's time: volumes opened, slices drawn, copies checked (DESIGN §4)."""

import pandas as pd

from .measure import EffortMeasure
from .prices import Prices

__all__ = ["HOURS"]


def compute_hours(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the hours of each run.

    NaN where the proxy has no count of drawn slices: every slice is drawn then, only less exactly, and no published
    figure says how much faster that is.
    """
    seconds = (
        runs["n_volumes"] * prices.opening_minutes * 60
        + runs["n_slices_drawn"] * prices.drawing_seconds
        + runs["n_slices_copied"] * prices.checking_seconds
    )
    return seconds.astype("float64") / 3600


def full_hours(runs: pd.DataFrame, prices: Prices) -> float:
    """Compute the hours of drawing every labeled slice of the pool.

    Volumes of the pool that do not show the structure are opened by nobody; how many do is known once all were taken.
    """
    of_all = runs.loc[runs["diversity"] == 1, "n_volumes"]
    n_volumes = of_all.max() if len(of_all) else runs["n_pool"].max()
    n_slices = runs["n_labeled_slices_pool"].max()
    return float(n_volumes * prices.opening_minutes * 60 + n_slices * prices.drawing_seconds) / 3600


HOURS = EffortMeasure(
    name="hours",
    title="Hours of work",
    unit="hours",
    formula="volumes × opening + slices drawn × drawing + slices copied × checking",
    domain="all",
    source="three prices, editable",
    share_of=None,
    compute=compute_hours,
    full=full_hours,
)
