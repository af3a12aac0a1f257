"""Plan: which slices of which volumes are labeled, in which order, and where to stop and look."""

import streamlit as st

from pages.common.empty import show_no_plan
from pages.common.escape import escape
from pages.common.frame import begin_page, end_page, open_page, page_body
from pages.common.held_out import recall_handed_over, show_handed_over
from pages.common.protocol import show_protocol
from pages.common.question import ask_question
from pages.common.theme import current_palette, show_chart, small_print
from pages.common.wording import say_grey, say_order
from pages.data.opening import find_prepared
from pages.plan.plans import (
    choose_passes,
    explain_passes,
    find_inventory,
    show_command,
    show_downloads,
    show_ids,
    show_minimum,
    show_no_volumes,
    show_passes,
    show_rows,
    show_short_volumes,
)
from simulator.figures.plan_calendar import calendar_data, draw_calendar
from simulator.formats import format_count
from simulator.planning import gather_context, make_plan
from simulator.wording.plans import say_plan
from simulator.wording.spans import markdown

settings = begin_page()
with page_body():
    asked = ask_question(
        "Who labels what, and when?", settings=settings, has_minimum=True, recall_apart=recall_handed_over
    )
    dataset, measure, recommendation = asked.dataset, asked.measure, asked.recommendation
    inventory = find_inventory(dataset.reference, settings=settings)
    show_minimum(asked.n_slices_least)
    show_handed_over(asked.n_held_out)
    if recommendation.status != "answer":
        show_no_plan(
            recommendation, measure=measure, title=dataset.title, n_slices_least=asked.n_slices_least
        )
        end_page()
    if inventory is None:
        show_no_volumes(asked, settings=settings)
        end_page()

    plan = make_plan(inventory, recommendation=recommendation, prices=asked.prices, budget=asked.budget)
    with st.container(border=True):
        st.header(markdown(say_plan(plan)), anchor=False)
        with st.container(horizontal=True):
            show_downloads(plan, gather_context(find_prepared(dataset.reference, settings=settings)))
            change = f"Budget {escape(measure.unit.say(asked.budget))}: change"
            if st.button(change, type="tertiary", icon=":material/tune:"):
                open_page("budget")

    show_passes(plan, measure=measure)
    st.subheader(say_order(plan), anchor=False)
    shades = "Green: labeled" if len(plan.passes) == 1 else "Dark to light green: first to last pass"
    small_print(f"{shades}. Grey: the structure is there but {say_grey(plan)}.")
    calendar = calendar_data(plan, n_passes=choose_passes(plan))
    show_chart(
        draw_calendar(calendar, palette=current_palette()),
        key="calendar",
        alt="Which slice of which volume is labeled in which pass",
    )
    if calendar.n_hidden:
        small_print(f"{format_count(calendar.n_hidden, 'more volume')} in the plan, not in this picture.")
    with st.expander("Why?"):
        explain_passes(plan)
        show_ids(plan)
        show_short_volumes(plan, n_slices_least=asked.n_slices_least)
        show_rows(plan)
        show_command(asked)
    show_protocol(asked.protocol, names=[dataset.reference.name], settings=settings)
