"""A table of what labeling took, as a person, Label Studio or SlicerCART writes it: one row a slice, or a volume.

Columns ``volume, seconds``; optional ``slice``, ``n_slices`` (outlined in that time, where it is not one slice),
``annotator`` and ``quality`` (of the outline, as a share of an exact one). Label Studio calls the seconds
``lead_time``. SlicerCART writes one ``<volume>_SegmentationInformation.csv`` a volume, with one row each time it is
saved, and columns ``Volume filename``, ``Annotator Name`` and ``Duration``, the seconds on its clock
(neuropoly/slicercart, ``saveSegmentationInformation`` in ``SlicerCART.py``); it does not say how many slices that were.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...errors import RequestError, TableError
from ...tables import Row, Table, parse_number, parse_whole, read_table
from ...tables.workbook import is_workbook, read_workbook

__all__ = ["TimeLog", "TimeRow", "read_time_log"]

COLUMNS = {
    "volume": ("volume", "volume filename"),
    "seconds": ("seconds", "lead_time", "duration"),
    "slice": ("slice",),
    "n_slices": ("n_slices",),
    "annotator": ("annotator", "annotator name"),
    "quality": ("quality",),
}
"""What is read → the names that its column may have, the first that is there."""

REQUIRED = ("volume", "seconds")

LONGEST = 1e5
"""Seconds, more than a day; a longer time is another unit, or a slip."""


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    """What one piece of work took.

    Parameters
    ----------
    volume : str
    seconds : float in (0, 100000]
    slice : int or None, default=None
        The one that was outlined; None where the row is of several.
    n_slices : float or None, default=None
        Slices that were outlined in that time, at least 1; None where nobody said, which is 1 where `slice` is known.
    annotator : str, default=""
    quality : float in (0, 1], default=1
        Of the outlines, as a share of exact ones.

    Raises
    ------
    RequestError
        If it takes no time or more than a day, or is of less than one slice.
    """

    volume: str
    seconds: float
    slice: int | None = None
    n_slices: float | None = None
    annotator: str = ""
    quality: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST:
            raise RequestError(
                f"a row of a time log takes more than 0 and at most {LONGEST:,.0f} seconds, got {self.seconds:g} on "
                f"{self.volume!r}; leave it out"
            )
        if self.n_slices is not None and not 1 <= self.n_slices < math.inf:
            raise RequestError(f"a row is of at least 1 slice, got {self.n_slices:g} on {self.volume!r}")


@dataclass(frozen=True, kw_only=True)
class TimeLog:
    """Rows of a log, in its order.

    Parameters
    ----------
    rows : tuple of TimeRow
    notes : tuple of str
        What was left out or taken for granted, to be said.
    """

    rows: tuple[TimeRow, ...]
    notes: tuple[str, ...] = ()


def read_time_log(content: bytes, *, name: str) -> TimeLog:
    """Read a log of times.

    Parameters
    ----------
    content : bytes
        CSV as any spreadsheet writes it (`simulator.tables`), or an Excel workbook.
    name : str
        Of the file, for messages.

    Returns
    -------
    TimeLog
        Rows of 0 seconds, where no clock ran, are left out, with a note.

    Raises
    ------
    TableError
        If the content is no such table; the message names line and column.
    """
    if not content.strip():
        raise TableError(f"{name} is empty; it needs the columns {', '.join(REQUIRED)}")
    table = _read(content, name=name)
    columns = _find_columns(table)
    rows = [_read_row(row, table, columns) for row in table.rows]
    timed = tuple(row for row in rows if row is not None)
    if not timed:
        raise TableError(f"{name} has a header but no time above 0; add one row a slice or a volume")
    notes = table.notes
    if len(timed) < len(rows):
        notes += (f"{name}: {len(rows) - len(timed)} of {len(rows)} rows take 0 seconds and are left out",)
    return TimeLog(rows=timed, notes=notes)


def _read(content: bytes, *, name: str) -> Table:
    if is_workbook(content):
        return read_workbook(content, name=name, is_header=_is_header)
    # Which of its names a column has is for `_find_columns` to see.
    return read_table(content, name=name, required=())


def _is_header(titles: Sequence[str]) -> bool:
    return set(REQUIRED) <= _match(titles).keys()


def _match(titles: Sequence[str]) -> Mapping[str, str]:
    """Say which title holds what."""
    known = {title.casefold(): title for title in reversed(titles)}
    found = {what: next((known[n] for n in names if n in known), "") for what, names in COLUMNS.items()}
    return {what: title for what, title in found.items() if title}


def _find_columns(table: Table) -> Mapping[str, str]:
    found = _match(table.columns)
    missing = next((what for what in REQUIRED if what not in found), None)
    if missing is not None:
        expected = " or ".join(COLUMNS[missing])
        raise TableError(
            f"{table.name}: column {expected} is missing; a log has the columns volume and seconds, and optionally "
            f"slice, n_slices, annotator, quality; got {', '.join(map(repr, table.columns))[:200]}"
        )
    return found


def _read_row(row: Row, table: Table, columns: Mapping[str, str]) -> TimeRow | None:
    """Read one row; None where no clock ran."""
    cells = {what: row.cells.get(column, "") for what, column in columns.items()}

    def wrong(what: str, expected: str) -> TableError:
        where = f"{table.name}, line {row.line}, column {columns[what]}"
        fault = table.faults.get((row.line, columns[what]))
        return TableError(f"{where}: {fault or f'expected {expected}, got {cells[what][:40]!r}'}")

    def number(what: str, *, least: float, most: float, expected: str) -> float:
        value = parse_number(cells[what], has_decimal_comma=table.has_decimal_comma)
        if not least <= value <= most:
            raise wrong(what, expected)
        return value

    if not cells["volume"]:
        raise wrong("volume", "a name")
    index = parse_whole(cells["slice"]) if cells.get("slice") else None
    if cells.get("slice") and index is None:
        raise wrong("slice", "a whole number, or nothing where the row is of several slices")
    seconds = number(
        "seconds", least=0.0, most=LONGEST, expected=f"seconds from 0 to {LONGEST:,.0f}, as 42.5 or 42,5"
    )
    n_slices = quality = None
    if cells.get("n_slices"):
        n_slices = number("n_slices", least=1.0, most=1e6, expected="a number of slices, at least 1")
    if cells.get("quality"):
        quality = number("quality", least=math.ulp(0.0), most=1.0, expected="a share above 0 and at most 1")
    if seconds == 0:
        return None
    return TimeRow(
        volume=cells["volume"],
        seconds=seconds,
        slice=index,
        n_slices=n_slices,
        annotator=cells.get("annotator", ""),
        quality=1.0 if quality is None else quality,
    )
