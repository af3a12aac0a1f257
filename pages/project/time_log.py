"""A log of times: what it tells of prices, and the button that takes them."""

import pandas as pd
import streamlit as st

from simulator.effort import Prices
from simulator.errors import LabelwiseError
from simulator.planning.project import ProjectAnswer
from simulator.planning.returns.times import read_times
from simulator.planning.times.calibration import Calibration
from simulator.planning.updates import add_update, calibrate_update, make_update
from simulator.records import Update
from simulator.settings import Settings
from simulator.wording.prices import describe_price, describe_told, describe_work, say_paces, say_rows
from simulator.wording.spans import markdown

from ..common.escape import escape_sentence
from ..common.projects import change_project, recall_project
from ..common.theme import small_print

__all__ = ["offer_time_log"]

NEEDED = "One row a slice with volume, slice and seconds; annotator where there are several. Ten rows help."
ENDINGS = ["csv", "tsv", "txt", "xlsx", "json", "xml", "zip"]


def offer_time_log(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Offer to let a log set the prices; nothing changes before they are taken."""
    project = answer.project
    with st.expander("From a time log", icon=":material/timer:"):
        file = st.file_uploader(
            "A table, or an export of Label Studio as JSON",
            type=ENDINGS,
            # One that was taken is not there any more.
            key=f"project_times_{project.id}_{len(project.updates)}",
        )
        if file is None:
            small_print(NEEDED)
            return
        try:
            log = read_times(file.getvalue(), name=file.name)
            update = make_update(project, source=f"times in {file.name}")
            update, found = calibrate_update(project, answer, update, log.rows)
        except LabelwiseError as error:
            st.error(escape_sentence(error), icon=":material/error:")
            return
        if found is None:
            small_print("These times were taken before; once is enough.")
            return
        _show(found, before=answer.prices)
        for note in log.notes:
            small_print(escape_sentence(note))
        st.button("Use these prices", type="primary", on_click=_use, args=(update, settings))


def _show(found: Calibration, *, before: Prices) -> None:
    st.markdown(markdown(say_rows(found)))
    rows = {
        name: (describe_told(name, found), describe_price(name, getattr(before, name)))
        for name in (*found.limits, *found.stayed)
    }
    titles = [describe_work(name) for name in rows]
    st.table(
        pd.DataFrame(rows.values(), index=pd.Index(titles), columns=pd.Index(["By the log", "Until now"])),
        border="horizontal",
        alt="Each price by the log, with its interval, and as it was",
    )
    if said := say_paces(found):
        st.markdown(markdown(said))


def _use(update: Update, settings: Settings) -> None:
    # Of the project as it is by now: another tab may have saved something since.
    after = add_update(recall_project(settings), update)
    change_project(settings, updates=after.updates, prices=after.prices)
