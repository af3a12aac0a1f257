"""The parts of the Plan page: its stops, its slices as a picture, its rows, and who is left out."""

import pandas as pd
import streamlit as st

from simulator.figures.plan_calendar import calendar_data, draw_calendar
from simulator.formats import format_count, format_dice, format_hours, format_interval
from simulator.planning.visit_table import visit_rows
from simulator.planning.visits import ProjectPlan
from simulator.reports.handover import name_left_out

from ..common.escape import escape
from ..common.theme import current_palette, show_chart, small_print

__all__ = ["show_calendar", "show_left_out", "show_milestones", "show_visits"]

COLUMNS = {
    "order": "Order",
    "volume": "Volume",
    "group": "Group",
    "annotator": "Annotator",
    "slices": "Slices",
    "n_slices": "How many",
    "minutes": "Minutes",
    "cumulative_hours": "Hours so far",
    "instruction": "What to do",
}


def show_milestones(plan: ProjectPlan) -> None:
    """Show after which volumes to train a model, and what it should reach."""
    if not plan.milestones:
        return
    hours = {visit.order: visit.cumulative_hours for visit in plan.visits}
    st.subheader("Stop and look", anchor=False)
    st.table(
        pd.DataFrame(
            {
                "After": [f"row {one.order:,}, {format_hours(hours[one.order])}" for one in plan.milestones],
                "Train on": [format_count(one.n_volumes, "volume") for one in plan.milestones],
                "Expected Dice": [
                    f"{format_dice(one.dice)}{format_interval(one.low, one.high)}" for one in plan.milestones
                ],
            }
        ),
        border="horizontal",
        hide_index=True,
        alt="After which rows of the plan to train, and what to expect",
    )


def show_calendar(plan: ProjectPlan) -> None:
    """Show which slices are labeled, as far as they are known by number."""
    data = calendar_data(plan)
    if data is None:
        return
    st.subheader("Every volume is opened once", anchor=False)
    show_chart(
        draw_calendar(data, palette=current_palette()),
        key="calendar",
        alt="Which slices of which volume are labeled, in the order of the plan",
    )
    hidden = f" {format_count(data.n_hidden, 'more volume')} not shown." if data.n_hidden else ""
    small_print(f"Strong green: labeled; faint: for testing; grey: left alone.{hidden}")


def show_visits(plan: ProjectPlan) -> None:
    """Show the rows that annotators get."""
    rows = visit_rows(plan)
    shown = [
        name for name in COLUMNS if name not in {"group", "annotator", "slices"} or (rows[name] != "").any()
    ]
    st.subheader("In this order", anchor=False)
    st.dataframe(
        rows[shown].rename(columns=COLUMNS),
        hide_index=True,
        alt="The plan, one row a volume",
        column_config={
            COLUMNS["minutes"]: st.column_config.NumberColumn(format="%.0f"),
            COLUMNS["cumulative_hours"]: st.column_config.NumberColumn(format="%.1f"),
        },
    )


def show_left_out(plan: ProjectPlan) -> None:
    """Name who is left out, and why."""
    lines = name_left_out(plan)
    if lines:
        with st.expander(f"{format_count(len(plan.left_out), 'volume')} left out"):
            for line in lines:
                st.markdown(escape(line))
