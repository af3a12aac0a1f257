"""Reading the file of one volume: its header is judged before any voxel is read, its voxels are decoded piece by piece.

An array stays in its on-disk type, in file order; what is computed with it sees one block or one slice at a time as
decoded values. So the memory that a volume takes is about that of its file, decompressed.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from .dicom import is_dicom, read_series_array, read_series_header
from .header import MAX_BYTES, MAX_CHANNELS, MAX_SIDE, Note, VolumeHeader, unreadable
from .itk import find_companions, is_itk, read_itk_array, read_itk_header
from .nifti import iterate_nifti, read_nifti_array, read_nifti_header
from .pointers import is_pointer
from .problems import VolumeError
from .turning import Turn

__all__ = [
    "MAX_BYTES",
    "MAX_CHANNELS",
    "MAX_SIDE",
    "VolumeHeader",
    "decode",
    "find_parts",
    "in_blocks",
    "is_stored_whole",
    "iterate_blocks",
    "iterate_counts",
    "iterate_planes",
    "iterate_stored",
    "read_array",
    "read_array_and_notes",
    "read_header",
    "require_file",
]

_BLOCK_VOXELS = 2**16
_STORED_VOXELS = 2**18  # of stored values: a table of 16 bits is added up once a block
_PLANES_TOGETHER = 8  # few enough to stay in the processor's cache


def read_header(path: Path) -> VolumeHeader:
    """Read and judge a header; no voxel is read.

    Parameters
    ----------
    path : Path
        A file of NIfTI, NRRD or MetaImage, which its ending tells, or one of a DICOM series.

    Returns
    -------
    VolumeHeader

    Raises
    ------
    VolumeError
        If the file is missing, is no volume, or promises what cannot be: dimensions below 1, more than
        `MAX_BYTES`, more than the file can hold, a type that is no number, a slope or affine that maps nothing.
    """
    require_file(path)
    try:
        if is_pointer(path):
            raise VolumeError(
                f"{path.name} is a Git LFS pointer and no volume", "fetch the volumes by 'git lfs pull'"
            )
    except OSError as error:
        raise unreadable(path, error) from None
    if is_itk(path):
        return read_itk_header(path)
    return read_series_header(path) if is_dicom(path) else read_nifti_header(path)


def require_file(path: Path) -> None:
    """Refuse a file that is not there; raises VolumeError."""
    if not _is_file(path):
        raise VolumeError(f"{path.name} is missing or no regular file", "add it, or leave this volume out")


def read_array(header: VolumeHeader) -> np.ndarray:
    """Read the stored values of a file, turned as the header says.

    Returns
    -------
    ndarray of shape (x, y, z, n_channels), on-disk dtype, in file (Fortran) order unless it was turned
        Values before slope and inter.

    Raises
    ------
    VolumeError
        If the file ends early or is damaged.
    """
    return read_array_and_notes(header)[0]


def read_array_and_notes(header: VolumeHeader) -> tuple[np.ndarray, tuple[Note, ...]]:
    """Read as `read_array` does, and say what only reading shows."""
    array, notes = _read_stored(header)
    return header.turn.apply(array), notes


def _read_stored(header: VolumeHeader) -> tuple[np.ndarray, tuple[Note, ...]]:
    if is_itk(header.path):
        return read_itk_array(header)
    return (read_series_array(header), ()) if is_dicom(header.path) else read_nifti_array(header)


def iterate_stored(header: VolumeHeader, *, notes: list[Note]) -> Iterator[tuple[int, np.ndarray]]:
    """Read the stored values of a file in the order of `read_array`, a few planes at a time.

    Parameters
    ----------
    header : VolumeHeader
    notes : list of (what, what to do)
        Is added what only reading shows, once all is read.

    Yields
    ------
    channel : int
    planes : ndarray of shape (x, y, n), on-disk dtype
        Good until the next one is asked for.

    Raises
    ------
    VolumeError
        If the file ends early or is damaged.
    """
    if is_itk(header.path) or is_dicom(header.path) or header.turn != Turn():
        array, found = read_array_and_notes(header)
        notes += found
        for channel in range(header.n_channels):
            for planes in in_blocks(array[..., channel]):
                yield channel, planes
    else:
        yield from iterate_nifti(header, n_together=_n_together(header.shape), notes=notes)


def in_blocks(array: np.ndarray) -> Iterator[np.ndarray]:
    """Part an array of shape (x, y, z) into some planes at a time; yields views of shape (x, y, n)."""
    n_together = _n_together(array.shape)
    for first in range(0, array.shape[2], n_together):
        yield array[..., first : first + n_together]


def _n_together(shape: tuple[int, ...]) -> int:
    return max(1, _STORED_VOXELS // (shape[0] * shape[1]))


def decode(values: np.ndarray, header: VolumeHeader) -> np.ndarray:
    """Turn stored values into decoded ones.

    Returns
    -------
    ndarray of the same shape, dtype float64
    """
    decoded = values.astype(np.float64)
    if (header.slope, header.inter) != (1.0, 0.0):
        decoded *= header.slope
        decoded += header.inter
    return decoded


def iterate_blocks(array: np.ndarray, header: VolumeHeader) -> Iterator[np.ndarray]:
    """Go through an array in file order, decoded, a block at a time.

    Yields
    ------
    ndarray of shape (n <= 2**16,), dtype float64
    """
    for block in _iterate_flat(array, _BLOCK_VOXELS):
        yield decode(block, header)


def iterate_counts(
    arrays: Iterable[np.ndarray],
    header: VolumeHeader,
    *,
    on_block: Callable[[np.ndarray], None] = lambda block: None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Go through arrays once, and tell which decoded values they have how often.

    Whole numbers of at most 16 bits are counted as they are stored, so that what is computed of values is computed
    once for each of the few that there are.

    Parameters
    ----------
    arrays : iterable of ndarray, on-disk dtype
    header : VolumeHeader
    on_block : function of (ndarray of shape (n <= 2**18,), on-disk dtype), default does nothing
        Is shown the stored values in file order.

    Yields
    ------
    values : ndarray of shape (n,), dtype float64
        A value may come again.
    counts : ndarray of shape (n,), dtype int64
    """
    blocks = (block for array in arrays for block in _iterate_flat(array, _STORED_VOXELS))
    if header.dtype.kind not in "iu" or header.dtype.itemsize > 2:
        for block in blocks:
            on_block(block)
            yield decode(block, header), np.ones(block.size, dtype=np.int64)
        return
    native, code = header.dtype.newbyteorder("="), np.dtype(f"u{header.dtype.itemsize}")
    counts = np.zeros(2 ** (8 * code.itemsize), dtype=np.int64)
    for block in blocks:
        on_block(block)
        counts += np.bincount(block.astype(native, copy=False).view(code), minlength=counts.size)
    present = np.flatnonzero(counts)
    yield decode(present.astype(code).view(native), header), counts[present]


