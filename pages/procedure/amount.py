"""Step 2: given the hours, how many volumes and slices in each, and the least that a volume needs (paper §4)."""

import streamlit as st

from simulator.analysis import Recommendation, Strategy
from simulator.figures.coverage import coverage_data
from simulator.figures.lines import draw_lines
from simulator.formats import format_count, format_share
from simulator.planning import Coverage, find_coverage
from simulator.planning.coverage import ENOUGH, LARGEST_GAP
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.wording.answers import describe_strategy

from ..budget.answer import show_sentence
from ..common.budget import choose_prices, show_budget
from ..common.escape import escape
from ..common.question import MOST_SLICES, Question
from ..common.theme import current_palette, show_chart, small_print
from ..common.wording import say_minimum_unmet
from ..plan.plans import find_inventory
from .layout import open_part, open_step, simulate_missing

__all__ = ["show_amount"]


def show_amount(asked: Question, *, settings: Settings) -> None:
    """Show the step; its decisions, the budget and the minimum, are in the question already."""
    card = open_step(2, "Given the hours, how many volumes, and how many slices in each?")
    answer = asked.recommendation
    inventory = find_inventory(asked.dataset.reference, settings=settings)
    coverage = find_coverage(inventory) if inventory is not None and inventory.n_slices else None
    left, right = open_part(card)
    with left:
        with st.container():
            _show_answer(asked)
        has_few = answer.status in {"empty", "one-record"} and not asked.n_slices_least
        if not (has_few or asked.study.runs.empty):
            show_budget(asked.measure, full_effort=asked.full_effort)
        choose_prices(asked.measure)
        if answer.status != "answer":
            simulate_missing(_dense(asked), what="for this budget", asked=asked, settings=settings)
        _choose_minimum(coverage, asked.recommendation)
    with right:
        if answer.strategy is not None and answer.status == "answer":
            _show_counts(answer.strategy)
        if coverage is None:
            small_print(
                "How many slices a volume needs is measured from the labels, which are not here: open the data set on "
                "the Data page."
            )
        else:
            _show_coverage(coverage)


def _show_answer(asked: Question) -> None:
    answer, n_slices = asked.recommendation, asked.n_slices_least
    if n_slices and answer.status not in {"answer", "empty"}:
        st.header(say_minimum_unmet(answer, n_slices=n_slices, measure=asked.measure), anchor=False)
        small_print("Lower the minimum, raise the budget, or simulate what is missing.")
        return
    show_sentence(answer, dataset=asked.dataset, measure=asked.measure)
    if n_slices and answer.status == "answer":
        small_print(_say_change(asked))


def _dense(asked: Question) -> tuple[Virtues, ...]:
    """Keep the suggestions that draw as many slices a volume as are asked for."""
    suggestions = asked.recommendation.suggestions
    if not asked.n_slices_least or asked.study.runs.empty:
        return suggestions
    first = asked.study.runs.iloc[0]
    mean = float(first["n_labeled_slices_pool"]) / float(first["n_pool"])
    return tuple(v for v in suggestions if v.quality == 1 and v.completeness * mean >= asked.n_slices_least)


def _say_change(asked: Question) -> str:
    """Say what the minimum changes."""
    least = format_count(asked.n_slices_least, "slice")
    without = asked.study.recommend(measure=asked.measure, budget=asked.budget)
    now = asked.recommendation.strategy
    if without.strategy is None or now is None or without.strategy == now:
        return f"At least {least} a volume: the best strategy has that anyway."
    return (
        f"Without the minimum of {least} a volume it would be {escape(describe_strategy(without.strategy))}."
    )


def _show_counts(strategy: Strategy) -> None:
    with st.container(horizontal=True, gap="small"):
        st.metric("Volumes", f"{strategy.n_volumes} of {strategy.n_pool}", width=120)
        st.metric("Slices to draw", "–" if strategy.n_slices is None else f"{strategy.n_slices:,}", width=140)
        if strategy.slices_per_volume is not None:
            st.metric("Slices a volume", f"about {strategy.slices_per_volume:.0f}", width=140)


def _show_coverage(coverage: Coverage) -> None:
    st.subheader(
        f"{coverage.least} slices a volume cover the structure in {format_share(ENOUGH)} of the volumes"
        if coverage.least > 1
        else "One slice a volume covers the structure",
        anchor=False,
    )
    show_chart(
        draw_lines(coverage_data(coverage), palette=current_palette()),
        key="coverage",
        alt="Share of volumes that are covered, against slices drawn in each",
    )
    gap = f"no stretch of more than {format_share(LARGEST_GAP)} of the structure stays undrawn"
    small_print(
        f"Slices equidistant, as in the plan; {coverage.n_volumes} volumes. Covered: "
        + (f"{gap}. Which slice shows which label is not known of these volumes." if coverage.by_label is None
           else f"each label that a volume has is on a drawn slice, and {gap}.")
    )  # fmt: skip


def _choose_minimum(coverage: Coverage | None, answer: Recommendation) -> None:
    """Let a minimum be asked for, which the recommendation and the plan then keep."""
    has = None if answer.strategy is None else answer.strategy.slices_per_volume
    if coverage is not None and has is not None and answer.status == "answer" and has < coverage.least:
        st.markdown(
            f"The best strategy draws only :green[**about {has:.0f} slices a volume**]: parts may stay unseen."
        )
        st.button(
            f"Take at least {coverage.least}", icon=":material/vertical_align_bottom:",
            on_click=_take, args=(coverage.least,),
        )  # fmt: skip
    st.number_input(
        "Slices a volume at least, on average", 0, MOST_SLICES, key="atleast", width=260, persist_state="session",
        help="0: no minimum. The recommendation above and the plan keep to it.",
    )  # fmt: skip


def _take(n_slices: int) -> None:
    st.session_state["atleast"] = n_slices
