"""The question of the evidence pages: which data sets, side by side, under which protocol, with effort counted how."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis import keep_proxy
from simulator.analysis.study import Study
from simulator.effort import EffortMeasure, Prices, get_measure
from simulator.settings import Settings

from .empty import show_nothing, show_unmeasured
from .frame import end_page
from .header import choose_dataset, choose_effort, choose_protocol, choose_proxy, page_header, show_unpriced
from .prices import choose_prices, restore_prices
from .records import KnownDataset, known_datasets, read_study, read_table
from .url_state import join_options, publish, restore_options

__all__ = ["Compared", "Comparison", "ask_comparison", "chart_width", "choose_beside"]

PAIR, NARROW = 464, 304
"""Width of each chart in pixels where two stand side by side, and where more do: three fit a row."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One data set, and what was measured on it."""

    dataset: KnownDataset
    evidence: Study


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What was asked.

    Parameters
    ----------
    asked : tuple of Compared
        The data set of the head first; at least one.
    others : mapping of str to KnownDataset
        What else can be put beside it, by id.
    protocol : str
    measure : EffortMeasure
    prices : Prices
    """

    asked: tuple[Compared, ...]
    others: Mapping[str, KnownDataset]
    protocol: str
    measure: EffortMeasure
    prices: Prices

    @property
    def proxy(self) -> str:
        """How quality was lost, the same on all."""
        return self.asked[0].evidence.proxy

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the data sets."""
        return tuple(one.dataset.reference.name for one in self.asked)


def ask_comparison(title: str, *, settings: Settings, has_effort: bool = True) -> Comparison:
    """Show the question with its boxes; without records of the data set, say the next step and end the page.

    Parameters
    ----------
    title : str
    settings : Settings
    has_effort : bool, default=True
        False where effort plays no part: there is then no box for it.

    Returns
    -------
    Comparison
    """
    table = read_table(settings)
    known = known_datasets(table, settings)
    with page_header(title):
        dataset = choose_dataset(known)
        measure = choose_effort() if has_effort else get_measure("diversity-x-completeness")
        protocol = choose_protocol(table, dataset) if dataset else "fast"
        proxy = choose_proxy(table, dataset) if dataset else "interpolation"
    if dataset is None:
        show_nothing()
        end_page()
    prices = restore_prices(measure)
    if has_effort:
        show_unpriced(proxy, measure=measure, prices=prices)
    runs = keep_proxy(table[table["protocol"] == protocol], proxy)
    measured = set(runs["fingerprint"].unique())
    if dataset.reference.fingerprint not in measured:
        show_unmeasured(dataset.title)
        end_page()

    others = {
        identity: found
        for identity, found in known.items()
        if found.reference.fingerprint in measured and identity != dataset.id
    }
    restore_options("beside", list(others))
    publish(beside=join_options(st.session_state["beside"]))
    chosen = (dataset, *(others[identity] for identity in st.session_state["beside"]))
    return Comparison(
        asked=tuple(
            Compared(dataset=found, evidence=_gather(runs, found, proxy=proxy, prices=prices))
            for found in chosen
        ),
        others=others,
        protocol=protocol,
        measure=measure,
        prices=prices,
    )


def choose_beside(comparison: Comparison) -> None:
    """Let other data sets be put beside the first, and prices be set where they count."""
    if comparison.others:
        st.multiselect(
            "Beside it",
            list(comparison.others),
            key="beside",
            width=420,
            persist_state="session",
            placeholder="Another data set",
            format_func=lambda identity: comparison.others[identity].title,
        )
    choose_prices(comparison.measure, proxy=comparison.proxy)


def chart_width(n_charts: int, *, alone: int) -> int:
    """Say how wide each of some charts side by side is, in pixels."""
    return {1: alone, 2: PAIR}.get(n_charts, NARROW)


def _gather(runs: pd.DataFrame, dataset: KnownDataset, *, proxy: str, prices: Prices) -> Study:
    own = runs[runs["fingerprint"] == dataset.reference.fingerprint]
    return read_study(own, prices=prices, proxy=proxy)
