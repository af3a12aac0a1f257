"""The palette of the theme that the browser shows, and charts in it."""

import plotly.graph_objects as go
import streamlit as st

from simulator.figures import DARK, LIGHT, Palette

__all__ = ["current_palette", "show_chart", "small_print"]


def current_palette() -> Palette:
    """Colours of the theme that is shown; light where the browser has not told."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show_chart(figure: go.Figure, *, key: str, alt: str) -> None:
    """Show a chart that nobody selects from."""
    st.plotly_chart(figure, theme=None, width="stretch", key=key, alt=alt, config={"displayModeBar": False})


def small_print(text: str) -> None:
    """Show a line in grey."""
    st.markdown(f":small[:gray[{text}]]")
