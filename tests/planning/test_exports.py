import csv
import io
import re

import numpy as np
import pandas as pd
import pytest

from simulator.effort import MEASURES, Prices
from simulator.errors import RequestError
from simulator.planning import EXPORTS, PLAN_COLUMNS, Inventory, find_export
from simulator.tables import parse_number, read_table
from simulator.tables.csv import encode_csv
from tests.factories import make_table
from tests.planning.conftest import make_inventory, make_volume, plan_for

RUNS = make_table()


def make(inventory):
    return plan_for(inventory, RUNS, measure=MEASURES["hours"], budget=3, prices=Prices())


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("export", EXPORTS.values(), ids=list(EXPORTS))
def test_every_export_is_bytes_and_says_what_it_is(export, inventory):
    assert len(export.write(make(inventory))) > 1000
    assert export.suffix.startswith(".")
    assert "/" in export.media_type


def test_csv_has_a_mark_crlf_and_one_row_a_slice(inventory):
    made = make(inventory)
    content = find_export("csv").write(made)
    assert content.startswith(b"\xef\xbb\xbforder,volume,slice_index,")
    assert content.count(b"\r\n") == content.count(b"\n") == made.n_slices + 1
    rows = read(content)
    assert tuple(rows[0]) == PLAN_COLUMNS
    assert {len(row) for row in rows} == {len(PLAN_COLUMNS)}


def test_csv_reads_back_as_the_plan(inventory):
    made = make(inventory)
    table = pd.read_csv(io.BytesIO(find_export("csv").write(made)))
    for column in PLAN_COLUMNS:
        if column in {"volume", "instruction"}:
            assert table[column].tolist() == made.rows[column].tolist()
        else:
            assert np.allclose(table[column], made.rows[column], atol=1e-4, equal_nan=True), column
    assert table["predicted_performance"].notna().sum() == 2


def test_negative_positions_stay_numbers(inventory):
    rows = read(find_export("csv").write(make(inventory)))
    position = PLAN_COLUMNS.index("position_mm")
    assert float(rows[1][position]) < 0


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@sum", "\tx", "\rx", "\nx"])
def test_names_that_are_formulas_are_defused(name):
    volumes = tuple(make_volume(i, name=f"{name}{i}") for i in range(40))
    content = find_export("csv").write(make(Inventory(name="toy", reference=None, volumes=volumes)))
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
    content = find_export("csv").write(make(Inventory(name="toy", reference=None, volumes=volumes)))
    assert {row[1] for row in read(content)[1:]} <= {v.name for v in volumes}


def test_an_unknown_format_is_named():
    with pytest.raises(RequestError, match=f"format must be one of {', '.join(EXPORTS)}; got 'xlsx'"):
        find_export("xlsx")


def test_the_same_plan_has_the_same_bytes():
    assert find_export("csv").write(make(make_inventory())) == find_export("csv").write(
        make(make_inventory())
    )


def read_excel(content):
    assert content.startswith(b"\xef\xbb\xbforder;volume;")
    return read_table(content, name="plan.csv", required=PLAN_COLUMNS)


def test_csv_for_excel_says_the_same_with_semicolons_and_decimal_commas(inventory):
    made = make(inventory)
    content = find_export("csv-excel").write(made)
    assert content.count(b"\r\n") == content.count(b"\n") == made.n_slices + 1
    assert b"." not in content
    table, plain = read_excel(content), pd.read_csv(io.BytesIO(find_export("csv").write(made)))
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
    content = find_export("csv-excel").write(make(Inventory(name="toy", reference=None, volumes=volumes)))
    assert {row.cells["volume"] for row in read_excel(content).rows} <= {volume.name for volume in volumes}


@pytest.mark.parametrize("name", ["x,=cmd|' /C calc'!A0", "x;+1", "x\t@sum", "x\n=1", "x" * 300])
def test_csv_for_excel_holds_no_formula_whatever_separates_cells(name):
    volumes = tuple(make_volume(i, name=f"{name}{i}") for i in range(40))
    content = find_export("csv-excel").write(make(Inventory(name="toy", reference=None, volumes=volumes)))
    for separator in ",;\t\n":
        cells = [cell.strip("\r ") for cell in content.decode("utf-8-sig").split(separator)]
        ours = re.compile(r'"?="{1,2}[^=]*"{1,3}')
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) and not ours.match(cell)]
