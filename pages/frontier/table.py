"""The vertices of Frontier in a table, the way to their records by keyboard, and all points as CSV."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from simulator.analysis.recommendation.strategies import strategy_of, virtues_of
from simulator.effort import EffortMeasure
from simulator.figures.trajectory import trajectory_table
from simulator.formats import format_dice, format_interval, format_share
from simulator.wording.answers import shorten_strategy

from ..common.comparison import Comparison
from ..common.downloads import encode_charts
from ..common.escape import escape
from ..common.frame import open_page
from ..records.filters import filter_to
from .charts import Shown

__all__ = ["offer_vertex", "show_vertices", "write_points"]


def show_vertices(comparison: Comparison, shown: Sequence[Shown]) -> None:
    """List in words what is worth its effort."""
    st.subheader("Worth their effort", anchor=False)
    for one in shown:
        if len(shown) > 1:
            st.markdown(f"**{escape(one.dataset.title)}**")
        st.table(
            _table(one, comparison.measure),
            border="horizontal",
            hide_index=True,
            alt=f"Vertices of the trajectory, {one.dataset.title}",
        )


def _table(one: Shown, measure: EffortMeasure) -> pd.DataFrame:
    rows = [row for _, row in one.data.worth.iterrows()]
    return pd.DataFrame(
        {
            "What is labeled": [shorten_strategy(strategy_of(row)) for row in rows],
            "Effort": [measure.unit.write(row["effort"]) for row in rows],
            "Expected Dice": [_dice(row) for row in rows],
            "Of full labeling": [_share(row) for row in rows],
        }
    )


def offer_vertex(comparison: Comparison, shown: Sequence[Shown]) -> None:
    """Offer the records of a vertex that is chosen from a list, as a click on a point does."""
    rows = [(one, row) for one in shown for _, row in one.data.worth.iterrows()]

    def name(number: int) -> str:
        one, row = rows[number]
        title = f"{one.dataset.title}: " if len(shown) > 1 else ""
        return f"{title}{shorten_strategy(strategy_of(row))}"

    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox("Records of", range(len(rows)), format_func=name, width=460)
        if st.button("Show its records", icon=":material/table_rows:"):
            one, row = rows[number]
            filter_to(data=one.dataset.id, protocol=comparison.protocol, virtues=virtues_of(row))
            open_page("records")


def _dice(row: pd.Series) -> str:
    return f"{format_dice(row['expected'])}{format_interval(row['expected_low'], row['expected_high'])}"


def _share(row: pd.Series) -> str:
    share, low, high = (row[f"expected_normalized{end}"] for end in ("", "_low", "_high"))
    if pd.isna(share):
        return "–"
    if pd.isna(low) or low == high:
        return format_share(share)
    return f"{format_share(share)} ({100 * low:.0f}\u2060–\u2060{100 * high:.0f})"


def write_points(comparison: Comparison, shown: Sequence[Shown]) -> bytes:
    """Write the points of all charts as one CSV."""
    return encode_charts(
        [(one.dataset.reference, trajectory_table(one.data)) for one in shown],
        protocol=comparison.protocol,
        measure=comparison.measure.name,
    )
