"""A CSV of any spreadsheet is read as text, in bounds; what is none is refused in plain words."""

import codecs
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import TableError
from simulator.tables import read_content, read_table
from simulator.tables.reading import MAX_BYTES, MAX_COLUMNS, MAX_ROWS

ROWS = "name,n\nÄrzte 007,1\nb,2\n"


def read(content, *, required=("name", "n")):
    content = content.encode() if isinstance(content, str) else content
    return read_table(content, name="mine.csv", required=required)


def cells_of(table):
    return [tuple(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("is_told", [False, True])
def test_encodings_separators_and_line_ends_say_the_same(encoding, separator, line_end, is_told):
    told = f"sep={separator}\n" if is_told else ""
    content = (told + ROWS).replace(",", separator).replace("\n", line_end).encode(encoding)
    table = read(content)
    assert cells_of(table) == [("Ärzte 007", "1"), ("b", "2")]
    assert [row.line for row in table.rows] == [2 + is_told, 3 + is_told]
    assert bool(table.notes) == (encoding == "cp1252")


def test_an_encoding_that_was_guessed_is_said_with_an_example():
    (note,) = read(ROWS.encode("cp1252")).notes
    assert (
        note
        == "mine.csv is not in UTF-8 and was read as Windows-1252, 'Ärzte' for example; check its letters"
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused_in_one_line_without_bytes(content):
    said = "mine.csv"
    try:
        read(b"name,n\n" + content)
    except TableError as error:
        said = str(error)
    assert said.startswith("mine.csv")
    assert "codec" not in said
    assert "byte" not in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "mine.csv is empty; it needs the columns name, n"),
        (b"\xef\xbb\xbf\r\n;;\r\n", "is empty"),
        (b"name\na", "line 1: column 'n' is missing; expected name, n, got 'name'"),
        (b"\n\nname,N,n\na,1,2", "line 3: column 'n' stands there twice"),
        (b"name,n\na,1,2", "line 2: expected 2 cells as in the header, got 3"),
        (b"name,n\na", "line 2: expected 2 cells as in the header, got 1"),
        (b"name,,n\na,x,1", "line 2: 'x' stands in a column without a name"),
        (b'name,n\n"a,1', "line 2: a quotation mark is opened there or before, and never closed"),
        (b'name,n\n"a"b,1', "line 2: text follows a closing quotation mark"),
        (b"name,n\n" + b"a" * 200_000 + b",1", "line 2: a cell is longer than 131,072 characters"),
        (b"name,n\na\0,1", "is not text .it holds control characters.; save it as 'CSV UTF-8'"),
        (b"name,n\n\x81\x8d,1", "holds letters of an encoding that is not known"),
        (codecs.BOM_UTF16_LE + b"n\0a", "holds letters of an encoding that is not known"),
        (b"PK\x03\x04rest", "is an Excel workbook, expected CSV"),
        (b"\xd0\xcf\x11\xe0rest", "is an Excel workbook, expected CSV"),
        (b"x" * (MAX_BYTES + 1), "has more than 16777216 bytes"),
        (b"name,n\n" + b"a,1\n" * (MAX_ROWS + 1), "has more than 100000 rows"),
        (b"name,n\n" + b"," * 20_000, f"line 2: 20001 columns, at most {MAX_COLUMNS}"),
    ],
    ids=lambda value: value[:30].decode("latin-1") if isinstance(value, bytes) else value[:20],
)
def test_what_is_no_table_is_refused(content, message):
    with pytest.raises(TableError, match=message) as error:
        read(content)
    assert str(error.value).startswith("mine.csv")


def test_many_columns_cost_no_time():
    began = time.perf_counter()
    with pytest.raises(TableError, match="100000 columns, at most 256 are read"):
        read(",".join(f"c{i}" for i in range(100_000)))
    assert time.perf_counter() - began < 2


def test_columns_and_rows_without_anything_are_left_out():
    table = read("Name;n;;\r\na;1;;\r\n;;;;;;\r\nb;2;;;;\r\n")
    assert table.columns == ("name", "n")
    assert cells_of(table) == [("a", "1"), ("b", "2")]


def test_text_stays_text_and_a_literal_is_unwrapped():
    table = read('name,n\n"=""007""",1\n"a, ""b""",2\n 1E5 ,3\n')
    assert [row.cells["name"] for row in table.rows] == ["007", 'a, "b"', "1E5"]


def test_a_quoted_header_may_hold_what_separates_nothing():
    assert read('"name, of; it";n\na;1', required=("n",)).columns == ("name, of; it", "n")


def test_a_line_end_within_a_cell_is_none_of_the_file():
    table = read('name,n\n"a\nb",1\nc\u2028d,2\n')
    assert cells_of(table) == [("a\nb", "1"), ("c\u2028d", "2")]
    assert [row.line for row in table.rows] == [3, 4]


def test_only_files_are_read_and_not_without_bound(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(TableError, match="is a folder, a pipe or a device, expected a file"):
            read_content(path)
    with pytest.raises(TableError, match=r"none\.csv cannot be read \(No such file or directory\)"):
        read_content(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_bytes(b"12345")
    assert read_content(tmp_path / "a.csv", max_bytes=5) == b"12345"
    with pytest.raises(TableError, match=r"a\.csv has more than 4 bytes"):
        read_content(tmp_path / "a.csv", max_bytes=4)
