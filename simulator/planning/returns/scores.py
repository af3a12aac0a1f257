"""Scores that a lab measured itself: one row a training, on so many volumes, with the Dice on the test volumes."""

from collections.abc import Mapping, Sequence

from ...errors import InventoryError
from ...records import Score
from ...records.project import MAX_VOLUMES
from ...tables import Table, parse_number, read_table
from ...tables.workbook import is_workbook, read_workbook
from ..volumes.row import ListRow

__all__ = ["read_scores"]

TITLES: Mapping[str, tuple[str, ...]] = {
    "n_volumes": ("n_volumes", "volumes", "number of volumes", "n"),
    "dice": ("dice", "dice score", "dsc", "score", "dice %", "dice [%]", "dice (%)"),
}
"""Field → titles that mean it, the surest first."""

MOST_SCORES = 10_000

MOST_SLIP = 2.0
"""Up to here a Dice above 1 is a slip of the hand; no model worth a row scores two per cent."""


def read_scores(content: bytes, *, name: str) -> tuple[Score, ...]:
    """Read scores.

    Parameters
    ----------
    content : bytes
        CSV as any spreadsheet writes it, or an Excel workbook, with columns ``n_volumes`` and ``dice``: all as shares
        (0.82), or all in per cent (82).
    name : str
        Of the file, for messages.

    Returns
    -------
    tuple of Score
        In the order of the rows; the same row twice are two trainings.

    Raises
    ------
    TableError
        If it is no such table, or a cell is wrong; the message names it.
    """
    table = _read(content, name=name)
    titles = _find_titles(table.columns)
    missing = next((field for field in TITLES if field not in titles), None)
    if missing is not None:
        raise InventoryError(
            f"{name}: column {missing} is missing; expected n_volumes and dice, one row a training, got "
            f"{', '.join(map(repr, table.columns))[:200]}"
        )
    if not table.rows:
        raise InventoryError(f"{name} has a header but no score; add one row a training")
    if len(table.rows) > MOST_SCORES:
        raise InventoryError(
            f"{name} has {len(table.rows):,} rows, at most {MOST_SCORES:,} are read; split it"
        )
    rows = [ListRow(table=table, row=row, columns=titles) for row in table.rows]
    shares = _read_dice(rows)
    return tuple(
        Score(n_volumes=row.count("n_volumes", least=1, most=MAX_VOLUMES), dice=share)
        for row, share in zip(rows, shares, strict=True)
    )


def _read(content: bytes, *, name: str) -> Table:
    if is_workbook(content):
        return read_workbook(content, name=name, is_header=_is_header)
    return read_table(content, name=name)


def _is_header(titles: Sequence[str]) -> bool:
    return _find_titles(titles).keys() == TITLES.keys()


def _find_titles(columns: Sequence[str]) -> dict[str, str]:
    by_name = {" ".join(title.casefold().split()): title for title in reversed(columns)}
    found = {
        field: next((by_name[one] for one in names if one in by_name), "") for field, names in TITLES.items()
    }
    return {field: title for field, title in found.items() if title}


def _read_dice(rows: Sequence[ListRow]) -> list[float]:
    """Read the column as a whole: one value above 2 shows that all are in per cent; 1.7 alone is a slip."""
    texts = [row.text("dice") for row in rows]
    values = [
        parse_number(text.removesuffix("%").strip(), has_decimal_comma=row.table.has_decimal_comma)
        for row, text in zip(rows, texts, strict=True)
    ]
    in_per_cent = any(value > MOST_SLIP for value in values) or any("%" in text for text in texts)
    unit, most = (100.0, "100, in per cent as other rows") if in_per_cent else (1.0, "1, as 0.82")
    for row, text, value in zip(rows, texts, values, strict=True):
        is_share = in_per_cent and 0 < value <= 1 and "%" not in text
        if is_share or not 0 <= value <= unit:
            raise row.error("dice", f"a Dice from 0 to {most}", repr(text[:40]) if text else "an empty cell")
    return [value / unit for value in values]
