import numpy as np
import pytest

from simulator.errors import InventoryError, TableError
from simulator.planning import INVENTORY_COLUMNS, parse_inventory

HEADER = ",".join(INVENTORY_COLUMNS)


def parse(*rows, header=HEADER, encoding="utf-8"):
    return parse_inventory("\r\n".join([header, *rows]).encode(encoding), name="mine.csv")


def test_a_list_of_volumes():
    inventory = parse("Müller 1,60,3,50,2", "b,40,0,39,0")
    first, second = inventory.volumes
    assert (first.name, first.axis, first.n_slices) == ("Müller 1", 2, 60)
    assert first.slices.tolist() == list(range(3, 51))
    assert first.positions_mm is None
    assert second.slices.tolist() == list(range(40))
    assert inventory.n_slices == 88
    assert inventory.reference is None


def test_positions_from_spacing_and_origin():
    inventory = parse(
        "a,4,1,2,2,-2.5,10", "b,4,1,2,2,,", "c,3,1,2,2,1,", header=f"{HEADER},spacing_mm,origin_mm"
    )
    assert inventory.volumes[0].positions_mm.tolist() == [10, 7.5, 5, 2.5]
    assert inventory.volumes[1].positions_mm is None
    assert inventory.volumes[2].positions_mm.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\r\na,60,3,50,2\r\n",
        f"{HEADER}\na,60,3,50,2",
        f"{HEADER.replace(',', ';')}\na;60;3;50;2\n",
        f"{HEADER}\n\n , ,,,\na,60,3,50,2\n\n",
        "Axis, Volume ,N_SLICES,last_slice,first_slice\n2, a ,60,50,3\n",
        f'{HEADER}\n"a",60,3,50,2\n',
        f"{HEADER},notes\na,60,3,50,2,anything\n",
    ],
    ids=["byte order mark", "unix", "semicolons", "blank lines", "order and case", "quotes", "more columns"],
)
def test_spellings_of_the_same_list(content):
    inventory = parse_inventory(content.encode(), name="mine.csv")
    assert [v.name for v in inventory.volumes] == ["a"]
    assert np.array_equal(inventory.volumes[0].slices, np.arange(3, 51))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,x,3,50,2", r"line 2, column n_slices: expected a whole number from 1 to 100000, got 'x'"),
        ("a,60.5,3,50,2", r"column n_slices: .* got '60\.5'"),
        ('a,"1,400",3,50,2', r"column n_slices: .* got '1,400'; write it without separators"),
        ("a,1.400,3,50,2", r"column n_slices: .* got '1\.400'"),
        ("a,0,0,0,2", r"column n_slices: .* got '0'"),
        ("a,9999999999999999999,0,0,2", "column n_slices: .* got '9999999999999999999'"),
        (
            "a,60,-1,50,2",
            r"column first_slice: expected a whole number from 0 to 59 \(slices count from 0\), got '-1'",
        ),
        (
            "a,60,3,60,2",
            r"column last_slice: expected a whole number from 3 to 59 \(slices count from 0\), got '60'",
        ),
        ("a,60,9,3,2", "column last_slice: expected a whole number from 9 to 59"),
        ("a,60,3,50,3", "column axis: expected a whole number from 0 to 2, got '3'"),
        ("a,=1+1,3,50,2", r"column n_slices: .* got '=1\+1'"),
        ("a,６０,3,50,2", "column n_slices: .* got '６０'"),
        (",60,3,50,2", "column volume: expected a name, got an empty cell"),
        ('"=cmd|x",60,3,50,2', r"column volume: .*'=cmd\|x', which a spreadsheet reads as a formula"),
        ("@x,60,3,50,2", "which a spreadsheet reads as a formula; put a letter before it"),
        ('"a\nb",60,3,50,2', "column volume: expected a printable name"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(row, message):
    with pytest.raises(InventoryError, match=message):
        parse(row)


@pytest.mark.parametrize("spacing", ["0", "nan", "inf", "1e9", "2,5x", "1,400", "1_0", "２"])
def test_a_spacing_that_is_none_is_named(spacing):
    with pytest.raises(InventoryError, match="line 2, column spacing_mm: expected"):
        parse(f'a,60,3,50,2,"{spacing}"', header=f"{HEADER},spacing_mm")


def test_a_volume_that_stands_there_twice():
    with pytest.raises(InventoryError, match="line 3, column volume: 'a' stands there twice"):
        parse("a,60,3,50,2", "a,60,3,50,2")


def test_a_list_that_is_no_table_or_lists_nothing_is_refused():
    with pytest.raises(
        TableError, match=r"line 1: column 'volume' is missing; .* and optionally spacing_mm, origin_mm"
    ):
        parse_inventory(b"a,60,3,50,2", name="mine.csv")
    with pytest.raises(InventoryError, match="has a header but no volume"):
        parse_inventory(HEADER.encode(), name="mine.csv")


GERMAN = "\r\n".join(
    [f"{HEADER.replace(',', ';')};spacing_mm", "007;60;3;50;2;2,5", "Müller;40;0;39;0;1,250"]
)


@pytest.mark.parametrize(
    "content",
    [
        GERMAN.encode("utf-8-sig"),
        f"sep=;\r\n{GERMAN}".encode("utf-8-sig"),
        GERMAN.encode("cp1252"),
        GERMAN.encode("utf-16"),
        GERMAN.replace(";", "\t").replace("1,250", "1,25").encode("utf-16"),
        GERMAN.replace("\r\n", ";;\r\n").encode() + b"\r\n;;;;;;;\r\n",
        GERMAN.replace(";60;", ";60,0;").encode(),
        GERMAN.replace("007;", '"=""007""";').encode(),
    ],
    ids=["mark", "sep=", "cp1252", "utf-16", "unicode text", "empty columns", "whole numbers", "literal"],
)
def test_a_list_that_a_german_spreadsheet_saved_is_read(content):
    inventory = parse_inventory(content, name="mine.csv")
    assert [(v.name, v.n_slices, len(v.slices), v.axis) for v in inventory.volumes] == [
        ("007", 60, 48, 2),
        ("Müller", 40, 40, 0),
    ]
    assert [v.positions_mm[1].item() for v in inventory.volumes] == [2.5, 1.25]


def test_ids_are_text_and_one_that_a_spreadsheet_took_for_a_number_is_named():
    inventory = parse(
        "007,60,3,50,2", "1E5,60,3,50,2", "1.00E+05,60,3,50,2", "2-3,60,3,50,2", "TRUE,60,3,50,2"
    )
    assert [v.name for v in inventory.volumes] == ["007", "1E5", "1.00E+05", "2-3", "TRUE"]
    (note,) = inventory.notes
    assert note.startswith(
        "mine.csv, line 4, column volume: '1.00E+05' looks like an id that a spreadsheet took for"
    )


def test_too_many_slices_in_all_are_named_where_they_become_too_many(monkeypatch):
    monkeypatch.setattr("simulator.planning.inventory_csv.MAX_SLICES_IN_ALL", 250_000)
    rows = [f"v{i},100000,0,99999,2" for i in range(5)]
    assert len(parse(*rows[:2]).volumes) == 2
    with pytest.raises(
        InventoryError, match=r"line 4, column n_slices: .* have 300000 slices, at most 250000"
    ):
        parse(*rows)


def test_errors_name_the_line_of_the_file_although_lines_are_blank():
    with pytest.raises(InventoryError, match="line 4, column axis"):
        parse("a,60,3,50,2", "", "b,60,3,50,9")
