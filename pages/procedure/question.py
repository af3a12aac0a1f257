"""The question that the steps answer: of which data set, and with how many hours."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis import Recommendation, Study
from simulator.analysis.law.prior import NO_PRIOR
from simulator.analysis.opening import read_space
from simulator.analysis.others import learn_from_others
from simulator.effort import MEASURES, Prices
from simulator.protocols import SMOKE
from simulator.settings import Settings

from ..common.empty import show_nothing
from ..common.frame import end_page
from ..common.header import choose_dataset, choose_protocol, choose_proxy, page_header, show_unpriced
from ..common.kept import kept
from ..common.prices import restore_prices
from ..common.records import KnownDataset, known_datasets, read_study, read_table, runs_of
from ..common.url_state import publish, restore_option
from .budget import choose_budget

__all__ = ["Question", "ask_question", "recall_prior"]

HOURS = MEASURES["hours"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What was asked, and the answer.

    Parameters
    ----------
    dataset : KnownDataset
    protocol, proxy : str
    prices : Prices
    full_effort : float
        Hours for labeling the whole pool exactly; 1 without records.
    budget : float
        In hours.
    table : DataFrame
        All runs.
    measured : DataFrame
        Those of this data set and protocol, whichever way quality was lost.
    study : Study
        Of those of them of this quality proxy.
    recommendation : Recommendation
    """

    dataset: KnownDataset
    protocol: str
    proxy: str
    prices: Prices
    full_effort: float
    budget: float
    table: pd.DataFrame
    measured: pd.DataFrame
    study: Study
    recommendation: Recommendation


def ask_question(title: str, *, settings: Settings) -> Question:
    """Show the question with its boxes and answer it; without any data set, say the next step and end the page."""
    table = read_table(settings)
    with page_header(title):
        dataset = choose_dataset(known_datasets(table, settings))
        protocol = choose_protocol(table, dataset) if dataset else "fast"
        proxy = choose_proxy(table, dataset) if dataset else "interpolation"
    if dataset is None:
        show_nothing()
        end_page()

    measured = runs_of(table, fingerprint=dataset.reference.fingerprint, protocol=protocol)
    prices = restore_prices(HOURS)
    show_unpriced(proxy, measure=HOURS, prices=prices)
    study = _read_whole(
        measured, dataset, table=table, protocol=protocol, proxy=proxy, prices=prices, settings=settings
    )
    full_effort = study.at(HOURS).full_effort if study.can_answer else 1.0
    budget = choose_budget(full_effort=full_effort if study.can_answer else None)
    return Question(
        dataset=dataset,
        protocol=protocol,
        proxy=proxy,
        prices=prices,
        full_effort=full_effort,
        budget=budget,
        table=table,
        measured=measured,
        study=study,
        recommendation=kept(Study.recommend, study, hours=budget),
    )


def recall_prior() -> bool:
    """Read from session or address whether what other data sets showed counts; it does, if nobody says otherwise."""
    restore_option("prior", ["on", "off"], default="on")
    publish(prior="off" if st.session_state["prior"] == "off" else None)
    return bool(st.session_state["prior"] == "on")


def _read_whole(
    runs: pd.DataFrame,
    dataset: KnownDataset,
    *,
    table: pd.DataFrame,
    protocol: str,
    proxy: str,
    prices: Prices,
    settings: Settings,
) -> Study:
    """Read the study of all runs, with what other data sets say and what the pool holds, where it is prepared here."""
    reference, prior, space = dataset.reference, NO_PRIOR, None
    if protocol != SMOKE.name and recall_prior():
        prior = learn_from_others(table, reference=reference, protocol=protocol, proxy=proxy)
    if prior.names:
        space = read_space(reference, protocol=protocol, proxy=proxy, settings=settings)
    return read_study(runs, proxy=proxy, prices=prices, prior=prior, space=space)
