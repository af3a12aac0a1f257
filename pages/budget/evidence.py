"""The evidence under the answer: the frontier, more budget and a target; the rest stands behind "Why?"."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from simulator.analysis import Alternative, Estimate, Recommendation, Study
from simulator.effort import EffortMeasure
from simulator.figures.frontier import (
    FrontierData,
    describe_flattening,
    draw_frontier,
    frontier_data,
    other_ways,
)
from simulator.figures.gains import draw_gains, gains_data
from simulator.figures.map import can_map, draw_map, map_data
from simulator.figures.points import SLICE_SHAPES
from simulator.formats import format_count, format_dice, format_interval
from simulator.settings import Settings
from simulator.wording.answers import describe_freedom, describe_gain, say_target, shorten_strategy
from simulator.wording.priors import describe_prior
from simulator.wording.spans import markdown

from ..common.clicking import offer_records
from ..common.escape import escape
from ..common.protocol import show_protocol
from ..common.question import Question, recall_prior
from ..common.start_button import offer_simulations
from ..common.theme import current_palette, show_chart, small_print
from ..common.url_state import publish, restore_number
from ..common.wording import first_gain

__all__ = ["show_evidence", "show_prior"]

LEFT, RIGHT = 528, 404

KEY = "Dots: measured; dashes: predicted; band: 90\u00a0% interval"
"""What the marks of the charts mean that have no label."""

MAP_KEY = "outline: as good; contours: Dice; hatched: not measured"


def show_evidence(asked: Question, *, settings: Settings) -> None:
    """Show what the answer stands on; sections that have nothing to say are left out."""
    recommendation, measure = asked.recommendation, asked.measure
    is_measured = len(recommendation.frontier.points) > 0
    data = frontier_data(recommendation) if is_measured else None
    _show_charts(asked, data)
    with st.container(horizontal=True, gap="small"):
        if recommendation.next_steps:
            with st.container(width=LEFT):
                _show_more_budget(recommendation, measure)
        with st.container(width=RIGHT):
            _show_target(asked.study, recommendation, measure=measure)
    with st.expander("Why?"):
        if recommendation.status == "answer":
            _offer_to_measure(asked, settings=settings)
        if other_ways(recommendation):
            _show_baselines(recommendation)
        if data is not None:
            _explain(recommendation, n_below=data.n_below)
        show_prior(asked)
    name = "" if recommendation.dataset is None else recommendation.dataset.name
    show_protocol(str(recommendation.protocol), names=[name], settings=settings)


def _offer_to_measure(asked: Question, *, settings: Settings) -> None:
    """Offer the trainings of a strategy that is only predicted; nothing where it was measured."""
    if not asked.recommendation.suggestions:
        return
    small_print(
        "Predicted: this strategy was not trained itself; what was measured around it says what it gives."
    )
    offer_simulations(
        asked.recommendation.suggestions,
        asked.dataset.reference,
        what="as recommended",
        protocol=asked.protocol,
        table=asked.table,
        settings=settings,
    )


def show_prior(asked: Question) -> None:
    """Say what other data sets have to do with the answer, where they have, and let them be left out."""
    said = describe_prior(asked.study.prior)
    if not said and recall_prior():
        return
    small_print(escape(said) if said else "What other data sets showed is left out.")
    label = "Leave them out" if said else "Take them in"
    st.button(label, key="prior_switch", on_click=_switch_prior, args=("off" if said else "on",))


def _switch_prior(choice: str) -> None:
    st.session_state["prior"] = choice


def _show_charts(asked: Question, data: FrontierData | None) -> None:
    """Show the frontier, and the map where there is one: beside it, and on a narrow screen below."""
    recommendation = asked.recommendation
    has_map = can_map(recommendation, measure=asked.measure)
    events = {}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if data is not None:
            with st.container(width=LEFT if has_map else "stretch"):
                events["frontier"] = _show_frontier(recommendation, data)
        if has_map:
            with st.container(width=RIGHT):
                events["map"] = _show_map(asked)
    if not events:
        return
    keys = [key for key, is_shown in ((KEY, data is not None), (MAP_KEY, has_map)) if is_shown]
    key = "; ".join(keys)
    small_print(f"{key[0].upper()}{key[1:]}.")
    # Below the row, so that a click moves neither chart.
    with st.container(horizontal=True, gap="small"):
        for width, (chart, event) in zip((LEFT, RIGHT), events.items(), strict=False):
            with st.container(width=width):
                offer_records(
                    event, data=st.session_state["data"], protocol=str(recommendation.protocol), chart=chart
                )


def _show_frontier(recommendation: Recommendation, data: FrontierData) -> Any:
    st.subheader(describe_flattening(recommendation), anchor=False)
    return _show_points(
        draw_frontier(data, palette=current_palette()),
        key="frontier",
        alt=f"Effort against Dice of {recommendation.n_combinations} configurations, and the line above them",
    )


def _show_map(asked: Question) -> Any:
    st.subheader(describe_freedom(asked.recommendation), anchor=False)
    data = map_data(asked.recommendation, study=asked.study, measure=asked.measure)
    return _show_points(
        draw_map(data, palette=current_palette()),
        key="map",
        alt="Expected Dice by volumes labeled and slices in each, with what the budget pays for",
    )


def _show_points(figure: go.Figure, *, key: str, alt: str) -> Any:
    """Show a chart whose points lead to their records; returns the event."""
    return st.plotly_chart(
        figure,
        theme=None,
        width="stretch",
        key=key,
        config={"displayModeBar": False},
        on_select="rerun",
        selection_mode="points",
        alt=alt,
    )


def _explain(recommendation: Recommendation, *, n_below: int) -> None:
    counted = (
        f"{format_count(recommendation.n_combinations, 'configuration')}, "
        f"{format_count(recommendation.n_seeds, 'seed')} each at most"
    )
    hidden = f"; {n_below} lie below the range that is shown" if n_below else ""
    small_print(f"Measured: {counted}{hidden}. Click a point for its records.")
    small_print(f"Shapes: {SLICE_SHAPES}, ○ (orange) rest filled in. Stronger blue: more volumes.")
    small_print(
        "Intervals hold 90\u00a0% over further trainings and other test volumes, for this pool. Expected Dice follows "
        "one law of volumes, slices and quality, fitted to all that was measured."
    )
    if recommendation.expected_regret is not None:
        small_print(
            f"On average this choice gives {_write_regret(recommendation.expected_regret)} Dice less than the best "
            "that was measured and the budget pays for."
        )


def _show_baselines(recommendation: Recommendation) -> None:
    answer, predicted = recommendation.strategy, recommendation.predicted
    assert answer is not None
    assert predicted is not None
    others = other_ways(recommendation)
    rows = [("**Recommended**", answer, predicted, "")]
    rows += [(o.title, o.strategy, o.estimate, _gain(o)) for o in others]
    st.subheader("The same effort, spent on a baseline", anchor=False)
    st.table(
        pd.DataFrame(
            {
                "Strategy": [title for title, *_ in rows],
                "What is labeled": [shorten_strategy(strategy) for _, strategy, _, _ in rows],
                "Expected Dice": [_dice(estimate) for _, _, estimate, _ in rows],
                "Gain over it": [gain for *_, gain in rows],
            }
        ),
        border="horizontal",
        hide_index=True,
        alt="The recommended strategy and the baselines at the same effort",
    )
    if any(other.estimate.kind == "interpolated" for other in others):
        small_print("≈: no simulation hit this exactly; interpolated between measured neighbours.")


def _dice(estimate: Estimate) -> str:
    mark = "≈\u00a0" if estimate.kind == "interpolated" else ""
    return f"{mark}{format_dice(estimate.dice)}{format_interval(estimate.low, estimate.high)}"


def _gain(other: Alternative) -> str:
    return describe_gain(other.gain, other.gain_low, other.gain_high, is_measurable=other.is_measurable)


def _write_regret(regret: float) -> str:
    """Write a loss with three decimals, and never as nothing."""
    return f"{regret:.3f}" if regret >= 0.0005 else "less than 0.001"


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
    just_below = _say_just_below(recommendation.predicted, target=float(target))
    st.markdown(markdown(say_target(cost, measure=measure)) + just_below)


def _say_just_below(predicted: Estimate | None, *, target: float) -> str:
    """Say by how little the recommended strategy misses a target that it seems to reach, its Dice being rounded."""
    if predicted is None or predicted.dice >= target or format_dice(predicted.dice) != format_dice(target):
        return ""
    return f" The strategy above comes to {predicted.dice:.3f}."
