"""Volumes kept for testing: how many a pool can spare, and what Procedure hands over to Plan."""

import streamlit as st

from simulator.formats import format_count

from .url_state import publish, restore_number, restore_option

__all__ = ["HELD_OUT", "offer_held_out", "recall_handed_over", "recall_held_out", "show_handed_over"]

HELD_OUT = (2, 5, 10, 20, 40)
"""Numbers on offer, as far as they leave half of the pool to label."""

KEY, HANDED = "heldout", "apart"
"""What is decided on Procedure, and what its button hands over: looking at Procedure alone changes no plan."""


def offer_held_out(n_pool: int) -> tuple[int, ...]:
    """List how many volumes of a pool can be kept for testing; 0 alone where it is too small.

    Examples
    --------
    >>> offer_held_out(48), offer_held_out(24), offer_held_out(3)
    ((2, 5, 10, 20), (2, 5, 10), (0,))
    """
    return tuple(n for n in HELD_OUT if 2 * n <= n_pool) or (0,)


def recall_held_out(n_pool: int) -> int:
    """Read how many volumes are kept for testing from session or address; about a quarter before that."""
    offered = offer_held_out(n_pool)
    usual = max((n for n in offered if 4 * n <= n_pool), default=offered[0])
    restore_option(KEY, [str(n) for n in offered], default=str(usual))
    publish(**{KEY: st.session_state[KEY]})
    return int(st.session_state[KEY])


def recall_handed_over(n_pool: int) -> int:
    """Read how many volumes Procedure asked to keep for testing; 0 where it did not."""
    restore_number(HANDED, low=0, high=offer_held_out(n_pool)[-1], default=0)
    n_held_out = int(st.session_state[HANDED])
    publish(**{HANDED: n_held_out or None})
    return n_held_out


def show_handed_over(n_held_out: int) -> None:
    """Say that the plan leaves volumes for testing, and let that be dropped."""
    if n_held_out:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"As decided on Procedure: **{format_count(n_held_out, 'volume')}** kept for testing, of those that "
                "the plan leaves out.",
                width="content",
            )
            st.button("Keep none", type="tertiary", icon=":material/close:", on_click=_drop)


def _drop() -> None:
    st.session_state[HANDED] = 0
