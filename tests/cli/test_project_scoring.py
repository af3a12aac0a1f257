"""``project score``: what came back is trained on and scored, once a click, and the score joins the history."""

import pytest

from simulator.campaigns import hold_lock
from simulator.campaigns.scoring import lock_name
from simulator.store import open_store
from tests.factories import make_records
from tests.planning.test_scoring import label, phantom, plan_of, project_of  # noqa: F401


@pytest.fixture
def begun(settings, phantom):  # noqa: F811
    """A project whose plan was handed over, and that nothing came back for."""
    project = project_of(phantom)
    with open_store(settings) as store:
        for record in make_records():
            store.add_record(record)
        store.save_project(project)
    return project


def stored(settings):
    with open_store(settings, is_read_only=True) as store:
        return next(iter(store.projects().values()))


@pytest.fixture
def back(begun, phantom, tmp_path):  # noqa: F811
    label(phantom, plan_of(begun), tmp_path / "back")
    return tmp_path / "back"


def test_a_score_joins_what_came_back_and_another_click_trains_another_seed(
    begun, back, settings, run, fake_simulations
):
    assert run("project", "update", "Mine", "--labels", back).code == 0
    found = run("project", "score", "Mine", "--json")
    assert found.code == 0
    assert found.errors[0].startswith("trains on 4 volumes, measures on 2 test volumes")
    project = stored(settings)
    assert [len(one.scores) for one in project.updates] == [0, 1]
    assert project.updates[-1].scores[0].n_volumes == 4
    assert project.updates[-1].source == "trained and scored here"
    with open_store(settings, is_read_only=True) as store:
        (campaign,) = store.campaigns()
    assert (campaign.is_urgent, campaign.requests[0].seed) == (True, 0)
    run("project", "score", "Mine")
    with open_store(settings, is_read_only=True) as store:
        assert [one.requests[0].seed for one in store.campaigns()] == [0, 1]
    run("project", "update", "Mine", "--undo")
    assert len(stored(settings).updates) <= 2


def test_without_label_maps_it_says_what_to_give(begun, settings, run):
    found = run("project", "score", "Mine")
    assert found.code == 2
    assert "no label maps came back for Mine yet" in found.errors[-1]


def test_it_is_scored_once_at_a_time(begun, back, settings, run, fake_simulations):
    with hold_lock(settings, name=lock_name(begun.id)):
        found = run("project", "score", "Mine", "--labels", back)
    assert found.code != 0
    assert "is being scored already" in found.errors[-1]
    assert stored(settings).updates == ()


def test_what_was_interrupted_leaves_nothing(begun, back, settings, run, monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.cli.scoring.run_one", interrupt)
    monkeypatch.setattr("simulator.cli.scoring.prepare_for", lambda *args, **options: None)
    run("project", "score", "Mine", "--labels", back)
    assert stored(settings).updates == ()
