"""Measuring on a project's own volumes: their slices are prepared, and Simulate is opened on them."""

import streamlit as st

from simulator.errors import LabelwiseError
from simulator.planning.own_measure import FEWEST, count_labeled_in_full
from simulator.planning.project import ProjectAnswer
from simulator.planning.scoring import gather_full
from simulator.planning.visits import plan_project
from simulator.settings import Settings

from ..common.escape import escape_sentence
from ..common.frame import open_page
from ..common.projects import save_project
from ..data.opening import prepare_here
from ..progress.scoring import require_inside

__all__ = ["offer_measuring"]


def offer_measuring(answer: ProjectAnswer, *, key: str, settings: Settings) -> None:
    """Offer trainings on her own volumes; where none came back labeled, the page where labeled ones are opened."""
    if not st.button("Measure on mine", icon=":material/play_circle:", key=key):
        return
    project = answer.project
    if not project.label_folder or count_labeled_in_full(project) < FEWEST or settings.is_read_only:
        open_page("data")
    try:
        with st.spinner("Looking at the labeled volumes"):
            plan = plan_project(answer, keeps_all=True)
            source = gather_full(plan, require_inside(project.label_folder, settings), settings=settings)
        prepare_here(source, settings=settings)
    except LabelwiseError as error:
        st.error(escape_sentence(error), icon=":material/error:")
        return
    # Whatever else was chosen: who measures means to be answered by that.
    save_project(project.changed(measured=source.reference.fingerprint, reference=""), settings=settings)
    open_page("simulate")
