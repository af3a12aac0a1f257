"""Frontier: effort against performance, and the configurations that nothing cheaper beats (paper figures 1 and 4)."""

from functools import partial

import streamlit as st

from pages.common.comparison import ask_comparison, choose_beside
from pages.common.downloads import offer_files
from pages.common.empty import lead_to_simulate
from pages.common.frame import begin_page, page_body
from pages.common.protocol import show_protocol
from pages.frontier.charts import choose_view, explain_charts, find_trajectories, say_worth, show_charts
from pages.frontier.table import offer_vertex, show_vertices, write_points

settings = begin_page()
with page_body():
    comparison = ask_comparison("Which labeling is worth its effort?", settings=settings)
    shown = find_trajectories(comparison)

    with st.container(border=True):
        sentence, below = say_worth(comparison, shown)
        st.header(sentence, anchor=False)
        if below:
            st.markdown(below)
        if not shown:
            lead_to_simulate()
        choose_beside(comparison)
    if shown:
        is_over = choose_view(shown)
        show_charts(comparison, shown, is_over=is_over)
        with st.expander("Why?"):
            explain_charts(shown)
            show_vertices(comparison, shown)
        offer_files("All points (CSV)", partial(write_points, comparison, shown), name="frontier.csv")
        offer_vertex(comparison, shown)
        show_protocol(comparison.protocol, names=comparison.names, settings=settings)
