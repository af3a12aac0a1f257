"""How many volumes are read at once: as many as leave the peak of memory where it is promised.

One thread needs at most three times the largest decoded array, whatever the number of volumes. Several together may
need half of the memory that is free: so volumes are read in parallel unless they are so large that they could exhaust
the machine.
"""

from collections.abc import Iterable
from pathlib import Path

import psutil

from .layouts import VolumeFiles
from .problems import VolumeError
from .reading import read_header

__all__ = ["bound_threads"]

SHARED_BYTES = 512 * 2**20
"""What several threads may need together for their arrays, however little is free."""

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
        At most `n_workers`, and as many as stay below half of the free memory, or below `SHARED_BYTES` where that is
        more, with four of the largest decoded arrays each; 1 where no two do.
    """
    if n_workers == 1:
        return 1
    largest = max((_count_bytes(path) for files in volumes for path in files.paths), default=0)
    n_bytes = max(SHARED_BYTES, psutil.virtual_memory().available // 2)
    return max(1, min(n_workers, n_bytes // max(1, ARRAYS_A_THREAD * largest)))


def _count_bytes(path: Path) -> int:
    """Count the bytes of a decoded array; none of a file that cannot be read, which is named once it is looked at."""
    try:
        return read_header(path).n_bytes
    except VolumeError:
        return 0
