"""Under the answer: hours against Dice, and the map."""

import streamlit as st

from simulator.effort import MEASURES
from simulator.figures.map import MapData, can_map, draw_map, map_data
from simulator.figures.project_frontier import (
    describe_more_hours,
    draw_project_frontier,
    project_frontier_data,
)
from simulator.formats import format_given_hours
from simulator.planning.project import ProjectAnswer
from simulator.wording.answers import describe_freedom

from ..common.kept import drawn, kept
from ..common.theme import current_palette, show_chart, small_print

__all__ = ["show_charts"]

LEFT, RIGHT = 528, 404
HOURS = MEASURES["hours"]


def show_charts(answer: ProjectAnswer) -> None:
    """Show what hours give, and beside it how many volumes and slices give how much."""
    with st.container(horizontal=True, gap="small"):
        with st.container(width=LEFT):
            st.subheader(describe_more_hours(answer), anchor=False)
            show_chart(
                drawn(draw_project_frontier, kept(project_frontier_data, answer), palette=current_palette()),
                key="project_frontier",
                alt="Hours on your volumes against expected Dice",
            )
        is_hatched = False
        if can_map(answer.recommendation, measure=HOURS):
            data = kept(_map, answer)
            is_hatched = bool(data.unknown)
            with st.container(width=RIGHT):
                st.subheader(describe_freedom(answer.recommendation), anchor=False)
                show_chart(
                    drawn(draw_map, data, palette=current_palette()),
                    key="project_map",
                    alt="Expected Dice by volumes labeled and slices in each",
                )
    dots = f" Dots: measured on {answer.reference.title}." if answer.reference else ""
    hatched = " Hatched: not measured there." if is_hatched else ""
    small_print(f"Band: 90\u00a0% interval.{dots}{hatched}")


def _map(answer: ProjectAnswer) -> MapData:
    return map_data(
        answer.recommendation,
        study=answer.study,
        measure=HOURS,
        line_label=format_given_hours(answer.project.hours),
    )
