"""What pages offer to take away: the numbers of their charts, the format of their pictures, and all records."""

from collections.abc import Callable, Iterable

import pandas as pd
import streamlit as st

from simulator.records import DatasetReference
from simulator.settings import Settings
from simulator.store import open_store
from simulator.tables.csv import encode_csv

from .theme import choose_picture

__all__ = ["encode_charts", "offer_files", "write_csv", "write_json_lines"]


def offer_files(label: str, write: Callable[[], bytes], *, name: str) -> None:
    """Offer a CSV, and the choice of what the camera on a chart saves.

    Parameters
    ----------
    label : str
        On the button.
    write : callable
        Writes the file, once it is asked for.
    name : str
        Of the file.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            label, write, file_name=name, mime="text/csv", on_click="ignore", icon=":material/download:"
        )
        choose_picture()


def encode_charts(tables: Iterable[tuple[DatasetReference, pd.DataFrame]], **columns: str) -> bytes:
    """Write the points of several charts as one CSV, each row with its data set and what all of them share."""
    parts = [
        table.assign(dataset=reference.name, fingerprint=reference.fingerprint, **columns)
        for reference, table in tables
    ]
    return encode_csv(pd.concat(parts, ignore_index=True))


def write_json_lines(settings: Settings) -> bytes:
    """Write all records as JSON Lines, as `records export` does."""
    with open_store(settings, is_read_only=True) as store:
        return "".join(f"{record.to_json()}\n" for record in store.records()).encode()


def write_csv(settings: Settings) -> bytes:
    """Write the whole run table as CSV: RFC 4180, UTF-8 with a byte order mark, text defused against formulas."""
    with open_store(settings, is_read_only=True) as store:
        table = store.table()
    return encode_csv(table.drop(columns="volume_dice"))
