"""An Excel workbook is read as text, in bounds: the sheet that is looked for, with what its formulas last gave."""

import datetime as dt
import io
import time
import zipfile

import openpyxl
import pytest

from simulator.errors import TableError
from simulator.tables import workbook
from simulator.tables.workbook import read_workbook


def write(sheets, *, formats=()):
    """A workbook of sheets: name → rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell, shown_as in formats:
            sheet[cell].number_format = shown_as
    return save(book)


def save(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def patch(content, part, old, new):
    """Change the XML of a part."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info.filename, data.replace(old, new) if info.filename == part else data)
    return file.getvalue()


def read(content, *, sheet=None):
    return read_workbook(content, name="mine.xlsx", is_header=lambda titles: "id" in titles, sheet=sheet)


def cells_of(table):
    return [tuple(row.cells.values()) for row in table.rows]


def test_values_are_what_a_spreadsheet_shows():
    rows = [["id", "n"], [7, 140.0], ["007", 2.5], [True, -3], [" x ", None]]
    table = read(write({"A": rows}, formats=[("A2", "000")]))
    assert cells_of(table) == [("007", "140"), ("007", "2.5"), ("TRUE", "-3"), ("x", "")]
    assert [row.line for row in table.rows] == [2, 3, 4, 5]
    assert table.faults == {}


def test_the_first_sheet_with_the_header_is_read_wherever_in_it_that_stands():
    sheets = {f"Sheet {i}": [["nothing"], [i]] for i in range(15)}
    sheets["Pool"] = [["Volumes of 2026"], [], [None, "id", "n"], [None, "a", 1], [], [None, "b", 2]]
    table = read(write(sheets))
    assert (table.sheet.name, table.sheet.number, table.sheet.n_sheets) == ("Pool", 16, 16)
    assert cells_of(table) == [("a", "1"), ("b", "2")]
    assert table.where(6, "n") == "mine.xlsx, sheet 'Pool', cell C6, column n"


def test_without_such_a_header_the_first_sheet_that_is_not_empty_is_shown():
    table = read(write({"Empty": [], "B": [["name"], ["x"]]}))
    assert (table.sheet.name, table.columns) == ("B", ("name",))


def test_hidden_sheets_are_not_read_and_another_may_be_asked_for():
    book = openpyxl.Workbook()
    book.active.append(["id"])
    book.active.sheet_state = "hidden"
    for name in "AB":
        book.create_sheet(name).append(["id"])
        book[name].append([name])
    assert cells_of(read(save(book))) == [("A",)]
    assert cells_of(read(save(book), sheet="B")) == [("B",)]
    with pytest.raises(TableError, match="has no sheet 'Sheet'"):
        read(save(book), sheet="Sheet")


def test_a_formula_says_what_it_last_gave_and_one_that_gave_nothing_yet_is_a_fault():
    content = write({"A": [["id", "n", "m"], ["a", "=1+1", "=2+2"], ["=B2", None, None], ["c", None, 3]]})
    part = "xl/worksheets/sheet1.xml"
    computed = patch(content, part, b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert computed != content
    table = read(
        patch(computed, part, b'<c r="C2"><f>2+2</f><v />', b'<c r="C2" t="e"><f>2+2</f><v>#REF!</v>')
    )
    assert cells_of(table)[0] == ("a", "2", "#REF!")
    assert list(table.faults) == [(2, "m"), (3, "id")]
    assert "never computed; open the workbook in a spreadsheet and save it" in table.faults[3, "id"]


def test_a_formula_that_gave_no_text_is_an_empty_cell():
    content = write({"A": [["id"], ["a"], ['=IF(A1="","","")']]})
    content = patch(content, "xl/worksheets/sheet1.xml", b'<c r="A3"><f>', b'<c r="A3" t="str"><f>')
    assert cells_of(read(content)) == [("a",)]


def test_blank_cells_with_a_colour_are_no_formulas():
    book = openpyxl.Workbook()
    for row in (["id", "n"], ["a", None], [None, None]):
        book.active.append(row)
    for cell in ("B2", "A3", "B3", "B900"):
        book.active[cell].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    table = read(save(book))
    assert cells_of(table) == [("a", "")]
    assert table.faults == {}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (dt.datetime(2026, 3, 11), "is a date, for which a spreadsheet may have taken it"),
        (1234567890123456, "more than 15 digits, whose last a spreadsheet loses"),
        ("#N/A", "is an error of its formula; mend it"),
    ],
)
def test_a_cell_that_lost_what_it_said_is_a_fault(value, message):
    table = read(write({"A": [["id"], [value]]}))
    assert message in table.faults[2, "id"]


def test_remarks_beside_the_table_are_named_once():
    table = read(write({"A": [["id", None, "n"], ["a", "ask Anna", 1], ["b", "too", 2]]}))
    assert table.columns == ("id", "n")
    assert table.notes == ("sheet 'A': 'ask Anna' in B2 has no title above it and is not used",)


def test_a_title_that_stands_there_twice_is_refused():
    with pytest.raises(TableError, match="line 1: column 'n' stands there twice"):
        read(write({"A": [["id", "n", "n"], ["a", 1, 2]]}))


def test_what_is_no_workbook_is_refused_in_plain_words():
    for content in (b"PK\x03\x04rubbish", write({"A": [["id"]]})[:-200]):
        with pytest.raises(TableError, match=r"mine\.xlsx is damaged or no Excel workbook .*; save it anew"):
            read(content)
    with pytest.raises(TableError, match=r"an \.xls of old or has a password"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(TableError, match="has no sheet with a table"):
        read(write({"A": []}))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    with pytest.raises(TableError, match="damaged or no Excel workbook"):
        read(file.getvalue())


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    file = io.BytesIO(write({"A": [["id"]]}))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", bytes(2**26))
    started = time.monotonic()
    with pytest.raises(TableError, match=r"unpacks to .* at most 67,108,864 in"):
        read(file.getvalue())
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused_wherever_it_lies(encoding):
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    text = f'<?xml version="1.0" encoding="{encoding}"?><!--{"x" * 100_000}-->{laughs}<sst>&b;</sst>'
    file = io.BytesIO(write({"A": [["id"]]}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/any.bin", text.encode(encoding))
    with pytest.raises(TableError, match=r"declares a document type in 'xl/any\.bin'"):
        read(file.getvalue())


def test_rows_and_columns_that_a_file_only_claims_take_no_time():
    content = write({"A": [["id", "n"], ["a", 1]]})
    part = "xl/worksheets/sheet1.xml"
    far = b'<row r="999999999"><c r="ZZZ999999999"><v>1</v></c></row></sheetData>'
    content = patch(content, part, b"</sheetData>", far)
    content = patch(content, part, b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    started = time.monotonic()
    assert cells_of(read(content)) == [("a", "1")]
    assert time.monotonic() - started < 10


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 5)
    with pytest.raises(TableError, match="has more than 5 rows"):
        read(write({"A": [["id"], *([i] for i in range(6))]}))
