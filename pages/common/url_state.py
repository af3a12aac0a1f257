"""Choices: kept in the session under their name, shared in the address.

A choice is read from the address once, while the session does not know it, and written there where it differs: all
at once at a page's end, since the browser's Back stops at every writing. What the address asks for and nobody can
choose is named in one warning; the nearest number or the default is taken.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

import streamlit as st

from .escape import escape

__all__ = [
    "address_for",
    "forget_refused",
    "join_options",
    "publish",
    "restore_number",
    "restore_option",
    "restore_options",
    "show_refused",
    "write_address",
]

_NEXT, _REFUSED = "address_next", "address_refused"

_ALONG = {
    "project": ("project",),
    "plan": ("project",),
    "progress": ("project",),
    "procedure": (
        "data",
        "protocol",
        "proxy",
        "budget",
        "opening",
        "finding",
        "drawing",
        "checking",
        "review",
        "prior",
        "aim",
    ),
    "records": ("of", "under", "d", "c", "q", "by", "drawn"),
}
"""Page → parameters that go along to it; to the others only the data set does."""


def restore_option(
    name: str, options: Sequence[str], *, default: str, aliases: Mapping[str, str] | None = None
) -> None:
    """Put a choice among texts into the session, before its widget is made.

    What was chosen here and is no option any more falls back to the default without a word: the address then still asks
    for it, but only because it was written here.

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
    if name in st.session_state:
        kept = st.session_state[name]
        # Written even where it stays: a box that nobody touched shows its first option on the next page otherwise.
        st.session_state[name] = kept if kept in options else default
        return
    known = {**(aliases or {}), **{option: option for option in options}}
    _restore(name, name, parse=known.__getitem__, nearest=lambda option: option, default=default)


def restore_options(name: str, options: Sequence[str]) -> None:
    """Put a choice of several texts into the session, before its widget is made; none where nothing was asked for."""
    if name in st.session_state:
        _replace(name, [option for option in st.session_state[name] if option in options])
        return
    _restore(
        name,
        name,
        parse=lambda text: [unquote(part) for part in text.split(",") if part],
        nearest=lambda asked: [part for part in asked if part in options],
        default=[],
    )


def join_options(chosen: Sequence[str]) -> str | None:
    """Write a choice of several for the address, as `restore_options` reads it; None where it is empty."""
    return ",".join(quote(option, safe=" ") for option in chosen) or None


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
        _replace(name, min(max(st.session_state[name], low), high))
        return
    _restore(
        name,
        parameter or name,
        parse=lambda text: type(default)(round(_number(text) * scale, 6)),
        nearest=lambda value: min(max(value, low), high),
        default=default,
    )


def publish(**choices: object) -> None:
    """Take choices for the address, which is written at the page's end; None takes one out."""
    st.session_state.setdefault(_NEXT, {}).update(
        {name: f"{value:g}" if isinstance(value, float) else value for name, value in choices.items()}
    )


def write_address() -> None:
    """Write what was published, at once, if anything differs."""
    before = st.query_params.to_dict()
    after = _merge(before)
    st.session_state.pop(_NEXT, None)
    if after != before:
        st.query_params.from_dict(after)


def address_for(page: str) -> dict[str, str]:
    """Take the parameters that go along to another page; this one's address then stays as it is."""
    address = _merge(st.query_params.to_dict())
    st.session_state.pop(_NEXT, None)
    return {name: text for name, text in address.items() if name in _ALONG.get(page, ("data",))}


def forget_refused() -> None:
    """Begin a page: nothing was refused yet."""
    st.session_state.pop(_REFUSED, None)


def show_refused() -> None:
    """Name in one warning what the address asks for and nobody can choose."""
    if refused := st.session_state.pop(_REFUSED, None):
        asked = ", ".join(f"{escape(name)} = {escape(text[:60])}" for name, text in refused.items())
        st.warning(
            f"The address asks for {asked}, which cannot be chosen here. "
            "The nearest or the usual choice is shown instead."
        )


def _merge(address: dict[str, str]) -> dict[str, str]:
    published = {**address, **st.session_state.get(_NEXT, {})}
    # In a fixed order: the same choices in another order would be a second entry in the browser's history.
    return {name: str(published[name]) for name in sorted(published) if published[name] is not None}


def _number(text: str) -> float:
    if math.isnan(number := float(text)):
        raise ValueError
    return number


def _replace(name: str, value: object) -> None:
    """Change a widget's value only where it has to change.

    What is written makes the browser take it, and undoes what somebody did there while the page was being computed.
    """
    if st.session_state[name] != value:
        st.session_state[name] = value


def _restore(
    name: str,
    parameter: str,
    *,
    parse: Callable[[str], Any],
    nearest: Callable[[Any], Any],
    default: Any,
) -> None:
    """Take a choice from the address; `parse` fails where none is near."""
    st.session_state[name] = default
    if (text := st.query_params.get(parameter)) is None:
        return
    try:
        asked = parse(text)
        st.session_state[name] = nearest(asked)
        is_refused = st.session_state[name] != asked
    except (ValueError, OverflowError, LookupError):
        is_refused = True
    if is_refused:
        st.session_state.setdefault(_REFUSED, {})[parameter] = text
