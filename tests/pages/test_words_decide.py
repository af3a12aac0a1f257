"""Frontier and Procedure: none of the method's words, and no number without evidence."""

import pytest

from simulator.records import Virtues
from tests.factories import make_records
from tests.pages.words import count_words, visible_texts

LIMITS = {"procedure": 450, "frontier": 250}
ASKED = ({}, {"budget": "4"}, {"effort": "slices-drawn", "beside": "other"})
METHOD = ("resampl", "obvious", "combination", "drawn exactly", " to draw", "vertex", "median", "surrogate")


@pytest.mark.parametrize("page", LIMITS)
def test_a_page_is_read_at_a_glance_and_without_the_method(show, fill, other_reference, page):
    fill(make_records(noise=0.03))
    fill(make_records(reference=other_reference, noise=0.03))
    for query in ASKED:
        app = show(page, data="toy", **query)
        assert not app.exception
        assert count_words(app) <= LIMITS[page]
        said = " ".join(visible_texts(app)).lower()
        assert [word for word in METHOD if word in said] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"protocol": "smoke"}, "Only trial runs"),
        ({"grid": [Virtues.full()]}, "an answer needs at least three"),
    ],
)
def test_what_cannot_carry_an_answer_gets_a_banner(show, fill, options, said):
    fill(make_records(**options))
    app = show("frontier", protocol=options.get("protocol", "fast"))
    assert not app.exception
    assert said in app.header[0].value
    assert not app.get("plotly_chart")
    assert not app.get("download_button")
    assert not app.metric
    text = " ".join(visible_texts(app))
    assert "Dice" not in text
    assert "of what full labeling gives" not in text
    assert any(button.label.startswith("Choose sim") for button in app.button)
    assert said in show("procedure", protocol=options.get("protocol", "fast")).header[2].value
