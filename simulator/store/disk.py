"""Writing facts: the only place that touches diskcache, held to raw JSON text.

diskcache unpickles values and keys that are marked so, and deletes the file that a row names: a cache
folder from a stranger could run code (CVE-2025-69872). Here nothing but text goes in, nothing marked as
pickle or file comes out, and no file is ever removed. Reading is `simulator.store.rows`, which does not use
diskcache at all.
"""

import shutil
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import diskcache
from diskcache.core import DEFAULT_SETTINGS, METADATA, MODE_RAW
from filelock import FileLock

from ..errors import StoreError
from ..files import own_folder, refuse_links
from .rows import SIDE_FILES, connect

__all__ = ["add_rows", "open_cache"]

_SETTINGS: Mapping[str, Any] = MappingProxyType(
    DEFAULT_SETTINGS
    | {
        "eviction_policy": "none",  # a trained result is never dropped
        "cull_limit": 0,
        "size_limit": 2**62,
        "disk_min_file_size": 2**40,  # values stay inline, whatever their length
    }
)
"""Passed at every open, whole: what the folder says otherwise wins."""


_ADD = (
    "INSERT OR IGNORE INTO Cache (key, raw, store_time, access_time, access_count, size, mode, value) "  # noqa: S608
    f"VALUES (?, 1, ?, ?, 0, 0, {MODE_RAW}, ?)"
)
"""A row as diskcache writes it."""

_PARTIAL = "new.partial"
"""Folder in which a database is made."""


class _TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Text in, text out; refuses what would be unpickled or read from a file, and never removes a file."""

    def put(self, key: Any) -> Any:
        return super().put(_require_text(key))

    def get(self, key: Any, raw: Any) -> Any:
        return _require_text(key if raw else None)

    def store(self, value: Any, read: Any, key: Any = None) -> Any:
        return 0, MODE_RAW, None, _require_text(value)

    def fetch(self, mode: Any, filename: Any, value: Any, read: Any) -> Any:
        return _require_text(value if mode == MODE_RAW and filename is None else None)

    def remove(self, file_path: Any) -> None:
        """Leave the file that a row names alone: no row of ours names one."""


def _require_text(value: Any) -> str:
    if type(value) is not str:
        raise StoreError(f"the store holds JSON text only, got {type(value).__name__}; leave this row out")
    return value


def open_cache(folder: Path, *, root: Path) -> diskcache.Cache:
    """Open the store's folder for writing, and make it if it is missing.

    Parameters
    ----------
    folder : Path
        Folder of ``cache.db``; made with mode 0700, one that is there keeps its mode.
    root : Path
        The cache folder, below which no link is followed.

    Returns
    -------
    diskcache.Cache

    Raises
    ------
    StoreError
        If the folder holds settings that Labelwise did not write, or links.
    """
    own_folder(folder, root=root)
    for name in ("open.lock", _PARTIAL, *SIDE_FILES, "cache.db"):
        refuse_links(folder / name, root=root)
    # Two first opens at once fail on SQLite's journal mode.
    with FileLock(folder / "open.lock", fallback_to_soft=False):
        if not (folder / "cache.db").exists():
            _make_database(folder)
        _check_settings(folder)
        return diskcache.Cache(folder, disk=_TextDisk, **_SETTINGS)


def add_rows(cache: diskcache.Cache, rows: Iterable[tuple[str, str]]) -> int:
    """Add many rows in a transaction that is open, in half the time that they take one by one.

    Parameters
    ----------
    cache : diskcache.Cache
        From `open_cache`.
    rows : iterable of (str, str)
        Keys and texts.

    Returns
    -------
    int
        How many were added: a key that is there keeps its text.
    """
    now = time.time()
    columns = ((_require_text(key), now, now, _require_text(text)) for key, text in rows)
    return int(cache._con.executemany(_ADD, columns).rowcount)


def _make_database(folder: Path) -> None:
    """Make a database without rows; whoever is killed meanwhile leaves none that is empty or half made."""
    partial = folder / _PARTIAL
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    diskcache.Cache(partial, disk=_TextDisk, **_SETTINGS).close()
    (partial / "cache.db").rename(folder / "cache.db")
    shutil.rmtree(partial, ignore_errors=True)


def _check_settings(folder: Path) -> None:
    """Refuse settings that are not ours: diskcache makes them attributes and PRAGMA statements."""
    with closing(connect(folder)) as connection:
        found = connection.execute("SELECT key, value FROM Settings").fetchall()
    for key, value in found:
        name, value = (
            key.decode(errors="replace"),
            value.decode(errors="replace") if isinstance(value, bytes) else value,
        )
        if name not in METADATA and (name not in _SETTINGS or value != _SETTINGS[name]):
            raise StoreError(
                f"{folder} has the setting {name[:40]!r}, which Labelwise did not write; move it away"
            )
