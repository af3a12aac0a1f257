"""What a page shows where there is nothing yet: what is missing, and the next step."""

import streamlit as st

from .escape import escape
from .frame import open_page

__all__ = [
    "lead_to_simulate",
    "show_no_records",
    "show_nothing",
    "show_unmeasured",
]


def show_nothing() -> None:
    """Say that no data set is known here, and lead to Data."""
    with st.container(border=True):
        st.header("No data set has been measured or opened yet.", anchor=False)
        st.markdown(
            "Open one on the Data page: the built-in phantom needs no download, and your own labeled volumes can be "
            "opened from a folder."
        )
        if st.button("Open a data set", type="primary", icon=":material/view_in_ar:"):
            open_page("data")


def show_no_records(*, has_dataset: bool) -> None:
    """Say that nothing was measured, and lead to Simulate, or to Data where nothing is open either."""
    with st.container(border=True):
        st.header("Nothing has been measured yet, so there are no records.", anchor=False)
        st.markdown("Every simulation that ends leaves one record here.")
        if has_dataset:
            lead_to_simulate()
        elif st.button("Open a data set", type="primary", icon=":material/view_in_ar:"):
            open_page("data")


def show_unmeasured(title: str) -> None:
    """Say that nothing was measured on a data set under this protocol, and lead to Simulate."""
    with st.container(border=True):
        st.header(
            f"Nothing has been measured on {escape(title)} yet, so there is nothing to show.", anchor=False
        )
        st.markdown("A dozen configurations give a first picture.")
        lead_to_simulate()


def lead_to_simulate() -> None:
    """Offer the page where what is missing can be chosen."""
    if st.button("Choose simulations", type="primary", icon=":material/play_circle:"):
        open_page("simulate")
