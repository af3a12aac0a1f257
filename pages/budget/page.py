"""Budget: what should be labeled with a given effort, and how sure that is."""

import streamlit as st

from pages.budget.answer import show_metrics, show_sentence
from pages.budget.evidence import show_evidence, show_prior
from pages.common.budget import choose_prices, show_budget
from pages.common.frame import begin_page, page_body
from pages.common.question import ask_question
from pages.common.start_button import offer_simulations
from simulator.analysis.agreement import STAND_IN

OFFERS = {
    "empty": "to begin with",
    "one-record": "to begin with",
    "trial": f"under {STAND_IN}",
}
"""What is offered where there is no answer; else what lies near the budget."""

settings = begin_page()
with page_body():
    asked = ask_question("What does a budget buy?", settings=settings)
    measure, recommendation = asked.measure, asked.recommendation
    has_evidence = recommendation.status != "empty" and not recommendation.lacks_evidence

    with st.container(border=True):
        show_sentence(recommendation, dataset=asked.dataset, measure=measure, study=asked.study)
        if has_evidence:
            show_budget(measure, full_effort=asked.full_effort)
        choose_prices(measure, proxy=asked.proxy)
        if recommendation.status == "answer":
            show_metrics(recommendation, prices=asked.prices)
        else:
            offer_simulations(
                recommendation.suggestions,
                asked.dataset.reference,
                what=OFFERS.get(recommendation.status, "nearby"),
                protocol=STAND_IN if recommendation.status == "trial" else asked.protocol,
                table=asked.table,
                settings=settings,
            )
    if has_evidence:
        show_evidence(asked, settings=settings)
    else:
        show_prior(asked)
