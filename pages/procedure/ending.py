"""The end of the procedure: all four decisions in one sentence, and the way to the plan that carries them out."""

import streamlit as st

from simulator.analysis import Strategy
from simulator.analysis.recommendation.branches import Branch
from simulator.formats import format_count, format_hours, format_share
from simulator.wording.answers import describe_strategy

from ..common.escape import escape
from ..common.frame import open_page
from ..common.held_out import HANDED
from ..common.question import Question
from ..common.theme import small_print
from ..common.url_state import publish
from ..common.wording import strategy_text
from .layout import explain

__all__ = ["show_ending"]

NEXT = {"volumes": "label more volumes", "slices": "label more slices", "filling": "fill slices in"}


def show_ending(asked: Question, *, aim: float, branch: Branch | None) -> None:
    """Show what was decided, and lead to the plan."""
    answer = asked.recommendation
    publish(effort="hours")
    card = st.container(border=True)
    with card:
        if answer.strategy is None or answer.status != "answer":
            st.header("A plan needs a strategy: step 2 says what is missing.", anchor=False)
            return
        then = "stop and look" if branch is None else NEXT[branch.direction]
        n_pool, n_held_out = answer.strategy.n_pool, asked.n_held_out
        apart = f"keep **{n_held_out} of {n_pool} volumes** for testing, " if n_held_out else ""
        st.header(f"So: {apart}label {strategy_text(answer.strategy)}, then {then}.", anchor=False)
        n_least = asked.n_slices_least
        least = f" and at least {format_count(n_least, 'slice')} a volume" if n_least else ""
        kept = f" and leaves at least {n_held_out} volumes for testing" if n_held_out else ""
        small_print(f"The plan keeps to the {format_hours(asked.budget)}{least} of step 2{kept}.")
        if st.button("Make the plan", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            st.session_state["effort"] = "hours"
            st.session_state[HANDED] = n_held_out
            publish(**{HANDED: n_held_out or None})
            open_page("plan")
    explain(card, [_say_outlines(answer.strategy, aim=aim), _say_next_round(branch)])


def _say_next_round(branch: Branch | None) -> str:
    if branch is None:
        return ""
    return f"The next round is no part of the plan: {escape(describe_strategy(branch.strategy))}."


def _say_outlines(strategy: Strategy, *, aim: float) -> str:
    """Say how exactly the plan asks to draw, and what step 1 says to that."""
    is_exact = strategy.virtues.quality == 1 or strategy.spacing is not None
    quality = 1.0 if is_exact else strategy.achieved_quality
    asked = (
        "The plan asks for exact outlines"
        if is_exact
        else f"The plan asks for outlines at {format_share(quality)} overlap"
    )
    if abs(aim - quality) < 0.005:
        return f"{asked}, as step 1 does."
    wanted = "exact ones" if aim == 1 else f"{format_share(aim)} overlap"
    verb = "would let them stop at" if aim < quality else "would have"
    return f"{asked}; step 1 {verb} {wanted}, which the plan does not count on."
