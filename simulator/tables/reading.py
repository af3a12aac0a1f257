"""From CSV to rows of text: which character separates cells, where columns are, how much is read at most."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from ..errors import TableError
from .encoding import decode
from .table import Row, Table

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "check_header",
    "check_size",
    "read_content",
    "read_table",
]

MAX_BYTES = 16 * 2**20
MAX_COLUMNS = 256
MAX_ROWS = 100_000

_SEPARATORS = (",", ";", "\t", "|")

_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t| ]*', re.IGNORECASE)
"""First line by which Excel is told what separates cells."""

_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
"""Formula that keeps text from being taken for a number: ``="007"``."""

_FAULTS = (
    ("unexpected end", "a quotation mark is opened there or before, and never closed"),
    ("expected after", "text follows a closing quotation mark; write a quotation mark within a cell twice"),
    ("field larger", "a cell is longer than 131,072 characters"),
)
"""Words of Python's reader → ours."""


def read_content(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Read a file that is no larger than it should be; a pipe or a device, which may never end, is none.

    Raises
    ------
    TableError
        If it cannot be read, is no file, or is too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise TableError(
                f"{path} is a folder, a pipe or a device, expected a file; save the table as a file first"
            )
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}); check its name and rights") from None
    check_size(content, name=path.name, max_bytes=max_bytes)
    return content


def read_table(
    content: bytes,
    *,
    name: str,
    required: Sequence[str] = (),
    optional: Sequence[str] = (),
    keep_case: bool = False,
) -> Table:
    """Read a CSV as any spreadsheet writes it.

    Parameters
    ----------
    content : bytes
        Cells separated by comma, semicolon, tab or ``|``, or as a first line ``sep=;`` says; in any encoding that
        `decode` knows. Columns without a name are left out where they are empty.
    name : str
        Of the file, for messages.
    required, optional : sequence of str, default=()
        Columns, in lower case; others are kept too.
    keep_case : bool, default=False
        True to keep titles as they are spelled.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        If it is no such table; the message names line and column.
    """
    check_size(content, name=name, max_bytes=MAX_BYTES)
    text, notes = decode(content, name=name)
    separator, n_skipped = _find_separator(text)
    lines = _split(text, separator, name=name, n_skipped=n_skipped)
    found = next(lines, None)
    if found is None:
        needed = f"the columns {', '.join(required)}" if required else "a line of titles, and a line a row"
        raise TableError(f"{name} is empty; it needs {needed}")
    number, header = found[0], _without_last_empty(found[1])
    if not keep_case:
        header = [cell.lower() for cell in header]
    check_header(header, line=number, name=name, required=required, optional=optional)
    rows = tuple(_make_row(line, cells, header, name=name) for line, cells in islice(lines, MAX_ROWS + 1))
    if len(rows) > MAX_ROWS:
        raise TableError(f"{name} has more than {MAX_ROWS} rows, no more are read; split it")
    columns = tuple(filter(None, header))
    return Table(name=name, columns=columns, rows=rows, has_decimal_comma=separator == ";", notes=notes)


def check_size(content: bytes, *, name: str, max_bytes: int) -> None:
    """Raise TableError if a file is larger than it may be."""
    if len(content) > max_bytes:
        raise TableError(f"{name} has more than {max_bytes} bytes, no more are read; split it")


def _find_separator(text: str) -> tuple[str, int]:
    """Say what separates cells, and how many lines at the beginning only say so."""
    first = next((line for line in io.StringIO(text, newline="") if line.strip(" ,;\t\r\n")), "").rstrip(
        "\r\n"
    )
    told = _SEPARATOR_LINE.fullmatch(first)
    if told:
        return told[1], 1
    header = first[: 2**16]
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([header], delimiter=separator)))), 0


def _split(text: str, separator: str, *, name: str, n_skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each line that is not blank."""
    # Lines end as in files: an exotic line end within a cell is a letter of it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise TableError(
                    f"{name}, line {reader.line_num}: {len(cells)} columns, at most {MAX_COLUMNS} are read; leave out "
                    "what is not needed"
                )
            stripped = [cell.strip() for cell in cells]
            if not "".join(stripped).strip(",;|"):
                continue
            if n_skipped:
                n_skipped -= 1
                continue
            yield reader.line_num, [_unwrap(cell) for cell in stripped]
    except csv.Error as error:
        what = next((ours for theirs, ours in _FAULTS if theirs in str(error)), "it is no CSV")
        raise TableError(f"{name}, line {reader.line_num}: {what}; save it anew from a spreadsheet") from None


def _without_last_empty(cells: list[str]) -> list[str]:
    n_cells = max((n for n, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:n_cells]


def _unwrap(cell: str) -> str:
    found = _LITERAL.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def check_header(
    header: list[str], *, line: int, name: str, required: Sequence[str], optional: Sequence[str] = ()
) -> None:
    """Raise TableError if a title stands there twice, or one that is required does not."""
    named = [cell for cell in header if cell]
    twice = sorted({cell for cell in named if named.count(cell) > 1})
    if twice:
        raise TableError(f"{name}, line {line}: column {twice[0]!r} stands there twice; keep one of them")
    missing = [column for column in required if column not in named]
    if missing:
        also = f" and optionally {', '.join(optional)}" if optional else ""
        raise TableError(
            f"{name}, line {line}: column {missing[0]!r} is missing; expected {', '.join(required)}{also}, got "
            f"{', '.join(map(repr, named))[:200]}"
        )


def _make_row(line: int, cells: list[str], header: list[str], *, name: str) -> Row:
    if len(cells) < len(header) or any(cells[len(header) :]):
        raise TableError(
            f"{name}, line {line}: expected {len(header)} cells as in the header, got {len(cells)}; quote cells that "
            "hold the separator"
        )
    unnamed = [text for column, text in zip(header, cells, strict=False) if text and not column]
    if unnamed:
        raise TableError(
            f"{name}, line {line}: {unnamed[0][:40]!r} stands in a column without a name; name it in line 1"
        )
    return Row(line=line, cells={column: text for column, text in zip(header, cells, strict=False) if column})
