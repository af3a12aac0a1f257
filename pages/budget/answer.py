"""The answer card of Budget: one sentence, and its numbers."""

import streamlit as st

from simulator.analysis import Recommendation, Strategy
from simulator.effort import EffortMeasure, Prices
from simulator.formats import format_hours
from simulator.wording.answers import say_answer, say_as_good, say_left_over
from simulator.wording.spans import join, markdown

from ..common.frame import open_page
from ..common.records import KnownDataset

__all__ = ["show_metrics", "show_sentence"]

WIDTH = 160


def show_sentence(recommendation: Recommendation, *, dataset: KnownDataset, measure: EffortMeasure) -> None:
    """Show the answer in one sentence, whatever the state."""
    below = join([say_left_over(recommendation, measure=measure), say_as_good(recommendation)])
    # One block, whether it has a second line or not: else the slider below would move, and lose the keyboard's focus.
    with st.container():
        st.header(markdown(say_answer(recommendation, measure=measure, title=dataset.title)), anchor=False)
        if below:
            st.markdown(markdown(below))


def show_metrics(recommendation: Recommendation, *, prices: Prices) -> None:
    """Show what the strategy comes to, and the way to the plan."""
    strategy = recommendation.strategy
    if strategy is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if strategy.n_slices is not None:
            st.metric("Slices to label", f"{strategy.n_slices:,}", width=WIDTH)
            st.metric("Expert time", _hours(strategy, strategy.n_slices, prices), width=WIDTH)
        if strategy.slices_per_volume is not None:
            st.metric("Slices a volume", f"about {strategy.slices_per_volume:.0f}", width=WIDTH)
        if st.button("Make the plan", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            open_page("plan")


def _hours(strategy: Strategy, n_slices: int, prices: Prices) -> str:
    hours = prices.hours(
        n_volumes=float(strategy.n_volumes),
        n_slices_drawn=float(n_slices),
        n_slices_copied=float(strategy.n_copied),
    )
    return format_hours(hours)
