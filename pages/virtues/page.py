"""Virtues: which virtue grows first along the optimal trajectory (paper figures 2 and 5)."""

from functools import partial

import streamlit as st

from pages.common.comparison import ask_comparison, choose_beside
from pages.common.downloads import offer_files
from pages.common.empty import lead_to_simulate
from pages.common.frame import begin_page, page_body
from pages.common.protocol import show_protocol
from pages.common.why import open_why
from pages.virtues.charts import explain_order, find_virtues, say_order, show_charts, write_lines

settings = begin_page()
with page_body():
    comparison = ask_comparison("Which virtue comes first?", settings=settings)
    shown = find_virtues(comparison)

    with st.container(border=True):
        sentence, below = say_order(comparison, shown)
        st.header(sentence, anchor=False)
        if below:
            st.markdown(below)
        if not shown:
            lead_to_simulate()
        choose_beside(comparison)
    if shown:
        show_charts(comparison, shown)
        with open_why():
            explain_order(shown)
        offer_files("All points (CSV)", partial(write_lines, comparison, shown), name="virtues.csv")
        show_protocol(comparison.protocol, names=comparison.names, settings=settings)
