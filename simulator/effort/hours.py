"""Effort in hours of an annotator's time: volumes opened, slices drawn, copies checked."""

import pandas as pd

from .measure import EffortMeasure
from .prices import Prices

__all__ = ["HOURS"]


def compute_hours(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the hours of each run.

    NaN where the proxy has no count of drawn slices: every slice is drawn then, only less exactly, and no published
    figure says how much faster that is.
    """
    counts = ("n_volumes", "n_slices_drawn", "n_slices_copied")
    return prices.hours(**{name: runs[name].astype("float64") for name in counts})


def full_hours(runs: pd.DataFrame, prices: Prices) -> float:
    """Compute the hours of drawing every labeled slice of the pool.

    Volumes of the pool that do not show the structure are opened by nobody; how many do is known once all were taken.
    """
    of_all = runs.loc[runs["diversity"] == 1, "n_volumes"]
    n_volumes = of_all.max() if len(of_all) else runs["n_pool"].max()
    n_slices = float(runs["n_labeled_slices_pool"].max())
    return prices.hours(n_volumes=float(n_volumes), n_slices_drawn=n_slices, n_slices_copied=0.0)


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
