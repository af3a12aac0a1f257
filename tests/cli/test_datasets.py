"""``datasets``: what a terminal shows of a data set, and one clear line where something is wrong."""

import json
import os

import pytest

from simulator.cli import main
from tests.datasets.making import make_decathlon, make_label, write_nifti


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command with a cache of its own; give exit code, stdout and the lines of stderr."""
    for name in ("LABELWISE_DATA", "LABELWISE_READ_ONLY", "LABELWISE_SCHEDULER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABELWISE_CACHE", str(tmp_path / "cache"))

    def run_command(*arguments):
        code = main(["datasets", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err.splitlines()

    return run_command


def test_list_knows_the_catalogue_and_what_is_prepared(run, tmp_path):
    code, out, errors = run("list", "--json")
    assert (code, errors) == (0, [])
    assert json.loads(out)["catalogue"][0]["name"] == "phantom"
    assert json.loads(out)["prepared"] == []
    run("prepare", make_decathlon(tmp_path / "toy"))
    assert json.loads(run("list", "--json")[1])["prepared"][0]["name"] == "toy"
    assert "toy" in run("list")[1]


def test_inspect_prints_everything(run, tmp_path):
    folder = make_decathlon(tmp_path / "toy")
    label = make_label(0)
    label[0, 0, :2] = 9
    write_nifti(folder / "labelsTr" / "case_0.nii.gz", label)
    code, out, errors = run("inspect", folder, "--pool", 3, "--labels", "organ")
    assert (code, errors) == (0, [])
    for text in (
        "toy: Medical Segmentation Decathlon, CT",
        "5: 3 to label from, 1 kept for testing, 1 left out (--pool)",
        "12 × 10 × 8",
        "2 × 2 × 3 mm",
        "axis 2, axial (the superior-inferior axis, as CT is acquired)",
        "1 organ:",
        "9 (no name): 2 voxels in 1 volume, background",
        "1 problem found, none stops a simulation",
        "label 9 is none of those that the data set names",
    ):
        assert text in out


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Gr\xc3\xb6\xc3\x9fe mit Leer", "Größe mit Leer"),
        (b"new\nline", "new?line"),
        (b"lat\xfcin", "lat?in"),
    ],
)
def test_inspect_shows_any_path_in_one_line(run, tmp_path, name, shown):
    folder = make_decathlon(tmp_path / os.fsdecode(name), modality="C\nT")
    code, out, errors = run("inspect", folder)
    assert (code, errors) == (0, [])
    lines = out.splitlines()
    assert lines[0] == f"{shown}: Medical Segmentation Decathlon, C?T"
    assert lines[1].split(maxsplit=1) == ["Folder", f"{tmp_path}/{shown}"]
    assert lines[2].startswith("  Volumes ")


def test_inspect_as_json_and_the_flags(run, tmp_path):
    folder = make_decathlon(tmp_path / "toy")
    found = json.loads(run("inspect", folder, "--json", "--axis", 0, "--labels", "1", "--pool", 2)[1])
    assert (found["axis"], found["axis_why"]) == (0, "as asked")
    assert found["reference"]["n_pool"] == 2
    assert len(found["volumes"]) == 5


def test_inspect_of_a_broken_data_set_is_an_answer(run, tmp_path):
    folder = make_decathlon(tmp_path / "toy")
    (folder / "imagesTr" / "case_1.nii.gz").write_bytes(b"")
    code, out, _ = run("inspect", folder)
    assert code == 0
    assert "1 problem found, 1 must be mended first" in out


def test_prepare_says_what_it_made_and_does_it_once(run, tmp_path):
    folder = make_decathlon(tmp_path / "toy")
    code, out, errors = run("prepare", folder, "--json", "--workers", 2)
    assert (code, errors) == (0, [])
    made = json.loads(out)
    assert made["slice_size"] == 128
    assert made["dataset"]["n_pool"] == 4
    assert made["quality"]["qualities"][0] == 1.0
    assert "4 volumes to label from, 1 kept for testing" in run("prepare", folder)[1]


@pytest.mark.parametrize("command", ["inspect", "prepare"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{folder}", "--axis", "3"), "--axis must be 0, 1 or 2; got 3"),
        (("{folder}", "--axis", "x"), "--axis"),
        (("{folder}", "--labels", "1,,"), "--labels takes whole numbers above 0"),
        (("{folder}", "--labels", "-1"), "--labels takes whole numbers above 0"),
        (("{folder}", "--labels", "1.5"), "--labels takes whole numbers above 0"),
        (("{folder}", "--labels", "1,b"), "--labels: no label is called 'b'; choose from organ, or numbers"),
        (("{folder}", "--labels", "4"), "--labels: 4 occurs in no mask; choose from 1"),
        (("{folder}", "--pool", "9"), "--pool takes 1 to 4 volumes here; got 9"),
        (("nowhere",), "there is no data set 'nowhere'"),
        ((), "DATASET"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_2(run, tmp_path, command, arguments, message):
    folder = make_decathlon(tmp_path / "toy")
    code, out, errors = run(command, *(argument.format(folder=folder) for argument in arguments))
    assert (code, out, len(errors)) == (2, "", 1)
    assert message in errors[0]


def test_a_problem_that_stops_is_one_line_and_exit_code_2(run, tmp_path):
    folder = make_decathlon(tmp_path / "toy")
    (folder / "labelsTr" / "case_1.nii.gz").unlink()
    code, out, errors = run("prepare", folder)
    assert (code, out) == (2, "")
    assert errors == [
        "toy, case_1: case_1.nii.gz is missing or no regular file; add it, or leave this volume out"
    ]


def test_read_only_prepares_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LABELWISE_READ_ONLY", "1")
    code, _, errors = run("prepare", make_decathlon(tmp_path / "toy"))
    assert code == 1
    assert "this installation is read-only" in errors[0]
