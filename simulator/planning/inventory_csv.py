"""A list of volumes as a person writes it: one row a volume, from a spreadsheet.

Columns ``volume, n_slices, first_slice, last_slice, axis``; optional ``spacing_mm`` and ``origin_mm``, the distance of
slices and the position of slice 0. Slices count from 0, as nibabel reads the file; the structure is on all slices from
the first to the last.
"""

import numpy as np

from ..errors import InventoryError
from ..tables import Row, Table, is_mangled, parse_number, parse_whole, read_table
from .values import Inventory, InventoryVolume

__all__ = ["INVENTORY_COLUMNS", "parse_inventory"]

INVENTORY_COLUMNS = ("volume", "n_slices", "first_slice", "last_slice", "axis")

OPTIONAL_COLUMNS = ("spacing_mm", "origin_mm")

MAX_SLICES = 100_000
"""More slices than any scanner makes along one axis."""

MAX_SLICES_IN_ALL = 20_000_000
"""Of all volumes together; more than the memory of a small machine plans for."""


def parse_inventory(content: bytes, *, name: str) -> Inventory:
    """Read a CSV of volumes.

    Parameters
    ----------
    content : bytes
        CSV as any spreadsheet writes it (`simulator.tables`).
    name : str
        Of the file, for messages.

    Returns
    -------
    Inventory

    Raises
    ------
    TableError
        If the content is no such table; the message names line and column.
    """
    table = read_table(content, name=name, required=INVENTORY_COLUMNS, optional=OPTIONAL_COLUMNS)
    volumes: dict[str, InventoryVolume] = {}
    n_slices = 0
    for cells in table.rows:
        row = _Row(table, cells)
        volume = row.volume()
        if volume.name in volumes:
            raise InventoryError(
                f"{row.where('volume')}: {volume.name!r} stands there twice; keep one of them"
            )
        volumes[volume.name] = volume
        n_slices += volume.n_slices
        if n_slices > MAX_SLICES_IN_ALL:
            raise InventoryError(
                f"{row.where('n_slices')}: the volumes up to here have {n_slices} slices, at most {MAX_SLICES_IN_ALL} "
                "are read; split the list"
            )
    if not volumes:
        raise InventoryError(f"{name} has a header but no volume; add one row a volume")
    return Inventory(
        name=name,
        reference=None,
        volumes=tuple(volumes.values()),
        notes=(*table.notes, *_name_mangled(table)),
    )


def _name_mangled(table: Table) -> tuple[str, ...]:
    """Name the ids that a spreadsheet seems to have taken for numbers: no file has such a name."""
    found = [row for row in table.rows if is_mangled(row.cells["volume"])]
    if not found:
        return ()
    where = _Row(table, found[0]).where("volume")
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"{where}: {found[0].cells['volume']!r}{more} looks like an id that a spreadsheet took for a number; if so, "
        "write it anew in a column that is formatted as text",
    )


class _Row:
    """One row, which knows where it stands for its messages."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.line, self.cells = table, row.line, row.cells

    def volume(self) -> InventoryVolume:
        n_slices = self._count("n_slices", least=1, most=MAX_SLICES)
        first = self._count("first_slice", least=0, most=n_slices - 1, why=" (slices count from 0)")
        last = self._count("last_slice", least=first, most=n_slices - 1, why=" (slices count from 0)")
        name = self._name()
        return InventoryVolume(
            id=name,
            name=name,
            axis=self._count("axis", least=0, most=2),
            n_slices=n_slices,
            slices=np.arange(first, last + 1),
            positions_mm=self._positions(n_slices),
        )

    def _name(self) -> str:
        name = self.cells["volume"]
        if not name:
            raise self._error("volume", "a name", "an empty cell")
        if name.startswith(("=", "+", "-", "@")):
            raise self._error(
                "volume",
                "a plain name",
                f"{name[:40]!r}, which a spreadsheet reads as a formula; put a letter before it",
            )
        if len(name) > 200 or not name.isprintable():
            raise self._error("volume", "a printable name of at most 200 characters", repr(name[:40]))
        return name

    def _count(self, column: str, *, least: int, most: int, why: str = "") -> int:
        text = self.cells[column]
        value = parse_whole(text)
        if value is None or not least <= value <= most:
            hint = (
                "; write it without separators" if value is None and text.replace(",", ".").count(".") else ""
            )
            raise self._error(column, f"a whole number from {least} to {most}{why}", f"{text[:40]!r}{hint}")
        return value

    def _positions(self, n_slices: int) -> np.ndarray | None:
        if not self.cells.get("spacing_mm"):
            return None
        spacing = self._number("spacing_mm")
        if spacing == 0:
            raise self._error("spacing_mm", "a distance that is not 0", repr(self.cells["spacing_mm"]))
        origin = self._number("origin_mm") if self.cells.get("origin_mm") else 0.0
        return origin + spacing * np.arange(n_slices)

    def _number(self, column: str) -> float:
        value = parse_number(self.cells[column], has_decimal_comma=self.table.has_decimal_comma)
        if not abs(value) < 1e6:
            raise self._error(
                column,
                "millimetres, as 2.5 or 2,5, without thousands separators",
                repr(self.cells[column][:40]),
            )
        return value

    def _error(self, column: str, expected: str, received: str) -> InventoryError:
        return InventoryError(f"{self.where(column)}: expected {expected}, got {received}")

    def where(self, column: str) -> str:
        """Name the file, the line and a column."""
        return f"{self.table.name}, line {self.line}, column {column}"
