"""The palette of the theme that the browser shows, and charts in it."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from simulator.figures import DARK, LIGHT, Palette

__all__ = ["choose_picture", "current_palette", "picture_config", "show_chart", "small_print"]

PICTURES = {"svg": "SVG", "png": "PNG"}


def current_palette() -> Palette:
    """Colours of the theme that is shown; light where the browser has not told."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show_chart(figure: go.Figure, *, key: str, alt: str) -> None:
    """Show a chart that nobody selects from."""
    st.plotly_chart(figure, theme=None, width="stretch", key=key, alt=alt, config={"displayModeBar": False})


def choose_picture() -> None:
    """Let the format be chosen in which a chart's own button saves it."""
    st.segmented_control(
        "The camera on a chart saves",
        list(PICTURES),
        default="svg",
        key="picture",
        required=True,
        persist_state="session",
        format_func=lambda name: f":gray[{PICTURES[name]}]",
    )


def picture_config(name: str) -> dict[str, Any]:
    """Configure a chart that shows one button of plotly's: a camera that saves it as a file of this name."""
    kind = st.session_state.get("picture", "svg")
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "filename": name, "scale": 1 if kind == "svg" else 3},
    }


def small_print(text: str) -> None:
    """Show a line in grey."""
    st.markdown(f":small[:gray[{text}]]")
