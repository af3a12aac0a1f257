"""What work takes: a line that opens on a preset, each price by itself, and a log of times that sets them."""

import streamlit as st

from simulator.effort import PRESETS, PRICES, WAYS, get_preset
from simulator.planning.project import ProjectAnswer
from simulator.planning.times.sweep import sweep_price
from simulator.records import Project
from simulator.settings import Settings
from simulator.wording.prices import say_price_sweep
from simulator.wording.spans import markdown

from ..common.escape import escape
from ..common.projects import change_project, recall_project
from ..common.shown import shown, shown_option
from ..common.theme import small_print
from .fields import WIDTH
from .time_log import offer_time_log

__all__ = ["show_prices"]

ASKED = ("drawing_seconds", "opening_minutes", "finding_minutes", "checking_seconds", "review_seconds")
BOX = 196


def show_prices(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask what work takes: by a preset, each price by itself, or by a log."""
    prices, preset = answer.prices, get_preset(answer.project.preset)
    label = f":gray[My time] **{WAYS[preset.way]}**, {prices.drawing_seconds:g} s a slice"
    with st.popover(label), st.container(width=WIDTH):
        st.selectbox(
            "Way of labeling",
            list(PRESETS),
            **shown_option("project_preset", preset.name, list(PRESETS)),
            format_func=lambda name: PRESETS[name].title,
            on_change=_take_preset,
            args=(settings,),
        )
        with st.container(horizontal=True):
            for name in ASKED:
                _ask_price(name, float(getattr(prices, name)), settings)
            _ask_wage(answer.project, settings)
        if said := say_price_sweep(sweep_price(answer)):
            st.markdown(markdown(said))
        small_print(f"{'Partly a guess. ' if preset.is_guess else ''}{escape(preset.source)}")
        offer_time_log(answer, settings=settings)


def _ask_price(name: str, value: float, settings: Settings) -> None:
    price = PRICES[name]
    st.number_input(
        price.title,
        0.0,
        price.most,
        **shown(f"project_{name}", value),
        step=price.step,
        format="%g",
        width=BOX,
        help=price.source,
        on_change=_take_price,
        args=(settings, name),
    )


def _ask_wage(project: Project, settings: Settings) -> None:
    st.number_input(
        "An hour costs",
        0.0,
        1e6,
        **shown("project_wage", project.wage or 0.0),
        step=5.0,
        format="%g",
        width=BOX,
        help="In whatever money: the answer then says what its hours cost. 0: it does not.",
        on_change=_take_wage,
        args=(settings,),
    )


def _take_preset(settings: Settings) -> None:
    change_project(settings, preset=st.session_state["project_preset"], prices={})


def _take_price(settings: Settings, name: str) -> None:
    prices = {**recall_project(settings).prices, name: float(st.session_state[f"project_{name}"])}
    change_project(settings, prices=prices)


def _take_wage(settings: Settings) -> None:
    change_project(settings, wage=st.session_state["project_wage"] or None)
