"""Records as a file: JSON Lines out, JSON Lines in.

A record that is there already stays; one that found something else for the same request is neither taken nor passed
over in silence, for nobody but its owner can say which of the two to trust.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ReadOnlyError, RecordError, RequestError
from ..files import open_output
from ..records import SimulationRecord
from .published import read_lines
from .rows import Problem
from .store import Store

__all__ = ["Imported", "export_records", "import_records"]


DIGITS = 9
"""Of a quality or spacing, to call two records the same."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did.

    Parameters
    ----------
    n_added : int
        Records that were new.
    n_known : int
        Records that were there already, with the same counts.
    differing : tuple of str
        Keys of those that were there with other counts, in order of the file; what was there stayed.
    """

    n_added: int
    n_known: int
    differing: tuple[str, ...] = ()


def export_records(store: Store, path: Path) -> int:
    """Write all records, local and published, in order of key.

    Parameters
    ----------
    store : Store
    path : Path
        File to write; it appears whole or not at all.

    Returns
    -------
    int
        Number of records.

    Raises
    ------
    RequestError
        If the path is a folder, or lies in none.
    """
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise RequestError(f"an export takes a file in a folder that is there, got {path}")
    n_records = 0
    with open_output(path) as file:
        for record in store.records():
            file.write(f"{record.to_json()}\n".encode())
            n_records += 1
    return n_records


def import_records(store: Store, path: Path) -> Imported:
    """Add the records of a file; those that are known stay as they are.

    Parameters
    ----------
    store : Store
    path : Path
        JSON Lines.

    Returns
    -------
    Imported

    Raises
    ------
    RecordError
        If a line does not validate, or contradicts what is known of its data set; the message names it, and nothing
        is imported.
    ReadOnlyError
        If the installation is read-only.
    """
    if store.settings.is_read_only:
        raise ReadOnlyError(f"{store.settings.why_read_only}: nothing can be imported")
    if not path.is_file():
        raise RecordError(f"expected a file of records, {path} is none; name a JSON Lines file")
    known, cuts, new = store.keys(), store.cuts(), set[str]()
    again: list[tuple[str, int]] = []

    def find_new() -> Iterator[tuple[bytes, SimulationRecord]]:
        for line, record in read_lines(path, cuts):
            if isinstance(record, Problem):
                raise RecordError(f"{record.where}: {record.what}; nothing was imported")
            if record.key in known or record.key in new:
                again.append((record.key, _result(record)))
            else:
                new.add(record.key)
                yield line, record

    with store.all_or_nothing():
        rows = store.add_lines(find_new())
        if rows is None:
            # Something that is no record has the key of one.
            for line, record in read_lines(path, store.cuts()):
                if not isinstance(record, Problem) and record.key in new:
                    store.add_record(record, line=line)
        # As long as nobody else sees what was added, the store need not be read anew for those that it knew.
        first = _results_of(store, {key for key, _ in again} - new)
    if rows:
        store.take_up(rows, cuts)
    first |= _results_of(store, {key for key, _ in again} & new)
    differing = tuple(key for key, result in again if first[key] != result)
    return Imported(n_added=len(new), n_known=len(again) - len(differing), differing=differing)


def _results_of(store: Store, keys: set[str]) -> dict[str, int]:
    """Read what the records with these keys found that stayed."""
    if not keys:
        return {}
    return {record.key: _result(record) for record in store.records(keys)}


def _result(record: SimulationRecord) -> int:
    """Reduce a record to what it found; when, where and how long it ran says nothing about that."""
    # Another processor may add up in another order.
    achieved = (value and round(value, DIGITS) for value in dict(record.achieved).values())
    return hash((*achieved, record.per_volume))
