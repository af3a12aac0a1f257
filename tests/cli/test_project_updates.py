"""``project update``, ``use`` and ``history``: a simulated annotator works by the plan and gives back in each way."""

import csv
import io
import json
import zipfile

import numpy as np
import openpyxl
import pytest

from simulator.store import open_store
from tests.factories import make_records
from tests.planning.returns.test_label_studio import annotation, task
from tests.planning.test_label_maps import draw
from tests.time_logs import log_slices

NAME = "Toy 2026"


@pytest.fixture
def known(settings):
    """An installation where one data set was measured, and no project begun."""
    with open_store(settings) as store:
        for record in make_records():
            store.add_record(record)
    return settings


@pytest.fixture
def handed_over(known, run, tmp_path):
    """Begin a project and unzip its plan; give the rows of the table."""

    def hand_over(*options, hours=6):
        usual = ("--hours", hours, "--slices", 30, "--reference", "toy")
        assert run("project", "new", NAME, *usual, *options).code == 0
        return unzip()

    def unzip():
        assert run("project", "plan", NAME, "-o", tmp_path / "out.zip").code == 0
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            archive.extractall(tmp_path / "plan")
        text = (tmp_path / "plan" / "plan.csv").read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    return hand_over


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "volumes.csv"
    rows = "\n".join(f"CT_{i:02d},60,10,39,2" for i in range(40))
    path.write_text(f"volume,n_slices,first_slice,last_slice,axis\n{rows}\n")
    return ("--list", path)


@pytest.fixture
def update(run):
    def give_back(*options):
        return run("project", "update", NAME, *options)

    return give_back


def tick(path, n, **cells):
    """Fill in the first rows of the Excel sheet."""
    book = openpyxl.load_workbook(path)
    titles = [cell.value for cell in book.active[1]]
    for row in book.active.iter_rows(min_row=2, max_row=n + 1):
        for title, value in {"done": "yes", **cells}.items():
            row[titles.index(title)].value = value
    book.save(path)


def test_a_sheet_of_numbered_volumes_comes_back_and_slices_become_known(handed_over, update, run, tmp_path):
    rows = handed_over("--volumes", 40)
    assert {row["slices"] for row in rows} == {""}
    sheet = tmp_path / "plan" / "plan.xlsx"
    tick(sheet, 8, first_slice=20, last_slice=43, minutes_spent=15)
    (found,) = update("--table", sheet, "--json").lines
    assert found["volumes"]["done"] == 8
    assert found["hours"] == {"budget": 6.0, "spent": 2.0, "measured": True}
    assert found["next"] is not None
    again = update("--table", sheet)
    assert again.code == 2
    assert "plan.xlsx: nothing in it is new, all of it came back before" in again.errors[-1]
    (one,) = run("project", "history", NAME, "--json").lines
    assert one["source"] == "plan.xlsx"
    assert len(one["volumes"]) == 8
    assert one["hours"] == 2.0
    run("project", "plan", NAME, "-o", tmp_path / "later.zip")
    with zipfile.ZipFile(tmp_path / "later.zip") as archive:
        later = archive.read("plan.csv").decode("utf-8-sig")
    assert "20-43" in later


def test_a_sheet_without_first_and_last_slice_counts_as_done(handed_over, update, tmp_path):
    handed_over("--volumes", 40)
    tick(tmp_path / "plan" / "plan.xlsx", 6)
    found = update("--table", tmp_path / "plan" / "plan.xlsx", "--json")
    assert found.lines[0]["volumes"]["done"] == 6
    assert "which slices are labeled is not known" in "".join(found.errors)


