"""A box for each price, and for what an hour costs."""

from collections.abc import Callable

import streamlit as st

from simulator.effort import PRICES, Price, prices_of
from simulator.errors import RequestError
from simulator.planning.project import ProjectAnswer
from simulator.settings import Settings

from ..common.escape import escape_sentence
from ..common.projects import change_project, recall_project
from ..common.shown import shown

__all__ = ["show_boxes"]

ASKED = ("drawing_seconds", "opening_minutes", "finding_minutes", "checking_seconds", "review_seconds")
WAGE = Price(
    title="An hour costs",
    source="In whatever money: the answer then says what its hours cost. 0: it does not.",
    step=5.0,
    most=1e6,
)
REFUSED = "project_price_refused"


def show_boxes(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask for each price; one that cannot be is refused, and the last one stays."""
    with st.container(horizontal=True):
        for name in ASKED:
            _ask(PRICES[name], name, getattr(answer.prices, name), _take_price, settings)
        _ask(WAGE, "wage", answer.project.wage or 0.0, _take_wage, settings)
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(refused, icon=":material/error:")


def _ask(
    price: Price, name: str, value: float, take: Callable[[Settings, str], None], settings: Settings
) -> None:
    st.number_input(
        price.title,
        0.0,
        # A log may tell more than anybody would type; it tells no more digits.
        max(price.most, value),
        **shown(f"project_{name}", round(value, 2)),
        step=price.step,
        format="%g",
        width=196,
        help=price.source,
        on_change=take,
        args=(settings, name),
    )


def _take_price(settings: Settings, name: str) -> None:
    project = recall_project(settings)
    prices = {**project.prices, name: float(st.session_state[f"project_{name}"])}
    try:
        prices_of(project.preset, prices)
    except RequestError as error:
        st.session_state[REFUSED] = escape_sentence(error)
        return
    change_project(settings, prices=prices)


def _take_wage(settings: Settings, name: str) -> None:
    change_project(settings, **{name: st.session_state[f"project_{name}"] or None})
