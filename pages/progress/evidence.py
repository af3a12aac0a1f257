"""Under the state of a project: scores against what was expected, a square a volume, and what is to be looked at."""

from typing import Any

import pandas as pd
import streamlit as st

from simulator.figures.learning_curve import describe_scores, draw_learning_curve, learning_curve_data
from simulator.figures.volume_squares import (
    count_states,
    describe_squares,
    draw_squares,
    draw_states,
    squares_data,
)
from simulator.formats import format_count, format_dice, format_hours, format_interval
from simulator.planning.going_on import NextPlan
from simulator.planning.progress import Progress, VolumeProgress
from simulator.wording.projects import say_to_look_at, say_volume
from simulator.wording.spans import markdown

from ..common.theme import current_palette, show_chart, small_print

__all__ = ["show_charts", "show_tables"]

LEFT, RIGHT = 528, 404
MOST_NAMED = 12


def show_charts(progress: Progress, following: NextPlan | None) -> None:
    """Show the scores on their curve, and beside it every volume."""
    data = learning_curve_data(progress, following)
    with st.container(horizontal=True, gap="small"):
        if data is not None:
            with st.container(width=LEFT):
                st.subheader(describe_scores(progress), anchor=False)
                show_chart(
                    draw_learning_curve(data, palette=current_palette()),
                    key="learning_curve",
                    alt="Volumes labeled against Dice: expected at the start, now, and as scored",
                )
        with st.container(width=RIGHT):
            st.subheader(describe_squares(progress), anchor=False)
            _show_volumes(progress)


def _show_volumes(progress: Progress) -> None:
    """Show a square a volume, of which a click tells more; of many volumes, how many are in each state."""
    squares = squares_data(progress)
    if squares is None:
        show_chart(
            draw_states(count_states(progress), palette=current_palette()),
            key="states",
            alt="How many volumes are labeled, begun, to look at, for testing or to do",
        )
        return
    event = st.plotly_chart(
        draw_squares(squares, palette=current_palette()),
        theme=None,
        width="stretch",
        key=f"squares_{progress.plan.answer.project.id}",
        config={"displayModeBar": False},
        on_select="rerun",
        selection_mode="points",
        alt="One square a volume: labeled, begun, to look at, for testing or to do",
    )
    small_print("✓ labeled, 5 slices so far, ! look, T for testing.")
    if one := _find_clicked(event, progress):
        st.markdown(markdown(say_volume(one)))


def _find_clicked(event: Any, progress: Progress) -> VolumeProgress | None:
    """Find the volume whose square was clicked; None where none was, or the plan is another by now."""
    for point in event["selection"]["points"]:
        number = point.get("customdata")
        place = number[0] if isinstance(number, list) else number
        if isinstance(place, int) and 0 <= place < len(progress.volumes):
            return progress.volumes[place]
    return None


def show_tables(progress: Progress) -> None:
    """Show what was planned and what is done, and what is to be looked at."""
    with st.container(horizontal=True, gap="small"):
        with st.container(width=LEFT):
            st.subheader("Planned and done", anchor=False)
            st.table(
                _compare(progress), border="horizontal", alt="The plan as a whole, and what is done of it"
            )
        if progress.to_look_at:
            with st.container(width=RIGHT):
                st.subheader("To look at", anchor=False)
                for one in progress.to_look_at[:MOST_NAMED]:
                    st.markdown(markdown(say_to_look_at(one)))
                n_more = len(progress.to_look_at) - MOST_NAMED
                if n_more > 0:
                    small_print(f"{format_count(n_more, 'more volume')}.")


def _compare(progress: Progress) -> pd.DataFrame:
    visits = progress.plan.visits
    last = progress.plan.milestones[-1] if progress.plan.milestones else None
    rows = {
        "Volumes": (
            f"{len(visits):,}",
            f"{sum(one.state in ('done', 'elsewhere') for one in progress.volumes):,}",
        ),
        "Slices": (
            f"{sum(v.n_slices + v.n_looks for v in visits):,.0f}",
            f"{sum(one.n_labeled + one.n_looks for one in progress.volumes):,.0f}",
        ),
        "Hours": (format_hours(progress.plan.hours), format_hours(progress.hours)),
        "Dice": (
            "" if last is None else f"{format_dice(last.dice)}{format_interval(last.low, last.high)}",
            format_dice(progress.scores[-1].dice) if progress.scores else "not scored",
        ),
    }
    return pd.DataFrame(rows.values(), index=pd.Index(rows), columns=pd.Index(["Planned", "Done"]))
