import csv
import dataclasses
import io
import os
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.effort import MEASURES, Prices
from simulator.errors import RequestError
from simulator.planning import (
    EXPORTS,
    PLAN_COLUMNS,
    Export,
    Inventory,
    PlanContext,
    choose_export,
    get_export,
    pack_plan,
    write_plan_files,
)
from simulator.planning.contract import check_export
from simulator.tables import parse_number, read_table
from simulator.tables.csv import encode_csv
from tests.planning.conftest import make_inventory, make_volume, plan_for
from tests.registering import register
from tests.studies import RUNS


def make(inventory):
    return plan_for(inventory, RUNS, measure=MEASURES["hours"], budget=3, prices=Prices())


@pytest.fixture(scope="module")
def usual():
    """The plan of the usual inventory."""
    return make(make_inventory())


def write(plan, name="csv"):
    return pack_plan(get_export(name), plan, PlanContext())


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("export", EXPORTS.values(), ids=list(EXPORTS))
def test_every_export_keeps_the_contract(export, usual):
    check_export(export, plan=usual)


def test_csv_has_a_mark_crlf_and_one_row_a_slice(usual):
    content = write(usual)
    assert content.startswith(b"\xef\xbb\xbforder,volume,slice_index,")
    assert content.count(b"\r\n") == content.count(b"\n") == usual.n_slices + 1
    rows = read(content)
    assert tuple(rows[0]) == PLAN_COLUMNS
    assert {len(row) for row in rows} == {len(PLAN_COLUMNS)}


def test_csv_reads_back_as_the_plan(usual):
    table = pd.read_csv(io.BytesIO(write(usual)))
    for column in PLAN_COLUMNS:
        if column in {"volume", "instruction"}:
            assert table[column].tolist() == usual.rows[column].tolist()
        else:
            assert np.allclose(table[column], usual.rows[column], atol=1e-4, equal_nan=True), column
    assert table["predicted_performance"].notna().sum() == 3


def test_negative_positions_stay_numbers(usual):
    rows = read(write(usual))
    position = PLAN_COLUMNS.index("position_mm")
    assert float(rows[1][position]) < 0


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@sum", "\tx", "\rx", "\nx"])
def test_names_that_are_formulas_are_defused(name):
    volumes = tuple(make_volume(i, name=f"{name}{i}") for i in range(40))
    content = write(make(Inventory(name="toy", reference=None, volumes=volumes)))
    names = {row[1] for row in read(content)[1:]}
    assert all(cell.startswith("'" + name) for cell in names)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"),
        ("x\t@sum", "x\t'@sum"),
        ('x\n "+1', "x\n' \"+1"),
        ("a; b", "a; b"),
        ("a-b=c", "a-b=c"),
    ],
)
def test_text_holds_no_formula_where_semicolons_and_tabs_separate_cells(text, written):
    content = encode_csv(pd.DataFrame({"n": [-1], "text": [text], "none": [None]}))
    assert read(content)[1] == ["-1", written, ""]


def test_names_with_commas_quotes_and_accents_survive():
    volumes = tuple(make_volume(i, name=f'Müller, "{i}"') for i in range(40))
    content = write(make(Inventory(name="toy", reference=None, volumes=volumes)))
    assert {row[1] for row in read(content)[1:]} <= {v.name for v in volumes}


def test_an_unknown_format_is_named():
    with pytest.raises(RequestError, match=f"format must be one of {', '.join(EXPORTS)}; got 'xlsx'"):
        get_export("xlsx")


def test_the_same_plan_has_the_same_bytes():
    assert write(make(make_inventory())) == write(make(make_inventory()))


def read_excel(content):
    assert content.startswith(b"\xef\xbb\xbforder;volume;")
    return read_table(content, name="plan.csv", required=PLAN_COLUMNS)


def test_csv_for_excel_says_the_same_with_semicolons_and_decimal_commas(usual):
    content = write(usual, "csv-excel")
    assert content.count(b"\r\n") == content.count(b"\n") == usual.n_slices + 1
    assert b"." not in content
    table, plain = read_excel(content), pd.read_csv(io.BytesIO(write(usual)))
    assert table.columns == PLAN_COLUMNS
    for column in PLAN_COLUMNS:
        cells = [row.cells[column] for row in table.rows]
        if column in {"volume", "instruction"}:
            assert cells == plain[column].tolist()
        else:
            numbers = [parse_number(cell, has_decimal_comma=True) for cell in cells]
            assert np.allclose(numbers, plain[column], equal_nan=True), column


