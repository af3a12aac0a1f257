"""Budget: what should be labeled with a given effort, and how sure that is."""

import streamlit as st

from pages.budget.answer import show_metrics, show_sentence
from pages.budget.evidence import show_evidence
from pages.common.budget import choose_prices, show_budget
from pages.common.frame import begin_page, page_body
from pages.common.question import ask_question
from pages.common.start_button import offer_simulations

settings = begin_page()
with page_body():
    asked = ask_question("What should be labeled?", settings=settings)
    measure, recommendation = asked.measure, asked.recommendation

    with st.container(border=True):
        show_sentence(recommendation, dataset=asked.dataset, measure=measure)
        if recommendation.status not in {"empty", "one-record"}:
            show_budget(measure, full_effort=asked.full_effort)
        choose_prices(measure)
        if recommendation.status == "answer":
            show_metrics(recommendation, prices=asked.prices)
        else:
            offer_simulations(
                recommendation.suggestions,
                asked.dataset.reference,
                what="nearby" if recommendation.status in {"gap", "too-cheap"} else "to begin with",
                protocol=asked.protocol,
                table=asked.table,
                settings=settings,
            )
    if recommendation.status != "empty":
        show_evidence(recommendation, study=asked.study, measure=measure, settings=settings)
