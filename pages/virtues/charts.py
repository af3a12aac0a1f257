"""The body of Virtues: a verdict on each data set, the virtues along its trajectory, what the verdict stands on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis.frontier.virtue_paths import VirtueOrder
from simulator.analysis.study import Study
from simulator.effort import get_measure
from simulator.figures.lines import LinesData, draw_lines, lines_table, share_ranges
from simulator.figures.virtues import virtues_data
from simulator.formats import format_share
from simulator.wording.evidence import describe_order

from ..common.clicking import offer_records
from ..common.comparison import Compared, Comparison, chart_width
from ..common.downloads import encode_charts
from ..common.escape import escape
from ..common.kept import drawn, kept
from ..common.records import KnownDataset
from ..common.theme import current_palette, picture_config, small_print

__all__ = ["Shown", "explain_order", "find_virtues", "say_order", "show_charts", "write_lines"]

MOST_SURE = 0.99
"""Beyond this, draws do not tell how sure."""

MORE = {
    "quality": ":orange[**better masks**]",
    "diversity": ":blue[**more volumes**]",
    "completeness": ":green[**more slices**]",
}

COLORS = {"quality": "orange", "diversity": "blue", "completeness": "green"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """A data set of which the virtues can be compared."""

    dataset: KnownDataset
    lines: LinesData
    order: VirtueOrder


def find_virtues(comparison: Comparison) -> tuple[Shown, ...]:
    """Compute the charts of all data sets that have one, on equal axes."""
    first = comparison.asked[0].evidence
    return kept(_find_virtues, first, comparison.asked, comparison.measure.name)


def _find_virtues(first: Study, asked: tuple[Compared, ...], name: str) -> tuple[Shown, ...]:
    measure = get_measure(name)
    found = [(one.dataset, data) for one in asked if (data := virtues_data(one.evidence, measure=measure))]
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
                    drawn(draw_lines, one.lines, palette=current_palette()),
                    theme=None,
                    width="stretch",
                    key=f"virtues_{one.dataset.id}",
                    config=picture_config(f"virtues-{one.dataset.id}"),
                    on_select="rerun",
                    selection_mode="points",
                    alt="Performance against the virtues on the optimal trajectory",
                )
                offer_records(event, data=one.dataset.id, protocol=comparison.protocol)
    small_print("Bands: 90\u00a0% intervals. Click a point for its records.")


def explain_order(shown: Sequence[Shown]) -> None:
    """Say what the charts show, and list where each virtue is half-way up: what the verdict stands on."""
    st.markdown(
        "A point is a strategy that nothing cheaper beats: what it reaches, and how much of each virtue it takes. "
        "Points are medians over seeds, as in the paper. Bands hold for this pool, and are corrected, since what looks "
        "best looks too good: the measured line may lie at a band's lower edge."
    )
    for one in shown:
        if len(shown) > 1:
            st.markdown(f"**{escape(one.dataset.title)}**")
        order = one.order
        st.table(
            pd.DataFrame(
                {
                    "Virtue": [name.capitalize() for name in order.measured],
                    "Measured": [
                        f"{format_share(a)} to {format_share(b)}" for a, b in order.measured.values()
                    ],
                    "Half-way at": [_write_half(order, name) for name in order.measured],
                    "Comes first": [_write_first(order, name) for name in order.measured],
                }
            ),
            border="horizontal",
            hide_index=True,
            alt=f"Where each virtue is half-way up, {one.dataset.title}",
        )
    st.markdown(
        "Half-way: the share of full performance from which on the best strategies keep at least 45\u00a0% of the "
        "virtue's measured range, with its 90\u00a0% interval. A virtue comes first if it is half-way before all "
        "others with 95\u00a0% certainty; another measured range would be another question. What the cheapest "
        "configuration has already is not compared: nothing measured there saves it."
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
        shares = ", ".join(f"{_color(name)} {_write_first(order, name)}" for name in order.compared)
        return f"{undecided}. How likely it is: {shares}."
    then = " and ".join(MORE[name] for name in order.compared if name != order.first)
    return f"On {title}, {_color(order.first)} comes first: take {MORE[order.first]} before {then}."


def _color_verdict(order: VirtueOrder) -> str:
    verdict = describe_order(order)
    return f"**{verdict}**" if order.first is None else f":{COLORS[order.first]}[**{verdict}**]"


def _color(virtue: str) -> str:
    return f":{COLORS[virtue]}[**{virtue}**]"


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
    share = order.first_share[virtue]
    if share >= MOST_SURE:
        return f"over {format_share(MOST_SURE)}"
    return format_share(share) if share > 1 - MOST_SURE else f"under {format_share(1 - MOST_SURE)}"
