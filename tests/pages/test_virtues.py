import pytest

from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_records

GRID = [
    Virtues(diversity=d, completeness=1.0, quality=q)
    for d in (0.1, 0.3, 0.6, 1.0)
    for q in (0.7, 0.8, 0.9, 1.0)
]


def test_one_data_set_has_its_sentence_its_chart_and_what_it_stands_on(show, fill):
    fill(make_records(GRID))
    app = show("virtues", effort="diversity-x-quality")
    assert not app.exception
    assert app.title[0].value == "Which virtue comes first?"
    assert app.header[0].value.startswith("On toy")
    assert ":orange[**quality**]" in app.header[0].value
    assert ":blue[**more volumes**]" in app.header[0].value
    assert len(app.get("plotly_chart")) == 1
    assert app.table[0].value["Virtue"].tolist() == ["Quality", "Diversity"]
    assert app.table[0].value["Measured"].tolist() == [
        "70\u00a0% to 100\u00a0%",
        "10\u00a0% to 100\u00a0%",
    ]


def test_low_quality_that_was_not_measured_cheaply_is_named(show, fill):
    fill()
    app = show("virtues", effort="diversity-x-quality")
    assert "where little is labeled, no low :orange[**quality**] was measured" in app.header[0].value
    assert app.table[0].value["Half-way at"].iloc[0] == "the cheapest on"


def test_hours_compare_all_three(show, fill):
    fill()
    app = show("virtues")
    assert app.table[0].value["Virtue"].tolist() == ["Quality", "Diversity", "Completeness"]


def test_several_have_a_verdict_each(show, fill, other_reference):
    fill(make_records(GRID))
    fill(reference=other_reference)
    app = show("virtues", effort="diversity-x-quality", data="toy", beside="other")
    assert app.header[0].value.startswith("toy: ")
    assert "; other: **too few cheap configurations**." in app.header[0].value
    assert (len(app.get("plotly_chart")), len(app.table)) == (2, 2)


@pytest.mark.parametrize(
    "grid",
    [
        [Virtues.full()],
        [v for v in GRID if v != Virtues.full()],
        [v for v in SMALL_GRID if v.diversity == 1],
    ],
    ids=["one", "without full", "one virtue"],
)
def test_too_little_is_said(show, fill, grid):
    fill(make_records(grid))
    app = show("virtues", effort="diversity-x-quality")
    assert not app.exception
    assert "too little has been measured to compare virtues" in app.header[0].value
    assert not app.get("plotly_chart")
    assert "Choose simulations" in [button.label for button in app.button]
