"""The vertices of Frontier in a table, the way to their records by keyboard, and all points as CSV."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from simulator.analysis.recommendation.strategies import strategy_of, virtues_of
from simulator.effort import EffortMeasure
from simulator.figures.trajectory import trajectory_table
from simulator.formats import format_dice, format_interval, format_share

from ..common.comparison import Comparison
from ..common.downloads import encode_charts
from ..common.escape import escape
from ..common.frame import open_page
from ..common.theme import small_print
from ..common.wording import short_strategy
from ..records.filters import filter_to
from .charts import Shown

__all__ = ["show_vertices", "write_points"]


def show_vertices(comparison: Comparison, shown: Sequence[Shown]) -> None:
    """List the vertices in words, and lead to the records of one."""
    st.subheader("Nothing cheaper beats these", anchor=False)
    for one in shown:
        if len(shown) > 1:
            st.markdown(f"**{escape(one.dataset.title)}**")
        st.table(
            _table(one, comparison.measure), border="horizontal", hide_index=True,
            alt=f"Vertices of the trajectory, {one.dataset.title}",
        )  # fmt: skip
    small_print(
        "Means over seeds and test volumes with their 90\u00a0% intervals; the chart shows medians over seeds. "
        "A vertex in: share of resamples."
    )
    rows = [(one, row) for one in shown for _, row in one.data.vertices.iterrows()]
    _offer_records(comparison, rows, has_several=len(shown) > 1)


def _table(one: Shown, measure: EffortMeasure) -> pd.DataFrame:
    rows = [row for _, row in one.data.vertices.iterrows()]
    return pd.DataFrame(
        {
            "What is drawn": [short_strategy(strategy_of(row)) for row in rows],
            "Effort": [measure.unit.write(row["effort"]) for row in rows],
            "Mean Dice": [_dice(row) for row in rows],
            "Of full labeling": [_share(row) for row in rows],
            "A vertex in": [_how_sure(row) for row in rows],
        }
    )


def _offer_records(
    comparison: Comparison, rows: Sequence[tuple[Shown, pd.Series]], *, has_several: bool
) -> None:
    """Offer the records of a vertex that is chosen from a list, as a click on a point does."""

    def name(number: int) -> str:
        one, row = rows[number]
        title = f"{one.dataset.title}: " if has_several else ""
        return f"{title}{short_strategy(strategy_of(row))}"

    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox("Records of", range(len(rows)), format_func=name, width=460)
        if st.button("Show its records", icon=":material/table_rows:"):
            one, row = rows[number]
            filter_to(data=one.dataset.id, protocol=comparison.protocol, virtues=virtues_of(row))
            open_page("records")


def _dice(row: pd.Series) -> str:
    return f"{format_dice(row['dice_mean'])}{format_interval(row['dice_low'], row['dice_high'])}"


def _share(row: pd.Series) -> str:
    if pd.isna(row["normalized"]):
        return "–"
    if pd.isna(row["low"]) or row["low"] == row["high"]:
        return format_share(row["normalized"])
    return f"{format_share(row['normalized'])} ({100 * row['low']:.0f}\u2060–\u2060{100 * row['high']:.0f})"


def _how_sure(row: pd.Series) -> str:
    return "–" if pd.isna(row["vertex_share"]) else format_share(row["vertex_share"])


def write_points(comparison: Comparison, shown: Sequence[Shown]) -> bytes:
    """Write the points of all charts as one CSV."""
    return encode_charts(
        [(one.dataset.reference, trajectory_table(one.data)) for one in shown],
        protocol=comparison.protocol,
        measure=comparison.measure.name,
    )