def test_several_ways_at_once_are_one_update(handed_over, listed, update, run, tmp_path):
    rows = handed_over(*listed)
    drawn, ticked, exported = rows[-1], rows[0]["volume"], rows[1]["volume"]
    draw(tmp_path / "back", drawn["volume"], (12,))
    tick(tmp_path / "plan" / "plan.xlsx", 1)
    (tmp_path / "ls.json").write_text(json.dumps([task(exported, i, annotation()) for i in range(10, 40)]))
    (tmp_path / "scores.csv").write_text("volumes;Dice\n10;0,78\n10;0,8\n")
    (found,) = update(
        *("--labels", tmp_path / "back", "--table", tmp_path / "plan" / "plan.xlsx"),
        *("--export", tmp_path / "ls.json", "--scores", tmp_path / "scores.csv", "--hours", 1.5, "--json"),
    ).lines
    assert found["volumes"]["done"] >= 2
    assert found["hours"]["spent"] == 1.5
    (one,) = run("project", "history", NAME, "--json").lines
    assert one["volumes"] == sorted([drawn["volume"], ticked, exported])
    assert one["scores"] == [{"n_volumes": 10, "dice": 0.78}, {"n_volumes": 10, "dice": 0.8}]
    assert one["source"] == "label maps in back, ls.json, plan.xlsx, scores in scores.csv"
    (undone,) = update("--undo", "--json").lines
    assert undone["n_slices"] == 0
    assert run("project", "history", NAME).lines == ["Nothing has come back for Toy 2026 yet."]


def test_an_older_folder_takes_nothing_away_unless_it_is_a_correction(
    handed_over, listed, update, run, known, tmp_path
):
    (*_, row) = handed_over(*listed)
    name = row["volume"]
    draw(tmp_path / "older", name, (12,))
    draw(tmp_path / "newer", name, range(12, 36))
    assert update("--labels", tmp_path / "older", "--hours", 1).code == 0
    assert update("--labels", tmp_path / "newer", "--hours", 2).code == 0
    before = read_project(known)
    refused = update("--labels", tmp_path / "older", "--hours", 1)
    assert refused.code == 2
    assert refused.errors[0].startswith(f"fewer slices of {name} and fewer hours than before")
    assert "nothing in it is new" in refused.errors[1]
    assert read_project(known) == before
    assert update("--labels", tmp_path / "older", "--hours", 1, "--replace").code == 0
    last = read_project(known).updates[-1]
    assert len(last.labeled[name]) < len(before.updates[-1].labeled[name])
    assert last.hours == 1.0
    assert update("--undo").errors == ["taken back: label maps in older"]
    assert read_project(known) == before


def read_project(settings):
    with open_store(settings, is_read_only=True) as store:
        (project,) = store.projects().values()
    return project


def test_scores_grow_and_are_told_in_the_history(handed_over, listed, update, run, tmp_path):
    handed_over(*listed)
    (tmp_path / "scores.csv").write_text("n_volumes,dice\n10,78\n")
    update("--scores", tmp_path / "scores.csv")
    (tmp_path / "scores.csv").write_text("n_volumes,dice\n10,78\n12,79\n")
    assert update("--scores", tmp_path / "scores.csv").errors == [
        "1 score of 2 came back before, and counts once"
    ]
    printed = " ".join(run("project", "history", NAME).lines)
    assert "0.78 (10)" in printed
    assert "0.79 (12)" in printed


def write_log(path, rows):
    lines = [f"{row.volume},{row.slice},{row.seconds}" for row in rows]
    path.write_text("\n".join(["volume,slice,seconds", *lines]))


def test_a_log_of_times_sets_the_prices_and_can_be_taken_back(
    handed_over, listed, update, run, known, tmp_path
):
    handed_over(*listed)
    write_log(tmp_path / "log.csv", log_slices(np.random.default_rng(0), 120))
    found = update("--time-log", tmp_path / "log.csv")
    assert found.code == 0
    (told,) = found.errors
    assert told.startswith("120 rows tell: drawing a slice 58 seconds (53")
    assert "Not told, and so as before: checking a copy" in told
    again = update("--time-log", tmp_path / "log.csv")
    assert again.errors[0] == "these times came back before; prices stay"
    assert "nothing in it is new" in again.errors[1]
    assert update("--undo").code == 0
    with open_store(known, is_read_only=True) as store:
        (project,) = store.projects().values()
    assert (project.prices, project.updates) == ({}, ())


