"""The end of the procedure: all four decisions in one sentence, and the way to the plan that carries them out."""

import streamlit as st

from simulator.analysis import Strategy
from simulator.analysis.recommendation.branches import Branch
from simulator.formats import format_count, format_gain, format_hours, format_share
from simulator.wording.answers import describe_strategy

from ..common.escape import escape
from ..common.frame import open_page
from ..common.question import Question
from ..common.theme import small_print
from ..common.url_state import publish
from ..common.wording import strategy_text

__all__ = ["show_ending"]

NEXT = {"volumes": "open more volumes", "slices": "draw more slices", "filling": "fill slices in"}


def show_ending(asked: Question, *, aim: float, n_held_out: int, branch: Branch | None) -> None:
    """Show what was decided, and lead to the plan."""
    answer = asked.recommendation
    publish(effort="hours")
    with st.container(border=True):
        if answer.strategy is None or answer.status not in {"answer", "gap"}:
            st.header("A plan needs a strategy: step 2 says what is missing.", anchor=False)
            return
        then = "stop and look" if branch is None else NEXT[branch.direction]
        st.header(
            f"So: put {n_held_out} volumes aside to score on, label {strategy_text(answer.strategy)}, then {then}.",
            anchor=False,
        )
        n_least = asked.n_slices_least
        least = f" and at least {format_count(n_least, 'slice')} a volume" if n_least else ""
        small_print(
            f"The plan keeps to the {format_hours(asked.budget)}{least} of step 2. "
            f"{_say_outlines(answer.strategy, aim=aim)} It does not know which volumes are put aside: choose them "
            "before you begin."
        )
        if branch is not None:
            small_print(
                f"The next round is no part of it: {escape(describe_strategy(branch.strategy))}, "
                f"{format_hours(branch.extra)} more, {format_gain(branch.gain)} Dice."
            )
        if st.button("Make the plan", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            st.session_state["effort"] = "hours"
            open_page("plan")


def _say_outlines(strategy: Strategy, *, aim: float) -> str:
    """Say how exactly the plan asks to draw, and what step 1 says to that."""
    is_exact = strategy.virtues.quality == 1 or strategy.spacing is not None
    quality = 1.0 if is_exact else strategy.achieved_quality
    asked = (
        "It asks for exact outlines"
        if is_exact
        else f"It asks for outlines at {format_share(quality)} overlap"
    )
    if abs(aim - quality) < 0.005:
        return f"{asked}, as step 1 does."
    wanted = "exact ones" if aim == 1 else f"{format_share(aim)} overlap"
    verb = "would let them stop at" if aim < quality else "would have"
    return f"{asked}; step 1 {verb} {wanted}, which the plan does not count on."
