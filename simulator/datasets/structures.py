"""Labels of which each has a binary mask of its own: scanned and joined one file at a time, so that none wins.

A voxel of two masks belongs to both labels, which a label map cannot say; the foreground is their union.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from ..records import canonical_json
from .header import Note, VolumeHeader
from .problems import VolumeError
from .reading import decode, in_blocks, is_stored_whole, read_array

__all__ = ["join_structures", "scan_structures"]

Scan = TypeVar("Scan")

_N_SHOWN = 5


def scan_structures(
    structures: Sequence[tuple[int, VolumeHeader]],
    scan_array: Callable[[Iterable[np.ndarray], VolumeHeader], tuple[str, tuple[Scan, ...], list[Note]]],
    *,
    rename: Callable[[Scan, int], Scan],
) -> tuple[str, tuple[Scan, ...], list[Note]]:
    """Scan the masks of one volume.

    Parameters
    ----------
    structures : sequence of (int, VolumeHeader)
        Label values, ascending, and the headers of their masks, on one grid; at least one.
    scan_array : function of (blocks of planes, header)
        Scans one label map: its digest, its labels and notes.
    rename : function of (label, int)
        Gives a label its value.

    Returns
    -------
    digest : str
        Over all masks that are not empty: a mask that is missing is an empty one.
    labels : tuple of labels, in order of value
    notes : list of (str, str)
        Masks that overlap.

    Raises
    ------
    VolumeError
        If a mask has more than one value beside 0.
    """
    found: list[tuple[int, str, Scan]] = []
    covered = np.zeros(structures[0][1].shape, dtype=bool, order="F")
    n_twice, overlapping = 0, []
    for value, header in structures:
        array = read_array(header)[..., 0]
        digest, labels, _ = scan_array(in_blocks(array), header)
        if len(labels) > 1:
            raise VolumeError(
                f"{header.path.name} has {len(labels)} values beside 0, expected the mask of one structure",
                "store each structure in a mask of its own",
            )
        inside = _is_inside(array, header)
        n_here = int(np.count_nonzero(covered & inside))
        if n_here:
            n_twice += n_here
            overlapping.append(header.path.name)
        covered |= inside
        found += [(value, digest, rename(label, value)) for label in labels]
    joined = canonical_json([[value, digest] for value, digest, _ in found])
    return (
        hashlib.sha256(joined.encode()).hexdigest(),
        tuple(label for _, _, label in found),
        _overlap(n_twice, overlapping),
    )


def join_structures(structures: Sequence[tuple[int, VolumeHeader]], labels: tuple[int, ...]) -> np.ndarray:
    """Join the masks of some labels.

    Parameters
    ----------
    structures : sequence of (int, VolumeHeader)
        At least one.
    labels : tuple of int
        Label values of the foreground.

    Returns
    -------
    ndarray of shape (x, y, z), dtype bool
    """
    joined = np.zeros(structures[0][1].shape, dtype=bool, order="F")
    for value, header in structures:
        if value in labels:
            joined |= _is_inside(read_array(header)[..., 0], header)
    return joined


def _is_inside(array: np.ndarray, header: VolumeHeader) -> np.ndarray:
    if is_stored_whole(header):
        return np.asarray(array != 0)
    inside = np.empty(array.shape, dtype=bool, order="F")
    for z in range(array.shape[2]):
        inside[..., z] = np.rint(decode(array[..., z], header)) != 0
    return inside


def _overlap(n_voxels: int, names: list[str]) -> list[Note]:
    if not n_voxels:
        return []
    shown = ", ".join(names[:_N_SHOWN]) + (", …" if len(names) > _N_SHOWN else "")
    return [
        (
            f"{shown} overlap{'' if len(names) > 1 else 's'} with other masks ({n_voxels:,} voxels)",
            "Nothing: these voxels belong to each of the labels, none wins",
        )
    ]