def test_a_log_may_be_an_export_of_other_volumes(handed_over, listed, update, tmp_path):
    handed_over(*listed)
    tasks = [task(f"pilot {n}", i, annotation(seconds=40.0)) for n in range(4) for i in range(10, 40)]
    (tmp_path / "ls.json").write_text(json.dumps(tasks))
    assert "120 rows tell: drawing a slice 4" in update("--time-log", tmp_path / "ls.json").errors[0]
    (tmp_path / "cvat.xml").write_text("<annotations/>")
    refused = update("--time-log", tmp_path / "cvat.xml")
    assert refused.code == 2
    assert "whose times count from when a job was made, and miss work" in refused.errors[-1]


def test_times_of_an_export_set_prices_where_that_is_asked_for(handed_over, listed, update, tmp_path):
    rows = handed_over(*listed)
    tasks = [task(row["volume"], i, annotation(seconds=40.0)) for row in rows[:4] for i in range(10, 40)]
    (tmp_path / "ls.json").write_text(json.dumps(tasks))
    found = update("--export", tmp_path / "ls.json", "--calibrate")
    assert "120 rows tell: drawing a slice 4" in found.errors[0]
    draw(tmp_path / "back", rows[-1]["volume"], (12,))
    refused = update("--labels", tmp_path / "back", "--calibrate")
    assert "nothing that came back says what a slice or a volume took" in refused.errors[-1]


def test_the_new_plan_is_used_and_written(handed_over, listed, update, run, known, tmp_path):
    rows = handed_over(*listed)
    assert "has no new plan yet" in run("project", "use", NAME).errors[0]
    for row in rows[:8]:
        first, *_, last = (int(part) for part in row["slices"].replace("-", ";").split(";"))
        planned = range(first, last + 1) if "-" in row["slices"] else map(int, row["slices"].split(";"))
        draw(tmp_path / "back", row["volume"], planned)
    (found,) = update("--labels", tmp_path / "back", "--hours", 4, "--json").lines
    assert found["next"]["is_same"] is False
    (used,) = run("project", "use", NAME).lines
    assert used.startswith("Toy 2026 goes by the new plan: ")
    assert run("project", "history", NAME, "--json").lines[-1]["source"] == "the new plan"
    assert update("--undo").errors == ["taken back: the new plan"]
    assert run("project", "use", NAME).lines == [used]
    assert run("project", "use", NAME).lines[0].startswith("The plan stands.")
    run("project", "plan", NAME, "-o", tmp_path / "new.zip")
    with zipfile.ZipFile(tmp_path / "new.zip") as archive:
        later = list(csv.DictReader(io.StringIO(archive.read("plan.csv").decode("utf-8-sig"))))
    n_train = sum(row["role"] == "train" for row in later)
    assert n_train == 4 + found["next"]["n_volumes"]
    assert [row["volume"] for row in later[:8]] == [row["volume"] for row in rows[:8]]


def test_what_comes_back_before_a_plan_was_written_is_held_against_the_plan_of_that_day(
    known, run, update, listed, tmp_path
):
    run("project", "new", NAME, "--hours", 6, "--reference", "toy", *listed)
    draw(tmp_path / "back", "CT_05", (12, 20, 30))
    assert update("--labels", tmp_path / "back").code == 0
    with open_store(known, is_read_only=True) as store:
        (project,) = store.projects().values()
    assert project.stages


