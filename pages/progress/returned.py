"""Adding what came back: label maps, hours and scores; and taking the plan that follows."""

from pathlib import Path

import streamlit as st

from simulator.errors import LabelwiseError
from simulator.formats import format_count
from simulator.planning.going_on import NextPlan, adopt
from simulator.planning.progress import Progress
from simulator.planning.returns.label_maps import read_label_maps
from simulator.records import Project, Score, Update, utc_now
from simulator.settings import Settings

from ..common.escape import escape_sentence
from ..common.frame import open_page
from ..common.projects import change_project
from ..common.theme import small_print

__all__ = ["offer_returned", "show_not_begun"]

WIDTH = 560
SAID = "progress_said"


def show_not_begun(project: Project) -> None:
    """Say that nothing can have come back yet, and lead to where that begins."""
    with st.container(border=True):
        st.header(
            "No plan has been handed over yet, so nothing can have come back.",
            anchor=False,
        )
        if st.button("Hand over a plan", type="primary", icon=":material/drive_file_move:"):
            open_page("project")


def offer_returned(progress: Progress, following: NextPlan | None, *, settings: Settings) -> None:
    """Offer the new plan, and to add what came back."""
    is_new = following is not None and not following.is_same
    for message in st.session_state.pop(SAID, ()):
        st.warning(message)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if following is not None and is_new:
            st.button(
                "Use the new plan",
                type="primary",
                icon=":material/check:",
                on_click=change_project,
                args=(settings,),
                kwargs=adopt(following, progress=progress),
            )
        with st.popover(
            "Add what came back", type="secondary" if is_new else "primary", icon=":material/upload:"
        ):
            _ask(progress, settings)
        if is_new:
            small_print("Until then the old plan stands.")


def _ask(progress: Progress, settings: Settings) -> None:
    with st.form("returned", border=False, clear_on_submit=True), st.container(width=WIDTH):
        folder = (
            st.text_input("Folder of label maps on this machine", key="returned_folder")
            if settings.data_roots
            else ""
        )
        with st.container(horizontal=True):
            hours = st.number_input(
                "Hours spent so far",
                0.0,
                1e6,
                value=None,
                step=0.5,
                format="%g",
                key="returned_hours",
                width=170,
            )
            dice = st.number_input(
                "Dice of a model",
                0.0,
                1.0,
                value=None,
                step=0.01,
                format="%g",
                key="returned_dice",
                width=170,
            )
            n_volumes = st.number_input(
                "trained on volumes",
                1,
                20_000,
                value=max(1, progress.n_done),
                key="returned_volumes",
                width=170,
            )
        if st.form_submit_button("Add", type="primary"):
            try:
                _add(progress, folder, hours, dice, int(n_volumes), settings)
            except LabelwiseError as error:
                st.session_state[SAID] = [escape_sentence(error)]
            st.rerun()


def _add(
    progress: Progress,
    folder: str,
    hours: float | None,
    dice: float | None,
    n_volumes: int,
    settings: Settings,
) -> None:
    """Add one update of all that was entered."""
    labeled: dict[str, tuple[int, ...]] = {}
    said, sources = [], []
    if folder:
        path = Path(folder).resolve()
        if not any(path.is_relative_to(root) for root in settings.data_roots):
            raise LabelwiseError(
                f"{folder} lies outside the folders that may be opened here; move it there, or use a terminal"
            )
        returned = read_label_maps(path, plan=progress.plan)
        labeled = dict(returned.labeled)
        said = [escape_sentence(note) for note in returned.notes]
        sources.append(f"{format_count(len(labeled), 'label map')}")
    if hours is not None:
        sources.append("hours")
    if dice is not None:
        sources.append("a score")
    if not sources:
        raise LabelwiseError("nothing was entered: give a folder of label maps, hours, or a score")
    update = Update(
        created=utc_now(),
        source=", ".join(sources),
        labeled=labeled,
        hours=hours,
        scores=() if dice is None else (Score(n_volumes=n_volumes, dice=dice),),
    )
    project = progress.plan.answer.project
    change_project(settings, updates=(*project.updates, update))
    st.session_state[SAID] = said
