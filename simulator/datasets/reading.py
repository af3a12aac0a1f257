"""Reading the file of one volume: its header is judged before any voxel is read, its voxels are decoded piece by piece.

An array stays in its on-disk type, in file order; what is computed with it sees one block or one slice at a time as
decoded values. So the memory that a volume takes is about that of its file, decompressed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .dicom import is_dicom, read_series_array, read_series_header
from .header import MAX_BYTES, MAX_CHANNELS, MAX_SIDE, Note, VolumeHeader, unreadable
from .itk import find_companions, is_itk, read_itk_array, read_itk_header
from .nifti import read_nifti_array, read_nifti_header
from .pointers import is_pointer
from .problems import VolumeError

__all__ = [
    "MAX_BYTES",
    "MAX_CHANNELS",
    "MAX_SIDE",
    "VolumeHeader",
    "decode",
    "find_parts",
    "iterate_blocks",
    "read_array",
    "read_array_and_notes",
    "read_header",
    "require_file",
]

_BLOCK_VOXELS = 2**16


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
    flat = array.reshape(-1, order="F")
    for start in range(0, flat.size, _BLOCK_VOXELS):
        yield decode(flat[start : start + _BLOCK_VOXELS], header)


def find_parts(path: Path) -> tuple[Path, ...]:
    """Find the files that hold a volume beside the one that is named."""
    return find_companions(path) if is_itk(path) else ()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is longer than a file's can be
        return False
