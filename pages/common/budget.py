"""Asking for a budget, and for the prices that decide the answer.

The budget is one value, in the unit of the measure that it was last asked in: the box and the slider show it and
change it, the address holds it. Another unit gets the same share of the full effort.
"""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import streamlit as st

from simulator.effort import MEASURES, PRICES, EffortMeasure, Prices, Unit, get_measure
from simulator.errors import RequestError
from simulator.virtues import get_proxy

from .escape import escape_sentence
from .url_state import publish, restore_number

__all__ = [
    "choose_budget",
    "choose_prices",
    "recall_budget",
    "recall_prices",
    "restore_prices",
    "show_budget",
]

_BUDGET, _ASKED_IN, _KEPT = "budget", "budget_asked_in", "budget_kept"
"""Keys of the session: the budget; measure and full effort that it was asked in; unit → budget asked in it before."""

_LARGEST = 1e9
"""What a browser's number can hold with decimals, by far."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def choose_budget(measure: EffortMeasure, *, full_effort: float | None) -> float:
    """Read the budget from session or address; `show_budget` lets it be changed.

    Parameters
    ----------
    measure : EffortMeasure
    full_effort : float or None
        None where nothing has been measured: a budget that nobody asked for is then not kept.

    Returns
    -------
    float
        In the measure's unit; a fifth of all to begin with.
    """
    unit = measure.unit
    usual = _first(unit, full_effort or 1.0)
    _take_foreign(measure)
    if _BUDGET in st.session_state:
        st.session_state[_BUDGET] = _recall(unit, full_effort) or usual
    restore_number(_BUDGET, low=unit.grain / 10, high=min(unit.most, _LARGEST), default=usual)
    budget = float(st.session_state[_BUDGET])
    if full_effort is None and budget == usual:
        del st.session_state[_BUDGET]
        publish(budget=None)
        return budget
    st.session_state[_ASKED_IN] = (measure.name, full_effort)
    st.session_state[_KEPT] = {**st.session_state.get(_KEPT, {}), unit.name: budget}
    publish(budget=budget)
    return budget


def recall_budget(measure: EffortMeasure, *, full_effort: float) -> float:
    """Read the budget that was asked for in this session, in the measure's unit; a fifth of all before that."""
    return _recall(measure.unit, full_effort) or _first(measure.unit, full_effort)


def show_budget(measure: EffortMeasure, *, full_effort: float) -> None:
    """Show the budget that `choose_budget` has read, in a box that takes any and on a slider up to the full effort."""
    unit, budget = measure.unit, float(st.session_state[_BUDGET])
    step, label = _shown(unit, unit.step_for(full_effort)), f"Budget, {unit.title}"
    low, end = (_shown(unit, limit) for limit in unit.range_for(full_effort, budget=budget))
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        _show_view(
            st.number_input,
            label,
            _shown(unit, unit.grain / 10),
            _shown(unit, min(unit.most, _LARGEST)),
            unit=unit,
            key=f"budget_{unit.name}_box",
            step=step,
            format="%g",
            width=150,
            icon=f":material/{unit.icon}:",
        )
        _show_view(
            st.slider,
            label,
            low,
            end,
            unit=unit,
            key=f"budget_{unit.name}",
            step=step,
            format=_slider_format(unit, step, _shown(unit, budget)),
        )


def restore_prices(measure: EffortMeasure) -> Prices:
    """Read the prices from session or address; they stand in the address where the measure uses them."""
    usual = Prices()
    for name, price in PRICES.items():
        restore_number(_key(name), low=0.0, high=price.most, default=float(getattr(usual, name)))
    chosen = {name: float(st.session_state[_key(name)]) for name in PRICES}
    publish(**{_key(name): chosen[name] if name in measure.prices else None for name in PRICES})
    try:
        return Prices(**chosen)
    except RequestError as error:
        st.error(f"{escape_sentence(error)} The usual prices are taken until then.", icon=":material/error:")
        return usual


