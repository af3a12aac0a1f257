"""The flat table of all records: one DataFrame that grows by what is new."""

from collections.abc import Iterable, Sequence

import pandas as pd

from .columns import TableRow

__all__ = ["COLUMNS", "extend_table"]

COLUMNS = TableRow._fields
"""Columns of the table, in order."""

_TYPES = {name: kind for name, kind in TableRow.__annotations__.items() if kind in {int, float, str}}


def extend_table(table: pd.DataFrame | None, rows: Sequence[TableRow]) -> pd.DataFrame:
    """Add rows to a table.

    Parameters
    ----------
    table : DataFrame or None
        A table from here; None begins one.
    rows : sequence of TableRow
        Rows with keys that the table does not have.

    Returns
    -------
    DataFrame
        One row a record, in order of key.
    """
    if table is not None and not rows:
        return table
    columns: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    new = pd.DataFrame(dict(zip(COLUMNS, map(list, columns), strict=True))).astype(_TYPES)
    new["volume_dice"] = new["volume_dice"].astype(object)
    whole = new if table is None else pd.concat([table, new], ignore_index=True)
    return whole.sort_values("key", kind="stable", ignore_index=True)
