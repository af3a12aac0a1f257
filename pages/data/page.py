"""Data: what a label quality looks like on a data set, what the data set is, and how another one is opened."""

import streamlit as st

from pages.common.frame import begin_page, end_page, page_body
from pages.common.header import choose_dataset, page_header
from pages.common.notes import show_notes
from pages.common.records import known_datasets, read_table
from pages.common.theme import current_palette, show_chart
from pages.common.why import open_why
from pages.common.wording import say_agreement, say_quality
from pages.data.opening import find_prepared, offer_opening, show_missing
from pages.data.viewer import annotate_chosen, choose_slice, choose_view, show_facts, show_pictures
from simulator.figures.slice_agreement import agreement_data, draw_agreement

settings = begin_page()
with page_body():
    table = read_table(settings)
    with page_header("What does a quality look like?"):
        dataset = choose_dataset(known_datasets(table, settings))
    prepared = find_prepared(dataset.reference, settings=settings) if dataset else None
    if prepared is None:
        show_missing(dataset, settings=settings)
        end_page()

    card = st.container(border=True)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        volume, virtues = choose_view(prepared)
        with card:
            annotated = annotate_chosen(prepared, volume, virtues)
        index = choose_slice(annotated)
    with card:
        sentence, reason = say_quality(annotated, virtues=virtues, index=index)
        st.header(sentence, anchor=False)
    show_pictures(annotated, axis=prepared.reference.axis, index=index)

    agreement = agreement_data(annotated)
    st.subheader(say_agreement(agreement), anchor=False)
    show_chart(
        draw_agreement(agreement, index=index, palette=current_palette()),
        key="agreement",
        alt="IoU of every slice",
    )
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=390):
            show_facts(prepared)
            show_notes(prepared)
        with st.container(width=540):
            offer_opening(None, settings=settings)
    with open_why():
        st.markdown(reason)
