"""The head of a page: its question on the left, what it is asked of on the right."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from simulator.effort import MEASURES, EffortMeasure, Prices
from simulator.protocols import PROTOCOLS
from simulator.virtues import PROXIES, describe_proxies
from simulator.wording.answers import describe_unpriced

from .records import KnownDataset
from .theme import small_print
from .url_state import publish, restore_option

__all__ = [
    "choose_dataset",
    "choose_effort",
    "choose_protocol",
    "choose_proxy",
    "page_header",
    "show_unpriced",
]


@contextmanager
def page_header(question: str) -> Iterator[None]:
    """Show the page's question; boxes made inside stand to its right."""
    # From the top: beside boxes, without, and above them, the question stands at the same height.
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        st.title(question, anchor=False, width="stretch")
        # Boxes that do not all fit beside a long question go below it together.
        with st.container(horizontal=True, width="content", gap="small"):
            yield


def choose_dataset(known: Mapping[str, KnownDataset]) -> KnownDataset | None:
    """Let a data set be chosen; None where there is none."""
    if not known:
        return None
    if (fingerprint := st.session_state.pop("next_data", None)) is not None:
        # What was just prepared is chosen; a widget's value can only be set before the widget is made.
        st.session_state["data"] = next(
            k for k, found in known.items() if found.reference.fingerprint == fingerprint
        )
    # A name that several share means the one with most records; a fingerprint's beginning is one's own for ever.
    names = {found.reference.name: identity for identity, found in reversed(list(known.items()))}
    names |= {found.reference.fingerprint[:12]: identity for identity, found in known.items()}
    restore_option("data", list(known), default=next(iter(known)), aliases=names)
    chosen = st.selectbox(
        "Data set",
        list(known),
        key="data",
        width=190,
        persist_state="session",
        format_func=lambda identity: known[identity].title,
    )
    publish(data=chosen)
    return known[chosen]


def choose_effort() -> EffortMeasure:
    """Let a measure of effort be chosen."""
    restore_option("effort", list(MEASURES), default="hours")
    chosen = st.selectbox(
        "Effort counted as",
        list(MEASURES),
        key="effort",
        width=212,
        persist_state="session",
        format_func=lambda name: MEASURES[name].title,
    )
    publish(effort=chosen)
    return MEASURES[chosen]


def choose_protocol(table: pd.DataFrame, dataset: KnownDataset) -> str:
    """Let one of the protocols be chosen that this data set was measured with; a box only where there are several."""
    used = set(table.loc[table["fingerprint"] == dataset.reference.fingerprint, "protocol"].unique())
    measured = [name for name in PROTOCOLS if name in used] or ["fast"]
    restore_option("protocol", measured, default=measured[0])
    if len(measured) > 1:
        st.selectbox("Protocol", measured, key="protocol", width=110, persist_state="session")
    publish(protocol=st.session_state["protocol"] if len(measured) > 1 else None)
    return str(st.session_state["protocol"])


def choose_proxy(table: pd.DataFrame, dataset: KnownDataset) -> str:
    """Let one way of losing quality be chosen; a box only where this data set was measured with several."""
    is_inexact = (table["fingerprint"] == dataset.reference.fingerprint) & (table["quality"] < 1)
    used = set(table.loc[is_inexact, "proxy"].unique())
    measured = [name for name in PROXIES if name in used] or ["interpolation"]
    restore_option("proxy", measured, default=measured[0])
    if len(measured) > 1:
        st.selectbox(
            "Quality lost by",
            measured,
            key="proxy",
            width=190,
            persist_state="session",
            format_func=lambda name: PROXIES[name].title,
            help=f"In commands, addresses and files: {describe_proxies()}.",
        )
    publish(proxy=st.session_state["proxy"] if len(measured) > 1 else None)
    return str(st.session_state["proxy"])


def show_unpriced(proxy: str, *, measure: EffortMeasure, prices: Prices) -> None:
    """Say where masks of a proxy have no price in a unit, so that they are left out."""
    note = describe_unpriced(proxy, measure=measure, prices=prices)
    if note:
        small_print(note)
