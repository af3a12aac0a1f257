"""Project: what should be labeled of a lab's own volumes in the hours it has, and the files for it."""

import streamlit as st

from pages.common.frame import begin_page, page_body
from pages.common.header import page_header
from pages.common.projects import choose_project, is_example, read_answer, recall_project
from pages.common.records import read_table
from pages.project.evidence import show_charts
from pages.project.handover import offer_handover
from pages.project.hours import show_hours
from pages.project.likeness import ask_reference, open_reference
from pages.project.menu import show_menu
from pages.project.prices import show_prices
from pages.project.questions import show_questions
from pages.project.volumes import show_volumes
from simulator.wording.projects import say_project, say_project_hours
from simulator.wording.spans import markdown

settings = begin_page()
with page_body():
    project = recall_project(settings)
    with page_header("What should be labeled?"):
        choose_project(project, settings=settings)
        show_menu(project, settings=settings)

    table = read_table(settings)
    answer = read_answer(project, table, settings=settings)
    with st.container(border=True):
        with st.container(horizontal=True, gap="small"):
            show_volumes(answer, settings=settings)
            likeness = open_reference(answer)
            show_prices(answer, settings=settings)
        show_hours(answer, settings=settings)
        # One block, whether it has a second line or not: else what stands below would move.
        with st.container():
            example = "*For example:* " if is_example(project) else ""
            st.header(f"{example}{markdown(say_project(answer))}", anchor=False)
            if below := say_project_hours(answer):
                st.markdown(markdown(below))
        offer_handover(answer, settings=settings)

    if answer.strategy is not None:
        show_charts(answer)
        show_questions(answer)
    # Last, since what stands above need not wait for it.
    with likeness:
        ask_reference(answer, table=table, settings=settings)
