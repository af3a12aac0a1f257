"""Why?: one question at a time, each with an address that can be sent to somebody."""

import pytest

from pages.common.projects import EXAMPLE
from simulator.planning.questions import QUESTIONS
from tests.factories import make_records
from tests.pages.test_words import LIMITS
from tests.pages.words import count_words, visible_texts
from tests.planning.questions.asking import HURRIED


@pytest.fixture
def toy(fill, monkeypatch):
    """An installation where one data set was measured, and an example that rests on it."""
    fill(make_records(HURRIED))
    monkeypatch.setattr("pages.common.projects.EXAMPLE", EXAMPLE.changed(reference="toy", hours=8.0))


def last_said(app):
    texts = [one.value for one in app.markdown if not one.value.startswith(":small")]
    return texts[-1].replace("\\", "")


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_answered_beside_its_chart(show, name):
    app = show("project", ask=name)
    assert not app.exception
    assert not app.warning
    assert last_said(app).endswith(".")
    assert count_words(app) <= LIMITS["project"], visible_texts(app)
    assert len(app.get("plotly_chart")) == 3
    shown = {one.key for one in app.number_input}
    asked = {f"ask_{one.name}" for one in QUESTIONS[name].inputs}
    assert asked <= shown
    assert {key for key in shown if key.startswith("ask_")} == asked


@pytest.mark.usefixtures("toy")
def test_an_address_holds_the_question_and_its_numbers(show):
    app = show("project", ask="already", labeled="12", slices="20")
    assert last_said(app).startswith("With 12 volumes labeled already")
    assert app.query_params["ask"] == "already"
    box = next(one for one in app.number_input if one.key == "ask_labeled")
    app = box.set_value(3.0).run()
    assert last_said(app).startswith("With 3 volumes labeled already")
    assert (app.query_params["labeled"], app.query_params["slices"]) == ("3", "20")


@pytest.mark.usefixtures("toy")
def test_another_question_leaves_nothing_of_the_last_one_in_the_address(show):
    app = show("project", ask="target", dice="0.6")
    assert app.query_params["dice"] == "0.6"
    (choice,) = (one for one in app.button_group if one.key == "ask")
    app = choice.set_value("more-hours").run()
    assert app.query_params["ask"] == "more-hours"
    assert "dice" not in app.query_params
    assert "more" in app.query_params


@pytest.mark.usefixtures("toy")
def test_what_an_address_asks_for_beyond_all_is_named_and_the_nearest_is_shown(show):
    app = show("project", ask="already", labeled="400", slices="10")
    assert not app.exception
    assert "labeled = 400" in app.warning[0].value.replace("\\", "")
    assert last_said(app).startswith("With 54 volumes labeled already")


@pytest.mark.usefixtures("toy")
def test_a_question_that_is_none_shows_the_first(show):
    app = show("project", ask="everything")
    assert not app.exception
    assert last_said(app).startswith("Spent otherwise, ")
