"""What work takes: a line that opens."""

import streamlit as st

from simulator.effort import PRESETS, PRICES, WAYS, get_preset
from simulator.planning.project import ProjectAnswer
from simulator.planning.times.sweep import sweep_price
from simulator.settings import Settings
from simulator.wording.prices import say_price_sweep
from simulator.wording.spans import markdown

from ..common.escape import escape
from ..common.projects import change_project, recall_project
from ..common.shown import shown, shown_option
from ..common.theme import small_print
from .fields import WIDTH

__all__ = ["show_prices"]

ASKED_PRICES = ("drawing_seconds", "opening_minutes", "checking_seconds")


def show_prices(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask what work takes: by a preset, and each price by itself."""
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
            for name in ASKED_PRICES:
                price = PRICES[name]
                st.number_input(
                    price.title,
                    0.0,
                    price.most,
                    **shown(f"project_{name}", float(getattr(prices, name))),
                    step=price.step,
                    format="%g",
                    width=190,
                    on_change=_take_price,
                    args=(settings, name),
                )
        if said := say_price_sweep(sweep_price(answer)):
            st.markdown(markdown(said))
        small_print(f"{'Partly a guess. ' if preset.is_guess else ''}{escape(preset.source)}")


def _take_preset(settings: Settings) -> None:
    change_project(settings, preset=st.session_state["project_preset"], prices={})


def _take_price(settings: Settings, name: str) -> None:
    prices = {**recall_project(settings).prices, name: float(st.session_state[f"project_{name}"])}
    change_project(settings, prices=prices)
