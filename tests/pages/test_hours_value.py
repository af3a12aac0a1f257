"""One value, one owner: the sentence, the box, the slider and the address of Procedure say the same hours."""

import re

import pytest

from pages.procedure.budget import recall_budget
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_records, make_reference


@pytest.fixture
def toy(fill):
    """A data set of 40 volumes."""
    fill(n_seeds=2)


@pytest.fixture
def two_sets(toy, fill):
    """Beside it one of 400 volumes, whose full effort is ten times as much."""
    fill(n_seeds=2, reference=make_reference(name="large", digit="b", n_pool=400))


def shown(widget):
    """What a browser shows that sees this widget for the first time: not what the session holds under its key."""
    found = widget.proto.value if widget.proto.set_value else widget.proto.default
    return found if isinstance(found, float) else found[0]


def hours_of(app):
    """The hours, having checked that all that show them agree."""
    assert not app.exception
    assert not app.error
    assert not app.warning
    box, slider = app.number_input(key="budget_hours_box"), app.slider(key="budget_hours")
    assert shown(box) == box.value == shown(slider) == slider.value
    # A browser's slider knows only whole steps from its lower end, and would show another one.
    n_steps = (slider.value - slider.min) / slider.step
    assert n_steps == pytest.approx(round(n_steps), abs=1e-6)
    assert float(app.query_params["budget"]) == pytest.approx(box.value, rel=1e-5)
    said = re.search(r"(?:With|Nothing near) ([\d.,]+)", app.header[2].value.replace("\\", ""))
    if said:
        assert float(said[1].replace(",", "")) == pytest.approx(box.value, rel=0.05)
    return box.value


def test_a_fresh_page_asks_for_a_fifth(show, two_sets):
    assert hours_of(show("procedure", data="toy")) == 2.2
    assert hours_of(show("procedure", data="large")) == 22


def test_a_fifth_is_a_number_that_a_person_would_write():
    assert f"{recall_budget(full_effort=17.2)}" == "3.4"


def test_a_change_of_data_set_leaves_the_hours(show, two_sets):
    app = show("procedure", data="toy")
    app.selectbox(key="data").select("large").run()
    assert hours_of(app) == 2.2
    assert app.slider(key="budget_hours").max == 114.2
    app.number_input(key="budget_hours_box").set_value(40.0).run()
    assert hours_of(app) == 40
    app.selectbox(key="data").select("toy").run()
    assert hours_of(app) == 40
    assert app.slider(key="budget_hours").max == 40


@pytest.mark.parametrize(("price", "value"), [("opening", 30.0), ("drawing", 3.0)])
def test_a_change_of_price_leaves_the_hours(show, toy, price, value):
    app = show("procedure", data="toy")
    app.number_input(key=price).set_value(value).run()
    assert hours_of(app) == 2.2


def test_box_and_slider_move_each_other(show, toy):
    app = show("procedure", data="toy")
    app.slider(key="budget_hours").set_value(6.0).run()
    assert hours_of(app) == 6
    app.number_input(key="budget_hours_box").set_value(3.33).run()
    assert hours_of(app) == 3.33
    app.slider(key="budget_hours").set_value(5.0).run()
    assert hours_of(app) == 5


def test_two_people_on_one_server_have_their_own_hours(show, toy):
    mine, yours = show("procedure", data="toy"), show("procedure", data="toy")
    mine.slider(key="budget_hours").set_value(6.0).run()
    yours.slider(key="budget_hours").set_value(4.0).run()
    assert hours_of(mine.run()) == 6
    assert hours_of(yours.run()) == 4


def test_a_box_takes_more_than_everything(show, toy):
    app = show("procedure", data="toy")
    app.number_input(key="budget_hours_box").set_value(300.0).run()
    assert hours_of(app) == 300
    assert app.slider(key="budget_hours").max == 300
    said = [text.value.replace("\\", "") for text in app.markdown]
    paid = "All is paid for: labeling everything takes 11 hours. This leaves 289 hours."
    assert any(text.startswith(paid) for text in said)
    app.slider(key="budget_hours").set_value(4.0).run()
    assert hours_of(app) == 4
    assert app.slider(key="budget_hours").max == 11.4


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ({"budget": "3.33"}, 3.33),
        ({"budget": "0.02"}, 0.02),
        # What counts effort otherwise is no number of hours.
        ({"budget": "0.415", "effort": "slices-drawn"}, 2.2),
        ({"budget": "500", "effort": "cost"}, 2.2),
    ],
)
def test_an_address_is_taken_as_it_is(show, toy, query, hours):
    app = show("procedure", data="toy", **query)
    assert hours_of(app) == hours
    assert "effort" not in app.query_params


@pytest.mark.parametrize(("asked", "taken"), [("0", 0.01), ("1e300", 1e6), ("x", 2.2)])
def test_an_address_that_is_no_budget_is_named(show, toy, asked, taken):
    app = show("procedure", data="toy", budget=asked)
    assert "The address asks for budget" in app.warning[0].value
    assert app.number_input(key="budget_hours_box").value == taken
    app.run()
    assert hours_of(app) == taken


def test_what_nobody_asked_for_is_not_kept_where_nothing_was_measured(show, fill, with_phantom):
    fill()
    app = show("procedure", data="phantom")
    assert app.header[2].value.startswith("Nothing has been measured")
    assert "budget" not in app.query_params
    app.selectbox(key="data").select("toy").run()
    assert hours_of(app) == 2.2


def test_the_time_of_an_inexact_outline_is_asked_for_where_it_is_not_known(show, fill):
    contours = [
        Virtues(diversity=d, completeness=1.0, quality=q, proxy="contour")
        for d in (0.3, 1.0)
        for q in (0.8, 0.9)
    ]
    fill(make_records((*SMALL_GRID, *contours)))
    copied = show("procedure", proxy="interpolation")
    assert "outlining" not in [box.key for box in copied.number_input]
    app = show("procedure", proxy="contour")
    assert any("has no price for masks" in text.value for text in app.markdown)
    app.number_input(key="outlining").set_value(40.0).run()
    assert not app.exception
    assert not any("has no price for masks" in text.value for text in app.markdown)
    assert app.query_params["outlining"] == "40"
