"""Choices: kept in the session under their name, shared in the address.

A choice is read from the address once, while the session does not know it, and written there where it differs. What
the address says and nobody can choose is named in a warning, and the default is taken.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from .escape import escape

__all__ = ["publish", "restore", "restore_number", "restore_option"]

T = TypeVar("T")


def restore(name: str, *, parse: Callable[[str], T], default: T, is_valid: Callable[[T], bool]) -> None:
    """Put a choice into the session, before its widget is made.

    Parameters
    ----------
    name : str
        Key of the widget, and parameter of the address.
    parse : function of str
        Raises ValueError for what it cannot read.
    default : object
        Taken where neither session nor address has something valid.
    is_valid : function
        True for what can be chosen now.
    """
    if name in st.session_state:
        if not is_valid(st.session_state[name]):
            st.session_state[name] = default
        return
    st.session_state[name] = default
    if (text := st.query_params.get(name)) is not None:
        try:
            value = parse(text)
            if not is_valid(value):
                raise ValueError(text)
        except (ValueError, OverflowError):
            st.warning(
                f"The address asks for {escape(name)} = {escape(text[:60])}, which cannot be chosen here; "
                f"shown is {escape(default)}."
            )
        else:
            st.session_state[name] = value


def restore_option(name: str, options: Sequence[str], *, default: str) -> None:
    """Put a choice among texts into the session."""
    restore(name, parse=str, default=default, is_valid=lambda value: value in options)


def restore_number(name: str, *, low: float, high: float, default: float) -> None:
    """Put a number into the session; NaN lies in no range."""
    restore(name, parse=float, default=default, is_valid=lambda value: low <= value <= high)


def publish(**choices: object) -> None:
    """Write choices into the address where they differ; None takes one out."""
    for name, value in choices.items():
        text = None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        if text is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text
