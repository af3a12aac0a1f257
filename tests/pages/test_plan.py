"""Plan: the rows that annotators get, its stops, its picture, and who is left out."""

import pytest

from pages.common.projects import EXAMPLE
from simulator.records import LabVolume, Project
from simulator.store import open_store
from tests.factories import make_records

VOLUMES = tuple(
    LabVolume(name=f"CT_{i:03d}", first_slice=3, last_slice=32, group="AB"[i % 2]) for i in range(40)
)


@pytest.fixture
def stored(fill, settings):
    """Store a project on a measured data set; its changes are given."""

    def store(**changes):
        fill(make_records())
        facts = {"name": "Livers", "hours": 6.0, "n_volumes": 40, "n_slices": 30.0, "reference": "toy"}
        project = Project(id="b" * 12, **{**facts, **changes})
        with open_store(settings) as found:
            found.save_project(project)
        return project.id

    return store


def texts(app):
    return " ".join(item.value for kind in (app.header, app.subheader, app.markdown) for item in kind)


def test_nothing_entered_shows_the_plan_of_the_example(show, fill, monkeypatch):
    fill(make_records())
    monkeypatch.setattr("pages.common.projects.EXAMPLE", EXAMPLE.changed(reference="toy", hours=8.0))
    app = show("plan")
    assert not app.exception
    assert app.title[0].value == "Who labels what, and when?"
    assert app.header[0].value.startswith("*For example:* The plan: ")


def test_rows_stops_and_picture_of_volumes_that_are_known_by_name(show, stored):
    app = show("plan", project=stored(volumes=VOLUMES, n_volumes=None, n_slices=None))
    assert not app.exception
    rows = app.dataframe[0].value
    assert rows["Order"].tolist() == list(range(1, len(rows) + 1))
    assert set(rows["Volume"]) <= {volume.name for volume in VOLUMES}
    assert rows["Hours so far"].is_monotonic_increasing
    assert rows["Hours so far"].iloc[-1] <= 6.0
    assert set(rows["Group"]) == {"A", "B"}
    assert "Annotator" not in rows
    stops = app.table[0].value
    assert len(stops) >= 2
    assert stops["Expected Dice"].str.fullmatch(r"0\.\d\d .*").all()
    assert len(app.get("plotly_chart")) == 1
    assert "Every volume is opened once" in texts(app)


def test_who_is_left_out_is_named(show, stored):
    app = show("plan", project=stored(volumes=VOLUMES, n_volumes=None, n_slices=None, hours=3.0))
    rows = app.dataframe[0].value
    left_out = {volume.name for volume in VOLUMES} - set(rows["Volume"])
    assert left_out
    (box,) = (box for box in app.expander if "left out" in box.label)
    assert box.label == f"{len(left_out)} volumes left out"
    said = " ".join(item.value for item in box.markdown).replace("\\", "")
    assert all(name in said for name in left_out)


def test_numbers_alone_have_rows_and_no_picture(show, stored):
    app = show("plan", project=stored())
    assert not app.exception
    assert len(app.dataframe[0].value) > 0
    assert "Slices" not in app.dataframe[0].value
    assert not app.get("plotly_chart")


def test_too_few_hours_say_so_and_lead_to_the_project(show, stored):
    identity = stored(hours=0.1)
    app = show("plan", project=identity)
    assert "are too few" in app.header[0].value
    next(button for button in app.button if button.label == "Change the project").click().run()
    assert app.title[0].value == "What should be labeled?"
    assert app.query_params["project"] == identity


def test_names_of_volumes_are_never_markup(show, stored):
    hostile = tuple(
        LabVolume(name=f"![x](http://evil.example/{i}.png) :red[y]", first_slice=0, last_slice=29)
        for i in range(40)
    )
    app = show("plan", project=stored(volumes=hostile, n_volumes=None, n_slices=None, hours=3.0))
    assert not app.exception
    assert "![x](" not in texts(app)
