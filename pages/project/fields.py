"""Widgets that show a field of the project, and change it."""

import streamlit as st

from simulator.records.project import MAX_VOLUMES
from simulator.settings import Settings

from ..common.projects import change_project
from ..common.shown import shown, shown_option

__all__ = ["WIDTH", "ask_choice", "ask_number", "ask_text"]

WIDTH = 640
BOX = 140


def ask_number(
    label: str,
    field: str,
    value: float | None,
    settings: Settings,
    *,
    least: float = 1,
    most: float = MAX_VOLUMES,
    step: float = 1,
    kind: type = int,
    placeholder: str | None = None,
    help: str | None = None,  # noqa: A002 - as the widget calls it
) -> None:
    """Ask for a number; left empty it is estimated."""
    st.number_input(
        label,
        # A list or a command may have said what nobody could type.
        min_value=kind(least if value is None else min(least, value)),
        max_value=kind(most if value is None else max(most, value)),
        step=kind(step),
        **shown(f"project_{field}", None if value is None else kind(value)),
        placeholder=placeholder,
        help=help,
        width=BOX,
        format="%d" if kind is int else "%g",
        on_change=_take,
        args=(settings, field),
    )


def ask_text(label: str, field: str, value: str, settings: Settings) -> None:
    """Ask for a word or two."""
    st.text_input(
        label,
        **shown(f"project_{field}", value),
        max_chars=80,
        width=220,
        on_change=_take,
        args=(settings, field),
    )


def ask_choice(label: str, field: str, options: tuple[str, ...], value: str, settings: Settings) -> None:
    """Ask for one of a few words; "" is any other."""
    st.selectbox(
        label,
        options,
        **shown_option(f"project_{field}", value, options),
        width=110,
        format_func=lambda one: one or "other",
        on_change=_take,
        args=(settings, field),
    )


def _take(settings: Settings, field: str) -> None:
    change_project(settings, **{field: st.session_state[f"project_{field}"]})
