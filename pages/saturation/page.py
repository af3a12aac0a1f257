"""Saturation: from where on more quality, and more volumes, hardly pay (paper figures 3 and 6)."""

from functools import partial

import streamlit as st

from pages.common.comparison import ask_comparison, choose_beside
from pages.common.downloads import offer_files
from pages.common.empty import lead_to_simulate
from pages.common.frame import begin_page, page_body
from pages.common.protocol import show_protocol
from pages.common.why import open_why
from pages.saturation.charts import explain_saturation, find_charts, say_saturation, show_rows, write_lines

settings = begin_page()
with page_body():
    comparison = ask_comparison("How good, and how many, are enough?", settings=settings, has_effort=False)
    charts = find_charts(comparison)
    has_charts = any(one.quality or one.diversity for one in charts)

    with st.container(border=True):
        sentence, below = say_saturation(charts)
        st.header(sentence, anchor=False)
        if below:
            st.markdown(below)
        if not has_charts:
            lead_to_simulate()
        choose_beside(comparison)
    show_rows(comparison, charts)
    if has_charts:
        with open_why():
            for line in explain_saturation(comparison, charts):
                st.markdown(line)
        offer_files("All lines (CSV)", partial(write_lines, charts), name="saturation.csv")
    show_protocol(comparison.protocol, names=comparison.names, settings=settings)
