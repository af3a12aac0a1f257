"""Effort in money: an expert opens volumes, draws and reviews, an assistant checks copies, each at an own wage."""

from types import MappingProxyType

import pandas as pd

from ..formats import format_money
from .hours import full_hours
from .measure import EffortMeasure
from .outlines import count_outlines
from .prices import CURRENCY, Prices
from .unit import Unit

__all__ = ["COST"]


def compute_cost(runs: pd.DataFrame, prices: Prices) -> pd.Series:
    """Compute the cost of each run; NaN where no source says how long outlines take."""
    n_volumes, n_drawn = runs["n_volumes"].astype("float64"), count_outlines(runs, prices)
    n_copied = runs["n_slices_copied"].astype("float64")
    none = 0.0 * n_volumes
    by_expert = prices.hours(n_volumes=n_volumes, n_slices_drawn=n_drawn, n_slices_copied=none)
    by_assistant = prices.hours(n_volumes=none, n_slices_drawn=none, n_slices_copied=n_copied)
    return by_expert * prices.expert_wage + by_assistant * prices.assistant_wage


def write_cost(cost: float) -> str:
    """Write an amount of money."""
    return format_money(cost, currency=CURRENCY)


COST = EffortMeasure(
    name="cost",
    title=f"Cost in {CURRENCY}s",
    unit=Unit(
        name=CURRENCY,
        title=f"{CURRENCY}s",
        asked=f"a number of {CURRENCY}s",
        write=write_cost,
        words=MappingProxyType({"": 1.0, f"{CURRENCY}s": 1.0, CURRENCY: 1.0}),
        grain=1.0,
        sign=f"{CURRENCY}s",
    ),
    formula="(volumes × (opening + finding) + slices drawn × (drawing + review)) × expert's wage "
    "+ slices copied × checking × assistant's wage",
    domain="all",
    source="five prices and two wages, editable",
    prices=(
        "opening_minutes",
        "finding_minutes",
        "drawing_seconds",
        "checking_seconds",
        "review_seconds",
        "outlining_percent",
        "expert_wage",
        "assistant_wage",
    ),
    share_of=None,
    compute=compute_cost,
    full=lambda runs, prices: full_hours(runs, prices) * prices.expert_wage,
)
