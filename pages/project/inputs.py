"""The three inputs of a project, each a line that opens: volumes, what they are most like, and what work takes."""

from typing import Any

import pandas as pd
import streamlit as st

from simulator.effort import PRICES
from simulator.formats import format_count
from simulator.planning.project import ProjectAnswer
from simulator.planning.references import NO_REFERENCE, find_references
from simulator.settings import Settings

from ..common.escape import escape
from ..common.frame import open_page
from ..common.projects import change_project, is_example, recall_project
from ..common.theme import small_print

__all__ = ["show_prices", "show_reference", "show_volumes"]

WIDTH = 640
BOX = 140
ASKED_PRICES = ("drawing_seconds", "opening_minutes", "checking_seconds")


def show_volumes(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask for the volumes."""
    project = answer.project
    kind = f"{project.modality} " if project.modality else ""
    about = "about " if answer.is_estimated or not project.volumes else ""
    label = (
        f":gray[My volumes] **{project.size:,} {kind}volume{'' if project.size == 1 else 's'}**"
        f", {about}{format_count(round(answer.n_slices), 'slice')} each"
    )
    with st.popover(f"{label} (example)" if is_example(project) else label), st.container(width=WIDTH):
        with st.container(horizontal=True):
            _number("Volumes", "n_volumes", project.size, settings, least=1, is_off=bool(project.volumes))
            _number(
                "Slices in each",
                "n_slices",
                project.n_slices,
                settings,
                placeholder=f"about {answer.n_slices:.0f}",
                help="Slices that show the structure.",
                kind=float,
                is_off=bool(project.volumes) and not answer.is_estimated,
            )
            _number(
                "Kept for testing",
                "n_testing",
                project.n_testing,
                settings,
                least=0,
                placeholder=str(answer.n_testing),
                help="Labeled in full, and never trained on.",
            )
            _choose("Modality", "modality", ("", "CT", "MR"), project.modality, settings)
        with st.container(horizontal=True):
            _text("Structure", "structure", project.structure, settings)
            _number(
                "Slice distance, mm",
                "spacing_mm",
                project.spacing_mm,
                settings,
                kind=float,
                step=0.5,
                least=0.1,
                placeholder="unknown",
            )
        if answer.is_estimated:
            source = answer.reference.title if answer.reference else "what is usual"
            small_print(f"Estimated: slices in each, from {escape(source)}.")


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
        _set("project_reference", current)
        st.radio(
            "Most like mine",
            list(names),
            key="project_reference",
            label_visibility="collapsed",
            format_func=lambda one: escape(names[one]),
            on_change=_take,
            args=(settings, "reference"),
        )
        small_print("Surest is to measure it on volumes of yours that are labeled: ten or more.")
        if st.button("Measure on mine", icon=":material/play_circle:", key="measure_from_reference"):
            open_page("data")


def show_prices(answer: ProjectAnswer, *, settings: Settings) -> None:
    """Ask what work takes."""
    prices = answer.prices
    with (
        st.popover(f":gray[My time] **by hand**, {prices.drawing_seconds:g} s a slice"),
        st.container(width=WIDTH),
    ):
        with st.container(horizontal=True):
            for name in ASKED_PRICES:
                price, key = PRICES[name], f"project_{name}"
                _set(key, float(getattr(prices, name)))
                st.number_input(
                    price.title,
                    0.0,
                    price.most,
                    step=price.step,
                    format="%g",
                    key=key,
                    width=190,
                    on_change=_take_price,
                    args=(settings, name),
                )
        small_print(PRICES["drawing_seconds"].source)


def _number(
    label: str,
    field: str,
    value: float | None,
    settings: Settings,
    *,
    least: float = 1,
    step: float = 1,
    kind: type = int,
    placeholder: str | None = None,
    help: str | None = None,  # noqa: A002 - as the widget calls it
    is_off: bool = False,
) -> None:
    key = f"project_{field}"
    _set(key, None if value is None else kind(value))
    st.number_input(
        label,
        min_value=kind(least),
        step=kind(step),
        key=key,
        value=None,
        placeholder=placeholder,
        help=help,
        width=BOX,
        disabled=is_off,
        format="%d" if kind is int else "%g",
        on_change=_take,
        args=(settings, field),
    )


def _text(label: str, field: str, value: str, settings: Settings) -> None:
    key = f"project_{field}"
    _set(key, value)
    st.text_input(label, key=key, max_chars=80, width=220, on_change=_take, args=(settings, field))


def _choose(label: str, field: str, options: tuple[str, ...], value: str, settings: Settings) -> None:
    key = f"project_{field}"
    _set(key, value)
    st.selectbox(
        label,
        options,
        key=key,
        width=110,
        format_func=lambda one: one or "other",
        on_change=_take,
        args=(settings, field),
    )


def _set(key: str, value: Any) -> None:
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _take(settings: Settings, field: str) -> None:
    change_project(settings, **{field: st.session_state[f"project_{field}"]})


def _take_price(settings: Settings, name: str) -> None:
    prices = {**recall_project(settings).prices, name: float(st.session_state[f"project_{name}"])}
    change_project(settings, prices=prices)
