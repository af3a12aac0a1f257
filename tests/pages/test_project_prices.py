"""My time: prices one by one, what an hour costs, and a log of times that sets them."""

import json

import numpy as np
import pytest

from pages.common.projects import EXAMPLE
from simulator.planning.project import answer_project
from simulator.planning.visits import hold_to_plan
from simulator.store import open_store
from tests.factories import make_records
from tests.pages.test_project import saved, sentence, widget
from tests.pages.words import count_words_inside
from tests.time_logs import log_slices

TOY = EXAMPLE.changed(id="1" * 12, name="Toy 2026", reference="toy", hours=8.0, n_slices=30.0)

ANNOTATORS = (("Ada Lovelace", 1.0), ("Bob", 1.5))


@pytest.fixture
def mine(settings, fill):
    """A project that rests on the one data set that was measured."""
    fill(make_records())
    with open_store(settings) as store:
        store.save_project(TOY)
    return TOY.id


def write_log(n=60, *, paces=ANNOTATORS):
    rows = log_slices(np.random.default_rng(0), n, paces=paces)
    lines = [f"{row.volume},{row.slice},{row.seconds:.1f},{row.annotator}" for row in rows]
    return "\n".join(["volume,slice,seconds,annotator", *lines]).encode()


def give(app, content, name="times.csv"):
    box = next(one for one in app.get("file_uploader") if one.key.startswith("project_times"))
    box.upload(name, content)
    return app.run()


def press(app, label):
    return next(one for one in app.button if one.label == label).click().run()


def said(app):
    return "\n".join(one.value.replace("\\", "").replace("\u2060", "") for one in app.markdown)


def test_a_log_is_shown_and_nothing_changes_before_it_is_taken(show, mine, settings):
    app = show("project", project=mine)
    before = sentence(app)
    app = give(app, write_log())
    assert not app.exception
    assert "**60 rows** in 8 visits to a volume" in said(app)
    assert "**Ada Lovelace** takes 0.8" in said(app)
    told = next(one for one in app.table if "By the log" in one.value.columns).value
    assert list(told.index[:2]) == ["Drawing a slice", "Opening a volume"]
    assert told.loc["Drawing a slice", "Until now"] == "30 seconds"
    assert told.loc["Checking a copy", "By the log"] == "stays: a log of outlines holds none"
    assert sentence(app) == before
    assert saved(settings) == [TOY]


def test_a_log_that_is_taken_sets_the_prices_and_is_taken_back_on_progress(show, mine, settings):
    app = press(give(show("project", project=mine), write_log()), "Use these prices")
    assert not app.exception
    (project,) = saved(settings)
    assert 40 < project.prices["drawing_seconds"] < 100
    assert widget(app.number_input, "project_drawing_seconds").value == round(
        project.prices["drawing_seconds"], 2
    )
    assert (
        "By times in times.csv: drawing a slice, opening a volume. Undo on Progress takes that back."
        in said(app)
    )
    assert "AbdomenAtlas" not in said(app)
    assert [one for one in app.button if one.label == "Use these prices"] == []
    app = press(show("progress", project=mine), "Undo: times in times.csv")
    assert not app.exception
    assert saved(settings) == [TOY]


def test_who_labeled_is_not_stored(show, mine, settings):
    press(give(show("project", project=mine), write_log()), "Use these prices")
    (project,) = saved(settings)
    assert "Ada" not in project.model_dump_json()


