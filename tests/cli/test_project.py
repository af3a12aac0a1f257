"""``project``: from volumes and hours to a zip, and back."""

import errno
import json
import zipfile

import pytest

from simulator.store import open_store
from tests.factories import make_records
from tests.planning.test_label_maps import draw


@pytest.fixture
def known(settings):
    """An installation where one data set was measured, and no project begun."""
    with open_store(settings) as store:
        for record in make_records():
            store.add_record(record)
    return settings


@pytest.fixture
def new(known, run):
    """Begin a project on 40 volumes with 30 slices each."""

    def begin(*options, name="Toy 2026"):
        usual = ("--volumes", 40, "--slices", 30, "--hours", 10, "--reference", "toy")
        return run("project", "new", name, *usual, *options)

    return begin


def test_a_new_project_is_answered_in_one_sentence(new):
    found = new("--structure", "toy")
    assert found.code == 0
    assert found.lines[0].startswith("With 10 hours: label ")
    assert " if your volumes are like toy." in found.lines[0]


def test_annotators_that_are_named_share_the_plan(new, run, tmp_path):
    new("--annotators", "Anna, Ben")
    run("project", "plan", "Toy 2026", "-o", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        lines = archive.read("plan.csv").decode("utf-8-sig").splitlines()
    place = lines[0].split(",").index("annotator")
    assert {line.split(",")[place] for line in lines[1:]} == {"Anna", "Ben"}


def test_json_holds_what_scripts_read(new, run):
    new()
    (shown,) = run("project", "show", "Toy 2026", "--json").lines
    assert shown["name"] == "Toy 2026"
    assert shown["volumes"] == {"n": 40, "n_slices": 30.0, "is_estimated": False}
    assert set(shown["strategy"]) == {"n_volumes", "n_slices", "every"}
    assert shown["testing"]["n_volumes"] == 4
    assert 0 < shown["testing"]["shows"] < 0.1
    assert "references" not in shown
    hours = shown["hours"]
    assert hours["used"] + hours["left"] == pytest.approx(hours["budget"])
    assert shown["predicted"]["kind"] == "predicted"
    assert shown["predicted"]["low"] < shown["predicted"]["dice"] < shown["predicted"]["high"]
    assert all({"n_volumes", "every", "effort", "dice"} <= set(one) for one in shown["near_optimal"])
    assert len(shown["left_out"]) == 40 - 4 - shown["strategy"]["n_volumes"]


def shown(run, *options):
    return run("project", "show", "Toy 2026", *options).lines[0]


def test_what_an_hour_costs_is_said_with_the_hours(new, run):
    new("--wage", 40)
    assert " cost about 400, at 40 an hour." in shown(run)
    assert " cost about 890, at 90 an hour." in shown(run, "--wage", 90)
    assert "at 40 an hour." in shown(run), "what was only asked is not kept"
    (found,) = run("project", "show", "Toy 2026", "--json").lines
    assert found["cost"] == pytest.approx(40 * found["hours"]["used"])


def test_nobody_asks_for_a_wage_and_none_is_said(new, run):
    new()
    assert "an hour" not in shown(run)
    assert shown(run, "--json")["cost"] is None


def test_a_preset_sets_the_prices(new, known):
    assert new("--preset", "liver-mr").code == 0
    with open_store(known, is_read_only=True) as store:
        (project,) = store.projects().values()
    assert project.preset == "liver-mr"


def test_what_the_answer_could_rest_on_is_listed_with_width_and_reason(new, run):
    new("--modality", "CT")
    lines = run("project", "show", "Toy 2026", "--references").lines
    assert lines[-1] == "To measure on yours, 10 volumes have to be labeled in full; none is."
    assert lines[1].startswith("toy: Dice within \u00b10.0")
    assert lines[1].endswith("(nothing is known to compare by).")
    (shown,) = run("project", "show", "Toy 2026", "--references", "--json").lines
    (toy,) = shown["references"]
    assert (toy["reference"], toy["fingerprint"], toy["is_like"]) == ("toy", "a" * 64, False)
    assert toy["traits"] == [{"what": "volumes", "reference": 40, "project": 40, "is_alike": True}]
    assert (shown["own_measure"]["n_labeled"], shown["own_measure"]["halfwidth"]) == (0, None)
    predicted = shown["predicted"]
    assert toy["halfwidth"] == pytest.approx((predicted["high"] - predicted["low"]) / 2, rel=0.1)


def test_the_zip_holds_sheet_and_tables_and_the_plan_is_held_to(new, run, known, tmp_path):
    new()
    found = run("project", "plan", "Toy 2026", "-o", tmp_path / "out.zip")
    assert found.code == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["instructions.html", "plan.xlsx", "plan.csv"]
    with open_store(known, is_read_only=True) as store:
        (project,) = store.projects().values()
    assert project.n_testing == 4
    (shown,) = run("project", "show", "Toy 2026", "--json").lines
    assert sum(stage.n_volumes for stage in project.stages) == shown["strategy"]["n_volumes"]


def test_what_came_back_is_read_and_can_be_taken_back(new, run, known, tmp_path):
    new()
    run("project", "plan", "Toy 2026", "-o", tmp_path / "out.zip")
    with open_store(known) as store:
        (project,) = store.projects().values()
        names = [{"name": f"CT_{i:02d}", "n_slices": 60, "axis": 2} for i in range(40)]
        store.save_project(project.changed(volumes=tuple(names), n_volumes=None))
    draw(tmp_path / "back", "CT_05", (12, 20, 30))
    (found,) = run("project", "update", "Toy 2026", "--labels", tmp_path / "back", "--json").lines
    n_visits = sum(found["volumes"].values())
    assert found["volumes"]["to do"] == n_visits - 1
    assert found["n_slices"] >= 3
    (undone,) = run("project", "update", "Toy 2026", "--undo", "--json").lines
    assert undone["volumes"]["to do"] == n_visits


def test_a_project_is_listed_exported_deleted_and_imported(new, run, tmp_path):
    new()
    assert run("project", "list", "--json").lines == [{"name": "Toy 2026", "hours": 10.0, "n_volumes": 40}]
    before = run("project", "show", "Toy 2026", "--json").lines
    run("project", "export", "Toy 2026", tmp_path / "toy.json")
    run("project", "delete", "Toy 2026")
    assert run("project", "list").lines == ["There is no project yet; project new begins one."]
    run("project", "import", tmp_path / "toy.json")
    assert run("project", "show", "Toy 2026", "--json").lines == before
    assert run("project", "import", tmp_path / "toy.json").lines == ["Toy 2026 is here already."]


def test_an_imported_project_never_replaces_another(new, run, tmp_path):
    new()
    run("project", "export", "Toy 2026", tmp_path / "toy.json")
    facts = json.loads((tmp_path / "toy.json").read_text())
    (tmp_path / "other.json").write_text(json.dumps({**facts, "hours": 20.0}))
    assert run("project", "import", tmp_path / "other.json").lines == ["Toy 2026 (2) is here."]
    assert len(run("project", "list", "--json").lines) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hours", 0), "0 minutes are too few"),
        (("--hours", 0, "--keep-for-testing", 0), "0 minutes are too few for any plan."),
        (("--hours", 1e6), "are not needed: everything is labeled then"),
        (("--volumes", 1), "1 volume to learn from"),
    ],
)
def test_odd_amounts_are_answered_in_a_sentence(new, options, said):
    found = new(*options)
    assert found.code == 0
    assert said in found.lines[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--hours", -1), "hours: expected a number of at least 0"),
        (("--hours", "nan"), "hours: expected a finite number"),
        (("--volumes", 0), "n_volumes: expected a number of at least 1"),
        (("--keep-for-testing", 40), "40 of 40 volumes are kept for testing"),
        (("--modality", "PET"), "modality: expected"),
        (("--wage", 0), "wage: expected a number greater than 0"),
        (("--preset", "by-mouth"), "preset must be one of organ-ct, "),
        (("--reference", "liver"), "the reference must be one of toy or none"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_saved(new, run, options, said):
    found = new(*options)
    assert found.code == 2
    (line,) = found.errors
    assert said in line
    assert run("project", "list", "--json").lines == []


def test_a_second_project_of_one_name_is_refused(new):
    new()
    assert "there is a project 'Toy 2026' already" in new().errors[0]


def test_where_one_may_only_look_nothing_is_begun(new, close):
    close()
    found = new()
    assert found.code == 1
    assert "nothing can be started or changed" in found.errors[0]


def test_a_list_and_a_folder_are_projects_too(known, run, tmp_path):
    table = "patient_id;n\n" + "\n".join(f"CT_{i:02d};{50 + i}" for i in range(30))
    (tmp_path / "volumes.csv").write_text(table)
    common = ("--hours", 8, "--slices", 20, "--reference", "toy", "--json")
    (listed,) = run("project", "new", "L", "--list", tmp_path / "volumes.csv", *common).lines
    for i in range(12):
        draw(tmp_path / "images", f"CT_{i:02d}", range(60))
    (found,) = run("project", "new", "F", "--folder", tmp_path / "images", *common).lines
    assert (listed["volumes"]["n"], found["volumes"]["n"]) == (30, 12)
    run("project", "plan", "F", "-o", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "CT_00,,,test,1,0-59" in archive.read("plan.csv").decode("utf-8-sig")


def test_volumes_without_files_for_a_tool_are_named(known, run, tmp_path):
    for i in range(12):
        draw(tmp_path / "images", f"CT_{i:02d}", range(60))
    run(
        *("project", "new", "F", "--folder", tmp_path / "images", "--hours", 8, "--slices", 20),
        *("--reference", "toy"),
    )
    (tmp_path / "images" / "CT_00.nii.gz").unlink()
    options = ("project", "plan", "F", "-o", tmp_path / "out.zip", "--tool", "itk-snap")
    found = run(*options)
    fault = "the image is missing or no regular file; add it, or leave this volume out"
    assert found.code == 0
    assert found.errors == [f"no files for ITK-SNAP: CT_00: {fault}."]
    (shown,) = run(*options, "--json").lines
    assert shown["tool"] == "itk-snap"
    assert shown["passed_over"] == [
        {"volume": "CT_00", **dict(zip(("why", "what_to_do"), fault.split("; "), strict=True))}
    ]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert len([name for name in archive.namelist() if "/labels" in name]) == shown["n_volumes"] - 1


def test_a_full_disk_leaves_no_half_zip(new, run, tmp_path, monkeypatch):
    new()

    def fill(*_):
        yield "instructions.html", b"half"
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("simulator.reports.handover._files", fill)
    found = run("project", "plan", "Toy 2026", "-o", tmp_path / "out.zip")
    assert found.code == 1
    assert len(found.errors) == 1
    assert not list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".*"))


def test_volumes_are_named_in_one_way(known, run):
    found = run("project", "new", "x", "--hours", 3)
    assert found.errors == ["say which volumes: --volumes N --slices M, --list FILE or --folder DIR"]
