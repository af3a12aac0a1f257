"""What a table is once it was read: rows of text under titles, each cell with the place where a person finds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Row", "Sheet", "Table"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table.

    Parameters
    ----------
    line : int
        In the file, from 1.
    cells : mapping of str to str
        Column → text, without spaces around it.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Which sheet of a workbook a table is.

    Parameters
    ----------
    name : str
    number : int
        From 1, hidden sheets left out.
    n_sheets : int
    letters : mapping of str to str
        Column → the letters that a spreadsheet gives it.
    """

    name: str
    number: int
    n_sheets: int
    letters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of text.

    Parameters
    ----------
    name : str
        Of the file.
    columns : tuple of str
        In order; in lower case unless it was asked otherwise.
    rows : tuple of Row
        Without blank ones.
    has_decimal_comma : bool
        Whether the separator shows that numbers are written ``2,5``.
    notes : tuple of str
        What was taken for granted, to be said.
    sheet : Sheet or None, default=None
        Of a workbook.
    faults : mapping of (int, str) to str, default={}
        Line and column of a cell that says nothing → why, and what to do.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    has_decimal_comma: bool
    notes: tuple[str, ...]
    sheet: Sheet | None = None
    faults: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def where(self, line: int, column: str) -> str:
        """Name a cell as a person finds it."""
        if self.sheet is None:
            return f"{self.name}, line {line}, column {column}"
        return f"{self.name}, sheet {self.sheet.name!r}, cell {self.sheet.letters[column]}{line}, column {column}"
