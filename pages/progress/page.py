"""Progress: how far a project is, whether it pays to go on, and how."""

import streamlit as st

from pages.common.frame import begin_page, end_page, page_body
from pages.common.header import page_header
from pages.common.projects import choose_project, is_example, read_answer, recall_project
from pages.common.records import read_table
from pages.progress.evidence import show_charts, show_tables
from pages.progress.menu import show_menu
from pages.progress.returned import offer_returned, show_not_begun, show_said
from simulator.planning.going_on import go_on
from simulator.planning.progress import find_progress
from simulator.planning.visits import plan_project
from simulator.wording.projects import say_next, say_progress
from simulator.wording.spans import markdown

settings = begin_page()
with page_body():
    project = recall_project(settings)
    with page_header("How far are we?"):
        choose_project(project, settings=settings)
        show_menu(project, settings=settings)

    show_said()
    if is_example(project) or not project.stages:
        show_not_begun(project)
        end_page()
    answer = read_answer(project, read_table(settings), settings=settings)
    progress = find_progress(plan_project(answer))
    following = go_on(progress)
    with st.container(border=True):
        st.header(markdown(say_progress(progress)), anchor=False)
        if following is not None:
            st.markdown(markdown(say_next(following, progress)))
        offer_returned(progress, following, settings=settings)

    show_charts(progress, following)
    show_tables(progress)
