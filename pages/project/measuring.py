"""Measuring on a project's own volumes: their slices are prepared, and Simulate is opened on them."""

import streamlit as st

from simulator.errors import LabelwiseError
from simulator.planning.own_measure import FEWEST, rest_on_hers
from simulator.planning.project import ProjectAnswer
from simulator.planning.scoring import gather_full
from simulator.planning.visits import plan_project
from simulator.records import Project
from simulator.settings import Settings

from ..common.escape import escape_sentence
from ..common.frame import open_page
from ..common.projects import save_project
from ..data.opening import prepare_here
from ..progress.scoring import require_inside

__all__ = ["can_measure", "offer_measuring", "say_what_measuring_needs"]


LABEL, ICON = "Measure on mine", ":material/play_circle:"


def can_measure(project: Project, *, settings: Settings) -> bool:
    """Tell whether label maps came back, and trainings may be started here."""
    return bool(project.label_folder) and not settings.is_read_only


def say_what_measuring_needs() -> None:
    """Show, in the button's place, what has to come back first, and where volumes are that were labeled before."""
    with st.popover(LABEL, icon=ICON), st.container(width=420):
        st.markdown(
            f"{FEWEST} of your volumes have to be labeled in full first, and their label maps added on Progress. "
            "A folder of volumes that were labeled before is opened on Data."
        )
        if st.button("Open labeled volumes", icon=":material/folder_open:"):
            open_page("data")


def offer_measuring(answer: ProjectAnswer, *, key: str, settings: Settings) -> None:
    """Offer trainings on her own volumes, where `can_measure`."""
    if not st.button(LABEL, icon=ICON, key=key):
        return
    project = answer.project
    try:
        with st.spinner("Looking at the labeled volumes"):
            plan = plan_project(answer, keeps_all=True)
            source = gather_full(plan, require_inside(project.label_folder, settings), settings=settings)
        prepare_here(source, settings=settings)
    except LabelwiseError as error:
        st.error(escape_sentence(error), icon=":material/error:")
        return
    save_project(rest_on_hers(project, source.reference), settings=settings)
    open_page("simulate")
