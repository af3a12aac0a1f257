"""The question that Budget and Plan answer: which data set, how effort is counted, and how much of it there is."""

from dataclasses import dataclass

import pandas as pd

from simulator.analysis import Recommendation, keep_proxy, recommend
from simulator.effort import EffortMeasure, Prices
from simulator.settings import Settings

from .budget import choose_budget, restore_prices
from .empty import show_nothing
from .frame import end_page
from .header import choose_dataset, choose_effort, choose_protocol, choose_proxy, page_header
from .reading import KnownDataset, known_datasets, read_table

__all__ = ["Question", "ask_question"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What was asked, and the answer.

    Parameters
    ----------
    dataset : KnownDataset
    protocol : str
    measure : EffortMeasure
    prices : Prices
    full_effort : float
        Of labeling the whole pool exactly; 1 without records.
    budget : float
        Hours, or a share in (0, 1].
    table : DataFrame
        All runs.
    runs : DataFrame
        Those of this data set, protocol and quality proxy.
    recommendation : Recommendation
    """

    dataset: KnownDataset
    protocol: str
    measure: EffortMeasure
    prices: Prices
    full_effort: float
    budget: float
    table: pd.DataFrame
    runs: pd.DataFrame
    recommendation: Recommendation


def ask_question(title: str, *, settings: Settings) -> Question:
    """Show the question with its boxes and answer it; without any data set, say the next step and end the page."""
    table = read_table(settings)
    with page_header(title):
        dataset = choose_dataset(known_datasets(table, settings))
        measure = choose_effort()
        protocol = choose_protocol(table, dataset) if dataset else "fast"
        proxy = choose_proxy(table, dataset) if dataset else "interpolation"
    if dataset is None:
        show_nothing()
        end_page()

    is_asked = (table["fingerprint"] == dataset.reference.fingerprint) & (table["protocol"] == protocol)
    runs = keep_proxy(table[is_asked], proxy)
    prices = restore_prices(measure)
    full_effort = 1.0 if runs.empty else measure.full(runs, prices)
    budget = choose_budget(measure, full_effort=full_effort)
    return Question(
        dataset=dataset,
        protocol=protocol,
        measure=measure,
        prices=prices,
        full_effort=full_effort,
        budget=budget,
        table=table,
        runs=runs,
        recommendation=recommend(runs, measure=measure, budget=budget, prices=prices),
    )
