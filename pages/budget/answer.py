"""The answer card of Budget: one sentence, and its numbers."""

import re

import streamlit as st

from simulator.analysis import Recommendation, Strategy
from simulator.effort import EffortMeasure, Prices
from simulator.figures.frontier import other_ways
from simulator.formats import format_gain, format_hours

from ..common.frame import open_page
from ..common.records import KnownDataset
from ..common.wording import say_answer

__all__ = ["show_metrics", "show_sentence"]


def show_sentence(recommendation: Recommendation, *, dataset: KnownDataset, measure: EffortMeasure) -> None:
    """Show the answer in one sentence, whatever the state."""
    sentence, below = say_answer(recommendation, measure=measure, title=dataset.title)
    # One block, whether it has a second line or not: else the slider below would move, and lose the keyboard's focus.
    with st.container():
        st.header(sentence, anchor=False)
        if below:
            st.markdown(below)


def show_metrics(recommendation: Recommendation, *, prices: Prices) -> None:
    """Show the strategy in counts, and the way to the plan."""
    strategy = recommendation.strategy
    if strategy is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.metric("Volumes", f"{strategy.n_volumes} of {strategy.n_pool}", width=138)
        st.metric("Slices to draw", "–" if strategy.n_slices is None else f"{strategy.n_slices:,}", width=138)
        if strategy.slices_per_volume is not None:
            st.metric("Slices a volume", f"about {strategy.slices_per_volume:.0f}", width=138)
        st.metric(
            "Expert time",
            _hours(strategy, prices),
            width=138,
            help="At the prices below: opening volumes, drawing slices, checking copies.",
        )
        if others := other_ways(recommendation):
            nearest = min(others, key=lambda other: other.gain)
            st.metric(
                "Gain in Dice", format_gain(nearest.gain), width=138,
                help=f"Over the best of the obvious ways at the same effort: {nearest.title.lower()}"
                + ("." if nearest.is_measurable else "; no measurable difference."),
            )  # fmt: skip
        if st.button("Make the plan", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            open_page("plan")


def _hours(strategy: Strategy, prices: Prices) -> str:
    if strategy.n_slices is None:
        return "–"
    hours = prices.hours(
        n_volumes=float(strategy.n_volumes),
        n_slices_drawn=float(strategy.n_slices),
        n_slices_copied=float(strategy.n_copied),
    )
    return re.sub(r"(h)our.*|(min)ute.*", r"\1\2", format_hours(hours))
