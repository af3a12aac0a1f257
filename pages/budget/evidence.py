"""The evidence under the answer: the frontier, the obvious ways, how sure, more budget, and a target."""

import pandas as pd
import streamlit as st

from simulator.analysis import Alternative, Estimate, Recommendation, Study
from simulator.effort import EffortMeasure
from simulator.figures.best_share import best_share_data, draw_best_share
from simulator.figures.frontier import describe_flattening, draw_frontier, frontier_data, other_ways
from simulator.figures.gains import draw_gains, gains_data
from simulator.formats import format_count, format_dice, format_gain, format_gain_interval, format_interval
from simulator.settings import Settings
from simulator.wording.answers import describe_frequency, describe_sureness, describe_target, describe_untried

from ..common.clicking import offer_records
from ..common.escape import escape
from ..common.protocol import show_protocol
from ..common.theme import current_palette, show_chart, small_print
from ..common.url_state import publish, restore_number
from ..common.wording import first_gain, say_regret, say_winners, short_strategy

__all__ = ["show_evidence"]

SHAPES = (
    "● every slice, ■ every 2nd, ◆ every 3rd, ▲ every 4th to 7th, ✖ fewer, ○ (orange) rest filled in. "
    "Star: recommended; rings: the obvious ways."
)
LEFT, RIGHT = 570, 350


def show_evidence(
    recommendation: Recommendation,
    *,
    study: Study,
    measure: EffortMeasure,
    settings: Settings,
) -> None:
    """Show what the answer stands on; sections that have nothing to say are left out."""
    _show_frontier(recommendation)
    name = "" if recommendation.dataset is None else recommendation.dataset.name
    show_protocol(str(recommendation.protocol), names=[name], settings=settings)
    if other_ways(recommendation):
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=LEFT):
                _show_obvious_ways(recommendation)
            with st.container(width=RIGHT):
                _show_sureness(recommendation)
    with st.container(horizontal=True, gap="medium"):
        if recommendation.next_steps:
            with st.container(width=LEFT):
                _show_more_budget(recommendation, measure)
        with st.container(width=RIGHT):
            _show_target(study, recommendation, measure=measure)


def _show_frontier(recommendation: Recommendation) -> None:
    data = frontier_data(recommendation)
    st.subheader(describe_flattening(recommendation), anchor=False)
    small_print(SHAPES)
    event = st.plotly_chart(
        draw_frontier(data, palette=current_palette()), theme=None, width="stretch", key="frontier",
        config={"displayModeBar": False}, on_select="rerun", selection_mode="points",
        alt=f"Effort against Dice of {recommendation.n_combinations} combinations, and the line above them",
    )  # fmt: skip
    hidden = (
        f" Below the range that is shown: {format_count(data.n_below, 'combination')}."
        if data.n_below
        else ""
    )
    small_print(
        f"{format_count(recommendation.n_combinations, 'combination')} × "
        f"{format_count(recommendation.n_seeds, 'seed')}. Band and intervals: 90\u00a0% over seeds and test volumes, "
        "for this pool; expected values are corrected for having been picked. Grey: beyond the budget. Click a point "
        f"for its records.{hidden}"
    )
    small_print(
        "Pool: the volumes that may be labeled. Seed: one training, with volumes and slices drawn anew. Resample: the "
        "same answer, had other trainings and other test volumes been met."
    )
    offer_records(event, data=st.session_state["data"], protocol=str(recommendation.protocol))


def _show_obvious_ways(recommendation: Recommendation) -> None:
    answer, predicted = recommendation.strategy, recommendation.predicted
    assert answer is not None
    assert predicted is not None
    others = other_ways(recommendation)
    rows = [("**Recommended**", answer, predicted, "")]
    rows += [(o.title, o.strategy, o.estimate, _gain(o)) for o in others]
    st.subheader("The same effort, spent in the obvious ways", anchor=False)
    st.table(
        pd.DataFrame(
            {
                "Strategy": [title for title, *_ in rows],
                "What is drawn": [short_strategy(strategy) for _, strategy, _, _ in rows],
                "Dice": [_dice(estimate) for _, _, estimate, _ in rows],
                "Gain": [gain for *_, gain in rows],
            }
        ),
        border="horizontal",
        hide_index=True,
        alt="The recommended strategy and the obvious ones at the same effort",
    )
    small_print(
        "Gain: Dice of the recommended one less this, with its 90\u00a0% interval."
        + (
            " ≈: no simulation hit this exactly; interpolated between measured neighbours, and not recommended."
            if any(other.estimate.kind == "interpolated" for other in others)
            else ""
        )
    )


def _dice(estimate: Estimate) -> str:
    mark = "≈\u00a0" if estimate.kind == "interpolated" else ""
    return f"{mark}{format_dice(estimate.dice)}{format_interval(estimate.low, estimate.high)}"


def _gain(other: Alternative) -> str:
    return f"{format_gain(other.gain)}{format_gain_interval(other.gain_low, other.gain_high)}"


def _show_sureness(recommendation: Recommendation) -> None:
    st.subheader(f"How sure? {describe_sureness(recommendation)}", anchor=False)
    if not recommendation.best_share:
        small_print(
            "Chance is known from a second seed, and a second test volume, on. Simulate runs more seeds."
        )
        return
    figure = draw_best_share(best_share_data(recommendation), palette=current_palette())
    show_chart(figure, key="best_share", alt="How often each strategy is best in resamples")
    against = "The bars compare it with the obvious ways, as far as they were measured."
    said = (against, say_winners(recommendation), describe_untried(recommendation))
    small_print(" ".join(filter(None, said)))
    small_print(
        f"On average over all resamples, this choice gives {say_regret(recommendation)} Dice less than the best that "
        "was measured and the budget pays for."
    )


def _show_more_budget(recommendation: Recommendation, measure: EffortMeasure) -> None:
    st.subheader(first_gain(recommendation, measure=measure), anchor=False)
    figure = draw_gains(gains_data(recommendation), palette=current_palette())
    show_chart(figure, key="gains", alt="Dice gained by larger budgets, with intervals")


def _show_target(study: Study, recommendation: Recommendation, *, measure: EffortMeasure) -> None:
    st.subheader("What does a target cost?", anchor=False)
    restore_number("target", low=0.05, high=0.99, default=0.85)
    target = st.number_input(
        "Target Dice", 0.05, 0.99, step=0.01, key="target", width=150, format="%g", persist_state="session"
    )
    publish(target=float(target))
    cost = study.effort_of_target(target, measure=measure)
    text = escape(describe_target(cost, measure=measure))
    if cost.reach_share is not None:
        text += f" Its expected Dice is that high in {describe_frequency(cost.reach_share)}."
    st.markdown(text + _say_just_below(recommendation.predicted, target=float(target)))


def _say_just_below(predicted: Estimate | None, *, target: float) -> str:
    """Say by how little the recommended strategy misses a target that it seems to reach, its Dice being rounded."""
    if predicted is None or predicted.dice >= target or format_dice(predicted.dice) != format_dice(target):
        return ""
    return f" The strategy above comes to {predicted.dice:.3f}."