@pytest.mark.parametrize(
    ("option", "name", "content", "said"),
    [
        ("--table", "x.csv", b"a,b\n1,2\n", "x.csv: column volume is missing"),
        (
            "--table",
            "x.csv",
            b"volume,done\nCT_00,x\nCT_00,x\n",
            "line 3, column volume: 'CT_00' stands there twice",
        ),
        ("--export", "x.json", b"{}", "is no JSON list of tasks"),
        (
            "--export",
            "x.nii.gz",
            b"\x1f\x8b",
            "is nothing that is read here; expected a folder of label maps",
        ),
        ("--scores", "x.csv", b"n_volumes,dice\n10,820\n", "line 2, column dice: expected a Dice"),
        (
            "--scores",
            "x.csv",
            b"n_volumes,dice\n10,1.7\n",
            "line 2, column dice: expected a Dice from 0 to 1",
        ),
        ("--scores", "x.csv", b"n_volumes,dice\n99,0.8\n", "a score is of 99 volumes, but Toy 2026 has 40"),
        (
            "--time-log",
            "x.csv",
            b"volume,minutes\na,3\n",
            "column seconds or lead_time or duration is missing",
        ),
        ("--time-log", "x.csv", b"volume,slice,seconds\na,1,30\n", "5"),
        ("--labels", "x.csv", b"a", "is no folder"),
    ],
)
def test_bad_input_is_one_clear_sentence_and_nothing_is_lost(
    handed_over, listed, update, run, tmp_path, option, name, content, said
):
    handed_over(*listed)
    before = run("project", "export", NAME, tmp_path / "before.json")
    (tmp_path / name).write_bytes(content)
    found = update(option, tmp_path / name)
    assert found.code == 2
    assert said in found.errors[-1]
    run("project", "export", NAME, tmp_path / "after.json")
    assert before.code == 0
    assert (tmp_path / "after.json").read_bytes() == (tmp_path / "before.json").read_bytes()


def test_label_maps_that_do_not_fit_are_named(handed_over, listed, update, tmp_path):
    rows = handed_over(*listed)
    draw(tmp_path / "back", rows[0]["volume"], (12,), n_slices=50)
    draw(tmp_path / "back", rows[1]["volume"], (12,))
    found = update("--labels", tmp_path / "back", "--json")
    assert found.code == 0
    assert f"it has 50 slices, {rows[0]['volume']} has 60" in found.errors[0]


@pytest.mark.parametrize("hours", ["-1", "nan", "inf", "1e9"])
def test_hours_that_cannot_be_are_one_clear_sentence(handed_over, listed, update, known, hours):
    handed_over(*listed)
    assert update("--hours", 2).code == 0
    before = read_project(known)
    refused = update("--hours", hours)
    assert refused.code == 2
    (said,) = refused.errors
    assert said.startswith("hours spent are a number from 0 to 1,000,000, got ")
    assert read_project(known) == before


@pytest.mark.parametrize("option", [("--hours", 3), ("--replace",), ("--calibrate",), ("--table", "x.csv")])
def test_undo_with_something_else_does_neither(handed_over, listed, update, known, option):
    handed_over(*listed)
    assert update("--hours", 2).code == 0
    before = read_project(known)
    refused = update("--undo", *option)
    assert refused.code == 2
    assert refused.errors[0].startswith("--undo stands alone")
    assert read_project(known) == before


def test_a_score_before_any_label_is_told(handed_over, listed, update, tmp_path):
    handed_over(*listed)
    (tmp_path / "scores.csv").write_text("n_volumes,dice\n3,0.71\n")
    printed = " ".join(update("--scores", tmp_path / "scores.csv").lines)
    assert "Nothing has come back" not in printed
    assert "0 of 30 volumes are labeled. Dice 0.71" in printed


def test_nothing_is_asked_about(handed_over, listed, update):
    handed_over(*listed)
    assert update().errors == [
        "say what came back: --labels DIR, --table FILE, --export FILE, --scores FILE, --time-log FILE or --hours X"
    ]
    assert "nothing has come back for Toy 2026 yet" in update("--undo").errors[0]
