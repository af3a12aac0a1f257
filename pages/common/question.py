"""The question that Budget and Plan answer: which data set, how effort is counted, and how much of it there is."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from simulator.analysis import Recommendation, Study, leave_volumes
from simulator.analysis.law.prior import NO_PRIOR
from simulator.analysis.opening import read_space
from simulator.analysis.others import learn_from_others
from simulator.effort import EffortMeasure, Prices
from simulator.planning import keep_dense
from simulator.protocols import SMOKE
from simulator.settings import Settings

from .budget import choose_budget, restore_prices
from .empty import show_nothing
from .frame import end_page
from .header import choose_dataset, choose_effort, choose_protocol, choose_proxy, page_header, show_unpriced
from .records import KnownDataset, known_datasets, read_study, read_table
from .url_state import publish, restore_number, restore_option

__all__ = ["MOST_SLICES", "Question", "ask_question", "read_whole", "recall_minimum", "recall_prior"]

MOST_SLICES = 500
"""Largest minimum of slices a volume that can be asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What was asked, and the answer.

    Parameters
    ----------
    dataset : KnownDataset
    protocol, proxy : str
    measure : EffortMeasure
    prices : Prices
    full_effort : float
        Of labeling the whole pool exactly; 1 without records.
    budget : float
        In the measure's unit.
    table : DataFrame
        All runs.
    measured : DataFrame
        Those of this data set and protocol, whichever way quality was lost.
    study : Study
        Of those of them of this quality proxy.
    n_slices_least : int
        Slices that every volume has to have, on average over a strategy's volumes; 0 without such a minimum.
    n_held_out : int
        Volumes of the pool that are kept for testing, so that no strategy labels them.
    recommendation : Recommendation
        Of the runs that keep the minimum and leave these volumes.
    """

    dataset: KnownDataset
    protocol: str
    proxy: str
    measure: EffortMeasure
    prices: Prices
    full_effort: float
    budget: float
    table: pd.DataFrame
    measured: pd.DataFrame
    study: Study
    n_slices_least: int
    n_held_out: int
    recommendation: Recommendation


def ask_question(
    title: str,
    *,
    settings: Settings,
    measure: EffortMeasure | None = None,
    has_minimum: bool = False,
    recall_apart: Callable[[int], int] | None = None,
) -> Question:
    """Show the question with its boxes and answer it; without any data set, say the next step and end the page.

    Parameters
    ----------
    title : str
    settings : Settings
    measure : EffortMeasure, default=None
        How effort is counted; None lets it be chosen.
    has_minimum : bool, default=False
        Whether the least number of slices a volume, as decided on Procedure, holds here.
    recall_apart : callable, default=None
        Says how many volumes of a pool of this size are kept for testing; None keeps none.

    Returns
    -------
    Question
    """
    table = read_table(settings)
    with page_header(title):
        dataset = choose_dataset(known_datasets(table, settings))
        measure = measure or choose_effort()
        protocol = choose_protocol(table, dataset) if dataset else "fast"
        proxy = choose_proxy(table, dataset) if dataset else "interpolation"
    if dataset is None:
        show_nothing()
        end_page()

    is_asked = (table["fingerprint"] == dataset.reference.fingerprint) & (table["protocol"] == protocol)
    measured = table[is_asked].reset_index(drop=True)
    prices = restore_prices(measure)
    show_unpriced(proxy, measure=measure, prices=prices)
    study = read_whole(
        measured, dataset, table=table, protocol=protocol, proxy=proxy, prices=prices, settings=settings
    )
    full_effort = study.at(measure).full_effort if study.can_answer else 1.0
    budget = choose_budget(measure, full_effort=full_effort if study.can_answer else None)
    n_slices_least = recall_minimum() if has_minimum else 0
    n_held_out = recall_apart(dataset.reference.n_pool) if recall_apart else 0
    limited = study
    if n_slices_least or n_held_out:
        eligible = leave_volumes(keep_dense(study.runs, n_slices=n_slices_least), n_held_out=n_held_out)
        limited = read_study(
            eligible,
            proxy=proxy,
            prices=prices,
            prior=study.prior,
            space=study.space,
            most_volumes=dataset.reference.n_pool - n_held_out if n_held_out else None,
            least_slices=n_slices_least,
        )
    return Question(
        dataset=dataset,
        protocol=protocol,
        proxy=proxy,
        measure=measure,
        prices=prices,
        full_effort=full_effort,
        budget=budget,
        table=table,
        measured=measured,
        study=study,
        n_slices_least=n_slices_least,
        n_held_out=n_held_out,
        recommendation=limited.recommend(measure=measure, budget=budget),
    )


def recall_prior() -> bool:
    """Read from session or address whether what other data sets showed counts; it does, if nobody says otherwise."""
    restore_option("prior", ["on", "off"], default="on")
    publish(prior="off" if st.session_state["prior"] == "off" else None)
    return bool(st.session_state["prior"] == "on")


def read_whole(
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


def recall_minimum() -> int:
    """Read the least number of slices a volume from session or address; 0 where there is none."""
    restore_number("atleast", low=0, high=MOST_SLICES, default=0)
    n_slices = int(st.session_state["atleast"])
    publish(atleast=n_slices or None)
    return n_slices
