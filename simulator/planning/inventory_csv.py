"""A list of volumes as a person writes it: one row a volume, from a spreadsheet.

Columns ``volume, n_slices, first_slice, last_slice, axis``; optional ``spacing_mm`` and ``origin_mm``, the distance of
slices and the position of slice 0. Slices count from 0, as nibabel reads the file; the structure is on all slices from
the first to the last.
"""

import csv
import math
from collections.abc import Mapping

import numpy as np

from ..errors import InventoryError
from .values import Inventory, InventoryVolume

__all__ = ["INVENTORY_COLUMNS", "parse_inventory"]

INVENTORY_COLUMNS = ("volume", "n_slices", "first_slice", "last_slice", "axis")

OPTIONAL_COLUMNS = ("spacing_mm", "origin_mm")

MAX_BYTES = 16 * 2**20
MAX_VOLUMES = 100_000
MAX_SLICES = 100_000
"""More slices than any scanner makes along one axis."""

MAX_SLICES_IN_ALL = 20_000_000
"""Of all volumes together; more than the memory of a small machine plans for."""


def parse_inventory(content: bytes, *, name: str) -> Inventory:
    """Read a CSV of volumes.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without byte order mark; separated by commas, or by semicolons as some spreadsheets save.
    name : str
        Of the file, for messages.

    Returns
    -------
    Inventory

    Raises
    ------
    InventoryError
        If the content is no such table; the message names line and column.
    """
    lines = _read_lines(content, name=name)
    header = [cell.strip().lower() for cell in lines[0][1]]
    _check_header(header, name=name)
    volumes: dict[str, InventoryVolume] = {}
    n_slices = 0
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            raise InventoryError(
                f"{name}, line {number}: expected {len(header)} cells as in the header, got {len(cells)}; quote cells "
                "that hold a comma"
            )
        row = _Row(name, number, dict(zip(header, map(str.strip, cells), strict=True)))
        volume = row.volume()
        if volume.name in volumes:
            raise InventoryError(
                f"{name}, line {number}, column volume: {volume.name!r} stands there twice; keep one of them"
            )
        volumes[volume.name] = volume
        n_slices += volume.n_slices
        if n_slices > MAX_SLICES_IN_ALL:
            raise InventoryError(
                f"{name}, line {number}, column n_slices: the volumes up to here have {n_slices} slices, at most "
                f"{MAX_SLICES_IN_ALL} are read; split the list"
            )
    if not volumes:
        raise InventoryError(f"{name} has a header but no volume; add one row a volume")
    return Inventory(name=name, reference=None, volumes=tuple(volumes.values()))


def _read_lines(content: bytes, *, name: str) -> list[tuple[int, list[str]]]:
    """Split into cells: pairs of line number and cells, blank lines left out, the header first."""
    if len(content) > MAX_BYTES:
        raise InventoryError(f"{name} has {len(content)} bytes, at most {MAX_BYTES} are read; split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InventoryError(f"{name} is not UTF-8 (byte {error.start}); save it as 'CSV UTF-8'") from None
    if "\0" in text:
        raise InventoryError(f"{name} is not text (it holds a zero byte); save it as 'CSV UTF-8'")
    header = text.split("\n", 1)[0]
    reader = csv.reader(
        text.splitlines(keepends=True),
        delimiter=";" if header.count(";") > header.count(",") else ",",
        strict=True,
    )
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise InventoryError(
            f"{name}, line {reader.line_num}: {error}; save it anew from a spreadsheet"
        ) from None
    if not lines:
        raise InventoryError(f"{name} is empty; it needs the columns {', '.join(INVENTORY_COLUMNS)}")
    if len(lines) - 1 > MAX_VOLUMES:
        raise InventoryError(f"{name} has {len(lines) - 1} volumes, at most {MAX_VOLUMES} are read; split it")
    return lines


def _check_header(header: list[str], *, name: str) -> None:
    twice = sorted({cell for cell in header if header.count(cell) > 1})
    if twice:
        raise InventoryError(f"{name}, line 1: column {twice[0]!r} stands there twice; keep one of them")
    missing = [column for column in INVENTORY_COLUMNS if column not in header]
    if missing:
        raise InventoryError(
            f"{name}, line 1: column {missing[0]!r} is missing; expected {', '.join(INVENTORY_COLUMNS)} and optionally "
            f"{', '.join(OPTIONAL_COLUMNS)}, got {', '.join(map(repr, header))[:200]}"
        )


class _Row:
    """One row, which knows where it stands for its messages."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        self.file, self.line, self.cells = file, line, cells

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
                "volume", "a plain name", f"{name[:40]!r}, which a spreadsheet reads as a formula"
            )
        if len(name) > 200 or not name.isprintable():
            raise self._error("volume", "a printable name of at most 200 characters", repr(name[:40]))
        return name

    def _count(self, column: str, *, least: int, most: int, why: str = "") -> int:
        text = self.cells[column]
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if value is None or not least <= value <= most:
            raise self._error(column, f"a whole number from {least} to {most}{why}", repr(text[:40]))
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
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not abs(value) < 1e6:
            raise self._error(column, "millimetres with a decimal point", repr(self.cells[column][:40]))
        return value

    def _error(self, column: str, expected: str, received: str) -> InventoryError:
        return InventoryError(
            f"{self.file}, line {self.line}, column {column}: expected {expected}, got {received}"
        )
