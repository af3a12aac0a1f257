"""The project that is worked on: named by the address, kept in the store; in the session where one may only look."""

import secrets
from typing import Any

import pandas as pd
import streamlit as st

from simulator.errors import ProjectError, RequestError
from simulator.planning.project import ProjectAnswer, answer_project
from simulator.records import Project, canonical_json, parse_project
from simulator.settings import Settings
from simulator.store import open_store

from .escape import escape_sentence
from .frame import end_page
from .kept import kept
from .shown import shown_option
from .url_state import publish, restore_option

__all__ = [
    "EXAMPLE",
    "change_project",
    "choose_project",
    "is_example",
    "new_project",
    "read_projects",
    "recall_project",
    "require_current",
    "save_project",
]

EXAMPLE = Project(
    id="0" * 12, name="Example", hours=15.0, n_volumes=60, n_slices=55.0, modality="CT", reference="none"
)
"""What is shown before anything is entered: the page always answers."""

CHOSEN, DRAFT, REFUSED = "project", "project_draft", "project_refused"
"""Keys of the session: the id of the project; the project itself, as JSON, where it cannot be stored; why a change was
refused."""

PLANNED_BY = frozenset(
    {
        "hours",
        "volumes",
        "n_volumes",
        "n_slices",
        "spacing_mm",
        "modality",
        "structure",
        "n_testing",
        "reference",
        "preset",
        "prices",
    }
)
"""What a plan follows from."""

FIRST_NAME = "My project"


def read_projects(settings: Settings) -> dict[str, Project]:
    """Read all projects by id, the one that was saved last first."""
    with open_store(settings, is_read_only=True) as store:
        return dict(reversed(store.projects().items()))


def recall_project(settings: Settings) -> Project:
    """Read the project that session or address name; the example where there is none."""
    if DRAFT in st.session_state:
        return parse_project(st.session_state[DRAFT])
    known = {**read_projects(settings), EXAMPLE.id: EXAMPLE}
    restore_option(CHOSEN, list(known), default=EXAMPLE.id)
    project = known[st.session_state[CHOSEN]]
    publish(project=None if is_example(project) else project.id)
    return project


def require_current(project: Project, *, settings: Settings) -> None:
    """Refuse to act on a project that was changed since it was shown: what another tab saved would be lost.

    Raises
    ------
    ProjectError
        If it was changed, or deleted.
    """
    if (
        DRAFT not in st.session_state
        and project.id not in read_projects(settings)
        and not is_example(project)
    ):
        raise ProjectError(f"{project.name} was deleted in another tab or a terminal, so nothing was saved")
    if recall_project(settings) != project:
        raise ProjectError(
            f"{project.name} was changed in another tab or a terminal, so nothing was saved; this is how it is "
            "now: do it again if it is still right"
        )


def is_example(project: Project) -> bool:
    """Tell whether nobody has entered anything yet."""
    return project.id == EXAMPLE.id


def choose_project(project: Project, *, settings: Settings) -> None:
    """Let another project be chosen; nothing where there is none."""
    known = read_projects(settings)
    if not known:
        return
    options = [*known, *([] if project.id in known else [project.id])]
    names = [known[one].name if one in known else project.name for one in options]
    # A box keeps the words that it showed: where a project has another name it has to begin anew.
    key = f"project_box {'/'.join(names)}"
    st.selectbox(
        "Project",
        options,
        **shown_option(key, project.id, options),
        width=190,
        label_visibility="collapsed",
        format_func=lambda one: names[options.index(one)],
        on_change=_open,
        args=(key,),
    )


def _open(key: str) -> None:
    st.session_state.pop(DRAFT, None)
    st.session_state[CHOSEN] = st.session_state[key]


def change_project(settings: Settings, **changes: Any) -> None:
    """Change the project that is worked on, and store it; the first change of the example begins a project.

    A change that no project can have is refused: `read_answer` says why.
    """
    project = recall_project(settings)
    if is_example(project):
        # What an example rests on nobody asked for.
        changes = {"reference": "", **changes, "id": secrets.token_hex(6), "name": _free_name(settings)}
    if not project.is_begun and PLANNED_BY & changes.keys():
        # A plan that was handed over was for another question; once something came back, it is worked by.
        changes = {"stages": (), **changes}
    try:
        changed = project.changed(**changes)
    except ProjectError as error:
        st.session_state[REFUSED] = escape_sentence(error)
        return
    save_project(changed, settings=settings)


def save_project(project: Project, *, settings: Settings) -> None:
    """Work on a project from now on, and store it where that is allowed."""
    st.session_state[CHOSEN] = project.id
    if settings.is_read_only:
        st.session_state[DRAFT] = canonical_json(project.model_dump(mode="json"))
        return
    with open_store(settings) as store:
        store.save_project(project)


def new_project(settings: Settings) -> None:
    """Begin anew: the example, until something is entered."""
    st.session_state.pop(DRAFT, None)
    st.session_state[CHOSEN] = EXAMPLE.id


def read_answer(project: Project, table: pd.DataFrame, *, settings: Settings) -> ProjectAnswer:
    """Answer a project; where it asks for what cannot be, say so, offer what is proposed, and end the page."""
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(refused, icon=":material/error:")
    try:
        with st.spinner("Reading what was measured", show_time=False):
            return kept(_answer, table, canonical_json(project.model_dump(mode="json")))
    except (ProjectError, RequestError) as error:
        st.error(escape_sentence(error), icon=":material/error:")
        st.button(
            "Take what is proposed instead",
            on_click=change_project,
            args=(settings,),
            kwargs={"reference": "", "preset": "", "prices": {}, "n_testing": None},
        )
        end_page()


def _answer(table: pd.DataFrame, project: str) -> ProjectAnswer:
    return answer_project(parse_project(project), table)


def _free_name(settings: Settings) -> str:
    names = {project.name for project in read_projects(settings).values()}
    name, number = FIRST_NAME, 2
    while name in names:
        name, number = f"{FIRST_NAME} {number}", number + 1
    return name
