"""One value, one owner: the sentence, the box, the slider and the address say the same budget, whatever changes."""

import re

import pytest

from simulator.effort import MEASURES
from simulator.records import Virtues
from tests.factories import SMALL_GRID, make_records, make_reference
from tests.toy_measure import add_clicks


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


def budget_of(app, *, scale=1.0):
    """The budget, having checked that all that show it agree; in the numbers of the box."""
    assert not app.exception
    assert not app.error
    assert not app.warning
    unit = app.slider[0].key
    box, slider = app.number_input(key=f"{unit}_box"), app.slider(key=unit)
    assert shown(box) == box.value == shown(slider) == slider.value
    # A browser's slider knows only whole steps from its lower end, and would show another one.
    n_steps = (slider.value - slider.min) / slider.step
    assert n_steps == pytest.approx(round(n_steps), abs=1e-6)
    assert float(app.query_params["budget"]) == pytest.approx(box.value / scale, rel=1e-5)
    said = re.search(r"(?:With|Nothing near) ([\d.,]+)", app.header[0].value.replace("\\", ""))
    if said:
        assert float(said[1].replace(",", "")) == pytest.approx(box.value, rel=0.05)
    return box.value


def test_a_fresh_page_asks_for_a_fifth(show, two_sets):
    assert budget_of(show("budget", data="toy")) == 2.2
    assert budget_of(show("budget", data="large")) == 22


def test_a_change_of_data_set_leaves_the_hours(show, two_sets):
    app = show("budget", data="toy")
    app.selectbox(key="data").select("large").run()
    assert budget_of(app) == 2.2
    assert app.slider(key="budget_hours").max == 114.2
    app.number_input(key="budget_hours_box").set_value(40.0).run()
    assert budget_of(app) == 40
    app.selectbox(key="data").select("toy").run()
    assert budget_of(app) == 40
    assert app.slider(key="budget_hours").max == 40


@pytest.mark.parametrize(("price", "value"), [("opening", 30.0), ("drawing", 3.0)])
def test_a_change_of_price_leaves_the_hours(show, toy, price, value):
    app = show("budget", data="toy")
    app.number_input(key=price).set_value(value).run()
    assert budget_of(app) == 2.2


def test_a_change_of_unit_keeps_the_share_of_everything(show, toy):
    app = show("budget", data="toy", budget="4")
    assert budget_of(app) == 4
    app.selectbox(key="effort").select("slices-drawn").run()
    assert budget_of(app, scale=100) == 35
    app.selectbox(key="effort").select("diversity-x-quality").run()
    assert budget_of(app, scale=100) == 35
    app.selectbox(key="effort").select("cost").run()
    assert budget_of(app) == 320
    app.selectbox(key="effort").select("hours").run()
    assert budget_of(app) == 4


def test_what_was_asked_in_a_unit_returns_as_it_was_unless_something_changed(show, two_sets):
    app = show("budget", data="toy", budget="4.04")
    for effort in ("slices-drawn", "hours"):
        app.selectbox(key="effort").select(effort).run()
    assert budget_of(app) == 4.04
    app.selectbox(key="effort").select("slices-drawn").run()
    app.slider(key="budget_share").set_value(70.0).run()
    assert budget_of(app, scale=100) == 70
    app.selectbox(key="effort").select("hours").run()
    assert budget_of(app) == 8
    app.selectbox(key="data").select("large").run()
    app.selectbox(key="effort").select("slices-drawn").run()
    assert budget_of(app, scale=100) == 7


def test_box_and_slider_move_each_other(show, toy):
    app = show("budget", data="toy")
    app.slider(key="budget_hours").set_value(6.0).run()
    assert budget_of(app) == 6
    app.number_input(key="budget_hours_box").set_value(3.33).run()
    assert budget_of(app) == 3.33
    app.slider(key="budget_hours").set_value(5.0).run()
    assert budget_of(app) == 5


def test_a_box_takes_more_than_everything(show, toy):
    app = show("budget", data="toy")
    app.number_input(key="budget_hours_box").set_value(300.0).run()
    assert budget_of(app) == 300
    assert app.slider(key="budget_hours").max == 300
    said = [text.value.replace("\\", "") for text in app.markdown]
    paid = "All is paid for: labeling everything takes 11 hours. This leaves 289 hours."
    assert any(text.startswith(paid) for text in said)
    app.selectbox(key="effort").select("slices-drawn").run()
    assert budget_of(app, scale=100) == 100
    app.selectbox(key="effort").select("hours").run()
    assert budget_of(app) == 300
    app.slider(key="budget_hours").set_value(4.0).run()
    assert budget_of(app) == 4
    assert app.slider(key="budget_hours").max == 11.4


