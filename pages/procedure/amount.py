"""Step 2: given the hours, how many volumes and slices in each, and the least that a volume needs (paper §4)."""

import streamlit as st

from simulator.analysis import Recommendation, Strategy, leave_volumes
from simulator.figures.coverage import coverage_data
from simulator.figures.lines import draw_lines
from simulator.formats import format_count, format_share
from simulator.planning import Coverage, compute_coverage
from simulator.planning.coverage import ENOUGH, LARGEST_GAP
from simulator.records import Virtues
from simulator.settings import Settings
from simulator.virtues.diversity import count_volumes
from simulator.wording.answers import describe_strategy

from ..budget.answer import show_sentence
from ..common.budget import choose_prices, show_budget
from ..common.escape import escape
from ..common.question import MOST_SLICES, Question
from ..common.records import read_study
from ..common.theme import current_palette, show_chart, small_print
from ..common.wording import say_minimum_unmet
from ..plan.plans import find_inventory
from .layout import explain, open_part, open_step, simulate_missing

__all__ = ["show_amount"]


def show_amount(asked: Question, *, settings: Settings) -> None:
    """Show the step; its decisions, the budget and the minimum, are in the question already."""
    card = open_step(2, "Given the hours, how many volumes, and how many slices in each?")
    answer = asked.recommendation
    inventory = find_inventory(asked.dataset.reference, settings=settings)
    coverage = compute_coverage(inventory) if inventory is not None and inventory.n_slices else None
    left, right = open_part(card)
    with left:
        with st.container():
            _show_answer(asked)
        has_few = (answer.status == "empty" or answer.lacks_evidence) and not asked.n_slices_least
        if not (has_few or asked.study.runs.empty):
            show_budget(asked.measure, full_effort=asked.full_effort)
        choose_prices(asked.measure, proxy=asked.proxy)
        if answer.status != "answer":
            simulate_missing(_dense(asked), what="for this budget", asked=asked, settings=settings)
        _choose_minimum(coverage, asked.recommendation)
    with right:
        if coverage is None:
            small_print(
                "How many slices a volume needs is measured from the labels, which are not here: open the data set on "
                "the Data page."
            )
        else:
            _show_coverage(coverage)
    explain(card, [] if coverage is None else [_describe_coverage(coverage)])


def _show_answer(asked: Question) -> None:
    answer, n_slices, n_held_out = asked.recommendation, asked.n_slices_least, asked.n_held_out
    if n_held_out and answer.status == "empty" and not asked.study.runs.empty:
        st.header(
            f"Nothing was measured that leaves {format_count(n_held_out, 'volume')} for testing.",
            anchor=False,
        )
        small_print("Keep fewer in step 3, or simulate what is missing.")
        return
    if n_slices and answer.status not in {"answer", "empty"}:
        st.header(say_minimum_unmet(answer, n_slices=n_slices, measure=asked.measure), anchor=False)
        small_print("Lower the minimum, raise the budget, or simulate what is missing.")
        return
    show_sentence(answer, dataset=asked.dataset, measure=asked.measure, study=asked.study)
    if answer.strategy is not None and answer.status == "answer":
        st.markdown(_say_counts(answer.strategy, n_held_out=n_held_out))
    if n_slices and answer.status == "answer":
        small_print(_say_change(asked))


def _dense(asked: Question) -> tuple[Virtues, ...]:
    """Keep the suggestions that label as many slices a volume as are asked for, and leave the test volumes alone."""
    suggestions = asked.recommendation.suggestions
    if asked.study.runs.empty:
        return suggestions
    n_pool = asked.dataset.reference.n_pool
    mean = float(asked.study.runs.iloc[0]["n_labeled_slices_pool"]) / n_pool
    return tuple(
        virtues
        for virtues in suggestions
        if count_volumes(n_pool=n_pool, diversity=virtues.diversity) + asked.n_held_out <= n_pool
        and (not asked.n_slices_least or _is_dense(virtues, mean=mean, n_slices=asked.n_slices_least))
    )


def _is_dense(virtues: Virtues, *, mean: float, n_slices: int) -> bool:
    return virtues.quality == 1 and virtues.completeness * mean >= n_slices


def _say_change(asked: Question) -> str:
    """Say what the minimum changes."""
    least = format_count(asked.n_slices_least, "slice")
    others = leave_volumes(asked.measured, n_held_out=asked.n_held_out)
    without = read_study(others, proxy=asked.proxy, prices=asked.prices).recommend(
        measure=asked.measure, budget=asked.budget
    )
    now = asked.recommendation.strategy
    if without.strategy is None or now is None or without.strategy == now:
        return f"At least {least} a volume: the best strategy has that anyway."
    return (
        f"Without the minimum of {least} a volume it would be {escape(describe_strategy(without.strategy))}."
    )


def _say_counts(strategy: Strategy, *, n_held_out: int) -> str:
    """Say what the sentence above leaves open: slices, and what becomes of the volumes that are not labeled."""
    rest = strategy.n_pool - strategy.n_volumes - n_held_out
    others = [f"{n_held_out} are kept for testing"] if n_held_out else []
    others += [f"{rest} stay unlabeled"] if rest else []
    volumes = f" Of the other volumes, {' and '.join(others)}." if others else ""
    if strategy.n_slices is None or strategy.slices_per_volume is None:
        return volumes.strip()
    slices = (
        f"**{format_count(strategy.n_slices, 'slice')}**, about {strategy.slices_per_volume:.0f} a volume"
    )
    return f"That is {slices}.{volumes}"


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
        alt="Share of volumes that are covered, against slices labeled in each",
    )


def _describe_coverage(coverage: Coverage) -> str:
    gap = f"no stretch of more than {format_share(LARGEST_GAP)} of the structure stays unlabeled"
    if coverage.by_label is None:
        covered = f"{gap}. Which slice shows which label is not known of these volumes."
    else:
        covered = f"each label that a volume has is on a labeled slice, and {gap}."
    return (
        f"Measured on the labels of {format_count(coverage.n_volumes, 'volume')}, slices evenly spaced as in the plan. "
        f"Covered means that {covered}"
    )


def _choose_minimum(coverage: Coverage | None, answer: Recommendation) -> None:
    """Let a minimum be asked for, which the recommendation and the plan then keep."""
    has = None if answer.strategy is None else answer.strategy.slices_per_volume
    # As it is said, so that nobody is told to take 4 instead of about 4.
    if coverage is not None and has is not None and answer.status == "answer" and round(has) < coverage.least:
        st.markdown("With so few slices a volume, :green[**parts may stay unseen**].")
        st.button(
            f"Take at least {coverage.least}",
            icon=":material/vertical_align_bottom:",
            on_click=_take,
            args=(coverage.least,),
        )
    st.number_input(
        "Slices a volume at least, on average",
        0,
        MOST_SLICES,
        key="atleast",
        width=260,
        persist_state="session",
        help="0: no minimum. The answer above and the plan keep to it.",
    )


def _take(n_slices: int) -> None:
    st.session_state["atleast"] = n_slices
