"""Plan: which volume is opened when, which of its slices are labeled, and where to stop and look."""

import streamlit as st

from pages.common.frame import begin_page, end_page, open_page, page_body
from pages.common.header import page_header
from pages.common.projects import choose_project, is_example, read_answer, recall_project
from pages.common.records import read_table
from pages.plan.visits import show_calendar, show_left_out, show_milestones, show_visits
from pages.project.handover import show_handover
from pages.project.menu import show_menu
from simulator.planning.visits import plan_project
from simulator.wording.projects import say_plan, say_too_few
from simulator.wording.spans import markdown

settings = begin_page()
with page_body():
    project = recall_project(settings)
    with page_header("Who labels what, and when?"):
        choose_project(project, settings=settings)
        show_menu(project, settings=settings)

    answer = read_answer(project, read_table(settings), settings=settings)
    if answer.strategy is None:
        with st.container(border=True):
            st.header(say_too_few(answer), anchor=False)
            if st.button("Change the project", type="primary", icon=":material/tune:"):
                open_page("project")
        end_page()

    plan = plan_project(answer)
    with st.container(border=True):
        example = "*For example:* " if is_example(project) else ""
        st.header(f"{example}{markdown(say_plan(plan))}", anchor=False)
        show_handover(answer, settings=settings)

    show_milestones(plan)
    show_calendar(plan)
    show_visits(plan)
    show_left_out(plan)
