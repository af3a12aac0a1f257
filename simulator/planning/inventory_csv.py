"""A list of volumes as a person writes it: one row a volume, from a spreadsheet.

Columns ``volume, n_slices, first_slice, last_slice, axis``; optional ``spacing_mm`` and ``origin_mm``, the distance of
slices and the position of slice 0. Slices count from 0, as nibabel reads the file; the structure is on all slices from
the first to the last.
"""

import numpy as np

from ..errors import InventoryError
from ..tables import read_table
from .values import Inventory, InventoryVolume
from .volumes.row import COUNTED, MAX_SLICES, ListRow, name_mangled

__all__ = ["INVENTORY_COLUMNS", "parse_inventory"]

INVENTORY_COLUMNS = ("volume", "n_slices", "first_slice", "last_slice", "axis")

OPTIONAL_COLUMNS = ("spacing_mm", "origin_mm")

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
        row = ListRow(table=table, row=cells)
        volume = _read_volume(row)
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
        notes=(*table.notes, *name_mangled(table)),
    )


def _read_volume(row: ListRow) -> InventoryVolume:
    n_slices = row.count("n_slices", least=1, most=MAX_SLICES)
    first = row.count("first_slice", least=0, most=n_slices - 1, why=COUNTED)
    last = row.count("last_slice", least=first, most=n_slices - 1, why=COUNTED)
    name = row.name()
    return InventoryVolume(
        id=name,
        name=name,
        axis=row.count("axis", least=0, most=2),
        n_slices=n_slices,
        slices=np.arange(first, last + 1),
        positions_mm=_read_positions(row, n_slices),
    )


def _read_positions(row: ListRow, n_slices: int) -> np.ndarray | None:
    if not row.text("spacing_mm"):
        return None
    spacing = row.millimetres("spacing_mm")
    if spacing == 0:
        raise row.error("spacing_mm", "a distance that is not 0", repr(row.text("spacing_mm")))
    origin = row.millimetres("origin_mm") if row.text("origin_mm") else 0.0
    return origin + spacing * np.arange(n_slices)
