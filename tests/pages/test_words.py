"""A page is read in a minute: its visible words are counted, on the published records and on the phantom."""

import dataclasses
import re

import pytest
from streamlit.testing.v1 import AppTest

import pages.common.frame
from simulator.settings import PROJECT

from .words import count_words, visible_texts

LIMITS = {
    "project": 220,
    "procedure": 450,
    "data": 250,
    "simulate": 250,
    "saturation": 250,
    "virtues": 250,
    "records": 250,
}
"""Page → visible words at most."""

QUESTIONS = {"data": {"data": "phantom"}}
"""Page → address of its normal state, where it is another than the page's own: Data needs volumes to look at."""


@pytest.mark.parametrize("name", LIMITS)
def test_a_page_is_short_says_nothing_twice_and_needs_no_method(show, settings, phantom, monkeypatch, name):
    # In one folder, whose records are read once.
    published = dataclasses.replace(settings, cache=phantom[0], published=PROJECT / "cache" / "published")
    monkeypatch.setattr(pages.common.frame, "load_settings", lambda: published)
    app = show(name, **QUESTIONS.get(name, {}))
    assert not app.exception
    texts = "\n".join(visible_texts(app))
    assert 40 < count_words(app) <= LIMITS[name], texts
    assert not re.search(r"resampl|combination|medians|vertex|vertices|\bdraw\b|\bdrawing\b", texts), texts
    # Charts side by side have the same axes.
    sentences = [s for s in re.split(r"(?<=[.?!])\s", texts) if s.endswith((".", "?")) and len(s.split()) > 4]
    assert len(set(sentences)) == len(sentences)


def test_words_are_counted_as_they_are_seen():
    def script():
        import plotly.graph_objects as go
        import streamlit as st

        st.title("One two?")
        st.markdown(":small[:gray[**three** · four]]")
        with st.expander("five"):
            st.markdown("not seen")
        with st.popover("six"):
            st.markdown("not seen")
        with st.expander("seven", expanded=True):
            st.markdown("eight")
        figure = go.Figure(layout={"xaxis": {"title": {"text": "nine ten"}}})
        figure.add_annotation(text="eleven<br>twelve")
        st.plotly_chart(figure)
        st.button("thirteen", icon=":material/route:")

    assert count_words(AppTest.from_function(script).run()) == 13
