"""What was noted of a data set when it was prepared: nothing in it is left out or reinterpreted unnamed."""

import streamlit as st

from simulator.datasets import PreparedDataset
from simulator.formats import format_count

from .escape import escape

__all__ = ["show_notes"]


def show_notes(prepared: PreparedDataset | None) -> None:
    """Offer the notes, where there are any."""
    if prepared is None or not prepared.notes:
        return
    with st.expander(f"{format_count(len(prepared.notes), 'note')} on this data set", icon=":material/info:"):
        for note in prepared.notes:
            where = f"**{escape(note.volume)}**: " if note.volume else ""
            st.markdown(f"{where}{escape(note.what)}. {escape(note.what_to_do)}.")
