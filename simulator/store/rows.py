"""Reading facts: rows of raw JSON text from the store's database, by plain SQLite, opened read-only.

What is no such row is not read but reported as a `Problem`: a pickle, a file, a blob, a text that is too
long. Reading creates nothing where there is no store, and never runs what a stranger put into a cache
folder.
"""

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

__all__ = ["MAX_ROW_BYTES", "SIDE_FILES", "Problem", "Row", "connect", "find_rows", "read_rows"]

MAX_ROW_BYTES = 32 * 2**20
"""Longest row that is read: a campaign of some 30,000 requests."""

SIDE_FILES = ("cache.db-wal", "cache.db-shm", "cache.db-journal")
"""What SQLite writes beside the database, even where it only reads."""

_MODE_RAW = 1

_COLUMNS = (
    "rowid, key, raw, mode, filename, typeof(key), typeof(value), length(value), "
    f"CASE WHEN typeof(value) = 'text' AND length(value) <= {MAX_ROW_BYTES} THEN value END"
)

# Two ranges, as SQLite looks through all values for one with OR.
_NO_RECORDS = (
    "SELECT rowid FROM Cache WHERE key < 'record/' UNION SELECT rowid FROM Cache WHERE key >= 'record0'"
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in the store or beside it that was not read.

    Parameters
    ----------
    where : str
        File, and row or line in it.
    what : str
        What was expected and what came, in one line.
    order : int
        Position in the store; 0 of what lies beside it.
    """

    where: str
    what: str
    order: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fact as stored.

    Parameters
    ----------
    order : int
        Position in the order of storing, ascending.
    key : str
        ``kind/name``, e.g. ``record/<sha256>``.
    text : bytes
        UTF-8 JSON.
    """

    order: int
    key: str
    text: bytes


def connect(folder: Path) -> sqlite3.Connection:
    """Open ``cache.db`` in a folder, read-only.

    Parameters
    ----------
    folder : Path
        Folder of an existing ``cache.db``.

    Returns
    -------
    sqlite3.Connection
        Text comes as bytes.

    Raises
    ------
    sqlite3.Error
        If it cannot be opened, is a link, a pipe, a device or empty, or holds views: reading them may never end.
    """
    for path in (folder / "cache.db", *(folder / name for name in SIDE_FILES)):
        if not _is_regular(path):
            raise sqlite3.DatabaseError(f"{path.name} is no regular file")
    if not (folder / "cache.db").stat().st_size:
        raise sqlite3.DatabaseError(
            "cache.db is empty, which Labelwise never leaves behind: what it held is lost; put a copy in its place"
        )
    address = (folder / "cache.db").absolute().as_uri()
    try:
        return _connect(f"{address}?mode=ro")
    except sqlite3.OperationalError:
        if (folder / "cache.db-wal").exists():
            raise
        # A cleanly closed database in a folder where SQLite may not make its side files.
        return _connect(f"{address}?mode=ro&immutable=1")


def _is_regular(path: Path) -> bool:
    """Whether SQLite may open or make a file: through a link it would write elsewhere, even where it only reads."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:  # side files come and go
        return True


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
    connection.text_factory = bytes
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'view'").fetchone():
            raise sqlite3.DatabaseError("cache.db holds a view, which Labelwise did not write")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def read_rows(
    connection: sqlite3.Connection, *, after: int = 0, without_records_until: int = 0
) -> Iterator[Row | Problem]:
    """Read the facts stored after a position.

    Parameters
    ----------
    connection : sqlite3.Connection
        From `connect`.
    after : int, default=0
        Position of the last row that is known.
    without_records_until : int, default=0
        Position up to which records are known from elsewhere, and passed over.

    Yields
    ------
    Row or Problem
        In the order of storing.
    """
    query = f"SELECT {_COLUMNS} FROM Cache WHERE rowid > ?"  # noqa: S608
    others = connection.execute(
        f"{query} AND rowid <= ? AND rowid IN ({_NO_RECORDS}) ORDER BY rowid", (after, without_records_until)
    )
    rest = connection.execute(f"{query} ORDER BY rowid", (max(after, without_records_until),))
    for row in chain(others, rest):
        yield _check(row)


def find_rows(connection: sqlite3.Connection, key: str) -> tuple[Row, ...]:
    """Read the facts under a key, and under the keys ``key/…`` of later attempts."""
    query = f"SELECT {_COLUMNS} FROM Cache WHERE key = ? OR key BETWEEN ? AND ?"  # noqa: S608
    found = (_check(row) for row in connection.execute(query, (key, f"{key}/", f"{key}/~")))
    return tuple(row for row in found if isinstance(row, Row))


def _check(row: tuple[object, ...]) -> Row | Problem:
    """Accept a row of raw text under a raw text key; report any other by its position."""
    order, key, raw, mode, filename, key_type, value_type, length, text = row
    assert isinstance(order, int)  # a rowid
    fault = None
    if key_type != b"text" or raw != 1:
        fault = f"its key is {'a pickle' if raw != 1 else _name(key_type)}, expected text"
    elif mode != _MODE_RAW or filename is not None:
        fault = "its value is marked as a pickle or a file, expected raw text"
    elif text is None:
        fault = (
            f"its value is {_name(value_type)} of length {length}, expected text of at most {MAX_ROW_BYTES}"
        )
    if fault is None and isinstance(key, bytes) and isinstance(text, bytes):
        try:
            return Row(order=order, key=key.decode(), text=text)
        except UnicodeDecodeError:
            fault = "its key is not UTF-8"
    return Problem(where=f"store, row {order}", what=f"not read: {fault}", order=order)


def _name(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
