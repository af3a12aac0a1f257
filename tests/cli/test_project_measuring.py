"""``project measure``: what is labeled in full is simulated on, and the answer rests on it."""

import shutil

from simulator.store import open_store
from tests.cli.test_project_scoring import begun  # noqa: F401
from tests.planning.test_scoring import phantom  # noqa: F401


def test_trainings_on_what_is_labeled_in_full_answer_the_project(
    begun,  # noqa: F811
    phantom,  # noqa: F811
    settings,
    run,
    fake_simulations,
):
    before = run("project", "show", "Mine", "--json").lines[0]
    few = run("project", "measure", "Mine", "--labels", phantom / "labelsTr", "--trainings", 3, "--json")
    assert few.errors[-1].startswith("Too little is measured on them")
    found = run("project", "measure", "Mine", "--labels", phantom / "labelsTr", "--trainings", 16, "--json")
    assert found.code == 0, found.errors
    begin, *_, answer = found.lines
    assert (begin["event"], begin["n_total"]) == ("begin", 16)
    with open_store(settings, is_read_only=True) as store:
        (project,) = store.projects().values()
        fingerprints = {record.dataset.fingerprint for record in store.records()}
    assert project.measured in fingerprints
    assert answer["reference"] != before["reference"]
    said = run("project", "show", "Mine").lines[0]
    assert "measured on your volumes" in said


def test_fewer_than_ten_are_refused_before_anything_is_stored(begun, phantom, settings, run, tmp_path):  # noqa: F811
    folder = tmp_path / "few"
    folder.mkdir()
    for path in sorted((phantom / "labelsTr").iterdir())[:3]:
        shutil.copy(path, folder)
    found = run("project", "measure", "Mine", "--labels", folder)
    assert found.code == 2
    assert "10 volumes have to be labeled in full" in found.errors[-1]
    with open_store(settings, is_read_only=True) as store:
        assert next(iter(store.projects().values())).measured == ""
    found = run("project", "measure", "Mine")
    assert "give their folder, as --labels DIR" in found.errors[-1]
