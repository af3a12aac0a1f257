"""What a page keeps for those who ask: one closed box at its end, so that the page itself can be read in a minute."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["open_why"]


def open_why() -> DeltaGenerator:
    """Open the box; a page has one."""
    return st.expander("Why?")
