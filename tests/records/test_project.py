import json

import pytest

from simulator.errors import ProjectError
from simulator.records import LabVolume, Project, Score, Update, canonical_json, parse_project


def make_project(**changes):
    return Project(**{"id": "0" * 12, "name": "Mandible 2026", "hours": 40.0, "n_volumes": 60, **changes})


def test_what_stands_at_its_default_is_not_written():
    written = make_project().model_dump(mode="json")
    assert written == {
        "format": "labelwise-project-1",
        "id": "0" * 12,
        "name": "Mandible 2026",
        "hours": 40.0,
        "n_volumes": 60,
    }


def test_a_project_comes_back_from_its_json():
    volumes = (LabVolume(name="CT_0012", n_slices=118, first_slice=30, last_slice=80, group="A"),)
    project = make_project(volumes=volumes, n_volumes=None, structure="mandible")
    assert parse_project(canonical_json(project.model_dump(mode="json"))) == project


def test_the_size_is_that_of_the_list_where_there_is_one():
    volumes = tuple(LabVolume(name=name) for name in "abc")
    assert make_project(volumes=volumes, n_volumes=None).size == 3
    assert make_project().size == 60


@pytest.mark.parametrize(
    ("told", "is_begun"),
    [
        ({"prices": {"drawing_seconds": 40.0}, "time_log": "a" * 64}, False),
        ({"labeled": {"CT_1": (3,)}}, True),
        ({"done": ("CT_1",)}, True),
        ({"spans": {"CT_1": (3, 9)}}, True),
        ({"hours": 0.0}, True),
        ({"scores": (Score(n_volumes=3, dice=0.7),)}, True),
    ],
)
def test_a_log_of_times_alone_begins_nothing(told, is_begun):
    update = Update(created="2026-11-28T09:00:00Z", source="x", **told)
    assert make_project(updates=(update,)).is_begun == is_begun
    assert not make_project().is_begun


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"wage": 0.0}, "wage"),
        ({"volumes": [{"name": "a"}, {"name": "a"}]}, "the volume 'a' is listed twice"),
        ({"n_volumes": None}, "a project has volumes, by name or by number"),
        ({"hours": -1.0}, "hours: expected a number of at least 0"),
        ({"hours": float("nan")}, "hours: expected a finite number"),
        ({"name": "a\nb"}, "name: expected"),
        ({"volumes": [{"name": "a", "first_slice": 9, "last_slice": 3}]}, "first_slice 9 lies behind"),
        ({"volumes": [{"name": "a", "n_slices": 5, "last_slice": 5}]}, "slice 5 is beyond the last of 5"),
    ],
)
def test_what_does_not_fit_is_named(changes, fault):
    facts = {**make_project().model_dump(mode="json"), **changes}
    with pytest.raises(ProjectError, match=fault):
        parse_project(json.dumps(facts))


def test_changes_are_checked():
    assert make_project().changed(hours=50.0).hours == 50.0
    with pytest.raises(ProjectError, match="hours"):
        make_project().changed(hours=-1.0)
