"""How many volumes are read at once: as many as leave the peak of memory where it is promised.

One thread needs at most three times the largest decoded array, whatever the number of volumes. Several together may
need more only as long as it is little: so small volumes are read in parallel and large ones, which could exhaust a
machine, one after the other.
"""

from collections.abc import Iterable
from pathlib import Path

from .layouts import VolumeFiles
from .problems import VolumeError
from .reading import read_header

__all__ = ["SHARED_BYTES", "bound_threads"]

SHARED_BYTES = 512 * 2**20
"""What several threads may need together for their arrays."""

ARRAYS_A_THREAD = 4
"""Decoded arrays that a thread counts for: beside others it was measured to need 3.2, each keeping what it freed."""


def bound_threads(volumes: Iterable[VolumeFiles], *, n_workers: int) -> int:
    """Bound how many volumes are read at once, by what their headers promise; no voxel is read.

    Parameters
    ----------
    volumes : iterable of VolumeFiles
    n_workers : int, at least 1
        Threads that were asked for.

    Returns
    -------
    int
        At most `n_workers`, and as many as stay below `SHARED_BYTES` with four of the largest decoded arrays each; 1
        where no two do.
    """
    if n_workers == 1:
        return 1
    largest = max((_count_bytes(path) for files in volumes for path in files.paths), default=0)
    return max(1, min(n_workers, SHARED_BYTES // max(1, ARRAYS_A_THREAD * largest)))


def _count_bytes(path: Path) -> int:
    """Count the bytes of a decoded array; none of a file that cannot be read, which is named once it is looked at."""
    try:
        return read_header(path).n_bytes
    except VolumeError:
        return 0