def test_the_same_log_counts_once(show, mine, settings):
    app = press(give(show("project", project=mine), write_log()), "Use these prices")
    app = give(app, write_log(), name="again.csv")
    assert "These times were taken before; once is enough." in said(app)
    assert len(saved(settings)[0].updates) == 1


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (b"<annotations/>", "cvat.xml", "CVAT, whose times count from when a job was made, and miss work"),
        (b"volume,slice\nCT_1,3\n", "log.csv", "column seconds or lead_time or duration is missing"),
        (b"volume,seconds\nCT_1,60\n" * 1, "log.csv", "1 rows are too few to fit prices to"),
        (
            b"volume,seconds\n" + b"CT_1,60\n" * 9,
            "log.csv",
            "How many slices were outlined in 'CT_1' is not said",
        ),
        (b"PK\x03\x04", "log.xlsx", "damaged or no Excel workbook"),
        (json.dumps([{"id": 1}]).encode(), "ls.json", "No task in ls.json names a slice"),
    ],
)
def test_what_is_no_log_is_one_sentence_and_changes_nothing(show, mine, settings, content, name, fault):
    app = give(show("project", project=mine), content, name)
    assert not app.exception
    (error,) = app.error
    assert fault in error.value.replace("\\", "")
    assert saved(settings) == [TOY]


def test_a_log_on_the_example_begins_a_project(show, fill, settings, monkeypatch):
    fill(make_records())
    monkeypatch.setattr("pages.common.projects.EXAMPLE", EXAMPLE.changed(reference="toy", hours=8.0))
    press(give(show("project"), write_log()), "Use these prices")
    (project,) = saved(settings)
    assert project.name == "My project"
    assert [one.source for one in project.updates] == ["times in times.csv"]


def test_after_a_log_another_question_still_drops_the_plan_that_was_handed_over(show, mine, settings):
    press(give(show("project", project=mine), write_log()), "Use these prices")
    with open_store(settings) as store:
        store.save_project(hold_to_plan(answer_project(*saved(settings), store.table())))
    assert saved(settings)[0].stages
    app = show("project", project=mine)
    app = widget(app.number_input, "project_hours_box").set_value(12.0).run()
    assert saved(settings)[0].stages == ()


def test_my_time_is_read_in_a_glance(show, mine):
    app = show("project", project=mine)
    (opened,) = (one for one in app.get("popover") if "My time" in one.proto.popover.label)
    assert 30 < count_words_inside(opened) <= 60


@pytest.mark.parametrize(("name", "value"), [("finding_minutes", 10.0), ("review_seconds", 60.0)])
def test_finding_and_review_are_in_the_hours(show, mine, settings, name, value):
    app = show("project", project=mine)
    before = sentence(app)
    app = widget(app.number_input, f"project_{name}").set_value(value).run()
    assert saved(settings)[0].prices == {name: value}
    assert sentence(app) != before


def test_what_an_hour_costs_is_said_once_it_is_known_and_changes_no_plan(show, mine, settings):
    app = show("project", project=mine)
    before = sentence(app)
    assert "an hour" not in said(app)
    app = widget(app.number_input, "project_wage").set_value(40.0).run()
    assert "cost about **320**, at 40 an hour." in said(app)
    assert sentence(app) == before
    app = widget(app.number_input, "project_wage").set_value(0.0).run()
    assert saved(settings) == [TOY]


@pytest.mark.parametrize(
    "prices", [{"opening_minutes": 400.0}, {"drawing_seconds": 0.0}, {"drawing_seconds": 9000.0}]
)
def test_odd_prices_of_a_project_from_elsewhere_are_shown(show, mine, settings, prices):
    with open_store(settings) as store:
        store.save_project(TOY.changed(prices=prices, hours=900.0))
    app = show("project", project=mine)
    assert not app.exception
    assert not app.error
    ((name, value),) = prices.items()
    assert widget(app.number_input, f"project_{name}").value == value


def test_work_that_costs_nothing_is_refused_in_a_sentence_and_the_last_price_stays(show, mine, settings):
    app = show("project", project=mine)
    app = widget(app.number_input, "project_drawing_seconds").set_value(0.0).run()
    app = widget(app.number_input, "project_opening_minutes").set_value(0.0).run()
    assert not app.exception
    (error,) = app.error
    assert "exact labeling is free; give one a price." in error.value
    assert widget(app.number_input, "project_opening_minutes").value == 2.0
    assert saved(settings)[0].prices == {"drawing_seconds": 0.0}
    assert not app.run().error
