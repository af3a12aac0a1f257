"""What a project's volumes are most like: a line that opens."""

import pandas as pd
import streamlit as st

from simulator.planning.project import ProjectAnswer
from simulator.planning.references import NO_REFERENCE, find_references
from simulator.settings import Settings

from ..common.escape import escape
from ..common.frame import open_page
from ..common.projects import change_project
from ..common.shown import shown_option
from ..common.theme import small_print
from .fields import WIDTH

__all__ = ["show_reference"]


def show_reference(answer: ProjectAnswer, *, table: pd.DataFrame, settings: Settings) -> None:
    """Ask what the volumes are most like."""
    chosen = answer.reference
    what = "**no one organ**, all of them" if chosen is None else f"**{escape(chosen.title)}**"
    reason = f", {answer.reason}" if answer.reason else ""
    with st.popover(f":gray[Most like mine] {what}{reason}"), st.container(width=WIDTH):
        references = find_references(table)
        names = {one.dataset.fingerprint: one.title for one in references} | {
            NO_REFERENCE: "None of them: what all organs showed"
        }
        current = NO_REFERENCE if chosen is None else chosen.dataset.fingerprint
        st.radio(
            "Most like mine",
            list(names),
            **shown_option("project_reference", current, list(names)),
            label_visibility="collapsed",
            format_func=lambda one: escape(names[one]),
            on_change=_take,
            args=(settings, "reference"),
        )
        small_print("Surest is to measure it on volumes of yours that are labeled: ten or more.")
        if st.button("Measure on mine", icon=":material/play_circle:", key="measure_from_reference"):
            open_page("data")


def _take(settings: Settings, field: str) -> None:
    change_project(settings, **{field: st.session_state[f"project_{field}"]})
