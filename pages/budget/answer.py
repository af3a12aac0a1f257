"""The answer card of Budget: one sentence, and its numbers."""

import streamlit as st

from simulator.analysis import Recommendation, Strategy, Study
from simulator.analysis.law.choosing import Outlook
from simulator.analysis.prospect import look_ahead
from simulator.effort import EffortMeasure, Prices
from simulator.formats import format_hours
from simulator.wording.answers import say_answer, say_as_good, say_left_over
from simulator.wording.priors import N_FIRST, say_provisional
from simulator.wording.spans import join, markdown

from ..common.frame import open_page
from ..common.records import KnownDataset

__all__ = ["show_metrics", "show_sentence"]

WIDTH = 160


def show_sentence(
    recommendation: Recommendation, *, dataset: KnownDataset, measure: EffortMeasure, study: Study
) -> None:
    """Show the answer in one sentence, whatever the state."""
    below = join([say_left_over(recommendation, measure=measure), say_as_good(recommendation)])
    # One block, whether it has a second line or not: else the slider below would move, and lose the keyboard's focus.
    with st.container():
        st.header(markdown(say_answer(recommendation, measure=measure, title=dataset.title)), anchor=False)
        if below:
            st.markdown(markdown(below))
    if recommendation.predicted is not None and study.runs.empty:
        _show_provisional(study)


def _show_provisional(study: Study) -> None:
    """Say that nothing was measured on these volumes, and lead to where that begins."""
    outlook = _look_ahead(study.dataset.fingerprint, study.protocol, study.prior.names, study.prices, study)
    st.markdown(say_provisional(outlook, n=N_FIRST))
    if st.button("Answer it on my volumes", icon=":material/play_circle:"):
        open_page("simulate")


@st.cache_data(show_spinner=False, max_entries=8)
def _look_ahead(
    fingerprint: str, protocol: str, names: tuple[str, ...], prices: Prices, _study: Study
) -> Outlook:
    """Say what the first trainings would settle; once for a data set of which nothing was measured."""
    return look_ahead(_study).after(N_FIRST)


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