def iterate_planes(array: np.ndarray, axis: int) -> Iterator[np.ndarray]:
    """Go through the planes across an axis.

    Parameters
    ----------
    array : ndarray of shape (x, y, z)
    axis : int

    Yields
    ------
    ndarray of the other two axes
        Contiguous in memory, in C or Fortran order. Planes that lie interleaved are copied several at a time: each of
        them alone would touch the whole array.
    """
    planes = np.moveaxis(array, axis, 0)
    if abs(planes.strides[0]) == max(map(abs, planes.strides)):
        yield from planes
        return
    for first in range(0, len(planes), _PLANES_TOGETHER):
        together = planes[first : first + _PLANES_TOGETHER].copy(order="K")
        yield from (plane.copy(order="K") for plane in together)


def is_stored_whole(header: VolumeHeader) -> bool:
    """Tell whether stored values are whole numbers and mean themselves."""
    return header.dtype.kind in "iu" and (header.slope, header.inter) == (1.0, 0.0)


def _iterate_flat(array: np.ndarray, n_voxels: int) -> Iterator[np.ndarray]:
    flat = array.reshape(-1, order="F")
    for start in range(0, flat.size, n_voxels):
        yield flat[start : start + n_voxels]


def find_parts(path: Path) -> tuple[Path, ...]:
    """Find the files that hold a volume beside the one that is named."""
    return find_companions(path) if is_itk(path) else ()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than a file's can be
        return False
