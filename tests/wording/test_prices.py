"""What a log of times told, in words."""

import pytest

from simulator.effort import PRICES, Prices
from simulator.planning.times.calibration import TIMED, Calibration, Limits, Pace
from simulator.records import Stage, Update
from simulator.wording.prices import (
    WHY_STAYED,
    describe_price,
    describe_price_source,
    describe_told,
    say_calibration,
    say_paces,
    say_price_source,
    say_rows,
)
from simulator.wording.spans import plain
from tests.records.test_project import make_project


def limits(value):
    return Limits(value=value, low=0.8 * value, high=1.25 * value)


def told(*paces, **changes):
    facts = {
        "prices": Prices(drawing_seconds=41.0),
        "limits": {"drawing_seconds": limits(41.0)},
        "stayed": ("opening_minutes", "checking_seconds"),
        "n_rows": 120,
        "n_visits": 15,
        "n_capped": 0,
        "paces": tuple(Pace(annotator=name, n_rows=60, factor=limits(factor)) for name, factor in paces),
        "scatter": 0.4,
    }
    return Calibration(**facts | changes)


@pytest.mark.parametrize(
    ("n_capped", "said"),
    [
        (0, "120 rows in 15 visits to a volume."),
        (1, "120 rows in 15 visits to a volume. 1 idle row counts as a usual one."),
        (3, "120 rows in 15 visits to a volume. 3 idle rows count as usual ones."),
    ],
)
def test_how_much_a_log_holds(n_capped, said):
    assert plain(say_rows(told(n_capped=n_capped))) == said


def test_a_price_is_told_with_its_interval_or_why_it_stays():
    assert describe_told("drawing_seconds", told()).replace("\u2060", "") == "41 seconds (33–51)"
    assert describe_told("checking_seconds", told()) == "stays: a log of outlines holds none"
    assert describe_price("outlining_percent", 40.0) == "40% of the time"


def test_the_line_of_the_command_names_what_stays():
    assert plain(say_calibration(told())).replace("\u2060", "") == (
        "120 rows tell: drawing a slice 41 seconds (33–51). Not told, and so as before: opening a volume, checking a "
        "copy."
    )


def test_whatever_may_stay_has_a_reason_and_drawing_never_does():
    assert set(WHY_STAYED) == set(TIMED) - {"drawing_seconds"} <= set(PRICES)


def test_each_annotator_has_a_pace_where_there_are_several():
    said = plain(say_paces(told(("Ada", 0.71), ("", 1.4)))).replace("\u2060", "")
    assert said == "Ada takes 0.71 times the usual time (0.57–0.89), nobody named 1.4 (1.1–1.8)."
    assert say_paces(told(("Ada", 1.0))) == ()


def test_prices_of_a_new_plan_are_not_said_to_come_from_a_log():
    stages = (Stage(n_volumes=5, every=2),)
    told = Update(
        created="2026-11-28T09:00:00Z",
        source="the new plan",
        prices={"drawing_seconds": 41.0},
        stages=stages,
    )
    project = make_project(updates=(told,), prices={"drawing_seconds": 41.0})
    assert "the new plan" not in plain(say_price_source(project))


def test_prices_are_said_to_come_from_a_log_while_they_are_what_it_told():
    told = Update(created="2026-11-28T09:00:00Z", source="times in a.csv", prices={"drawing_seconds": 41.0})
    project = make_project(updates=(told,), prices={"drawing_seconds": 41.0, "checking_seconds": 2.0})
    assert (
        plain(say_price_source(project))
        == "By times in a.csv: drawing a slice. Undo on Progress takes that back."
    )
    assert describe_price_source(project) == "Source: a time log"
    for other in (make_project(), project.changed(prices={"drawing_seconds": 60.0})):
        assert plain(say_price_source(other)).startswith("The usual prices: AbdomenAtlas")
        assert describe_price_source(other) == "Source, partly a guess"
