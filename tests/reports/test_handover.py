import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

from simulator.planning.annotators import share_out
from simulator.planning.tools import TOOLS
from simulator.planning.visit_table import FILLED_IN, VISIT_COLUMNS, visit_rows, write_slices
from simulator.planning.visits import plan_project
from simulator.records import LabVolume, Stage
from simulator.reports.handover import CONTENTS, pack_handover, write_sheet
from simulator.wording.projects import say_shown_gain
from tests.planning.test_progress import begun_of, plan_of, update
from tests.planning.test_project import answer
from tests.planning.tools.handing import make_plan, make_visit, make_volume, write_image


class _Later(datetime):
    """The clock, a day later."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=1)


def unzip(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files():
    return unzip(pack_handover(plan_of(structure="mandible"), tool=None))


def test_sheet_and_tables_are_always_there(files):
    assert list(files) == list(CONTENTS)


def test_the_same_plan_is_the_same_bytes(monkeypatch):
    plan = plan_of()
    before = pack_handover(plan, tool=None)
    monkeypatch.setattr("openpyxl.writer.excel.datetime", SimpleNamespace(datetime=_Later, timezone=timezone))
    assert pack_handover(plan, tool=None) == before


def test_csv_and_excel_hold_the_plan(files):
    table = pd.read_csv(io.BytesIO(files["plan.csv"]), encoding="utf-8-sig", dtype={"slices": str})
    assert tuple(table.columns) == VISIT_COLUMNS
    plan = plan_of(structure="mandible")
    assert list(table["volume"]) == [visit.volume.name for visit in plan.visits]
    assert list(table["slices"]) == [write_slices(v.slices) for v in plan.visits]
    sheet = openpyxl.load_workbook(io.BytesIO(files["plan.xlsx"])).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == VISIT_COLUMNS + FILLED_IN
    assert [row[1] for row in rows[1:]] == list(table["volume"])
    assert sheet.auto_filter.ref.startswith("A1:")


def test_hours_in_the_table_never_exceed_the_project(files):
    table = pd.read_csv(io.BytesIO(files["plan.csv"]), encoding="utf-8-sig")
    assert table["cumulative_hours"].max() <= 10


def test_names_that_a_spreadsheet_would_run_are_defused():
    volumes = tuple(LabVolume(name=name) for name in ("=1+1", "+a", "@b", *map(str, range(30))))
    files = unzip(pack_handover(plan_project(answer(volumes=volumes)), tool=None))
    sheet = openpyxl.load_workbook(io.BytesIO(files["plan.xlsx"])).active
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=1+1" in [cell.value for cell in cells]
    assert "\n1,=1+1" not in files["plan.csv"].decode("utf-8-sig")


def test_the_sheet_says_the_sentence_the_steps_and_where_to_stop():
    text = write_sheet(plan_of(structure="mandible", name="A <b>"), tool=None).decode()
    assert "<h1>A &lt;b&gt;</h1>" in text
    assert 'class="completeness"' in text
    assert "outline mandible" in text
    assert "Where to stop and look" in text
    assert "src=" not in text
    assert "http" not in text


def test_finding_review_and_cost_are_said_where_they_count():
    usual = write_sheet(plan_of(), tool=None).decode()
    assert "The hours count 2 minutes to open a volume and 30 seconds to outline a slice." in usual
    assert "second reader" not in usual
    assert "an hour" not in usual
    prices = {"finding_minutes": 3.0, "review_seconds": 6.0}
    more = write_sheet(plan_of(prices=prices, wage=40.0), tool=None).decode()
    assert (
        "The hours count 2 minutes to open a volume, 3 to find the structure in it, 30 seconds to outline a slice and "
        "6 to review it." in more
    )
    assert "A second reader looks at every outlined slice, and mends what is wrong." in more
    assert ", at 40 an hour." in more


def test_a_log_of_times_alone_leaves_the_sheet_as_it_was_unless_another_plan_is_held_to():
    log = update(prices={"drawing_seconds": 30.0}, time_log="a" * 64)
    text = write_sheet(plan_of(log), tool=None).decode()
    assert "Expected Dice" in text
    assert "came back already" not in text
    held = write_sheet(plan_of(log, stages=(Stage(n_volumes=3, every=2),), wage=40.0), tool=None).decode()
    assert "The plan: 4 volumes in full for testing, " in held
    assert ", at 40 an hour." in held


def test_the_sheet_says_which_differences_the_test_volumes_show():
    plan = plan_of()
    assert say_shown_gain(plan.answer).encode() in write_sheet(plan, tool=None)
    assert b"show differences" not in write_sheet(plan_project(answer(n_testing=1)), tool=None)


def test_volumes_that_are_left_out_are_named_with_the_reason():
    text = write_sheet(plan_of(hours=3.0), tool=None).decode()
    plan = plan_of(hours=3.0)
    assert plan.left_out
    assert all(one.volume.name in text for one in plan.left_out)


class TestPassedOver:
    @pytest.fixture
    @staticmethod
    def plan(tmp_path):
        write_image(tmp_path / "CT_1.nii.gz")
        names = ["CT_1", *(f"<gone {i}>" for i in range(12))]
        paths = ["CT_1.nii.gz", *[""] * 12]
        visits = [
            make_visit(make_volume(name, path=path), 1, order=i)
            for i, (name, path) in enumerate(zip(names, paths, strict=True), start=1)
        ]
        return make_plan(tmp_path, *visits)

    def test_the_sheet_names_them_with_why_and_what_to_do(self, plan):
        files = unzip(pack_handover(plan, tool=TOOLS["slicer"]))
        assert "slicer/CT_1.mrk.json" in files
        text = files["instructions.html"].decode()
        assert "Without files for 3D Slicer" in text
        assert "&lt;gone 0&gt;, " in text
        assert "&lt;gone 7&gt; and 4 more: where its image lies is not known; give the folder" in text
        assert "Markups" in text

    def test_steps_of_a_tool_are_left_out_where_it_has_no_file(self, plan):
        plan = replace(plan, visits=plan.visits[1:])
        files = unzip(pack_handover(plan, tool=TOOLS["slicer"]))
        assert list(files) == list(CONTENTS)
        text = files["instructions.html"].decode()
        assert "Without files for 3D Slicer" in text
        assert "Markups" not in text

    def test_a_sheet_without_them_says_nothing_of_it(self, plan):
        assert b"Without files" not in write_sheet(
            replace(plan, visits=plan.visits[:1]), tool=TOOLS["slicer"]
        )


def test_each_annotator_finds_a_share_by_name():
    plan = plan_of(annotators=("Anna <b>", "Ben"))
    text = write_sheet(plan, tool=None).decode()
    shares = text[text.index("Who labels what") : text.index("Where to stop")]
    rows = [row for row in shares.split("<tr>") if "<td>" in row]
    assert [row.split("</td>")[0] for row in rows] == ["<td>Anna &lt;b&gt;", "<td>Ben"]
    for row, name in zip(rows, ("Anna <b>", "Ben"), strict=True):
        hers = [
            visit.volume.name for one, visit in zip(share_out(plan), plan.visits, strict=True) if one == name
        ]
        assert f"<td>{', '.join(hers)}</td>" in row
        assert f">{len(hers)}</td>" in row
    assert "have your name under annotator" in text


def test_one_annotator_has_no_share():
    for names in ((), ("Anna",)):
        text = write_sheet(plan_of(annotators=names), tool=None).decode()
        assert "Who labels what" not in text
        assert "under annotator" not in text


def test_where_the_annotator_counts_a_short_structure_gets_slices_enough():
    stages = (Stage(n_volumes=5, every=8), Stage(n_volumes=5, every=1))
    plan = plan_of(volumes=(), n_volumes=40, stages=stages)
    instructions = list(visit_rows(plan)["instruction"])
    assert instructions[4] == (
        "Outline the structure exactly on the 5th slice that shows it, then every 8th, 3 at least; "
        "leave the others alone"
    )
    assert b"on one slice in 8 of those that show it, 3 in each volume at least" in write_sheet(
        plan_of(volumes=(), n_volumes=40, stages=stages[:1]), tool=None
    )
    assert instructions[9] == "Outline the structure exactly on every slice"


class TestUnderWay:
    @pytest.fixture(scope="class")
    @staticmethod
    def plan():
        stages = (Stage(n_volumes=3, every=1), Stage(n_volumes=5, every=4))
        volumes = tuple(LabVolume(name=f"CT_{i:03d}") for i in range(40))
        first = plan_of(volumes=volumes, stages=stages).visits[0].volume.name
        return plan_of(update(done=(first,)), volumes=volumes, stages=stages)

    def test_the_sheet_says_the_plan_that_it_goes_by_and_how_far_it_is(self, plan):
        text = write_sheet(plan, tool=None).decode()
        assert "The plan: 4 volumes in full for testing, " in text
        assert "5 volumes" in text
        assert "of 8 volumes" in text
        assert "one slice in as many as the column every says, of those that show it" in text
        assert "Rows with yes in done came back already; leave them." in text

    def test_what_came_back_is_ticked_off(self, plan):
        files = unzip(pack_handover(plan, tool=None))
        sheet = openpyxl.load_workbook(io.BytesIO(files["plan.xlsx"])).active
        place = (VISIT_COLUMNS + FILLED_IN).index("done")
        ticks = [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert ticks == ["yes"] + [None] * 11

    def test_it_is_written_even_where_its_hours_would_begin_nothing(self):
        stages = (Stage(n_volumes=3, every=2),)
        plan = plan_of(update(begun_of(6.0)), hours=6.0, stages=stages, prices={"drawing_seconds": 300.0})
        assert plan.answer.strategy is None
        assert b"The plan: " in write_sheet(plan, tool=None)
