"""Budget: what should be labeled with a given effort, and how sure that is."""

import streamlit as st

from pages.shared.answer import show_metrics, show_sentence
from pages.shared.budget import choose_budget, choose_prices, restore_prices, show_slider
from pages.shared.empty import show_nothing
from pages.shared.evidence import show_evidence
from pages.shared.frame import begin_page, end_page, page_body
from pages.shared.header import choose_dataset, choose_effort, choose_protocol, page_header
from pages.shared.reading import known_datasets, read_table
from pages.shared.starting import offer_simulations
from simulator.analysis import recommend

settings = begin_page()
with page_body():
    table = read_table(settings)
    with page_header("What should be labeled?"):
        dataset = choose_dataset(known_datasets(table, settings))
        measure = choose_effort()
        protocol = choose_protocol(table, dataset) if dataset else "fast"
    if dataset is None:
        show_nothing()
        end_page()

    is_asked = (table["fingerprint"] == dataset.reference.fingerprint) & (table["protocol"] == protocol)
    runs = table[is_asked].reset_index(drop=True)
    prices = restore_prices(measure)
    full_effort = 1.0 if runs.empty else measure.full(runs, prices)
    budget = choose_budget(measure, full_effort=full_effort)
    recommendation = recommend(runs, measure=measure, budget=budget, prices=prices)

    with st.container(border=True):
        show_sentence(recommendation, dataset=dataset, measure=measure)
        if recommendation.status not in {"empty", "one-record"}:
            show_slider(measure, full_effort=full_effort)
        if measure.unit == "hours":
            choose_prices()
        if recommendation.status == "answer":
            show_metrics(recommendation, prices=prices)
        else:
            what = "nearby" if recommendation.status in {"gap", "too-cheap"} else "combinations"
            offer_simulations(
                recommendation.suggestions,
                dataset.reference,
                what=what,
                protocol=protocol,
                table=table,
                settings=settings,
            )
    if recommendation.status != "empty":
        show_evidence(recommendation, runs=runs, measure=measure, prices=prices)
