"""Looking through records: filters by data set, protocol and virtues, and the table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from simulator.records import Virtues
from simulator.virtues import PROXIES, title_of

from ..common.kept import kept
from ..common.records import KnownDataset
from ..common.url_state import publish, restore_option

__all__ = ["choose_rows", "filter_to", "show_rows"]

ALL = "all"
VIRTUES = {
    "d": ("diversity", "Diversity"),
    "c": ("completeness", "Completeness"),
    "q": ("quality", "Quality"),
}
"""Key and parameter → column and title; short, since Data has a choice called quality."""

WAYS = {"by": ("proxy", "Quality lost by"), "drawn": ("sampling", "Slices chosen")}
"""The same, of the ways in which virtues are lost; boxes only where there are several."""

SAMPLINGS = {"random": "at random", "equidistant": "evenly spaced"}
"""What records call these ways of choosing slices → what pages do."""

ORDER = ["name", "protocol", "diversity", "completeness", "quality", "seed"]

_NUMBER = st.column_config.NumberColumn
COLUMNS: dict[str, Any] = {
    "name": "Data set",
    "diversity": _NUMBER("Diversity", format="%.2f"),
    "completeness": _NUMBER("Completeness", format="%.2f"),
    "quality": _NUMBER("Quality", format="%.2f"),
    "proxy": "Quality lost by",
    "sampling": "Slices chosen",
    "seed": "Seed",
    "dice": _NUMBER("Dice", format="%.3f"),
    "dice_labeled": _NUMBER("Dice, labeled slices", format="%.3f"),
    "iou": _NUMBER("IoU", format="%.3f"),
    "n_volumes": "Volumes",
    "n_slices_drawn": _NUMBER("Slices labeled", format="%d"),
    "n_slices_copied": "Slices filled in",
    "achieved_quality": _NUMBER("Quality achieved", format="%.3f"),
    "spacing": _NUMBER("Key spacing", format="%.1f"),
    "protocol": "Protocol",
    "seconds": _NUMBER("Seconds", format="%.0f"),
    "device": "Device",
    "source": "From",
    "created": "Made",
    "key": "Key",
}


def choose_rows(table: pd.DataFrame, known: Mapping[str, KnownDataset]) -> pd.DataFrame:
    """Let rows of the run table be chosen; returns them."""
    table = kept(_in_order, table)
    fingerprints = {identity: found.reference.fingerprint for identity, found in known.items()}
    is_shown = pd.Series(data=True, index=table.index)
    with st.container(horizontal=True):
        of = _choose(
            "of", "Data set", list(fingerprints), width=230, titles={k: v.title for k, v in known.items()}
        )
        if of != ALL:
            is_shown &= table["fingerprint"] == fingerprints[of]
        under = _choose("under", "Protocol", sorted(table["protocol"].unique()), width=130)
        if under != ALL:
            is_shown &= table["protocol"] == under
        for key, (column, title) in VIRTUES.items():
            chosen = _choose(
                key, title, [f"{value:g}" for value in sorted(table[column].unique())], width=140
            )
            if chosen != ALL:
                is_shown &= (table[column] - float(chosen)).abs() < 1e-9
        titles = SAMPLINGS | {proxy.name: proxy.label for proxy in PROXIES.values()}
        for key, (column, title) in WAYS.items():
            options = sorted(table[column].unique())
            if len(options) > 1:
                chosen = _choose(key, title, options, width=260, titles=titles)
                if chosen != ALL:
                    is_shown &= table[column] == chosen
    return table[is_shown].reset_index(drop=True)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(ORDER, ignore_index=True)


def filter_to(*, data: str, protocol: str, virtues: Virtues) -> None:
    """Set the filters, before the page that shows them is opened."""
    values = {"d": virtues.diversity, "c": virtues.completeness, "q": virtues.quality}
    chosen = {"of": data, "under": protocol} | {name: f"{value:g}" for name, value in values.items()}
    chosen |= {"by": virtues.proxy, "drawn": virtues.sampling}
    st.session_state.update(chosen)
    publish(**chosen)


def show_rows(rows: pd.DataFrame) -> None:
    """Show rows as a table that sorts."""
    # Exact masks lost no quality, and where every slice is used none was chosen.
    lost = (
        rows["proxy"]
        .map({name: title_of(name) for name in rows["proxy"].unique()})
        .where(rows["quality"] < 1, "–")
    )
    chosen = rows["sampling"].replace(SAMPLINGS).where(rows["completeness"] < 1, "–")
    st.dataframe(
        rows.assign(proxy=lost, sampling=chosen)[list(COLUMNS)],
        hide_index=True,
        column_config=COLUMNS,
        height=560 if len(rows) > 14 else "auto",
        alt="Records, one row a training",
    )


def _choose(
    name: str, title: str, options: list[str], *, width: int, titles: Mapping[str, str] | None = None
) -> str:
    restore_option(name, [ALL, *options], default=ALL)
    chosen = st.selectbox(
        title,
        [ALL, *options],
        key=name,
        width=width,
        persist_state="session",
        format_func=lambda option: "All" if option == ALL else (titles or {}).get(option, option),
    )
    publish(**{name: None if chosen == ALL else chosen})
    return str(chosen)
