"""One click trains a model on what came back and scores it; that goes on whatever becomes of the page."""

import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from simulator.campaigns import cancel_campaign
from simulator.campaigns.scoring import Scoring, find_scoring, launch_scoring, read_log
from simulator.errors import LabelwiseError, ProjectError
from simulator.planning.progress import Progress
from simulator.planning.scoring import dataset_name
from simulator.records import Project
from simulator.settings import Settings
from simulator.store import open_store

from ..common.escape import escape_sentence
from ..common.theme import small_print

__all__ = ["offer_scoring", "require_inside", "show_scoring"]

LAUNCHED, CANCELLED, SAID = "scoring_launched", "scoring_cancelled", "scoring_said"
"""Keys of the session: the training launched from it; the project whose training it cancelled; why none began."""

STARTING_SECONDS = 30
WIDTH = 560


def offer_scoring(progress: Progress, *, settings: Settings) -> None:
    """Offer to train and score, once label maps came back."""
    project = progress.plan.answer.project
    if not project.label_folder or _is_under_way(project, settings):
        return
    why_not = _why_not(progress, settings)
    st.button(
        "Train and score",
        icon=":material/model_training:",
        disabled=bool(why_not),
        help=why_not or "Trains a model on the labeled slices and measures it on your test volumes.",
        on_click=_launch,
        args=(project, settings),
    )


def show_scoring(progress: Progress, *, settings: Settings) -> None:
    """Show how far a training is, or why it came to nothing; it follows without the page's help."""
    project = progress.plan.answer.project
    if _is_under_way(project, settings):
        with st.container(width=WIDTH):
            st.fragment(_follow, run_every="1s")(project, settings)
    elif st.session_state.pop(CANCELLED, "") == project.id:
        st.session_state.pop(LAUNCHED, None)
    elif launch := _launched(project):
        del st.session_state[LAUNCHED]
        if len(project.updates) == launch.n_updates:
            lines = read_log(project.id, settings=settings)[launch.n_lines :]
            st.warning(escape_sentence(lines[-1] if lines else "the training did not start; click again"))
    if message := st.session_state.pop(SAID, ""):
        st.warning(message)


def require_inside(folder: str, settings: Settings) -> Path:
    """Resolve a folder that a page may read.

    Raises
    ------
    ProjectError
        If it lies outside the folders that may be opened.
    """
    path = Path(folder).resolve()
    if not any(path.is_relative_to(root) for root in settings.data_roots):
        raise ProjectError(
            f"{folder} lies outside the folders that may be opened here; move it there, or use a terminal"
        )
    return path


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A training that was launched from this session.

    Parameters
    ----------
    project : str
        Id.
    at : float
        Seconds, by a clock that only runs forward.
    n_lines : int
        Of its log before.
    n_updates : int
        Of the project before.
    """

    project: str
    at: float
    n_lines: int
    n_updates: int


def _why_not(progress: Progress, settings: Settings) -> str:
    """Say why nothing can be trained or scored; "" if it can."""
    project = progress.plan.answer.project
    done = [one.visit.role for one in progress.volumes if one.state in ("done", "elsewhere")]
    if settings.is_read_only:
        return escape_sentence(f"nothing can be started here: {settings.why_read_only}")
    if not project.folder or not any(volume.path for volume in project.volumes):
        return "Training needs the images: give their folder under My volumes."
    if "test" not in done:
        return "Scoring needs a test volume that is labeled in full."
    return "" if progress.n_done else "Training needs a volume that is labeled as planned."


def _launch(project: Project, settings: Settings) -> None:
    """Launch a training; where that is not allowed, why is said."""
    try:
        for folder in (project.label_folder, project.folder):
            require_inside(folder, settings)
        n_lines = len(read_log(project.id, settings=settings))
        launch_scoring(project.id, project.name, settings=settings)
    except LabelwiseError as error:
        st.session_state[SAID] = escape_sentence(error)
        return
    st.session_state[LAUNCHED] = Launch(
        project=project.id, at=time.monotonic(), n_lines=n_lines, n_updates=len(project.updates)
    )


def _read(project: Project, settings: Settings) -> Scoring | None:
    with open_store(settings, is_read_only=True) as store:
        return find_scoring(store, project.id, dataset=dataset_name(project))


def _is_under_way(project: Project, settings: Settings) -> bool:
    """Tell whether a training runs, or was launched a moment ago and has not said anything yet."""
    if _read(project, settings) is not None:
        return True
    launch = _launched(project)
    if launch is None or time.monotonic() - launch.at > STARTING_SECONDS:
        return False
    return len(read_log(project.id, settings=settings)) == launch.n_lines


def _launched(project: Project) -> Launch | None:
    launch: Launch | None = st.session_state.get(LAUNCHED)
    return launch if launch is not None and launch.project == project.id else None


def _follow(project: Project, settings: Settings) -> None:
    """Show how far it is; once it is over, the whole page is run again."""
    if not _is_under_way(project, settings):
        st.rerun(scope="app")
    scoring = _read(project, settings)
    if st.session_state.get(CANCELLED) == project.id:
        small_print("Cancelled: what still runs is being stopped.")
        return
    is_training = scoring is not None and scoring.campaign is not None
    said = "Training on what is labeled" if is_training else "Preparing the volumes"
    st.progress(0.0 if scoring is None else scoring.share, text=f"{said}. Goes on when this tab is closed.")
    if scoring is not None and scoring.campaign is not None and not settings.is_read_only:
        st.button(
            "Cancel", icon=":material/stop:", on_click=_cancel, args=(scoring.campaign.id, project, settings)
        )


def _cancel(campaign_id: str, project: Project, settings: Settings) -> None:
    st.session_state[CANCELLED] = project.id
    cancel_campaign(campaign_id, settings=settings)
