"""The body of Virtues: a verdict on each data set, the virtues along its trajectory, what the verdict stands on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis.frontier.virtue_paths import VirtueOrder
from simulator.figures.lines import LinesData, draw_lines, lines_table, share_ranges
from simulator.figures.virtues import virtues_data
from simulator.formats import format_share
from simulator.wording.answers import describe_frequency
from simulator.wording.evidence import describe_order

from ..common.clicking import offer_records
from ..common.comparison import Comparison, chart_width
from ..common.downloads import encode_charts
from ..common.escape import escape
from ..common.records import KnownDataset
from ..common.theme import current_palette, picture_config, small_print

__all__ = ["Shown", "find_virtues", "say_order", "show_charts", "show_halves", "write_lines"]

COLORS = {"quality": "orange", "diversity": "blue", "completeness": "green"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A data set of which the virtues can be compared."""

    dataset: KnownDataset
    lines: LinesData
    order: VirtueOrder


def find_virtues(comparison: Comparison) -> tuple[Shown, ...]:
    """Compute the charts of all data sets that have one, on equal axes."""
    found = [
        (one.dataset, data)
        for one in comparison.asked
        if (data := virtues_data(one.evidence, measure=comparison.measure))
    ]
    equal = share_ranges([data.lines for _, data in found]) if found else []
    return tuple(
        Shown(dataset=dataset, lines=lines, order=data.order)
        for (dataset, data), lines in zip(found, equal, strict=True)
    )


def say_order(comparison: Comparison, shown: Sequence[Shown]) -> tuple[str, str]:
    """Say which virtue comes first.

    Returns
    -------
    tuple of str
        The sentence of the card, and a line below it, which may be empty; both Markdown.
    """
    if not shown:
        return (
            f"On {escape(comparison.asked[0].dataset.title)}, too little has been measured to compare virtues priced "
            f"as {comparison.measure.title.lower()}.",
            "That takes full labeling and at least three values of two virtues. Count effort in another way, or "
            "simulate some.",
        )
    names = {one.dataset.id for one in shown}
    missing = [one.dataset.title for one in comparison.asked if one.dataset.id not in names]
    note = f"Not shown, since too little has been measured: {escape(', '.join(missing))}." if missing else ""
    if len(shown) == 1:
        return _say_one(shown[0]), note
    verdicts = "; ".join(f"{escape(one.dataset.title)}: {_color_verdict(one.order)}" for one in shown)
    return f"{verdicts}.", note


def show_charts(comparison: Comparison, shown: Sequence[Shown]) -> None:
    """Show a small chart for each data set, its verdict above."""
    st.subheader("What does each performance need?", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for one in shown:
            with st.container(width=chart_width(len(shown), alone=640)):
                st.markdown(f"**{escape(one.dataset.title)}**: {describe_order(one.order)}")
                event = st.plotly_chart(
                    draw_lines(one.lines, palette=current_palette()), theme=None, width="stretch",
                    key=f"virtues_{one.dataset.id}", config=picture_config(f"virtues-{one.dataset.id}"),
                    on_select="rerun", selection_mode="points",
                    alt="Performance against the virtues on the optimal trajectory",
                )  # fmt: skip
                offer_records(event, data=one.dataset.id, protocol=comparison.protocol)
    small_print(
        "A point is a vertex of the trajectory: what it reaches, and how much of each virtue it takes. Medians over "
        "seeds, as in the paper. Band: what that performance needs in 90\u00a0% of resamples, for this pool; "
        "corrected, since what looks best looks too good: the measured line may lie at its lower edge. Click a point "
        "for its records."
    )


def show_halves(shown: Sequence[Shown]) -> None:
    """List where each virtue is half-way up: what the verdict stands on."""
    st.subheader("Where is each virtue half-way up?", anchor=False)
    for one in shown:
        if len(shown) > 1:
            st.markdown(f"**{escape(one.dataset.title)}**")
        order = one.order
        st.table(
            pd.DataFrame(
                {
                    "Virtue": [name.capitalize() for name in order.measured],
                    "Measured": [f"{format_share(a)} to {format_share(b)}" for a, b in order.measured.values()],
                    "Half-way at": [_write_half(order, name) for name in order.measured],
                    "First in": [_write_first(order, name) for name in order.measured],
                }
            ),
            border="horizontal", hide_index=True, alt=f"Where each virtue is half-way up, {one.dataset.title}",
        )  # fmt: skip
    small_print(
        "Half-way: the share of full performance from which on the trajectory keeps at least 45\u00a0% of the virtue's "
        "measured range; in brackets its 90\u00a0% interval over resamples. A virtue comes first if it is half-way "
        "before all others in 95\u00a0% of them; another measured range would be another question. What the cheapest "
        "combination has already is not compared: nothing measured there saves it."
    )


def write_lines(comparison: Comparison, shown: Sequence[Shown]) -> bytes:
    """Write the points of all charts as one CSV."""
    return encode_charts(
        [(one.dataset.reference, lines_table(one.lines)) for one in shown],
        protocol=comparison.protocol,
        measure=comparison.measure.name,
    )


def _say_one(one: Shown) -> str:
    order, title = one.order, escape(one.dataset.title)
    undecided = f"On {title}, it cannot be told which virtue comes first"
    if len(order.compared) < 2:
        return f"{undecided}: where little is labeled, no low {' or '.join(map(_color, order.left_out))} was measured."
    if not order.first_share:
        return f"{undecided}: chance is unknown with one seed or test volume."
    if order.first is None:
        shares = ", ".join(
            f"{_color(name)} in {describe_frequency(order.first_share[name])}" for name in order.compared
        )
        return f"{undecided}. First is {shares}."
    others = [name for name in order.compared if name != order.first]
    then = " and ".join(f"{_color(name)} {_say_half(order, name)}" for name in others)
    return (
        f"On {title}, {_color(order.first)} comes first: it is half-way up "
        f"{_say_half(order, order.first)} of full performance, {then}."
    )


def _color_verdict(order: VirtueOrder) -> str:
    verdict = describe_order(order)
    return f"**{verdict}**" if order.first is None else f":{COLORS[order.first]}[**{verdict}**]"


def _color(virtue: str) -> str:
    return f":{COLORS[virtue]}[**{virtue}**]"


def _say_half(order: VirtueOrder, virtue: str) -> str:
    half = _write_half(order, virtue)
    return half if half == "never" else f"at {half}"


def _write_half(order: VirtueOrder, virtue: str) -> str:
    if virtue in order.left_out:
        return "the cheapest on"
    low, middle, high = order.half_of(virtue)
    if not math.isfinite(middle):
        return "never"
    if not order.first_share:
        return format_share(middle)
    upper = f"\u2060–\u2060{100 * high:.0f}" if math.isfinite(high) else " to never"
    return f"{format_share(middle)} ({100 * low:.0f}{upper})"


def _write_first(order: VirtueOrder, virtue: str) -> str:
    if virtue not in order.first_share or len(order.compared) < 2:
        return "–"
    return describe_frequency(order.first_share[virtue])
