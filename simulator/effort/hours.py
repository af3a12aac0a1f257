"""Effort in hours of an annotator's time: volumes opened, slices drawn and reviewed, copies checked."""

from types import MappingProxyType

import pandas as pd

from ..formats import format_given_hours, format_hours
from .measure import EffortMeasure
from .outlines import count_outlines
from .prices import Prices
from .unit import Unit

__all__ = ["HOURS", "full_hours"]


def compute_hours(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the hours of each run.

    NaN where every slice is drawn only less exactly, and no source says how much faster that is.
    """
    return prices.hours(
        n_volumes=runs["n_volumes"].astype("float64"),
        n_slices_drawn=count_outlines(runs, prices),
        n_slices_copied=runs["n_slices_copied"].astype("float64"),
    )


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
    unit=Unit(
        name="hours",
        title="hours of work",
        asked="a number of hours",
        write=format_hours,
        words=MappingProxyType(
            {"": 1.0, "hours": 1.0, "hour": 1.0, "h": 1.0, "minutes": 1 / 60, "minute": 1 / 60, "min": 1 / 60}
        ),
        grain=0.1,
        sign="h",
        as_given=format_given_hours,
    ),
    formula="volumes × (opening + finding) + slices drawn × (drawing + review) + slices copied × checking",
    domain="all",
    source="five prices, editable",
    prices=(
        "opening_minutes",
        "finding_minutes",
        "drawing_seconds",
        "checking_seconds",
        "review_seconds",
        "outlining_percent",
    ),
    share_of=None,
    compute=compute_hours,
    full=full_hours,
)
