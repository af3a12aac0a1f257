"""What can be done with what came back as a whole: take it back, look at it, take it away."""

import pandas as pd
import streamlit as st

from simulator.errors import ProjectError
from simulator.formats import format_dice, format_hours
from simulator.planning.updates import take_back
from simulator.records import Project
from simulator.settings import Settings
from simulator.tables.csv import encode_csv

from ..common.escape import escape_sentence
from ..common.projects import require_current, save_project
from .returned import SAID

__all__ = ["show_menu"]


def show_menu(project: Project, *, settings: Settings) -> None:
    """Offer to undo the last update, and the history."""
    if not project.updates:
        return
    with st.popover("…"), st.container(width=480):
        last = project.updates[-1]
        st.button(
            f"Undo: {last.source}",
            icon=":material/undo:",
            on_click=_take_back,
            args=(project, settings),
        )
        history = _lay_out(project)
        st.dataframe(history, hide_index=True, alt="What came back, in order")
        st.download_button(
            "Export the history",
            encode_csv(history),
            file_name="history.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _take_back(project: Project, settings: Settings) -> None:
    try:
        require_current(project, settings=settings)
    except ProjectError as error:
        st.session_state[SAID] = [escape_sentence(error)]
        return
    save_project(take_back(project), settings=settings)


def _lay_out(project: Project) -> pd.DataFrame:
    rows = [
        {
            "When": update.created.replace("T", " ").removesuffix("Z"),
            "What": update.source,
            "Volumes": "" if update.stages else f"{len({*update.labeled, *update.done}):,}",
            "Hours": "" if update.hours is None else format_hours(update.hours),
            "Dice": ", ".join(f"{format_dice(one.dice)} ({one.n_volumes})" for one in update.scores),
        }
        for update in project.updates
    ]
    return pd.DataFrame(rows)
