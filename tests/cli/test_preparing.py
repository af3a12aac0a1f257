"""What does not stop a command is said on stderr by every one that prepares or trains; stdout stays clean."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from simulator.cli import main, plan, preparing
from simulator.cli.preparing import MAX_SAID, choose_n_trainings, say_notes, say_problems
from simulator.datasets import Problem, open_dataset, prepare_dataset
from simulator.protocols import SMOKE
from simulator.records import SimulationRequest, Virtues
from simulator.settings import Settings
from tests.datasets.making import SHAPE, make_decathlon, write_nifti

VIRTUES = ("--diversity", "1", "--completeness", "1", "--quality", "1", "--protocol", "smoke")
NOTE = "toy, case_0: the mask is empty; Nothing: the volume gives slices without structure only"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELWISE_CACHE", str(tmp_path / "cache"))
    for name in ("LABELWISE_DATA", "LABELWISE_READ_ONLY", "LABELWISE_SCHEDULER"):
        monkeypatch.delenv(name, raising=False)
    folder = make_decathlon(tmp_path / "toy")
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", np.zeros(SHAPE, dtype=np.uint8))
    (tmp_path / "grid.yaml").write_text("diversity: 1\ncompleteness: 1\nquality: 1\nprotocol: smoke\n")
    return folder


@pytest.fixture
def ran(monkeypatch):
    """Stop each command where it would begin to train."""
    reached = []

    def stop(*arguments, **options):
        reached.append(arguments)
        raise SystemExit(0)

    for name in ("simulate.prepare_for", "campaign.run_requests", "reproduce.run_requests"):
        monkeypatch.setattr(f"simulator.cli.{name}", stop)
    return reached


@pytest.mark.parametrize(
    "command",
    [
        ("datasets", "prepare", "{toy}", "--json"),
        ("simulate", "{toy}", *VIRTUES, "--json"),
        ("campaign", "run", "{toy}", "--grid", "{tmp}/grid.yaml", "--json"),
        ("reproduce", "{toy}", "--run", "-o", "{tmp}/report", "--json"),
    ],
)
def test_what_does_not_stop_is_said_on_stderr_before_anything_is_prepared(
    folder, ran, capsys, tmp_path, command
):
    try:
        main([part.format(toy=folder, tmp=tmp_path) for part in command])
    except SystemExit:
        assert ran
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [NOTE]
    assert all(map(json.loads, captured.out.splitlines()))


def test_what_stops_is_one_line_alone(folder, ran, capsys):
    (folder / "labelsTr" / "case_1.nii.gz").unlink()
    assert main(["simulate", str(folder), *VIRTUES]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("toy, case_1: case_1.nii.gz is missing")
    assert not ran


def test_many_notes_are_counted_and_stay_in_their_line(capsys):
    notes = [
        Problem(volume=None, what=f"odd\n{i}", what_to_do="Nothing", is_blocking=False)
        for i in range(MAX_SAID + 11)
    ]
    say_problems(SimpleNamespace(name="toy", problems=notes, look=lambda **options: ()))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "toy, all: odd?0; Nothing"
    assert lines[MAX_SAID:] == ["toy: 11 more, see 'datasets inspect'"]


def test_a_plan_that_prepares_says_it_too(folder, capsys, tmp_path):
    settings = Settings(cache=tmp_path / "cache", published=tmp_path / "published")
    reference = open_dataset(str(folder), settings=settings).reference
    study = SimpleNamespace(dataset=reference, protocol="smoke")
    plan._find_volumes(str(folder), study, settings=settings)
    assert capsys.readouterr().err.splitlines() == [NOTE]


def test_what_was_noted_is_said_again_when_work_is_resumed(folder, capsys, tmp_path):
    settings = Settings(cache=tmp_path / "cache", published=tmp_path / "published")
    reference = prepare_dataset(
        open_dataset(str(folder), settings=settings), slice_size=SMOKE.slice_size, settings=settings
    ).reference
    request = SimulationRequest(dataset=reference, virtues=Virtues.full(), protocol=SMOKE, seed=0)
    say_notes([request, request], settings=settings)
    assert capsys.readouterr().err.splitlines() == [NOTE]


@pytest.mark.parametrize(
    ("asked", "best", "chosen"), [(None, 2, 2), (None, 50, 8), (None, None, 8), (3, 2, 3)]
)
def test_as_many_train_at_once_as_share_the_gpu_best(monkeypatch, tmp_path, asked, best, chosen):
    sharing = None if best is None else SimpleNamespace(n_trainings=best)
    monkeypatch.setattr(preparing, "find_sharing", lambda settings, *, say: sharing)
    monkeypatch.setattr(preparing.joblib, "cpu_count", lambda: 8)
    monkeypatch.setattr(preparing.psutil, "virtual_memory", lambda: SimpleNamespace(available=2**40))
    settings = Settings(cache=tmp_path)
    assert choose_n_trainings(asked, settings=settings) == chosen
