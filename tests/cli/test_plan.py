"""``plan``: a file that is there whole or not at all, from a pool, a published inventory, or a list."""

import csv
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from simulator.datasets import PreparedDataset, PreparedVolume
from simulator.planning import write_published_inventory
from simulator.records import Virtues
from simulator.virtues import PROXIES
from tests.cli.measured import refuse, store_records, store_toy
from tests.factories import SMALL_GRID, make_harmless, make_records, make_reference
from tests.planning.conftest import make_inventory


@pytest.fixture
def toy(settings):
    """The small campaign, and the published inventory of its pool."""
    store_toy(settings)
    publish_inventory(settings)


def publish_inventory(settings):
    settings.published.mkdir(exist_ok=True)
    write_published_inventory(make_inventory(), folder=settings.published)


def read(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def write_list(path, *rows):
    path.write_text(
        "\n".join(["volume,n_slices,first_slice,last_slice,axis,spacing_mm", *rows]), encoding="utf-8"
    )
    return path


def test_a_published_data_set_needs_no_volumes(run, toy, tmp_path):
    path = tmp_path / "plan.csv"
    done = run("plan", "toy", "--effort", "slices-drawn", "--budget", 0.2, "-o", path)
    assert done.code == 0
    rows = read(path)
    assert rows[0][:4] == ["order", "volume", "slice_index", "axis"]
    assert len(rows) == 241
    assert done.lines[1].startswith("Label 240 slices in 24 volumes in three passes, about 2.8 hours.")
    assert done.lines[2].startswith(
        "Pass 1: 72 slices, 1.4 hours, 6\u00a0% of the full effort. About every tenth slice then. Expected Dice 0.79"
    )
    assert any("90 % intervals over seeds and test volumes, for this pool" in line for line in done.lines)
    assert any("datasets inspect FOLDER says which file has which id" in line for line in done.lines)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("options", [{"protocol": "smoke"}, {"grid": [Virtues.full()]}])
def test_without_evidence_a_banner_stands_in_for_the_plan(run, settings, tmp_path, options):
    store_records(settings, make_records(**options))
    path = tmp_path / "plan.csv"
    protocol = options.get("protocol", "fast")
    asked = ["plan", "toy", "--effort", "hours", "--budget", 3, "--protocol", protocol, "-o", path]
    done = run(*asked)
    assert done.code == 0
    assert done.lines[0].endswith("No plan is written.")
    assert not any("Label " in line or "Dice" in line for line in done.lines)
    (summary,) = run(*asked, "--json").lines
    assert summary["file"] is summary["n_slices"] is None
    assert summary["status"] in {"trial", "one-record"}
    assert not path.exists()


def test_json_sums_it_up(run, toy, tmp_path):
    path = tmp_path / "plan.csv"
    (summary,) = run("plan", "toy", "--effort", "hours", "--budget", 3, "-o", path, "--json").lines
    assert summary["total_effort"] <= 3
    assert summary["n_slices"] == len(read(path)) - 1
    assert [p["number"] for p in summary["passes"]] == [1, 2, 3]
    assert summary["file"] == str(path)
    assert sum(p["hours"] for p in summary["passes"]) == pytest.approx(summary["hours"])
    assert float(read(path)[-1][10]) == pytest.approx(summary["hours"], abs=1e-6)
    assert summary["reopening_hours"] > 0


def test_a_least_number_of_slices_a_volume_is_kept(run, toy, tmp_path):
    path = tmp_path / "plan.csv"
    options = ("--effort", "slices-drawn", "--budget", 0.3, "-o", path, "--json")
    sparse, dense = (run("plan", "toy", *options, "--at-least", n).lines[0] for n in (0, 20))
    assert dense["n_slices"] / dense["n_volumes"] >= 20 > sparse["n_slices"] / sparse["n_volumes"]
    assert "lower --at-least" in refuse(run, "plan", "toy", *options, "--at-least", 31)


@pytest.mark.parametrize("proxy", PROXIES)
def test_one_way_of_losing_quality_at_a_time(run, settings, tmp_path, proxy):
    """Where quality costs nothing more volumes at 90 % are better than exact ones."""
    inexact = [
        Virtues(diversity=d, completeness=1.0, quality=0.9, proxy=name)
        for d in (0.1, 0.3, 0.6)
        for name in PROXIES
    ]
    store_records(settings, make_harmless([*SMALL_GRID, *inexact]))
    publish_inventory(settings)
    options = ("--effort", "diversity-x-quality", "--budget", 0.28, "--proxy", proxy)
    path = tmp_path / "plan.csv"
    assert run("plan", "toy", *options, "-o", path).code == 0
    said = {"interpolation": "copy it", "shape": "fill in slice", "contour": "quickly"}
    instructions = [row[5] for row in read(path)[1:]]
    for name, words in said.items():
        assert (name == proxy) == any(words in text.split(",")[0] for text in instructions)
    (summary,) = run("plan", "toy", *options, "-o", path, "--json").lines
    assert (summary["hours"] is None) == (proxy == "contour")


def test_your_own_volumes(run, toy, tmp_path):
    volumes = write_list(tmp_path / "mine.csv", *(f"Patient {i},80,10,49,0,2.5" for i in range(30)))
    path = tmp_path / "plan.csv"
    done = run(
        "plan", "--inventory", volumes, "--reference", "toy", "--effort", "hours", "--budget", 3, "-o", path
    )
    assert done.code == 0
    assert re.match(
        r"On toy: 24 of 40 volumes, every third slice, outlined exactly. Expected Dice 0\.8.*, measured\.",
        done.lines[0],
    )
    assert done.lines[1].startswith("Label ")
    assert not any("of 40 volumes" in line or "which id" in line for line in done.lines[1:])
    assert done.lines[-1] == f"{path}: 240 rows, 2.8 hours (budget 3 hours)."
    rows = read(path)[1:]
    assert all(row[1].startswith("Patient ") and row[3] == "0" for row in rows)
    assert all(10 <= int(row[2]) <= 49 and float(row[4]) == 2.5 * int(row[2]) for row in rows)
    assert float(rows[-1][8]) <= 3


def test_a_prepared_pool_names_its_files(run, toy, tmp_path, monkeypatch):
    inventory = make_inventory()
    pool = tuple(
        PreparedVolume(
            id=v.id,
            images=None,
            masks=np.zeros((v.n_slices, 1, 1), dtype=bool),
            labeled=v.slices,
            positions_mm=v.positions_mm,
            affine=np.eye(4),
        )
        for v in inventory.volumes
    )
    prepared = PreparedDataset(
        folder=tmp_path,
        reference=make_reference(),
        modality="CT",
        pool=pool,
        test=(),
        names={v.id: v.name for v in inventory.volumes},
    )
    monkeypatch.setattr("simulator.cli.plan.has_prepared", lambda *args, **options: True)
    monkeypatch.setattr("simulator.cli.plan.load_prepared", lambda *args, **options: prepared)
    path = tmp_path / "plan.csv"
    done = run("plan", "toy", "--effort", "hours", "--budget", 3, "-o", path)
    assert done.code == 0
    assert read(path)[1][1].startswith("volume_")
    assert not any("which id" in line for line in done.lines)


def test_a_data_set_whose_volumes_are_nowhere_says_so(run, settings, tmp_path):
    store_toy(settings)
    line = refuse(run, "plan", "toy", "--effort", "hours", "--budget", 3, "-o", tmp_path / "plan.csv")
    assert "which slices the volumes of toy have is not known here" in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--effort", "hours", "--budget", "3"], "give either DATASET"),
        (["toy", "--inventory", "x.csv", "--effort", "hours", "--budget", "3"], "give either DATASET"),
        (["--inventory", "x.csv", "--effort", "hours", "--budget", "3"], "give either DATASET"),
        (
            ["--inventory", "x.csv", "--reference", "toy", "--effort", "hours", "--budget", "3"],
            "x.csv cannot be read",
        ),
        (["toy", "--effort", "hours", "--budget", "3", "--format", "xlsx"], "format must be one of csv"),
        (["toy", "--effort", "hours", "--budget", "0"], "the budget must be a number above 0"),
        (["toy", "--effort", "slices-drawn", "--budget", "0.001"], "Nothing this cheap has been measured"),
        (["liver", "--effort", "hours", "--budget", "3"], "nothing has been measured on liver"),
    ],
)
def test_bad_questions_get_one_line_and_write_nothing(run, toy, tmp_path, arguments, message):
    path = tmp_path / "plan.csv"
    assert message in refuse(run, "plan", *arguments, "-o", path)
    assert not path.exists()


