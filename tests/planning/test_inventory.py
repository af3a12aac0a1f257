import numpy as np
import pytest

from simulator.errors import InventoryError
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
        ("a,60,3,50", r"mine\.csv, line 2: expected 5 cells as in the header, got 4"),
        ("a,x,3,50,2", r"line 2, column n_slices: expected a whole number from 1 to 100000, got 'x'"),
        ("a,60.0,3,50,2", r"column n_slices: .* got '60\.0'"),
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
        ("@x,60,3,50,2", "which a spreadsheet reads as a formula"),
        ('"a\nb",60,3,50,2', "column volume: expected a printable name"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(row, message):
    with pytest.raises(InventoryError, match=message):
        parse(row)


@pytest.mark.parametrize("spacing", ["0", "nan", "inf", "1e9", "2,5x"])
def test_a_spacing_that_is_none_is_named(spacing):
    with pytest.raises(InventoryError, match="line 2, column spacing_mm: expected"):
        parse(f'a,60,3,50,2,"{spacing}"', header=f"{HEADER},spacing_mm")


def test_a_volume_that_stands_there_twice():
    with pytest.raises(InventoryError, match="line 3, column volume: 'a' stands there twice"):
        parse("a,60,3,50,2", "a,60,3,50,2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.csv is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (HEADER.encode(), "has a header but no volume"),
        (b"volume,n_slices,first_slice,axis\na,1,0,2", "line 1: column 'last_slice' is missing"),
        (b"a,60,3,50,2", "line 1: column 'volume' is missing"),
        (f"{HEADER},axis\na,60,3,50,2,2".encode(), "line 1: column 'axis' stands there twice"),
        (f"{HEADER}\nM\xfcller,60,3,50,2".encode("latin-1"), "is not UTF-8"),
        (f"{HEADER}\n".encode("utf-16"), "is not UTF-8|zero byte"),
        (f"{HEADER}\na\0,60,3,50,2".encode(), "it holds a zero byte"),
        (f'{HEADER}\n"a,60,3,50,2'.encode(), "line 2: unexpected end of data"),
        (b"x" * (16 * 2**20 + 1), "at most 16777216 are read"),
    ],
    ids=[
        "empty",
        "mark only",
        "no rows",
        "missing",
        "no header",
        "twice",
        "latin",
        "utf-16",
        "zero",
        "quote",
        "huge",
    ],
)
def test_what_is_no_list_is_refused(content, message):
    with pytest.raises(InventoryError, match=message):
        parse_inventory(content, name="mine.csv")


def test_too_many_volumes():
    with pytest.raises(InventoryError, match="has 100001 volumes, at most 100000"):
        parse_inventory((HEADER + "\na,60,3,50,2" * 100_001).encode(), name="mine.csv")


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
