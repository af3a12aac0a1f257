"""The answer of step 2 in one sentence, whatever is known; and what other data sets have to do with it."""

import streamlit as st

from simulator.analysis import Study
from simulator.analysis.law.choosing import Outlook
from simulator.analysis.prospect import look_ahead
from simulator.effort import MEASURES, Prices
from simulator.wording.answers import say_answer, say_as_good, say_left_over
from simulator.wording.priors import N_FIRST, describe_prior, say_provisional
from simulator.wording.spans import join, markdown

from ..common.escape import escape
from ..common.frame import open_page
from ..common.theme import small_print
from .question import Question, recall_prior

__all__ = ["show_prior", "show_sentence"]

HOURS = MEASURES["hours"]


def show_sentence(asked: Question) -> None:
    """Show the answer in one sentence, whatever the state."""
    recommendation = asked.recommendation
    below = join([say_left_over(recommendation, measure=HOURS), say_as_good(recommendation)])
    # One block, whether it has a second line or not: else the slider below would move, and lose the keyboard's focus.
    with st.container():
        st.header(
            markdown(say_answer(recommendation, measure=HOURS, title=asked.dataset.title)), anchor=False
        )
        if below:
            st.markdown(markdown(below))
    if recommendation.predicted is not None and asked.study.runs.empty:
        _show_provisional(asked.study)


def _show_provisional(study: Study) -> None:
    """Say that nothing was measured on these volumes, and lead to where that begins."""
    outlook = _look_ahead(study.dataset.fingerprint, study.protocol, study.prior.names, study.prices, study)
    st.markdown(say_provisional(outlook, n=N_FIRST))
    if st.button("Answer it on my volumes", icon=":material/play_circle:"):
        open_page("simulate")


@st.cache_data(show_spinner=False, max_entries=8)
def _look_ahead(
    fingerprint: str, protocol: str, names: tuple[str, ...], prices: Prices, _study: Study
) -> Outlook:
    """Say what the first trainings would settle; once for a data set of which nothing was measured."""
    return look_ahead(_study).after(N_FIRST)


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
