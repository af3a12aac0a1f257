"""Saturation: its sentence, its rows of charts, and every empty state."""

import pytest

from simulator.records import Virtues
from tests.factories import make_record, make_records, make_reference

LINES = [
    Virtues(diversity=d, completeness=c, quality=q)
    for d in (0.1, 0.3, 0.6, 1.0)
    for c, q in ((1.0, 1.0), (0.3, 1.0), (1.0, 0.75), (1.0, 0.8), (1.0, 0.85), (1.0, 0.9))
]


def words(app):
    return " ".join([*(h.value for h in app.header), *(m.value for m in app.markdown)])


def test_both_questions_are_answered(show, fill):
    fill(make_records(LINES))
    app = show("saturation")
    assert not app.exception
    assert app.title[0].value == "How good, and how many, are enough?"
    assert [h.value for h in app.subheader] == [
        "May slices be skipped and filled in?",
        "How many volumes are enough?",
    ]
    assert "quality" in app.header[0].value
    assert "volumes**]" in app.header[0].value
    assert "The last doubling of the volumes gained" in words(app)
    assert len(app.get("plotly_chart")) == 2
    assert "agreement with paper not measured yet" in words(app)


@pytest.mark.parametrize("has_bend", [True, False])
def test_a_bend_is_only_spoken_of_where_it_is_clear(show, fill, has_bend):
    def dice(virtues, seed):
        return 0.5 + 0.3 * (min(virtues.quality, 0.85) if has_bend else virtues.quality) + 0.002 * seed

    fill([make_record(v, seed=s, dice=dice(v, s)) for v in LINES for s in range(3)])
    app = show("saturation")
    assert ("it cannot be told which :orange[**quality**] is enough" in app.header[0].value) is not has_bend
    assert (" labeled) " in app.header[0].value) is has_bend
    assert ("Dotted: the bend" in words(app)) is has_bend


def test_masks_outlined_in_a_hurry_are_about_precision(show, fill):
    fill(make_records([v.model_copy(update={"proxy": "contour"}) if v.quality < 1 else v for v in LINES]))
    app = show("saturation", data="toy", proxy="contour")
    assert app.subheader[0].value == "How precise must masks be?"


def test_two_data_sets_stand_side_by_side(show, fill):
    fill(make_records(LINES))
    fill(make_records(LINES, reference=make_reference(name="other", digit="b")))
    app = show("saturation", data="toy", beside="other")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ([Virtues.full()], "Too little was measured on toy"),
        ([v for v in LINES if v.diversity < 1], "Too little was measured on toy"),
        ([v for v in LINES if v.diversity == 1], "with every slice labeled were measured at too few numbers"),
        ([v for v in LINES if v.quality == 1], "too thinly to see where it stops paying"),
    ],
    ids=["one", "without full", "one diversity", "one quality"],
)
def test_thin_records_say_what_is_missing(show, fill, grid, said):
    fill(make_records(grid))
    app = show("saturation")
    assert not app.exception
    assert said in app.header[0].value
    offers = "Choose simulations" in [button.label for button in app.button]
    assert offers == said.startswith("Too little")


def test_nothing_at_all_leads_to_data(show):
    app = show("saturation")
    assert not app.exception
    assert "No data set has been measured or opened yet." in app.header[0].value
    assert app.button[0].label == "Open a data set"
