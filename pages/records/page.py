"""Records: what every simulation found, to look through and to take away."""

from functools import partial

import streamlit as st

from pages.common.downloads import write_csv, write_json_lines
from pages.common.empty import show_no_records
from pages.common.frame import begin_page, end_page, page_body
from pages.common.header import page_header
from pages.common.protocol import show_protocol
from pages.common.records import known_datasets, read_table
from pages.common.theme import small_print
from pages.common.wording import TERMINAL
from pages.records.filters import choose_rows, show_rows
from simulator.protocols import FAST

settings = begin_page()
with page_body():
    table = read_table(settings)
    with page_header("What did each simulation find?"):
        pass
    known = known_datasets(table, settings)
    if table.empty:
        show_no_records(has_dataset=bool(known))
        end_page()

    card = st.container(border=True)
    rows = choose_rows(table, known)
    with card:
        st.header(f"**{len(rows):,} of {len(table):,} records**, one a training", anchor=False)
        small_print(
            "A download holds all records, whatever is shown here. To import some, use the terminal: "
            f"`{TERMINAL} records import FILE`"
        )
        with st.container(horizontal=True):
            st.download_button(
                "Download all (JSON Lines)",
                partial(write_json_lines, settings),
                file_name="records.jsonl",
                mime="application/jsonl",
                on_click="ignore",
                type="primary",
                icon=":material/download:",
            )
            st.download_button(
                "Download all (CSV)",
                partial(write_csv, settings),
                file_name="records.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
            )
    show_rows(rows)
    if rows["protocol"].eq(FAST.name).any():
        show_protocol(FAST.name, names=rows["name"].unique(), settings=settings)
