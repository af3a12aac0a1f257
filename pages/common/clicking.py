"""From a point of a chart to its records: one click, and a button that says where it leads."""

from typing import Any

import streamlit as st

from simulator.analysis.combinations import COMBINATION
from simulator.records import Virtues

from ..records.filters import filter_to
from .frame import open_page

__all__ = ["offer_records"]


def offer_records(event: Any, *, data: str, protocol: str, chart: str = "") -> None:
    """Offer the records of the point that was clicked, if one was.

    Parameters
    ----------
    event : PlotlyState
        Of a chart whose points carry their virtues.
    data : str
        Id of the data set.
    protocol : str
    chart : str, default=""
        Which one, where a page has several of one data set.
    """
    for point in event["selection"]["points"][:1]:
        values = point.get("customdata")
        label = "Show the records of this point"
        if values and st.button(label, icon=":material/table_rows:", key=f"records_of {data}{chart}"):
            filter_to(
                data=data, protocol=protocol, virtues=Virtues(**dict(zip(COMBINATION, values, strict=True)))
            )
            open_page("records")
