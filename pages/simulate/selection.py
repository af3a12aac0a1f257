"""Choosing combinations on Simulate: by clicks on the matrix, by quick choices, or from a list."""

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from simulator.figures.matrix import MatrixData, draw_matrix
from simulator.formats import format_count, format_share
from simulator.records import Virtues
from simulator.virtues import PROXIES

from ..common.kept import drawn
from ..common.theme import current_palette, small_print
from ..common.url_state import publish, restore_option
from .matrix import MIN_MEASURED

__all__ = ["choose_from_list", "choose_quality", "choose_quickly", "read_chosen", "show_matrix"]

CHOSEN, QUICK, TURN, NEXT = "chosen", "quick", "matrix_turn", "chosen_next"
DEFAULT = Virtues.full().proxy
"""The way of losing quality that a choice does not name."""


def write_id(virtues: Virtues) -> str:
    """Write a combination as a choice; `read_chosen` reads it."""
    name = f"{virtues.diversity:g} {virtues.completeness:g} {virtues.quality:g}"
    return name if virtues.proxy == DEFAULT else f"{name} {virtues.proxy}"


def read_chosen() -> tuple[Virtues, ...]:
    """Read the chosen combinations, in the order of choosing."""
    if NEXT in st.session_state:
        st.session_state[CHOSEN] = st.session_state.pop(NEXT)
        st.session_state[QUICK] = None
    chosen = st.session_state.get(CHOSEN, [])
    if None in (found := [_read_id(text) for text in chosen]):  # a browser may send what was never on offer
        st.session_state[CHOSEN] = [text for text, virtues in zip(chosen, found, strict=True) if virtues]
    return tuple(virtues for virtues in found if virtues is not None)


def _read_id(text: str) -> Virtues | None:
    """Read what `write_id` wrote; None if it is something else."""
    try:
        d, c, q, *proxy = text.split()
        virtues = Virtues(
            diversity=float(d), completeness=float(c), quality=float(q), proxy="".join(proxy) or DEFAULT
        )
        return virtues if write_id(virtues) == text and virtues.proxy in PROXIES else None
    except ValueError:
        return None


def choose_quality(matrices: dict[float, MatrixData]) -> float:
    """Let the quality of the masks be chosen, each with how many of its combinations are measured."""
    ids = {f"{quality:g}": quality for quality in matrices}
    restore_option("masks", list(ids), default="1")
    st.segmented_control(
        "Quality of the masks",
        list(ids),
        key="masks",
        required=True,
        wrap=True,
        persist_state="session",
        format_func=lambda name: _name_quality(matrices[ids[name]], ids[name]),
        help=f"On offer, asked for, or measured with at least {MIN_MEASURED} configurations. Records shows all.",
    )
    publish(masks=st.session_state["masks"])
    return ids[st.session_state["masks"]]


def show_matrix(data: MatrixData) -> None:
    """Show the matrix; a click on a cell chooses it, or gives it up."""
    chosen = read_chosen()
    turn = st.session_state.setdefault(TURN, 0)
    key = f"matrix_{turn}"
    small_print("Number: median Dice; stronger grey is better. Click cells to choose what to run.")
    st.plotly_chart(
        drawn(draw_matrix, data, chosen=tuple(chosen), palette=current_palette()),
        theme=None,
        width="stretch",
        key=key,
        config={"displayModeBar": False},
        on_select=partial(_flip, key, data),
        selection_mode="points",
        alt="Which configurations are measured, running, queued, failed or missing",
    )


def choose_quickly(choices: dict[str, Iterable[Virtues]]) -> None:
    """Offer sets of combinations by name."""
    st.pills(
        "Choose quickly",
        list(choices),
        key=QUICK,
        wrap=True,
        format_func=lambda name: f":gray[{name}]",
        help="Missing and Failed at the quality that is shown; Near my hours: not yet measured, for the hours of "
        "Procedure.",
        on_change=partial(_take, {name: [write_id(v) for v in virtues] for name, virtues in choices.items()}),
    )


def choose_from_list(data: MatrixData) -> None:
    """Offer the same cells as a list, for the keyboard."""
    names = {write_id(cell.virtues): name for cell, name in zip(data.flat, _names(data), strict=True)}
    names |= {
        text: f"{text} (other quality)" for text in st.session_state.get(CHOSEN, []) if text not in names
    }
    with st.expander("Choose from a list"):
        st.multiselect(
            "Configurations",
            list(names),
            key=CHOSEN,
            format_func=names.__getitem__,
            persist_state="session",
            label_visibility="collapsed",
            # It would be the first entry: one Enter, and the whole grid is asked for.
            select_all=False,
        )


def _name_quality(data: MatrixData, quality: float) -> str:
    return f":gray[{format_share(quality)} ({data.n_measured}/{len(data.flat)})]"


def _names(data: MatrixData) -> Sequence[str]:
    return [
        f"{format_count(n_volumes, 'volume')}, {slices}: {cell.text}"
        for n_volumes, row in zip(data.volumes, data.cells, strict=True)
        for slices, cell in zip(data.slices, row, strict=True)
    ]


def _flip(key: str, data: MatrixData) -> None:
    """Take a clicked cell in or out; the chart gets a new key, else the next click on the cell would be none."""
    chosen = list(st.session_state.get(CHOSEN, []))
    for point in st.session_state[key]["selection"]["points"]:
        number = point.get("customdata")
        cell = data.flat[number[0] if isinstance(number, list) else number]
        name = write_id(cell.virtues)
        chosen = [text for text in chosen if text != name] if name in chosen else [*chosen, name]
    st.session_state[CHOSEN] = chosen
    st.session_state[QUICK] = None
    st.session_state[TURN] += 1


def _take(choices: dict[str, list[str]]) -> None:
    st.session_state[CHOSEN] = choices.get(st.session_state[QUICK], [])
    st.session_state[TURN] += 1
