"""The table of all records, remembered as columns, so that a process that starts parses only what came since.

It lies in the cache folder, is bound to the database and the published files that it was read from, and holds numbers
and text but no objects. One that does not fit is as good as none, and deleting it costs a moment.
"""

import io
import json
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import StoreError
from ..files import open_regular, write_file
from ..records import SCHEMA
from ..settings import Settings
from .columns import TableRow
from .cut import Cut
from .table import COLUMNS

__all__ = ["SNAPSHOT_VERSION", "Snapshot", "recall", "remember", "snapshot_place"]

SNAPSHOT_VERSION = 1
"""Version of what is remembered; it rises with each change of what a row says, or of which records are read at all."""

MAX_BYTES = 2**31
"""Largest snapshot that is read: some four million records."""

_FORMAT = [SNAPSHOT_VERSION, SCHEMA, list(COLUMNS)]
"""What a snapshot must say that it holds."""

_DAMAGED = (
    *(OSError, EOFError, MemoryError, ValueError, LookupError, TypeError, AttributeError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What reading half a file, or one that something else wrote, may end in."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was known of a store.

    Parameters
    ----------
    order : int
        Position of the last row that was read.
    stamp : list
        What it was read from, as JSON says it: what is there now must be the same.
    table : DataFrame
        As `simulator.store.Store.table` gives it.
    cuts : dict of str to Cut
        Fingerprint → what its records say of the data set.
    """

    order: int
    stamp: list[Any]
    table: pd.DataFrame
    cuts: dict[str, Cut]


def snapshot_place(settings: Settings) -> Path:
    """Name the file of a cache folder."""
    return settings.cache / f"table-v{SNAPSHOT_VERSION}.npz"


def remember(snapshot: Snapshot, *, settings: Settings) -> None:
    """Write a snapshot; where that is not possible, or nothing may be written, there is none."""
    if settings.is_read_only or not settings.cache.is_dir():
        return
    words: dict[str, list[str]] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, kind in TableRow.__annotations__.items():
        column = snapshot.table[name]
        if kind is str:
            arrays[name], found = pd.factorize(column)
            words[name] = found.tolist()
        elif kind is np.ndarray:
            arrays[f"n_{name}"] = np.array([len(values) for values in column], dtype=np.int64)
            arrays[name] = np.concatenate([np.empty(0), *column])
        else:
            arrays[name] = column.to_numpy()
    said = {
        "format": _FORMAT,
        "order": snapshot.order,
        "stamp": snapshot.stamp,
        "words": words,
        "cuts": snapshot.cuts,
    }
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, said=np.frombuffer(json.dumps(said).encode(), np.uint8), **arrays)
    with suppress(OSError, StoreError):  # what cannot be remembered is read again
        write_file(snapshot_place(settings), content.getvalue(), root=settings.cache)


def recall(settings: Settings) -> Snapshot | None:
    """Read the snapshot of a cache folder; None where there is none that this version wrote whole."""
    try:
        with (
            open_regular(snapshot_place(settings)) as file,
            np.load(file, allow_pickle=False) as arrays,
        ):
            if sum(member.file_size for member in arrays.zip.infolist()) > MAX_BYTES:
                return None
            said = json.loads(arrays["said"].tobytes())
            if said["format"] != _FORMAT:
                return None
            return Snapshot(
                order=said["order"],
                stamp=said["stamp"],
                table=_read_table(arrays, said["words"]),
                cuts={
                    key: Cut._make(tuple(value) if isinstance(value, list) else value for value in cut)
                    for key, cut in said["cuts"].items()
                },
            )
    except _DAMAGED:
        return None


def _read_table(arrays: Any, words: dict[str, list[str]]) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, kind in TableRow.__annotations__.items():
        values = arrays[name]
        if kind is str:
            columns[name] = pd.Series(words[name], dtype=str).array.take(values)
        elif kind is np.ndarray:
            ends = np.cumsum(arrays[f"n_{name}"]).tolist()
            parts = [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]
            columns[name] = pd.Series(parts, dtype=object)
        else:
            columns[name] = values
    return pd.DataFrame(columns)
