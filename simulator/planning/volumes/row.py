"""One row of a list of volumes: its cells judged one by one, each fault with the place where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import InventoryError
from ...tables import Row, Table, is_mangled, parse_number, parse_whole

__all__ = ["COUNTED", "MAX_SLICES", "ListRow", "name_mangled"]

MAX_SLICES = 100_000
"""More slices than any scanner makes along one axis."""

MAX_NAME = 200

FORMULA = ("=", "+", "-", "@")
"""A name that begins so becomes a formula in the spreadsheets that it is handed over in."""

COUNTED = " (slices count from 0)"
"""Said wherever a slice is expected: other programs count from 1."""


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """One row, which knows where it stands for its messages.

    Parameters
    ----------
    table : Table
    row : Row
    columns : mapping of str to str, default={}
        Field → the column that holds it; one that is not named is called as its field.
    """

    table: Table
    row: Row
    columns: Mapping[str, str] = field(default_factory=dict)

    def text(self, field: str) -> str:
        """Read a cell as it stands; "" where the table has no such column.

        Raises
        ------
        InventoryError
            If the cell is one of the table's faults.
        """
        column = self._column(field)
        fault = self.table.faults.get((self.row.line, column))
        if fault is not None:
            raise InventoryError(f"{self.where(field)}: {fault}")
        return self.row.cells.get(column, "")

    def name(self) -> str:
        """Read the volume's name, at most 200 printable characters that no spreadsheet takes for a formula.

        Raises
        ------
        InventoryError
            If it is none.
        """
        name = self.text("volume")
        if not name:
            raise self.error("volume", "a name", "an empty cell")
        if name.startswith(FORMULA):
            raise self.error(
                "volume",
                "a plain name",
                f"{name[:40]!r}, which a spreadsheet reads as a formula; put a letter before it",
            )
        if len(name) > MAX_NAME or not name.isprintable():
            raise self.error("volume", f"a printable name of at most {MAX_NAME} characters", repr(name[:40]))
        return name

    def count(self, field: str, *, least: int, most: int, why: str = "") -> int:
        """Read a whole number.

        Parameters
        ----------
        field : str
        least, most : int
            Both allowed.
        why : str, default=""
            What explains them.

        Raises
        ------
        InventoryError
            If it is none, or another one.
        """
        text = self.text(field)
        value = parse_whole(text)
        if value is None or not least <= value <= most:
            has_mark = value is None and "." in text.replace(",", ".")
            hint = "; write it without separators" if has_mark else ""
            raise self.error(field, f"a whole number from {least} to {most}{why}", f"{text[:40]!r}{hint}")
        return value

    def millimetres(self, field: str) -> float:
        """Read a length with a sign, below a kilometre.

        Raises
        ------
        InventoryError
            If it is none, or could be either of two.
        """
        text = self.text(field)
        value = parse_number(text, has_decimal_comma=self.table.has_decimal_comma)
        if not abs(value) < 1e6:
            raise self.error(
                field, "millimetres, as 2.5 or 2,5, without thousands separators", repr(text[:40])
            )
        return value

    def error(self, field: str, expected: str, received: str) -> InventoryError:
        """Say what a cell should be and what it is."""
        return InventoryError(f"{self.where(field)}: expected {expected}, got {received}")

    def where(self, field: str) -> str:
        """Name the file, the line or cell, and the column."""
        return self.table.where(self.row.line, self._column(field))

    def _column(self, field: str) -> str:
        return self.columns.get(field, field)


def name_mangled(table: Table, *, column: str = "volume") -> tuple[str, ...]:
    """Name the ids that a spreadsheet seems to have taken for numbers: no file has such a name."""
    found = [row for row in table.rows if is_mangled(row.cells[column])]
    if not found:
        return ()
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"{table.where(found[0].line, column)}: {found[0].cells[column]!r}{more} looks like an id that a spreadsheet "
        "took for a number; if so, write it anew in a column that is formatted as text",
    )