def test_a_wrong_list_is_named_by_line_and_column(run, toy, tmp_path):
    volumes = write_list(tmp_path / "mine.csv", "a,80,10,49,0,2.5", "b,80,10,99,0,2.5")
    path = tmp_path / "plan.csv"
    line = refuse(
        run,
        "plan",
        "--inventory",
        volumes,
        "--reference",
        "toy",
        "--effort",
        "hours",
        "--budget",
        3,
        "-o",
        path,
    )
    assert line.startswith(
        "mine.csv, line 3, column last_slice: expected a whole number from 10 to 79 (slices count from 0), got '99'"
    )


def plan_for_list(volumes, path, *options):
    asked = ("--reference", "toy", "--effort", "hours", "--budget", 3, "-o", path)
    return "plan", "--inventory", volumes, *asked, *options


def test_what_was_taken_for_granted_in_a_list_is_said_on_stderr(run, toy, tmp_path):
    volumes = write_list(tmp_path / "mine.csv", *(f"Müller {i},80,10,49,0,2.5" for i in range(30)))
    volumes.write_bytes(volumes.read_text(encoding="utf-8").replace("Müller 7", "1.00E+05").encode("cp1252"))
    done = run(*plan_for_list(volumes, tmp_path / "plan.csv"))
    assert done.code == 0
    encoding, mangled = done.errors
    assert "read as Windows-1252, 'Müller' for example" in encoding
    assert (
        "line 9, column volume: '1.00E+05' looks like an id that a spreadsheet took for a number" in mangled
    )


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_list_from_a_device_is_refused(run, toy, tmp_path, device):
    assert "is a folder, a pipe or a device" in refuse(run, *plan_for_list(device, tmp_path / "plan.csv"))


