"""What a project's volumes are most like, and what work takes: each a line that opens."""

import pandas as pd
import streamlit as st

from simulator.effort import PRESETS, PRICES, WAYS, get_preset
from simulator.planning.price_sweep import sweep_price
from simulator.planning.project import ProjectAnswer
from simulator.planning.references import NO_REFERENCE, find_references
from simulator.settings import Settings
from simulator.wording.prices import say_price_sweep
from simulator.wording.spans import markdown

from ..common.escape import escape
from ..common.frame import open_page
from ..common.projects import change_project, recall_project
from ..common.shown import shown, shown_option
from ..common.theme import small_print
from .fields import WIDTH

__all__ = ["show_prices", "show_reference"]

ASKED_PRICES = ("drawing_seconds", "opening_minutes", "checking_seconds")


def show_reference(answer: ProjectAnswer, *, table: pd.DataFrame, settings: Settings) -> None:
    """Ask what the volumes are most like."""
    chosen = answer.reference
    what = "**no one organ**, all of them" if chosen is None else f"**{escape(chosen.title)}**"
    reason = f", {answer.reason}" if answer.reason else ""
    with st.popover(f":gray[Most like mine] {what}{reason}"), st.container(width=WIDTH):
        references = find_references(table)
        names = {one.dataset.fingerprint: one.title for one in references} | {
            NO_REFERENCE: "None of them: what all organs showed"
        }
        current = NO_REFERENCE if chosen is None else chosen.dataset.fingerprint
        st.radio(
            "Most like mine",
            list(names),
            **shown_option("project_reference", current, list(names)),
            label_visibility="collapsed",
            format_func=lambda one: escape(names[one]),
            on_change=_take,
            args=(settings, "reference"),
        )
        small_print("Surest is to measure it on volumes of yours that are labeled: ten or more.")
        if st.button("Measure on mine", icon=":material/play_circle:", key="measure_from_reference"):
            open_page("data")


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


def _take(settings: Settings, field: str) -> None:
    change_project(settings, **{field: st.session_state[f"project_{field}"]})


def _take_preset(settings: Settings) -> None:
    change_project(settings, preset=st.session_state["project_preset"], prices={})


def _take_price(settings: Settings, name: str) -> None:
    prices = {**recall_project(settings).prices, name: float(st.session_state[f"project_{name}"])}
    change_project(settings, prices=prices)
