"""Choices: kept in the session under their name, shared in the address.

A choice is read from the address once, while the session does not know it, and written there where it differs. What
the address asks for and nobody can choose is named in a warning, and the default is taken.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from .escape import escape

__all__ = ["publish", "restore_number", "restore_option"]


def restore_option(
    name: str, options: Sequence[str], *, default: str, aliases: Mapping[str, str] | None = None
) -> None:
    """Put a choice among texts into the session, before its widget is made.

    Parameters
    ----------
    name : str
        Key of the widget, and parameter of the address.
    options : sequence of str
    default : str
        Taken where neither session nor address has something valid.
    aliases : mapping of str to str, default=None
        Other words that the address may use for an option.
    """
    known = {**(aliases or {}), **{option: option for option in options}}
    if st.session_state.get(name) not in options:
        st.session_state.pop(name, None)
        _restore(
            name, name, parse=lambda text: known.get(text, text), default=default,
            is_valid=lambda value: value in options,
        )  # fmt: skip


def restore_number(
    name: str, *, low: float, high: float, default: float, parameter: str | None = None, scale: float = 1.0
) -> None:
    """Put a number into the session, before its widget is made; one that has left the range is moved to its end.

    Parameters
    ----------
    name : str
        Key of the widget.
    low, high, default : float
        In the widget's unit; NaN lies in no range.
    parameter : str, default=None
        Parameter of the address; None takes the name.
    scale : float, default=1
        The widget's number for 1 in the address: 100 where the widget shows per cent of a share.
    """
    if name in st.session_state:
        st.session_state[name] = min(max(st.session_state[name], low), high)
        return
    _restore(
        name,
        parameter or name,
        parse=lambda text: type(default)(round(float(text) * scale, 6)),
        default=default,
        is_valid=lambda value: low <= value <= high,
    )


def publish(**choices: object) -> None:
    """Write choices into the address where they differ; None takes one out."""
    for name, value in choices.items():
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text


def _restore(
    name: str, parameter: str, *, parse: Callable[[str], Any], default: Any, is_valid: Callable[[Any], bool]
) -> None:
    st.session_state[name] = default
    if (text := st.query_params.get(parameter)) is None:
        return
    try:
        value = parse(text)
    except (ValueError, OverflowError):
        value = None
    if value is not None and is_valid(value):
        st.session_state[name] = value
    else:
        st.warning(
            f"The address asks for {escape(parameter)} = {escape(text[:60])}, which cannot be chosen here. "
            f"Shown is the usual choice instead."
        )