@pytest.mark.parametrize(
    ("query", "budget", "scale"),
    [
        ({"budget": "3.33"}, 3.33, 1),
        ({"budget": "0.02"}, 0.02, 1),
        ({"budget": "0.415", "effort": "slices-drawn"}, 41.5, 100),
        ({"budget": "500", "effort": "cost"}, 500, 1),
    ],
)
def test_an_address_is_taken_as_it_is(show, toy, query, budget, scale):
    assert budget_of(show("budget", data="toy", **query), scale=scale) == budget


@pytest.mark.parametrize(("asked", "taken"), [("0", 0.01), ("1e300", 1e9), ("x", 2.2)])
def test_an_address_that_is_no_budget_is_named(show, toy, asked, taken):
    app = show("budget", data="toy", budget=asked)
    assert "The address asks for budget" in app.warning[0].value
    assert app.number_input(key="budget_hours_box").value == taken
    app.run()
    assert budget_of(app) == taken


def test_what_nobody_asked_for_is_not_kept_where_nothing_was_measured(show, fill, with_phantom):
    fill()
    app = show("budget", data="phantom")
    assert app.header[0].value.startswith("Nothing has been measured")
    assert "budget" not in app.query_params
    app.selectbox(key="effort").select("slices-drawn").run()
    app.selectbox(key="data").select("toy").run()
    assert budget_of(app, scale=100) == 20
    app.selectbox(key="effort").select("hours").run()
    assert budget_of(app) == 2.2


def test_procedure_and_budget_ask_for_one_value(show, toy):
    app = show("procedure", data="toy")
    app.number_input(key="budget_hours_box").set_value(7.0).run()
    assert budget_of(app) == 7
    assert app.query_params["budget"] == "7"


@pytest.mark.parametrize(("effort", "budget", "hours"), [("slices-drawn", "0.5", 5.6), ("cost", "500", 2.2)])
def test_procedure_never_takes_an_address_of_another_unit_for_hours(show, toy, effort, budget, hours):
    app = show("procedure", data="toy", effort=effort, budget=budget)
    assert budget_of(app) == hours


@pytest.mark.parametrize(
    ("effort", "budget", "prices", "axis"),
    [
        (
            "cost",
            "500",
            ["opening", "finding", "drawing", "checking", "review", "expert", "assistant"],
            "cost in euros",
        ),
        ("clicks", "20000", [], "mouse clicks"),
    ],
)
def test_a_measure_that_was_added_reads_well(show, fill, monkeypatch, effort, budget, prices, axis):
    add_clicks(monkeypatch)
    fill()
    app = show("budget", effort=effort, budget=budget)
    assert budget_of(app) == float(budget)
    unit = MEASURES[effort].unit
    assert app.header[0].value.startswith(f"With {unit.write(float(budget))}: label ")
    text = " ".join(item.value for item in [*app.header, *app.subheader, *app.markdown])
    assert "of the full effort" not in text
    assert re.search(rf"of full performance costs [\d,]+ {unit.title.split()[-1]}", text)
    assert [box.key for box in app.number_input if box.key in {*PRICES}] == prices
    assert [key for key in PRICES if key in app.query_params] == prices
    (chart,) = (chart for chart in app.get("plotly_chart") if "Effort, " in chart.proto.spec)
    assert f"Effort, {axis}" in chart.proto.spec


PRICES = ("opening", "finding", "drawing", "checking", "review", "expert", "assistant")


def test_wages_decide_and_stand_in_the_address(show, fill):
    fill()
    app = show("budget", effort="cost", budget="500", expert="40")
    before = app.header[0].value
    app.number_input(key="expert").set_value(160.0).run()
    assert app.query_params["expert"] == "160"
    assert app.header[0].value != before
    assert budget_of(app) == 500
    app.number_input(key="expert").set_value(0.0).run()
    assert "exact labeling is free" in app.error[0].value


def test_the_time_of_an_inexact_outline_is_asked_for_where_it_is_not_known(show, fill):
    contours = [
        Virtues(diversity=d, completeness=1.0, quality=q, proxy="contour")
        for d in (0.3, 1.0)
        for q in (0.8, 0.9)
    ]
    fill(make_records((*SMALL_GRID, *contours)))
    copied = show("budget", proxy="interpolation")
    assert "outlining" not in [box.key for box in copied.number_input]
    app = show("budget", proxy="contour")
    assert any("has no price for masks" in text.value for text in app.markdown)
    app.number_input(key="outlining").set_value(40.0).run()
    assert not app.exception
    assert not any("has no price for masks" in text.value for text in app.markdown)
    assert app.query_params["outlining"] == "40"
