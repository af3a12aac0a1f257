"""Simulate: what is measured, what runs, and what should be measured next."""

import streamlit as st

from pages.common.empty import show_nothing
from pages.common.frame import begin_page, end_page, page_body
from pages.common.header import choose_dataset, choose_proxy, page_header
from pages.common.notes import show_notes
from pages.common.protocol import show_protocol
from pages.common.records import known_datasets, read_table, runs_of
from pages.common.start_button import make_requests, why_not_startable
from pages.data.opening import find_prepared
from pages.simulate.answer_card import offer_answer
from pages.simulate.matrix import lay_out, near_budget, read_work
from pages.simulate.progress import show_running
from pages.simulate.run_card import choose_run_protocol, offer_run, say_why_not, show_failures
from pages.simulate.selection import (
    choose_from_list,
    choose_quality,
    choose_quickly,
    read_chosen,
    show_matrix,
)
from simulator.formats import format_share

settings = begin_page()
with page_body():
    table = read_table(settings)
    with page_header("What should be measured next?"):
        dataset = choose_dataset(known_datasets(table, settings))
        proxy = choose_proxy(table, dataset) if dataset else ""
    if dataset is None:
        show_nothing()
        end_page()

    is_own = table["fingerprint"] == dataset.reference.fingerprint
    protocol = choose_run_protocol(list(table.loc[is_own, "protocol"].value_counts().index))
    runs = runs_of(table, fingerprint=dataset.reference.fingerprint, protocol=protocol)
    work = read_work(dataset.reference, protocol=protocol, settings=settings)
    show_running(work.progress, reference=dataset.reference, protocol=protocol, settings=settings)
    answer = st.container()  # filled last: how sure the answers are may take seconds
    st.subheader("Or choose configurations yourself", anchor=False)

    chosen = read_chosen()
    matrices = lay_out(runs, work, n_pool=dataset.reference.n_pool, proxy=proxy, chosen=chosen)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=560):
            quality = choose_quality(matrices)
            matrix = matrices[quality]
            shown = f"{matrix.n_measured} of {len(matrix.flat)} configurations are measured"
            st.subheader(f"At quality {format_share(quality)}, {shown}", anchor=False)
            show_matrix(matrix)
            if len(runs):
                show_protocol(protocol, names=[dataset.reference.name], settings=settings)
        with st.container(width=388):
            choose_quickly(
                {
                    "Missing": matrix.find("missing"),
                    "Failed": matrix.find("failed"),
                    "Near my hours": near_budget(runs, proxy=proxy),
                }
            )
            with st.container(border=True):
                is_working = work.progress.is_working
                why_not = offer_run(
                    chosen, dataset=dataset, table=table, is_working=is_working, settings=settings
                )
            choose_from_list(matrix)
            show_notes(find_prepared(dataset.reference, settings=settings))
    n_seeds = int(st.session_state["seeds"])
    missing = make_requests(dataset.reference, matrix.find("missing"), protocol=protocol, n_seeds=n_seeds)
    reason = why_not_startable(dataset.reference, protocol=protocol, settings=settings)
    show_failures(work.failures, missing=missing, reason=reason, settings=settings)
    with answer:
        is_told = offer_answer(dataset, table, work, proxy=proxy, protocol=protocol, settings=settings)
    with why_not:
        say_why_not("" if is_told else reason, settings=settings)
