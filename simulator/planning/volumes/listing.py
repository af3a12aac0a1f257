"""A lab's volumes from a list of its own: a CSV or an Excel workbook, one row a volume, columns guessed and shown.

The volume's name is all that a list needs; what else it knows makes the answer surer. Slices count from 0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from ...errors import InventoryError
from ...records import LabVolume
from ...records.explaining import explain
from ...records.project import MAX_VOLUMES
from ...tables import Sheet, Table, read_table
from ...tables.workbook import is_workbook, read_workbook
from .columns import change_columns, guess_columns, is_header
from .row import COUNTED, MAX_SLICES, ListRow, name_mangled

__all__ = ["Column", "ListProposal", "VolumeList", "propose_columns", "read_volumes"]

N_SHOWN = 3
"""Rows that a person needs to see what a column holds."""

MAX_LABELED = 1_000_000
"""Slices of all volumes together that are said to be labeled."""

MAX_SPACING_MM = 1e4

_PART = re.compile(r"([0-9]{1,6})(?:[-–:]([0-9]{1,6}))?")
_BETWEEN = re.compile(r"[;,\s]+")
_AROUND_DASH = re.compile(r"\s*([-–:])\s*")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column, and what it holds: one of `volume_columns.FIELDS`, or None where it is not used."""

    title: str
    field: str | None


@dataclass(frozen=True, kw_only=True)
class ListProposal:
    """How a list would be read, to be shown before it is.

    Parameters
    ----------
    name : str
        Of the file.
    sheet : Sheet or None
        Of a workbook.
    columns : tuple of Column
        In order.
    rows : tuple of tuple of str
        The first rows, a cell a column.
    n_rows : int
    notes : tuple of str
        What was taken for granted, to be said.
    """

    name: str
    sheet: Sheet | None
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    n_rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VolumeList:
    """Volumes of a list, and what was taken for granted when it was read, to be said."""

    volumes: tuple[LabVolume, ...]
    notes: tuple[str, ...]


def propose_columns(content: bytes, *, name: str, sheet: str | None = None) -> ListProposal:
    """Guess how a list is to be read; no cell is judged yet.

    Parameters
    ----------
    content : bytes
        CSV as any spreadsheet writes it (`simulator.tables`), or an Excel workbook, of which the first sheet with a
        column for the volume is taken.
    name : str
        Of the file, for messages.
    sheet : str, default=None
        Name of the sheet to take instead.

    Returns
    -------
    ListProposal
        Without a column for the volume where no title says which it is.

    Raises
    ------
    TableError
        If the content is no such table.
    """
    table = _read(content, name=name, sheet=sheet)
    return ListProposal(
        name=name,
        sheet=table.sheet,
        columns=tuple(
            Column(title=title, field=field) for title, field in guess_columns(table.columns).items()
        ),
        rows=tuple(tuple(row.cells[title] for title in table.columns) for row in table.rows[:N_SHOWN]),
        n_rows=len(table.rows),
        notes=table.notes,
    )


def read_volumes(
    content: bytes, *, name: str, columns: Mapping[str, str | None] | None = None, sheet: str | None = None
) -> VolumeList:
    """Read the volumes of a list.

    Parameters
    ----------
    content : bytes
    name : str
    columns : mapping of str to (str or None), default=None
        Title → field, where that is to be other than guessed; None leaves a column out.
    sheet : str, default=None
        As for `propose_columns`.

    Returns
    -------
    VolumeList
        In the order of the list.

    Raises
    ------
    TableError
        If the content is no such table, or a cell is wrong (`InventoryError`); the message names it.
    """
    table = _read(content, name=name, sheet=sheet)
    fields = change_columns(guess_columns(table.columns), columns or {}, name=name)
    titles = {field: title for title, field in fields.items() if field is not None}
    if "volume" not in titles:
        raise InventoryError(
            f"{name}: no column is known to name the volumes; call one 'volume', or choose it among "
            f"{', '.join(map(repr, table.columns))}"[:400]
        )
    if len(table.rows) > MAX_VOLUMES:
        raise InventoryError(f"{name} has {len(table.rows)} rows, at most {MAX_VOLUMES} are read; split it")
    rows = [ListRow(table=table, row=row, columns=titles) for row in table.rows]
    volumes = tuple(_read_all(rows))
    if not volumes:
        raise InventoryError(f"{name} has a header but no volume; add one row a volume")
    return VolumeList(volumes=volumes, notes=(*table.notes, *name_mangled(table, column=titles["volume"])))


def _read(content: bytes, *, name: str, sheet: str | None) -> Table:
    if is_workbook(content):
        return read_workbook(content, name=name, is_header=is_header, sheet=sheet)
    return read_table(content, name=name, keep_case=True)


def _read_all(rows: list[ListRow]) -> Iterator[LabVolume]:
    lines: dict[str, ListRow] = {}
    n_labeled = 0
    for row in rows:
        volume = _read_volume(row)
        if volume.name in lines:
            raise InventoryError(
                f"{row.where('volume')}: {volume.name!r} stands there twice, first in line "
                f"{lines[volume.name].row.line}; keep one of them, or choose a column that tells them apart"
            )
        lines[volume.name] = row
        n_labeled += len(volume.labeled_slices)
        if n_labeled > MAX_LABELED:
            raise InventoryError(
                f"{row.where('labeled_slices')}: {n_labeled} slices are labeled up to here, at most {MAX_LABELED} are "
                "read; split the list"
            )
        yield volume


def _read_volume(row: ListRow) -> LabVolume:
    n_slices = _count(row, "n_slices", least=1, most=MAX_SLICES)
    most = (n_slices or MAX_SLICES) - 1
    first = _count(row, "first_slice", most=most, why=COUNTED)
    try:
        return LabVolume(
            name=row.name(),
            n_slices=n_slices,
            first_slice=first,
            last_slice=_count(row, "last_slice", least=first or 0, most=most, why=COUNTED),
            axis=_count(row, "axis", most=2),
            spacing_mm=_read_spacing(row),
            group=row.text("group"),
            labeled_slices=_read_labeled(row, most=most),
            path=row.text("path").replace("\\", "/"),
        )
    except ValidationError as error:
        raise InventoryError(f"{row.where('volume')}: {explain(error)}; correct the row") from None


def _count(row: ListRow, field: str, *, least: int = 0, most: int, why: str = "") -> int | None:
    return row.count(field, least=least, most=most, why=why) if row.text(field) else None


def _read_spacing(row: ListRow) -> float | None:
    if not row.text("spacing_mm"):
        return None
    spacing = abs(row.millimetres("spacing_mm"))  # an affine's own may run downwards
    if not 0 < spacing <= MAX_SPACING_MM:
        raise row.error("spacing_mm", "a distance above 0 and below 10 m", repr(row.text("spacing_mm")))
    return spacing


def _read_labeled(row: ListRow, *, most: int) -> tuple[int, ...]:
    """Read slices one by one or from one to another: ``3;7;11``, ``3-11``."""
    text = _AROUND_DASH.sub(r"\1", row.text("labeled_slices"))
    found: set[int] = set()
    for part in filter(None, _BETWEEN.split(text)):
        match = _PART.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not first <= last <= most:
            raise row.error(
                "labeled_slices", f"slices from 0 to {most}, as 3;7;11 or 3-11{COUNTED}", repr(part[:40])
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))