@pytest.mark.parametrize("name", ["007", "1E5", "2-3", "MAR1", 'q"q', "Müller; 1,5", "=1+1", "-12"])
def test_csv_for_excel_keeps_ids_as_text(name):
    volumes = tuple(make_volume(i, name=f"{name}{i}") for i in range(40))
    content = write(make(Inventory(name="toy", reference=None, volumes=volumes)), "csv-excel")
    assert {row.cells["volume"] for row in read_excel(content).rows} <= {volume.name for volume in volumes}


@pytest.mark.parametrize("name", ["x,=cmd|' /C calc'!A0", "x;+1", "x\t@sum", "x\n=1", "x" * 300])
def test_csv_for_excel_holds_no_formula_whatever_separates_cells(name):
    volumes = tuple(make_volume(i, name=f"{name}{i}") for i in range(40))
    content = write(make(Inventory(name="toy", reference=None, volumes=volumes)), "csv-excel")
    for separator in ",;\t\n":
        cells = [cell.strip("\r ") for cell in content.decode("utf-8-sig").split(separator)]
        ours = re.compile(r'"?="{1,2}[^=]*"{1,3}')
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) and not ours.match(cell)]


FOLDER = Export(
    name="parts",
    title="Parts",
    suffix=".zip",
    help="two files",
    write=lambda plan, context: {"plan.txt": b"1", "volumes/a.txt": context.structure.encode()},
)


@pytest.fixture
def with_parts(monkeypatch):
    register(monkeypatch, EXPORTS, FOLDER)


def test_a_format_of_several_files_is_a_zip_or_a_folder(usual, tmp_path):
    context = PlanContext(structure="liver")
    for name in ("plan.zip", "plan"):
        write_plan_files(tmp_path / name, FOLDER, usual, context)
    assert (tmp_path / "plan" / "volumes" / "a.txt").read_bytes() == b"liver"
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "plan.txt": b"1",
            "volumes/a.txt": b"liver",
        }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan", "plan.zip"]


def test_a_folder_that_cannot_be_written_whole_is_not_there(usual, tmp_path):
    clash = dataclasses.replace(FOLDER, write=lambda plan, context: {"a": b"1", "a/b": b"2"})
    with pytest.raises(OSError, match="exists"):
        write_plan_files(tmp_path / "plan", clash, usual, PlanContext())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "a\\b", "C:a", "", ".", "a\nb", "a//b", "a?b"])
def test_a_file_whose_name_leaves_the_folder_is_refused(usual, tmp_path, name):
    bad = dataclasses.replace(FOLDER, write=lambda plan, context: {name: b"1"})
    for target in ("plan", "plan.zip"):
        with pytest.raises(RequestError, match="is no name inside a folder"):
            write_plan_files(tmp_path / target, bad, usual, PlanContext())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "name", "chosen"),
    [
        ("plan.csv", None, "csv"),
        ("PLAN.CSV", None, "csv"),
        ("plan.csv", "csv", "csv"),
        ("plan.zip", None, "parts"),
        ("plan", None, "parts"),
        ("plan", "parts", "parts"),
        (os.devnull, None, "csv"),
        (os.devnull, "parts", "parts"),
    ],
)
def test_the_suffix_chooses_and_has_to_fit(with_parts, path, name, chosen):
    assert choose_export(Path(path), name).name == chosen


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        ("out/plan.csv", "parts", r"a file that ends with \.zip, got out/plan\.csv; write -o out/plan\.zip"),
        ("plan", "csv", r"ends with \.csv, got plan; write -o plan\.csv"),
        ("plan.xlsx", None, r"ends with one of \.csv, \.zip, got plan\.xlsx; or name the --format"),
        ("plan.csv", "slicer", "format must be one of csv, csv-excel, parts; got 'slicer'"),
    ],
)
def test_a_suffix_that_does_not_fit_is_named_with_the_right_one(with_parts, path, name, message):
    with pytest.raises(RequestError, match=message):
        choose_export(Path(path), name)


def test_no_format_of_several_files_takes_a_name_without_suffix():
    if ".zip" not in {export.suffix for export in EXPORTS.values()}:
        with pytest.raises(RequestError, match=r"ends with one of .*, got plan; or name the --format"):
            choose_export(Path("plan"), None)
