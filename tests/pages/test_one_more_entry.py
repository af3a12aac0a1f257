"""One file and one line: a further proxy is on every page that shows such, in its own words."""

import pytest

from pages.common.projects import EXAMPLE
from simulator.planning.questions import QUESTIONS
from simulator.virtues import PROXIES
from tests.factories import make_harmless, make_records
from tests.registering import register
from tests.toys import FALSE_WORDS, ROUND_NUMBER, TOO_WIDE, TOO_WIDE_GRID


@pytest.fixture
def too_wide(monkeypatch):
    register(monkeypatch, PROXIES, TOO_WIDE)


def texts(app):
    return "\n".join(
        item.value for kind in (app.title, app.header, app.subheader, app.markdown) for item in kind
    )


def test_frontier_lets_it_be_chosen(show, fill, too_wide):
    fill(make_harmless(TOO_WIDE_GRID))
    app = show("frontier", effort="diversity-x-quality", proxy="too-wide")
    assert not app.exception
    assert "Drawn too wide" in app.selectbox(key="proxy").options
    assert "too-wide (drawn too wide)" in app.selectbox(key="proxy").help
    assert [word for word in FALSE_WORDS if word in texts(app).lower()] == []


def test_step_1_of_procedure_shows_it(show, fill, too_wide):
    fill(make_records(TOO_WIDE_GRID))
    app = show("procedure", proxy="too-wide")
    assert not app.exception
    assert "Drawn too wide: the dotted line" in texts(app)
    assert "hurry" not in texts(app)
    assert "has not been measured" not in app.header[0].value
    assert not any(button.label.startswith("Simulate 5 at other") for button in app.button)
    # Asked for another way, the step speaks of the one that was measured.
    assert "Drawn too wide: the dotted line" in texts(show("procedure", proxy="interpolation"))


def test_saturation_and_records_name_it(show, fill, too_wide):
    fill(make_records(TOO_WIDE_GRID))
    app = show("saturation", proxy="too-wide")
    assert not app.exception
    assert "How precise must masks be?" in texts(app)
    assert "drawn too wide" in texts(app)
    app = show("records")
    assert not app.exception
    assert "Drawn too wide (too-wide)" in app.selectbox(key="by").options
    assert "Drawn too wide" in set(app.dataframe[0].value["proxy"])


def test_the_project_answers_one_more_question(show, fill, monkeypatch):
    fill(make_records())
    register(monkeypatch, QUESTIONS, ROUND_NUMBER)
    monkeypatch.setattr("pages.common.projects.EXAMPLE", EXAMPLE.changed(reference="toy", hours=8.0))
    app = show("project", ask="round-number", number="30")
    assert not app.exception
    assert ":gray[A round number]" in app.button_group(key="ask").options
    assert "30 is a round number for 60 volumes." in texts(app).replace("\\", "")
    assert app.query_params["number"] == "30"


def test_data_shows_its_masks(show, with_phantom, monkeypatch):
    register(monkeypatch, PROXIES, TOO_WIDE)
    app = show("data", quality="0.8", proxy="too-wide")
    assert not app.exception
    assert app.button_group[0].options[-1] == ":gray[Drawn too wide (too-wide)]"
    assert "every slice is outlined, only less exactly" in app.header[0].value
