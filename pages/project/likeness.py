"""What a project's volumes are most like: a line that opens, and says of each choice how sure it makes the answer."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.campaigns import count_processors
from simulator.planning.choices import Choice, list_choices
from simulator.planning.distance import find_distance
from simulator.planning.own_measure import foresee_own_measure
from simulator.planning.project import ProjectAnswer
from simulator.planning.references import NO_REFERENCE
from simulator.settings import Settings
from simulator.wording.likeness import say_distance, say_own_measure, say_reason, say_width

from ..common.escape import escape
from ..common.kept import kept
from ..common.projects import change_project
from ..common.shown import shown_option
from .fields import WIDTH
from .measuring import can_measure, offer_measuring

__all__ = ["POPOVER", "ask_reference", "open_reference"]

POPOVER, LABEL = "project_likeness", "project_likeness_label"
"""Keys of what opens, where the session holds whether it is open, and of the words on it."""


def open_reference(answer: ProjectAnswer) -> DeltaGenerator:
    """Show what the volumes are taken to be like; what opens there is filled by `ask_reference`."""
    chosen = answer.reference
    what = "**no one organ**, all of them" if chosen is None else f"**{escape(chosen.title)}**"
    reason = f", {answer.reason}" if answer.reason else ""
    label = f":gray[Most like mine] {what}{reason}"
    if st.session_state.get(POPOVER):
        # With other words it would be another one, closed, and the keyboard's place in it lost.
        label = st.session_state.get(LABEL, label)
    st.session_state[LABEL] = label
    opened = st.popover(label, key=POPOVER, on_change="rerun")
    return opened.container(width=WIDTH)


def ask_reference(answer: ProjectAnswer, *, table: pd.DataFrame, settings: Settings) -> None:
    """Ask what the volumes are most like, once that is opened: each choice has a law of its own."""
    if not st.session_state[POPOVER]:
        return
    with st.spinner("Comparing", show_time=False):
        choices = kept(_list_choices, answer)
    titles = {_name(one): _say_title(one) for one in choices}
    current = NO_REFERENCE if answer.reference is None else answer.reference.dataset.fingerprint
    st.radio(
        "Most like mine",
        list(titles),
        **shown_option("project_reference", current, list(titles)),
        label_visibility="collapsed",
        # What changes with the answer stands in the caption: a browser sends an option by its words.
        format_func=titles.__getitem__,
        captions=[_say_more(one) for one in choices],
        on_change=_take,
        args=(settings,),
    )
    if (distance := find_distance(answer)) is not None:
        st.markdown(escape(say_distance(distance)))
    own = foresee_own_measure(answer, table, n_workers=count_processors())
    with st.container(horizontal=True, vertical_alignment="center"):
        if own.is_offered and can_measure(answer.project, settings=settings):
            offer_measuring(answer, key="measure_from_reference", settings=settings)
        st.markdown(f":small[:gray[{say_own_measure(own)}]]", width="content")


def _list_choices(answer: ProjectAnswer) -> tuple[Choice, ...]:
    return list_choices(answer, answer.table)


def _say_title(choice: Choice) -> str:
    return f"**{'None' if choice.likeness is None else escape(choice.likeness.reference.title)}**"


def _say_more(choice: Choice) -> str:
    """Say how sure it makes the answer, and what speaks for and against it."""
    width, reason = say_width(choice.halfwidth), escape(say_reason(choice.likeness))
    return f"Dice {width}: {reason}" if width else reason


def _name(choice: Choice) -> str:
    return NO_REFERENCE if choice.likeness is None else choice.likeness.reference.dataset.fingerprint


def _take(settings: Settings) -> None:
    change_project(settings, reference=st.session_state["project_reference"])
