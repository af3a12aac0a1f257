"""The line that stands wherever results are shown: how they were measured, and what they are no evidence of."""

from collections.abc import Iterable

import streamlit as st

from simulator.analysis.agreement import STAND_IN
from simulator.settings import Settings
from simulator.wording.answers import describe_phantom
from simulator.wording.protocols import describe_agreement, describe_protocol

from .escape import escape
from .records import read_agreement
from .theme import small_print

__all__ = ["show_protocol"]

WIDTH = 600


def show_protocol(protocol: str, *, names: Iterable[str], settings: Settings) -> None:
    """Name the protocol of the results; how well the quick one agrees with the paper's is a click away.

    Parameters
    ----------
    protocol : str
    names : iterable of str
        Of the data sets that are shown.
    settings : Settings
    """
    if phantom := describe_phantom(names):
        small_print(phantom)
    agreement = read_agreement(settings) if protocol == STAND_IN else None
    if agreement is None:
        small_print(f"Protocol: {escape(describe_protocol(protocol, None))}.")
        return
    with st.popover(f"Protocol: {escape(protocol)}"), st.container(width=WIDTH):
        st.markdown(
            "The records shown here were trained by a quicker protocol than the paper's. How well it stands in for "
            "that was measured:"
        )
        st.markdown(f"{escape(describe_agreement(agreement))}.")
