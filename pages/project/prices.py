"""What work takes: a line that opens on a preset, each price by itself, and a log of times that sets them."""

import streamlit as st

from simulator.effort import PRESETS, WAYS, get_preset
from simulator.planning.project import ProjectAnswer
from simulator.planning.times.sweep import sweep_price
from simulator.settings import Settings
from simulator.wording.prices import describe_price_source, say_price_source, say_price_sweep
from simulator.wording.spans import markdown

from ..common.kept import kept
from ..common.projects import change_project
from ..common.shown import shown_option
from ..common.theme import small_print
from .fields import WIDTH
from .price_boxes import show_boxes
from .time_log import offer_time_log

__all__ = ["show_prices"]


def show_prices(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask what work takes: by a preset, each price by itself, or by a log."""
    prices, preset = answer.prices, get_preset(answer.project.preset)
    label = f":gray[My time] **{WAYS[preset.way]}**, {round(prices.drawing_seconds, 1):g} s a slice"
    with st.popover(label), st.container(width=WIDTH):
        st.selectbox(
            "Way of labeling",
            list(PRESETS),
            **shown_option("project_preset", preset.name, list(PRESETS)),
            format_func=lambda name: PRESETS[name].title,
            on_change=_take_preset,
            args=(settings,),
        )
        show_boxes(answer, settings=settings)
        if said := say_price_sweep(kept(sweep_price, answer)):
            st.markdown(markdown(said))
        with st.expander(describe_price_source(answer.project), icon=":material/menu_book:"):
            small_print(markdown(say_price_source(answer.project)))
        offer_time_log(answer, settings=settings)


def _take_preset(settings: Settings) -> None:
    change_project(settings, preset=st.session_state["project_preset"], prices={})