def recall_prices() -> Prices:
    """Read the prices that were chosen in this session; the usual ones before that."""
    usual = Prices()
    try:
        return Prices(
            **{name: float(st.session_state.get(_key(name), getattr(usual, name))) for name in PRICES}
        )
    except RequestError:
        return usual


def choose_prices(measure: EffortMeasure, *, proxy: str) -> None:
    """Show the prices that decide a measure, each with where its usual value comes from; nothing where none does."""
    is_untimed = not get_proxy(proxy).has_key_slices and get_proxy(proxy).outlining_share is None
    asked = [name for name in measure.prices if is_untimed or name != "outlining_percent"]
    if not asked:
        return
    with st.expander(f"What work costs: {_NUMBERS[len(asked)]} prices"), st.container(horizontal=True):
        for name in asked:
            price = PRICES[name]
            st.number_input(
                price.title,
                0.0,
                price.most,
                step=price.step,
                key=_key(name),
                width=230,
                help=price.source,
                persist_state="session",
                format="%g",
            )


def _key(price: str) -> str:
    """Key and parameter of a price: "opening" of `opening_minutes`."""
    return price.partition("_")[0]


def _first(unit: Unit, full_effort: float) -> float:
    return unit.nearest(full_effort / 5, full_effort=full_effort)


def _take_foreign(measure: EffortMeasure) -> None:
    """Take a share from an address that counts effort in shares, where the page has a unit of its own."""
    asked_in = MEASURES.get(st.query_params.get("effort", ""), measure)
    if _BUDGET in st.session_state or asked_in.unit == measure.unit or _BUDGET not in st.query_params:
        return
    with suppress(RequestError):
        st.session_state[_BUDGET] = asked_in.unit.read(st.query_params[_BUDGET])
        everything = asked_in.unit.most
        st.session_state[_ASKED_IN] = (asked_in.name, everything if math.isfinite(everything) else None)


def _recall(unit: Unit, full_effort: float | None) -> float | None:
    """Read the session's budget in a unit; None where there is none, or no full effort to convert it by."""
    if _ASKED_IN not in st.session_state or _BUDGET not in st.session_state:
        return st.session_state.get(_BUDGET)
    name, full_before = st.session_state[_ASKED_IN]
    before, budget = get_measure(name).unit, float(st.session_state[_BUDGET])
    if before == unit:
        return budget
    if full_effort is None or full_before is None:
        return None
    kept = st.session_state.get(_KEPT, {}).get(unit.name)
    # What was asked for in this unit stays as it was, while it still comes to the same.
    if kept and before.nearest(kept / full_effort * full_before, full_effort=full_before) == budget:
        return float(kept)
    return unit.nearest(budget / full_before * full_effort, full_effort=full_effort)


def _shown(unit: Unit, amount: float) -> float:
    """Put an amount into the numbers of box and slider, without the dust of floating point."""
    return round(amount * unit.shown, 9)


def _slider_format(unit: Unit, *numbers: float) -> str:
    """Write the slider's numbers with the decimals of its step and of the budget, at most two."""
    decimals = max(len(f"{number:.2f}".rstrip("0").partition(".")[2]) for number in numbers)
    return f"%.{decimals}f\u00a0{unit.sign.replace('%', '%%')}"


def _show_view(
    widget: Callable[..., Any], *arguments: object, unit: Unit, key: str, **options: object
) -> None:
    """Show the budget in a widget, whatever the widget showed before.

    A widget that begins anew, because its end or its page changed, shows what it was made with, whatever the session
    holds under its key; one that goes on shows what was written there. Writing what it shows already would undo what
    somebody does there while the page is being computed.
    """
    value = _shown(unit, float(st.session_state[_BUDGET]))
    if st.session_state.get(key, value) == value:
        options["value"] = value
    else:
        st.session_state[key] = value
    widget(
        *arguments, key=key, label_visibility="collapsed", on_change=_take, args=(key, unit.shown), **options
    )


def _take(key: str, shown: float) -> None:
    st.session_state[_BUDGET] = round(st.session_state[key] / shown, 12)
