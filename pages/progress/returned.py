"""Adding what came back: label maps, hours and scores; and taking the plan that follows."""

from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from simulator.errors import LabelwiseError, ProjectError
from simulator.formats import format_count
from simulator.planning.going_on import NextPlan
from simulator.planning.progress import Progress
from simulator.planning.returns.label_maps import read_label_maps
from simulator.planning.returns.reading import read_returned_file
from simulator.planning.returns.returned import Returned
from simulator.planning.updates import (
    NOTHING,
    add_update,
    follow_plan,
    join_returned,
    keep_known,
    make_update,
)
from simulator.planning.visits import plan_project
from simulator.records import Project, Score
from simulator.settings import Settings

from ..common.escape import escape_sentence
from ..common.frame import open_page
from ..common.projects import require_current, save_project
from ..common.theme import small_print
from .scoring import offer_scoring, require_inside, show_scoring

__all__ = ["SAID", "offer_returned", "show_not_begun", "show_said"]

WIDTH = 560
SAID = "progress_said"
"""Key of the session: sentences that are shown once, above the state of the project."""

N_ADDED, REPLACES = "returned_n_added", "returned_replaces"
FOLDER, HOURS, DICE, N_VOLUMES = "returned_folder", "returned_hours", "returned_dice", "returned_volumes"


def show_said() -> None:
    """Show once what is to be said of the last click."""
    for message in st.session_state.pop(SAID, ()):
        st.warning(message)


def show_not_begun(project: Project) -> None:
    """Say that nothing can have come back yet, and lead to where that begins."""
    with st.container(border=True):
        st.header(
            "No plan has been handed over for the project as it is now, so nothing can have come back.",
            anchor=False,
        )
        if st.button("Hand over a plan", type="primary", icon=":material/drive_file_move:"):
            open_page("project")


def offer_returned(progress: Progress, following: NextPlan | None, *, settings: Settings) -> None:
    """Offer the new plan, and to add what came back."""
    is_new = following is not None and not following.is_same
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if following is not None and is_new:
            st.button(
                "Use the new plan",
                type="primary",
                icon=":material/check:",
                on_click=_follow,
                args=(following, progress, settings),
            )
        with st.popover(
            "Add what came back", type="secondary" if is_new else "primary", icon=":material/upload:"
        ):
            _ask(progress, settings)
        offer_scoring(progress, settings=settings)
        if is_new:
            small_print("Until then the old plan stands.")
    show_scoring(progress, settings=settings)


def _follow(following: NextPlan, progress: Progress, settings: Settings) -> None:
    try:
        require_current(progress.plan.answer.project, settings=settings)
    except ProjectError as error:
        st.session_state[SAID] = [escape_sentence(error)]
        return
    save_project(follow_plan(following, progress), settings=settings)


def _ask(progress: Progress, settings: Settings) -> None:
    with st.form("returned", border=False), st.container(width=WIDTH):
        st.file_uploader(
            "plan.xlsx, or an export of Label Studio or CVAT",
            type=["xlsx", "csv", "json", "xml", "zip"],
            key=_file_key(progress),
        )
        if settings.data_roots:
            st.text_input("Folder of label maps on this machine", key=FOLDER)
        with st.container(horizontal=True):
            st.number_input(
                "Hours spent so far", 0.0, 1e6, value=None, step=0.5, format="%g", key=HOURS, width=170
            )
            st.number_input(
                "Dice of a model", 0.0, 1.0, value=None, step=0.01, format="%g", key=DICE, width=170
            )
            st.number_input(
                "trained on volumes", 1, 20_000, value=max(1, progress.n_done), key=N_VOLUMES, width=170
            )
        st.checkbox(
            "Replace what came back before",
            key=REPLACES,
            help="For a correction. Otherwise labeled slices and hours only grow, and an older file takes nothing "
            "away. Volumes that the file does not name stay as they are.",
        )
        # In a callback: what is entered must not get lost because somebody clicks once more.
        st.form_submit_button("Add", type="primary", on_click=_take, args=(progress, settings))


def _take(progress: Progress, settings: Settings) -> None:
    """Add what was entered; where that fails it stays entered, and why is said."""
    entered = st.session_state
    try:
        _add(
            progress,
            _read(progress, entered.get(_file_key(progress)), entered.get(FOLDER, ""), settings),
            entered[HOURS],
            entered[DICE],
            int(entered[N_VOLUMES] or 1),
            entered.get(FOLDER, ""),
            settings,
        )
    except LabelwiseError as error:
        entered[SAID] = [*entered.get(SAID, ()), escape_sentence(error)]
        return
    entered.update({FOLDER: "", HOURS: None, DICE: None, REPLACES: False})
    entered[N_ADDED] = entered.get(N_ADDED, 0) + 1


def _file_key(progress: Progress) -> str:
    """Key of the box for files: one that was added is not there any more."""
    return f"returned_file_{progress.plan.answer.project.id}_{st.session_state.get(N_ADDED, 0)}"


def _read(
    progress: Progress, file: UploadedFile | None, folder: str, settings: Settings
) -> dict[str, Returned]:
    """Read file and folder, as far as they were given, by what they are called."""
    # Work that came back is read whether the plan still asks for it or not.
    plan = plan_project(progress.plan.answer, keeps_all=True)
    found: dict[str, Returned] = {}
    if folder:
        returned = read_label_maps(require_inside(folder, settings), plan=plan)
        found[format_count(len(returned.labeled), "label map")] = returned
    if file is not None:
        found[file.name] = read_returned_file(file.getvalue(), name=file.name, plan=plan)
    return found


def _add(
    progress: Progress,
    found: dict[str, Returned],
    hours: float | None,
    dice: float | None,
    n_volumes: int,
    folder: str,
    settings: Settings,
) -> None:
    """Add one update of all that was entered."""
    project = progress.plan.answer.project
    require_current(project, settings=settings)
    sources = [*found, *(["hours"] if hours is not None else []), *(["a score"] if dice is not None else [])]
    if not sources:
        raise ProjectError("nothing was entered: give a file, a folder of label maps, hours, or a score")
    returned = join_returned([replace(NOTHING, hours=hours), *found.values()])
    if not st.session_state[REPLACES]:
        returned = keep_known(project, returned)
    st.session_state[SAID] = [escape_sentence(note) for note in returned.notes]
    hours = returned.hours
    scores = () if dice is None else (Score(n_volumes=n_volumes, dice=dice),)
    update = make_update(
        project,
        returned,
        source=", ".join(sources),
        hours=hours,
        scores=scores,
        folder=str(Path(folder).resolve()) if folder else "",
    )
    save_project(add_update(project, update), settings=settings)
