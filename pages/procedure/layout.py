"""A step of the procedure: a bordered card, finding and decision on the left, evidence on the right."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from simulator.records import Virtues
from simulator.settings import Settings

from ..common.start_button import offer_simulations
from ..common.url_state import publish, restore_option
from ..common.why import open_why
from .question import Question

__all__ = ["decide", "explain", "open_part", "open_step", "simulate_missing"]

LEFT, RIGHT = 380, 490


def open_step(number: int, question: str) -> DeltaGenerator:
    """Open the card of a step; returns its container."""
    card = st.container(border=True)
    card.markdown(f"**{number}\u2002{question}**")
    return card


def open_part(card: DeltaGenerator) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Open the two columns of a step, or of a part of it; they stand below each other where there is no room."""
    row = card.container(horizontal=True, gap="medium")
    return row.container(width=LEFT), row.container(width=RIGHT)


def explain(card: DeltaGenerator, lines: Sequence[str]) -> None:
    """Keep what a step's finding stands on behind one click; nothing where there is nothing to say."""
    said = [line for line in lines if line]
    if said:
        with card, open_why():
            for line in said:
                st.markdown(line)


def decide(key: str, label: str, titles: Mapping[str, str], *, default: str) -> str:
    """Ask for a step's decision, kept in session and address.

    Parameters
    ----------
    key : str
    label : str
    titles : mapping of str to str
        Options, and what they are called.
    default : str
        What the evidence advises. As long as nobody decides otherwise, the decision follows it.

    Returns
    -------
    str
        One of the options.
    """
    if key in st.session_state and st.session_state[key] == st.session_state.get(f"{key}_advised"):
        st.session_state[key] = default
    restore_option(key, list(titles), default=default)
    st.session_state[f"{key}_advised"] = default
    chosen = st.segmented_control(
        label,
        list(titles),
        key=key,
        required=True,
        wrap=True,
        persist_state="session",
        format_func=lambda option: f":gray[{titles[option]}]",
    )
    decision = str(chosen or st.session_state[key])
    publish(**{key: decision})
    return decision


def simulate_missing(virtues: Sequence[Virtues], *, what: str, asked: Question, settings: Settings) -> None:
    """Offer to simulate what a step lacks."""
    offer_simulations(
        virtues,
        asked.dataset.reference,
        what=what,
        protocol=asked.protocol,
        table=asked.table,
        settings=settings,
    )
