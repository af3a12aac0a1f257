"""Asking for the prices that decide an answer."""

import streamlit as st

from simulator.effort import PRICES, EffortMeasure, Prices
from simulator.errors import RequestError
from simulator.virtues import get_proxy

from .escape import escape_sentence
from .url_state import publish, restore_number

__all__ = ["choose_prices", "recall_prices", "restore_prices"]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


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
