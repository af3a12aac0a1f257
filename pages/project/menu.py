"""What can be done with a project as a whole."""

import secrets
from pathlib import Path

import streamlit as st

from simulator.errors import ProjectError
from simulator.records import Project, canonical_json, parse_project
from simulator.settings import Settings
from simulator.store import open_store

from ..common.escape import escape_sentence
from ..common.projects import change_project, is_example, new_project, save_project
from ..common.shown import shown

__all__ = ["show_menu"]

DELETED = "project_deleted"
"""Key of the session: the project that is to be deleted, once that is confirmed."""


def show_menu(project: Project, *, settings: Settings) -> None:
    """Offer to rename, copy, export, import and delete it, and to begin another."""
    with st.popover("…"), st.container(width=320):
        if not is_example(project):
            st.text_input(
                "Name",
                **shown("project_name", project.name),
                max_chars=80,
                on_change=_rename,
                args=(settings,),
            )
            st.button("New project", icon=":material/add:", on_click=new_project, args=(settings,))
            st.button("Copy", icon=":material/content_copy:", on_click=_copy, args=(project, settings))
            st.download_button(
                "Export",
                f"{canonical_json(project.model_dump(mode='json'))}\n",
                file_name="project.json",
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        _offer_import(settings)
        if not is_example(project) and not settings.is_read_only:
            _offer_delete(project, settings)


def _offer_import(settings: Settings) -> None:
    file = st.file_uploader("Import a project", type="json", key="project_file")
    if file is None or st.session_state.get("project_imported") == file.file_id:
        return
    try:
        found = parse_project(file.getvalue())
    except ProjectError as error:
        st.error(escape_sentence(error), icon=":material/error:")
        return
    st.session_state["project_imported"] = file.file_id
    save_project(
        found.changed(id=secrets.token_hex(6), folder=_allowed(found.folder, settings)), settings=settings
    )
    st.rerun()


def _allowed(folder: str, settings: Settings) -> str:
    """Keep a folder only where it may be opened here: what a stranger wrote must not name one."""
    path = Path(folder).resolve()
    return folder if folder and any(path.is_relative_to(root) for root in settings.data_roots) else ""


def _rename(settings: Settings) -> None:
    if name := st.session_state["project_name"].strip():
        change_project(settings, name=name)


def _copy(project: Project, settings: Settings) -> None:
    copy = project.changed(id=secrets.token_hex(6), name=f"{project.name[:73]} (copy)")
    save_project(copy, settings=settings)


def _offer_delete(project: Project, settings: Settings) -> None:
    """Offer to delete it, in two clicks: nothing brings it back."""
    if st.session_state.get(DELETED) == project.id:
        st.markdown("All that came back goes with it; an export could be imported again.")
        st.button("Delete for good", icon=":material/delete:", on_click=_delete, args=(project, settings))
        return
    st.button("Delete", icon=":material/delete:", on_click=_ask_again, args=(project,))


def _ask_again(project: Project) -> None:
    st.session_state[DELETED] = project.id


def _delete(project: Project, settings: Settings) -> None:
    with open_store(settings) as store:
        store.delete_project(project.id)
    new_project(settings)
