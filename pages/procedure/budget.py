"""The hours that step 2 asks about: one value, shown by a box and a slider, and held by the address."""

import streamlit as st

from ..common.hours import MOST_HOURS, show_hours_of, step_for
from ..common.url_state import publish, restore_number

__all__ = ["choose_budget", "recall_budget", "show_budget"]

BUDGET = "budget"
LEAST = 0.01
"""Hours; less is no work."""


def choose_budget(*, full_effort: float | None) -> float:
    """Read the hours from session or address; `show_budget` lets them be changed.

    Parameters
    ----------
    full_effort : float or None
        Hours for everything; None where nothing was measured: hours that nobody asked for are then not kept.

    Returns
    -------
    float
        A fifth of all to begin with.
    """
    usual = _first(full_effort or 1.0)
    if BUDGET not in st.session_state and st.query_params.get("effort", "hours") != "hours":
        st.session_state[BUDGET] = usual  # an old address that counts effort otherwise
    publish(effort=None)
    restore_number(BUDGET, low=LEAST, high=MOST_HOURS, default=usual)
    budget = float(st.session_state[BUDGET])
    if full_effort is None and budget == usual:
        del st.session_state[BUDGET]
        publish(budget=None)
        return budget
    publish(budget=budget)
    return budget


def recall_budget(*, full_effort: float) -> float:
    """Read the hours that were asked about in this session; a fifth of all before that."""
    return float(st.session_state.get(BUDGET, _first(full_effort)))


def show_budget(*, full_effort: float) -> None:
    """Show the hours that `choose_budget` has read, and let them be changed."""
    show_hours_of("budget_hours", st.session_state[BUDGET], full=full_effort, take=_take, least=LEAST)


def _first(full_effort: float) -> float:
    step = step_for(full_effort)
    return round(max(1, round(full_effort / 5 / step)) * step, 6)


def _take(hours: float) -> None:
    st.session_state[BUDGET] = hours
