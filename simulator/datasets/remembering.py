"""Scans remembered by path, size and modification time, so that a second look at a data set decodes nothing.

They are plain JSON in ``<cache>/scans``, one file a data set folder, validated when read; a file that does not
validate is as good as none.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from joblib import Parallel, delayed
from pydantic import TypeAdapter

from ..errors import StoreError
from ..files import read_file, write_file
from ..records import canonical_json
from ..settings import Settings
from .layouts import VolumeFiles
from .reading import find_parts
from .scanning import VolumeScan, scan_volume
from .threads import bound_threads

__all__ = ["SCAN_VERSION", "scan_volumes"]

SCAN_VERSION = 2
"""Version of what a scan holds; another version's scans are made again."""

MAX_BYTES = 2**28
"""Longest file of scans that is read: some hundred thousand volumes."""

_Scans = TypeAdapter(dict[str, VolumeScan])


def scan_volumes(
    volumes: tuple[VolumeFiles, ...],
    *,
    folder: Path,
    settings: Settings,
    n_workers: int = 1,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[VolumeScan, ...]:
    """Look at every volume that was not looked at since it last changed.

    Parameters
    ----------
    volumes : tuple of VolumeFiles
    folder : Path
        Folder of the data set.
    settings : Settings
    n_workers : int, default=1
        Threads at most; fewer where the volumes are large (`bound_threads`), so that the peak of memory stays below
        three decoded arrays, or below half of what is free where that is more.
    on_progress : function of (done, total), default does nothing
        Called after each volume that had to be decoded.

    Returns
    -------
    tuple of VolumeScan
        In order of `volumes`.
    """
    place = _place(folder, settings)
    remembered = _recall(place)
    keys = [_key(files, folder) for files in volumes]
    missing = [i for i, key in enumerate(keys) if key not in remembered]
    n_threads = bound_threads((volumes[i] for i in missing), n_workers=n_workers)
    found = Parallel(n_jobs=n_threads, backend="threading", return_as="generator")(
        delayed(scan_volume)(volumes[i]) for i in missing
    )
    fresh: dict[str, VolumeScan] = {}
    for done, (i, scan) in enumerate(zip(missing, found, strict=True), start=1):
        fresh[keys[i]] = scan
        on_progress(done, len(missing))
    scans = {key: fresh.get(key) or remembered[key] for key in keys}
    if fresh and not settings.is_read_only:
        with suppress(OSError, StoreError):  # what cannot be remembered is read again
            content = _Scans.dump_json({key: scans[key] for key in keys if scans[key].id})
            write_file(place, content, root=settings.cache)
    return tuple(scans[key] for key in keys)


def _place(folder: Path, settings: Settings) -> Path:
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    return settings.cache / "scans" / f"{name}-v{SCAN_VERSION}.json"


def _recall(place: Path) -> dict[str, VolumeScan]:
    try:
        return _Scans.validate_json(read_file(place, max_bytes=MAX_BYTES))
    except (OSError, ValueError):
        return {}


def _key(files: VolumeFiles, folder: Path) -> str:
    paths = [part for path in files.paths for part in (path, *find_parts(path))]
    return canonical_json([_stamp(path, folder) for path in paths])


def _stamp(path: Path, folder: Path) -> list[str | int]:
    name = os.fsencode(os.path.relpath(path, folder)).hex()  # as it is on disk, Unicode or not
    try:
        status = path.stat()
    except OSError:
        return [name, -1, -1]
    return [name, status.st_size, status.st_mtime_ns]
