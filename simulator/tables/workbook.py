"""From an Excel workbook to rows of text: which sheet is read, what its formulas last gave, how much is unpacked."""

import datetime as dt
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter

from ..errors import TableError
from .archive import SAVE, check_archive
from .reading import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, check_header, check_size
from .table import Row, Sheet, Table

__all__ = ["is_workbook", "read_workbook"]

MAX_TITLES = 10
"""Rows that are looked at for the header: a title or a date may stand above it."""

MAX_DIGITS = 15
"""Of a number, a spreadsheet keeps no more."""

MAX_LINES_ABOVE = 1_000
"""Lines among which the header is looked for."""

_LAST_ROW = 2**20
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TIMES = (dt.date, dt.time, dt.timedelta)

Cells = list[tuple[str, str]]
"""Text of each cell of a row, and what is wrong with it."""


def is_workbook(content: bytes) -> bool:
    """Tell by its first bytes whether a file is an Excel workbook, of today or of old."""
    return content.startswith((_ZIP, _OLD))


def read_workbook(
    content: bytes, *, name: str, is_header: Callable[[Sequence[str]], bool], sheet: str | None = None
) -> Table:
    """Read one sheet of a workbook; of formulas, what they gave when it was saved.

    Parameters
    ----------
    content : bytes
        An .xlsx or .xlsm.
    name : str
        Of the file, for messages.
    is_header : function of a sequence of str
        Whether the cells of a row are the titles that are looked for; the first sheet with such a row near its top is
        read, or where there is none the first that is not empty.
    sheet : str, default=None
        Name of the only sheet that may be taken.

    Returns
    -------
    Table
        Its columns as they are spelled; its `faults` are cells that say nothing.

    Raises
    ------
    TableError
        If it is no workbook, would take more than the limits once it is unpacked, or no sheet holds anything.
    """
    check_size(content, name=name, max_bytes=MAX_BYTES)
    if content.startswith(_OLD):
        raise TableError(f"{name} is an .xls of old or has a password, expected an .xlsx without one; {SAVE}")
    try:
        check_archive(content, name=name)
        # openpyxl warns of what it would lose, were it to write the file.
        with warnings.catch_warnings(action="ignore"):
            return _read(content, name=name, is_header=is_header, sheet=sheet)
    except TableError:
        raise
    except Exception as error:  # whatever a damaged file makes zipfile and openpyxl stumble over
        reason = (str(error).splitlines() or [type(error).__name__])[0][:80]
        raise TableError(f"{name} is damaged or no Excel workbook ({reason}); {SAVE}") from None


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the table of a sheet begins."""

    sheet: Any
    number: int
    line: int
    titles: tuple[str, ...]


def _read(
    content: bytes, *, name: str, is_header: Callable[[Sequence[str]], bool], sheet: str | None
) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
    places = list(filter(None, (_find_table(one, i, is_header, sheet) for i, one in enumerate(sheets, 1))))
    if not places:
        raise TableError(f"{name} has no sheet {'with a table' if sheet is None else repr(sheet)}; {SAVE}")
    place = next((one for one in places if is_header(one.titles)), places[0])
    check_header(list(place.titles), line=place.line, name=name, required=())
    rows, faults, notes = _read_rows(content, place, name=name)
    letters = {title: get_column_letter(i) for i, title in enumerate(place.titles, start=1) if title}
    return Table(
        name=name,
        columns=tuple(letters),
        rows=rows,
        has_decimal_comma=False,
        notes=notes,
        sheet=Sheet(name=place.sheet.title, number=place.number, n_sheets=len(sheets), letters=letters),
        faults=faults,
    )


def _find_table(
    sheet: Any, number: int, is_header: Callable[[Sequence[str]], bool], wanted: str | None
) -> _Place | None:
    """Find the header of a sheet: the first row that is one, else the first that is not blank."""
    if wanted not in (None, sheet.title):
        return None
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    found = [
        _Place(sheet=sheet, number=number, line=line, titles=titles)
        for line, titles in islice(_iterate_titles(sheet), MAX_TITLES)
    ]
    return next((place for place in found if is_header(place.titles)), found[0] if found else None)


def _iterate_titles(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    for line, cells in enumerate(sheet.iter_rows(max_row=MAX_LINES_ABOVE, max_col=MAX_COLUMNS), start=1):
        titles = [" ".join(_read_cell(cell)[0].split()) for cell in cells]
        n_titles = max((n for n, title in enumerate(titles, start=1) if title), default=0)
        if n_titles:
            yield line, tuple(titles[:n_titles])


def _read_rows(
    content: bytes, place: _Place, *, name: str
) -> tuple[tuple[Row, ...], Mapping[tuple[int, str], str], tuple[str, ...]]:
    """Read what stands below the header, blank rows left out."""
    found: dict[int, Cells] = {}
    for line, cells in _iterate_rows(place.sheet, place):
        read = [_read_cell(cell) for cell in cells]
        if any(text or why for text, why in read):
            found[line] = read
        if len(found) > MAX_ROWS:
            raise TableError(f"{name} has more than {MAX_ROWS} rows, no more are read; split it")
    _tell_formulas_from_blanks(content, place, found)
    rows = tuple(
        Row(line=line, cells={title: text for title, (text, _) in _titled(place, cells)})
        for line, cells in found.items()
        if any(text or why for text, why in cells)
    )
    faults = {
        (line, title): why
        for line, cells in found.items()
        for title, (_, why) in _titled(place, cells)
        if why
    }
    return rows, faults, _note_unnamed(place, found)


def _iterate_rows(sheet: Any, place: _Place) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Go through the rows below the header that the file holds anything of; it may count up to a million."""
    rows = sheet.iter_rows(min_row=place.line + 1, max_row=_LAST_ROW, max_col=len(place.titles))
    nothing = {id(EMPTY_CELL)}
    return (
        (line, cells) for line, cells in enumerate(rows, place.line + 1) if set(map(id, cells)) != nothing
    )


