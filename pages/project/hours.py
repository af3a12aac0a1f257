"""The hours, as a box that takes any number and as a slider up to labeling everything."""

import math

import streamlit as st

from simulator.planning.project import ProjectAnswer
from simulator.settings import Settings

from ..common.projects import change_project
from ..common.shown import shown

__all__ = ["show_hours"]

MOST = 1e6
BOX, SLIDER = "project_hours_box", "project_hours"


def show_hours(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Show the hours in two widgets that are one value."""
    hours = answer.project.hours
    step = _step_for(answer.hours_of_all)
    end = float(math.ceil(max(answer.hours_of_all, hours) / step) * step)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.number_input(
            "Hours",
            0.0,
            MOST,
            # One for all projects: a box of another step would begin anew while somebody types in it.
            step=1.0,
            format="%g",
            **shown(BOX, hours),
            width=150,
            icon=":material/schedule:",
            label_visibility="collapsed",
            on_change=_take,
            args=(settings, BOX),
        )
        st.slider(
            "Hours",
            0.0,
            end,
            step=step,
            format="%g\u00a0h",
            **shown(SLIDER, min(hours, end)),
            label_visibility="collapsed",
            on_change=_take,
            args=(settings, SLIDER),
        )


def _take(settings: Settings, key: str) -> None:
    change_project(settings, hours=float(st.session_state[key]))


def _step_for(everything: float) -> float:
    """Choose a round step: about a hundredth of everything."""
    wanted = max(everything / 100, 1e-3)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(round(power * factor, 6) for factor in (1, 2, 5, 10) if power * factor >= wanted * 0.99)
