"""``reproduce``: files from the store alone; with ``--run`` what is missing is asked for first."""

import pytest

from simulator.campaigns.design import design_for_paper
from simulator.cli import reproduce as module
from tests.cli.measured import refuse, store_toy
from tests.factories import make_reference


@pytest.fixture
def toy(settings):
    store_toy(settings)


def test_files_are_written_from_records_alone(run, toy, tmp_path):
    done = run("reproduce", "toy", "-o", tmp_path / "report", "--json")
    assert done.code == 0
    (answer,) = done.lines
    figures = {f"figure{n}.{suffix}" for n in range(1, 7) for suffix in ("html", "csv")}
    assert set(answer["files"]) == {*figures, "plotly.min.js", "report.md"}
    assert sorted(answer["files"]) == sorted(path.name for path in (tmp_path / "report").iterdir())


def test_people_are_told_where_to_begin(run, toy, tmp_path):
    done = run("reproduce", "toy", "-o", tmp_path)
    assert done.lines[-1].endswith("begin with report.md")


def test_a_folder_that_is_a_file_is_refused(run, toy, tmp_path):
    (tmp_path / "taken").write_text("")
    assert "taken" in refuse(run, "reproduce", "toy", "-o", tmp_path / "taken")


@pytest.mark.parametrize(
    ("arguments", "message"), [(["nowhere"], "nothing has been measured"), (["twice"], "2 ways")]
)
def test_what_was_not_measured_is_refused(run, toy, tmp_path, arguments, message):
    assert message in refuse(run, "reproduce", *arguments, "-o", tmp_path)


def test_missing_simulations_are_run_first(run, toy, tmp_path, monkeypatch):
    asked = []
    source = type("Source", (), {"reference": make_reference(), "name": "toy"})()
    monkeypatch.setattr(module, "say_problems", lambda source: None)
    curve = type("Curve", (), {"qualities": (1.0, 0.9, 0.8, 0.7, 0.6)})()
    monkeypatch.setattr(module, "open_dataset", lambda *args, **options: source)
    monkeypatch.setattr(module, "prepare", lambda *args, **options: None)
    monkeypatch.setattr(module, "quality_curve", lambda prepared: curve)
    monkeypatch.setattr(module, "run_requests", lambda requests, **options: asked.extend(requests))
    assert run("reproduce", "toy", "-o", tmp_path, "--run").code == 0
    design = design_for_paper(curve.qualities)
    assert {request.virtues for request in asked} == set(design)
    assert len(asked) == 3 * len(design)
    assert {(request.seed, request.protocol.name) for request in asked} == {(s, "fast") for s in range(3)}


def test_how_many_run_at_once_is_looked_at_before_anything_is_opened(run, toy, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(module, "open_dataset", lambda *args, **options: opened.append(args))
    said = refuse(run, "reproduce", "toy", "-o", tmp_path, "--run", "--workers", 0)
    assert "--workers must be from 1" in said
    assert opened == []


def test_no_folder_is_refused(run, toy):
    assert "must be a folder" in refuse(run, "reproduce", "toy", "-o", "")
