"""Asking for a budget: its slider in the measure's unit, and the prices that decide the answer."""

import math
from dataclasses import dataclass

import streamlit as st

from simulator.effort import PRICE_SOURCES, EffortMeasure, Prices
from simulator.errors import RequestError

from .escape import escape_sentence
from .url_state import publish, restore_number

__all__ = [
    "BudgetScale",
    "budget_scale",
    "choose_budget",
    "choose_prices",
    "recall_budget",
    "recall_prices",
    "restore_prices",
    "show_slider",
]

_PRICES = {
    "opening_minutes": ("opening", "Opening a volume, minutes", 0.5, 240.0),
    "drawing_seconds": ("drawing", "Drawing a slice, seconds", 1.0, 3600.0),
    "checking_seconds": ("checking", "Checking a copy, seconds", 1.0, 3600.0),
}
"""Field of `Prices` → key and parameter, label, step, highest."""


@dataclass(frozen=True, kw_only=True)
class BudgetScale:
    """The slider of a budget.

    Parameters
    ----------
    low, high, step, default : float
        Hours, or per cent.
    per_unit : float
        The slider's number for 1 in the measure's unit.
    label, number_format : str
    """

    low: float
    high: float
    step: float
    default: float
    per_unit: float
    label: str
    number_format: str


def budget_scale(measure: EffortMeasure, *, full_effort: float) -> BudgetScale:
    """Lay a slider over the budgets of a data set: some hundred steps of a round size, a fifth of all to begin with.

    Parameters
    ----------
    measure : EffortMeasure
    full_effort : float
        In the measure's unit.

    Returns
    -------
    BudgetScale
    """
    if measure.unit == "share":
        return BudgetScale(
            low=1.0, high=100.0, step=1.0, default=20.0, per_unit=100.0,
            label="Budget, share of the full effort", number_format="%g\u00a0%%",
        )  # fmt: skip
    power = 10.0 ** math.floor(math.log10(full_effort / 100))
    step = next(factor * power for factor in (1, 2, 5, 10) if 100 * factor * power >= full_effort)
    return BudgetScale(
        low=step, high=math.ceil(full_effort / step - 1e-9) * step, step=step,
        default=max(step, round(full_effort / 5 / step) * step), per_unit=1.0,
        label="Budget, hours of work",
            number_format=f"%.{max(0, -math.floor(math.log10(step)))}f\u00a0h",
    )  # fmt: skip


def choose_budget(measure: EffortMeasure, *, full_effort: float) -> float:
    """Read the budget from session or address; returns it in the measure's unit. `show_slider` lets it be changed."""
    scale = budget_scale(measure, full_effort=full_effort)
    key = f"budget_{measure.unit}"
    restore_number(
        key, low=scale.low, high=scale.high, default=scale.default, parameter="budget", scale=scale.per_unit
    )
    budget = st.session_state[key] / scale.per_unit
    publish(budget=float(budget))
    return float(budget)


def show_slider(measure: EffortMeasure, *, full_effort: float) -> None:
    """Show the slider of the budget that `choose_budget` has read."""
    scale = budget_scale(measure, full_effort=full_effort)
    st.slider(
        scale.label, scale.low, scale.high, step=scale.step, key=f"budget_{measure.unit}",
        format=scale.number_format, persist_state="session",
    )  # fmt: skip


def restore_prices(measure: EffortMeasure) -> Prices:
    """Read the prices from session or address; they stand in the address where the measure uses them."""
    usual = Prices()
    for field, (key, _, _, high) in _PRICES.items():
        restore_number(key, low=0.0, high=high, default=float(getattr(usual, field)))
    chosen = {field: float(st.session_state[key]) for field, (key, *_) in _PRICES.items()}
    is_used = measure.unit == "hours"
    publish(**{key: chosen[field] if is_used else None for field, (key, *_) in _PRICES.items()})
    try:
        return Prices(**chosen)
    except RequestError as error:
        st.error(f"{escape_sentence(error)} The usual prices are taken until then.", icon=":material/error:")
        return usual


def recall_prices() -> Prices:
    """Read the prices that were chosen on Budget in this session; the usual ones before that."""
    usual = Prices()
    chosen = {
        field: float(st.session_state.get(key, getattr(usual, field))) for field, (key, *_) in _PRICES.items()
    }
    try:
        return Prices(**chosen)
    except RequestError:
        return usual


def recall_budget(measure: EffortMeasure, *, full_effort: float) -> float:
    """Read the budget that was chosen on Budget in this session, in the measure's unit; a fifth of all before that."""
    scale = budget_scale(measure, full_effort=full_effort)
    return float(st.session_state.get(f"budget_{measure.unit}", scale.default)) / scale.per_unit


def choose_prices() -> None:
    """Show the three prices, each with where its usual value comes from."""
    with st.expander("What an hour of work buys: three prices"), st.container(horizontal=True):
        for field, (key, label, step, high) in _PRICES.items():
            st.number_input(
                label, 0.0, high, step=step, key=key, width=230, help=PRICE_SOURCES[field], persist_state="session",
                format="%g",
            )  # fmt: skip