def test_a_plan_for_excel(run, toy, tmp_path):
    path = tmp_path / "plan.csv"
    asked = ("--effort", "hours", "--budget", 3, "-o", path, "--format", "csv-excel")
    assert run("plan", "toy", *asked).code == 0
    assert path.read_text(encoding="utf-8-sig").startswith("order;volume;")


@pytest.mark.parametrize("where", [".", "missing/plan.csv"])
def test_a_place_that_takes_no_file_is_named(run, toy, tmp_path, where):
    line = refuse(run, "plan", "toy", "--effort", "hours", "--budget", 3, "-o", tmp_path / where)
    assert "-o takes a file in a folder that is there" in line


def test_a_plan_that_is_there_is_replaced_whole(run, toy, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("old")
    run("plan", "toy", "--effort", "hours", "--budget", 3, "-o", path)
    assert read(path)[0][0] == "order"


def test_a_pipe_is_written_to_and_stays(run, toy, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        content = reader.submit(pipe.read_bytes)
        assert run("plan", "toy", "--effort", "hours", "--budget", 3, "-o", pipe).code == 0
        assert b"order,volume" in content.result(timeout=60)
    assert pipe.is_fifo()


def test_an_ending_that_does_not_fit_the_format_names_the_right_one(run, toy, tmp_path):
    path = tmp_path / "plan.json"
    options = ("--effort", "hours", "--budget", 3, "-o", path)
    line = refuse(run, "plan", "toy", *options, "--format", "csv")
    assert f"write -o {tmp_path / 'plan.csv'}" in line
    assert "-o takes a file that ends with one of .csv" in refuse(run, "plan", "toy", *options)
    assert list(tmp_path.glob("plan*")) == []
