"""Hours in two widgets that are one value: a box that takes any number, and a slider up to all the work there is."""

import math
from collections.abc import Callable

import streamlit as st

from .shown import shown

__all__ = ["MOST_HOURS", "show_hours_of", "step_for"]

MOST_HOURS = 1e6
BOX = 150


def show_hours_of(
    name: str, hours: float, *, full: float, take: Callable[[float], None], least: float = 0.0
) -> None:
    """Show hours, and let them be changed.

    Parameters
    ----------
    name : str
        Key of the slider; ``{name}_box`` is that of the box.
    hours : float
    full : float
        Hours for labeling everything: the slider's end, where `hours` is not beyond it.
    take : callable
        Gets what was chosen.
    least : float, default=0
    """
    step = step_for(full)
    low, end = _ends(hours, step=step, full=full, least=least)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.number_input(
            "Hours",
            least,
            MOST_HOURS,
            # One for all: a box of another step would begin anew while somebody types in it.
            step=1.0,
            format="%g",
            **shown(f"{name}_box", hours),
            width=BOX,
            icon=":material/schedule:",
            label_visibility="collapsed",
            on_change=_take,
            args=(f"{name}_box", take),
        )
        st.slider(
            "Hours",
            low,
            end,
            step=step,
            format="%g\u00a0h",
            **shown(name, hours),
            label_visibility="collapsed",
            on_change=_take,
            args=(name, take),
        )


def step_for(full: float) -> float:
    """Choose a round step of a slider, about a hundredth of everything.

    Examples
    --------
    >>> step_for(95.0), step_for(11.4), step_for(0.5)
    (1.0, 0.2, 0.005)
    """
    wanted = max(full / 100, 1e-3)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(round(power * factor, 6) for factor in (1, 2, 5, 10) if power * factor >= wanted * 0.99)


def _ends(hours: float, *, step: float, full: float, least: float) -> tuple[float, float]:
    """Choose both ends so that the hours lie a whole number of steps from the lower one.

    A browser's slider stands on the nearest step, and would else say something other than the box.
    """
    low = round(hours - math.floor(hours / step + 1e-9) * step, 9)
    low = low if low >= least else low + step
    n_steps = max(1, math.ceil((max(full, hours) - low) / step - 1e-9))
    return low, round(low + n_steps * step, 9)


def _take(key: str, take: Callable[[float], None]) -> None:
    take(float(st.session_state[key]))
