"""The end of the procedure: all four decisions in one sentence, and the way to the plan that carries them out."""

import streamlit as st

from simulator.analysis.branches import Branch
from simulator.analysis.words import describe_strategy, format_gain, format_hours, format_share

from ..choices import publish
from ..escape import escape
from ..frame import open_page
from ..question import Question
from ..theme import small_print
from ..wording import strategy_text

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
            f"So: label {strategy_text(answer.strategy)}; score on {n_held_out} held-out volumes, then {then}.",
            anchor=False,
        )
        exact = "exact outlines" if aim == 1 else (
            f"exact outlines; correcting may stop at {format_share(aim)} overlap"
        )  # fmt: skip
        least = f" and at least {asked.n_slices_least} slices a volume" if asked.n_slices_least else ""
        small_print(
            f"The plan keeps to the {format_hours(asked.budget)}{least} of step 2 and asks for {exact}."
        )
        if branch is not None:
            small_print(
                f"The next round is no part of it: {escape(describe_strategy(branch.strategy))}, "
                f"{format_hours(branch.extra)} more, {format_gain(branch.gain)} Dice."
            )
        if st.button("Make the plan", type="primary", icon=":material/arrow_forward:", icon_position="right"):
            st.session_state["effort"] = "hours"
            open_page("plan")
