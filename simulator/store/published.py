"""Published records: JSON Lines beside the store, committed with the project and found with no set-up.

Files are read again only when the size or time of change of one differs. A line that does not validate is
reported, the others are read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..errors import RecordError
from ..protocols import check_protocol
from ..records import MAX_LINE_BYTES, SimulationRecord, parse_record, parse_records
from .batches import in_batches
from .columns import TableRow, make_row
from .cut import Cut, check_cut
from .rows import Problem
from .table import extend_table

__all__ = [
    "PublishedFile",
    "Stamp",
    "find_published",
    "list_files",
    "read_comparisons",
    "read_file",
    "read_lines",
]

COMPARISONS = "agreement"
"""Folder, among the published records, of those that only compare protocols: no answer is read off them."""

Stamp = tuple[str, int, int]
"""Path, size in bytes and time of change (ns) of one file."""


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """What one file holds: its rows and what was not read."""

    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...]


def list_files(folder: Path) -> tuple[Stamp, ...]:
    """List the ``*.jsonl`` files of a folder, in order of name; none if there is no folder."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.is_file():
            facts = path.stat()
            found.append((str(path), facts.st_size, facts.st_mtime_ns))
    return tuple(found)


def read_file(path: Path, cuts: dict[str, Cut]) -> PublishedFile:
    """Read the rows of one file (`cuts`: as for `read_lines`)."""
    rows, problems = [], []
    for _, record in read_lines(path, cuts):
        if isinstance(record, Problem):
            problems.append(record)
        else:
            rows.append(make_row(record, source="published"))
    return PublishedFile(rows=tuple(rows), problems=tuple(problems))


def read_lines(path: Path, cuts: dict[str, Cut]) -> Iterator[tuple[bytes, SimulationRecord | Problem]]:
    """Read records from JSON Lines, one at a time.

    Parameters
    ----------
    path : Path
        UTF-8; blank lines are passed over.
    cuts : dict of str to Cut
        What is known of each fingerprint; what is new is added.

    Yields
    ------
    line : bytes
        In order.
    found : SimulationRecord or Problem
        What it holds; a Problem names the file and the line.
    """
    written = ((line, number) for number, line in _split(path) if line.strip())
    for batch in in_batches(written, n_bytes=lambda numbered: len(numbered[0])):
        # Nothing holds on to one batch while the next is read.
        for (line, number), found in zip(batch, parse_records([line for line, _ in batch]), strict=True):
            try:
                if isinstance(found, RecordError):
                    raise found
                yield line, check_cut(check_protocol(found), cuts)
            except RecordError as error:
                yield line, Problem(where=f"{path.name}, line {number}", what=str(error))


def read_comparisons(folder: Path) -> pd.DataFrame:
    """Read the published runs that only compare protocols.

    Parameters
    ----------
    folder : Path
        Of the published records.

    Returns
    -------
    DataFrame
        A run table; without rows if none is published.
    """
    return _read_table(list_files(folder / COMPARISONS))


@lru_cache(maxsize=2)
def _read_table(files: tuple[Stamp, ...]) -> pd.DataFrame:
    cuts: dict[str, Cut] = {}
    return extend_table(None, [row for path, _, _ in files for row in read_file(Path(path), cuts).rows])


def find_published(folder: Path, key: str, cuts: dict[str, Cut]) -> SimulationRecord | None:
    """Find the published record with a key, parsing no other (`cuts`: as for `read_lines`)."""
    wanted = key.encode()
    for path, _, _ in list_files(folder):
        for _, line in _split(Path(path)):
            if wanted not in line:
                continue
            try:
                record = check_cut(parse_record(line), cuts)
            except RecordError:
                continue
            if record.key == key:
                return record
    return None


def _split(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers; one that is too long is cut, and so cannot validate."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            yield number, line
            while not line.endswith(b"\n") and (line := file.readline(MAX_LINE_BYTES)):
                pass
