"""Making a widget show what is so, whatever it showed before."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

__all__ = ["shown", "shown_option"]


def shown(key: str, value: Any) -> dict[str, Any]:
    """Options by which a widget that is made next shows a value, whatever it showed before.

    A widget that begins anew, because its options or its page changed, shows what it was made with, whatever the
    session holds under its key; one that goes on shows what was written there. Writing what it shows already would undo
    what somebody does there while the page is being computed.
    """
    if key in st.session_state and st.session_state[key] != value:
        st.session_state[key] = value
        return {"key": key}
    return {"key": key, "value": value}


def shown_option(key: str, value: Any, options: Sequence[Any]) -> dict[str, Any]:
    """Options by which a choice that is made next shows one of its options, as `shown` does."""
    found = shown(key, value)
    if "value" in found:
        found["index"] = options.index(found.pop("value"))
    return found
