"""Under the answer: hours against Dice, the map, and the questions that people ask, one at a time."""

import streamlit as st

from simulator.effort import MEASURES
from simulator.errors import RequestError
from simulator.figures.map import can_map, draw_map, map_data
from simulator.figures.project_frontier import (
    describe_more_hours,
    draw_project_frontier,
    project_frontier_data,
)
from simulator.formats import format_hours
from simulator.planning.project import ProjectAnswer
from simulator.settings import Settings
from simulator.wording.answers import describe_freedom
from simulator.wording.projects import say_other_plans, say_target_hours
from simulator.wording.spans import markdown

from ..common.theme import current_palette, show_chart, small_print
from ..common.url_state import publish, restore_number, restore_option

__all__ = ["show_charts", "show_questions"]

LEFT, RIGHT = 528, 404
HOURS = MEASURES["hours"]
QUESTIONS = {"plans": "Other plans", "target": "A target Dice"}


def show_charts(answer: ProjectAnswer) -> None:
    """Show what hours give, and beside it how many volumes and slices give how much."""
    with st.container(horizontal=True, gap="small"):
        with st.container(width=LEFT):
            st.subheader(describe_more_hours(answer), anchor=False)
            show_chart(
                draw_project_frontier(project_frontier_data(answer), palette=current_palette()),
                key="project_frontier",
                alt="Hours on your volumes against expected Dice",
            )
        if can_map(answer.recommendation, measure=HOURS):
            with st.container(width=RIGHT):
                st.subheader(describe_freedom(answer.recommendation), anchor=False)
                figure = draw_map(
                    map_data(
                        answer.recommendation,
                        study=answer.study,
                        measure=HOURS,
                        line_label=format_hours(answer.project.hours),
                    ),
                    palette=current_palette(),
                )
                show_chart(
                    figure, key="project_map", alt="Expected Dice by volumes labeled and slices in each"
                )
    dots = f" Dots: measured on {answer.reference.title}." if answer.reference else ""
    small_print(f"Band: 90\u00a0% interval.{dots} Hatched: not measured there.")


def show_questions(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Answer one of the questions that people ask."""
    st.subheader("Why?", anchor="why")
    restore_option("ask", list(QUESTIONS), default="plans")
    asked = st.segmented_control(
        "Question",
        list(QUESTIONS),
        key="ask",
        required=True,
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda name: f":gray[{QUESTIONS[name]}]",
    )
    publish(ask=asked if asked != "plans" else None)
    if asked == "target":
        _show_target(answer)
    else:
        st.markdown(markdown(say_other_plans(answer)))


def _show_target(answer: ProjectAnswer) -> None:
    restore_number("dice", low=0.05, high=0.99, default=0.85)
    target = st.number_input("Target Dice", 0.05, 0.99, step=0.01, key="dice", width=150, format="%g")
    publish(dice=float(target))
    try:
        cost = answer.study.effort_of_target(float(target), measure=HOURS)
    except RequestError:
        return
    st.markdown(markdown(say_target_hours(cost, answer)))