def _titled(place: _Place, cells: Cells) -> list[tuple[str, tuple[str, str]]]:
    return [(title, cell) for title, cell in zip(place.titles, cells, strict=False) if title]


_MAYBE = "its formula was never computed; open the workbook in a spreadsheet and save it"


def _tell_formulas_from_blanks(content: bytes, place: _Place, found: dict[int, Cells]) -> None:
    """Take back what was said of cells without a value that hold no formula: only a second reading shows which do."""
    if not any(why == _MAYBE for cells in found.values() for _, why in cells):
        return
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    sheet = book[place.sheet.title]
    sheet.reset_dimensions()
    for line, cells in _iterate_rows(sheet, place):
        if line in found:
            found[line] = [
                ("", "") if why == _MAYBE and cell.data_type != "f" else (text, why)
                for (text, why), cell in zip(found[line], cells, strict=False)
            ]


def _note_unnamed(place: _Place, found: Mapping[int, Cells]) -> tuple[str, ...]:
    """Name a cell in a column that has no title: a remark, or a column that was meant to be used."""
    for line, cells in found.items():
        for number, (title, (text, _)) in enumerate(zip(place.titles, cells, strict=False), start=1):
            if text and not title:
                cell = f"{get_column_letter(number)}{line}"
                return (
                    f"sheet {place.sheet.title!r}: {text[:40]!r} in {cell} has no title above it and is not used",
                )
    return ()


def _read_cell(cell: Any) -> tuple[str, str]:
    """Write a cell's value as a spreadsheet shows it, and say what is wrong with it."""
    value = cell.value
    if value is None:
        return "", _MAYBE if cell.data_type == "n" and cell is not EMPTY_CELL else ""
    if cell.data_type == "e":
        return str(value), f"{value} is an error of its formula; mend it"
    if isinstance(value, _TIMES):
        return str(
            value
        ), f"{value} is a date, for which a spreadsheet may have taken it; write it anew as text"
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, int | float):
        return _read_number(value, str(cell.number_format))
    return str(value).strip(), ""


def _read_number(value: float, shown_as: str) -> tuple[str, str]:
    if not float(value).is_integer():
        return repr(value), ""
    text = str(int(value))
    if len(text.lstrip("-")) > MAX_DIGITS:
        return (
            text,
            f"{text} is a number of more than {MAX_DIGITS} digits, whose last a spreadsheet loses; write text",
        )
    return (text.zfill(len(shown_as)) if re.fullmatch("0+", shown_as) else text), ""
