"""Budget, Plan and Frontier: few words, none of the method's, and no number without evidence."""

import pytest

from simulator.planning import write_published_inventory
from simulator.records import Virtues
from tests.factories import make_records
from tests.pages.words import count_words, visible_texts
from tests.planning.conftest import make_inventory

LIMITS = {"budget": 220, "plan": 200, "frontier": 250}
ASKED = ({}, {"effort": "slices-drawn", "budget": "0.35"}, {"effort": "slices-drawn", "beside": "other"})
METHOD = ("resampl", "obvious", "combination", "drawn exactly", " to draw", "vertex", "median", "surrogate")


@pytest.fixture
def published(settings):
    """The pool's inventory, so that there is a plan."""
    settings.published.mkdir(exist_ok=True)
    write_published_inventory(make_inventory(), folder=settings.published)


@pytest.mark.parametrize("page", LIMITS)
def test_a_page_is_read_at_a_glance_and_without_the_method(show, fill, published, other_reference, page):
    fill(make_records(noise=0.03))
    fill(make_records(reference=other_reference, noise=0.03))
    for query in ASKED:
        app = show(page, data="toy", **query)
        assert not app.exception
        assert count_words(app) <= LIMITS[page]
        said = " ".join(visible_texts(app)).lower()
        assert [word for word in METHOD if word in said] == []


@pytest.mark.parametrize("page", LIMITS)
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"protocol": "smoke"}, "Only trial runs"),
        ({"grid": [Virtues.full()]}, "an answer needs at least three"),
    ],
)
def test_what_cannot_carry_an_answer_gets_a_banner(show, fill, published, page, options, said):
    fill(make_records(**options))
    app = show(page, protocol=options.get("protocol", "fast"))
    assert not app.exception
    assert said in app.header[0].value
    assert not app.get("plotly_chart")
    assert not app.get("download_button")
    assert not app.metric
    text = " ".join(visible_texts(app))
    assert "Dice" not in text
    assert "of what full labeling gives" not in text
    assert any(
        button.label.startswith(("Run ", "Simulate", "Go to Budget", "Choose sim")) for button in app.button
    )


def test_a_difference_that_cannot_be_told_is_as_good(show, fill):
    fill(make_records(noise=0.05))
    app = show("budget", effort="slices-drawn", budget="0.5")
    gains = [row["Gain over it"] for row in app.table[0].value.to_dict("records")]
    assert "as good" in gains
    assert not app.metric or "Gain" not in [metric.label for metric in app.metric]
