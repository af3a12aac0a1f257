"""DICOM series, found, judged and read by SimpleITK (optional): of headers only first, middle and last file are read.

A series is one volume in many files. Which files belong together, and in which order, the library tells; its values are
those after rescaling.
"""

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .header import VolumeHeader, judge_affine, judge_shape, judge_size
from .itk import judge_dtype, load_library, make_affine
from .problems import VolumeError

__all__ = ["find_series", "is_dicom", "read_series", "read_series_array", "read_series_header"]

ENDINGS = (".dcm", ".dicom", ".ima")

UNEVEN = 0.5
"""Where the middle slice lies further from the middle, in slices, some are missing."""

_MARK, _MARK_OFFSET = b"DICM", 128
_MODALITY, _KIND = "0008|0060", "GDCMImageIO"
_AGAIN = "export the series again, or go on without it"


def is_dicom(path: Path) -> bool:
    """Tell by its ending, or where that is none or part of a number by its mark, whether a file is DICOM."""
    ending = path.suffix.lower()
    if ending in ENDINGS:
        return True
    if path.name.upper() == "DICOMDIR" or not (ending[1:].isdigit() or not ending):
        return False
    try:
        with path.open("rb") as file:
            file.seek(_MARK_OFFSET)
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return False


def find_series(folder: Path) -> tuple[tuple[Path, ...], ...]:
    """List the series whose files lie directly in a folder; links and hidden files are none of them.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    tuple of tuple of Path
        The files of each series, from slice to slice.

    Raises
    ------
    VolumeError
        If SimpleITK is not installed.
    """
    reader = load_library(folder).ImageSeriesReader
    found = (
        tuple(map(Path, reader.GetGDCMSeriesFileNames(str(folder), series)))
        for series in sorted(reader.GetGDCMSeriesIDs(str(folder)))
    )
    own = (tuple(path for path in files if _is_own(path)) for files in found)
    return tuple(filter(None, own))


def _is_own(path: Path) -> bool:
    return not path.is_symlink() and not path.name.startswith(".")


def read_series(files: tuple[Path, ...]) -> tuple[VolumeHeader, str]:
    """Read and judge what a series promises; no voxel is read.

    Parameters
    ----------
    files : tuple of Path
        From slice to slice; one file that holds all of them will do.

    Returns
    -------
    header : VolumeHeader
        Its path is the first file.
    modality : str
        As DICOM calls it: CT, MR, SEG.

    Raises
    ------
    VolumeError
        If it is no volume, or slices are missing.
    """
    first = files[0]
    reader = _open(first)
    if reader.GetNumberOfComponents() > 1:
        raise VolumeError(f"{first.name} is a picture in colours", "leave it out")
    n_x, n_y, n_frames = (*reader.GetSize(), 1)[:3]
    affine = make_affine(reader)
    if len(files) > 1:
        affine[:3, 2] = _step(files, affine[:3, 3])
    shape, _ = judge_shape(first, [n_x, n_y, len(files) if len(files) > 1 else n_frames])
    header = VolumeHeader(
        path=first,
        shape=shape,
        n_channels=1,
        dtype=judge_dtype(first, reader),
        offset=0,
        slope=1.0,
        inter=0.0,
        affine=judge_affine(first, affine),
    )
    judge_size(first, header.n_bytes)
    modality = reader.GetMetaData(_MODALITY).strip() if reader.HasMetaDataKey(_MODALITY) else ""
    return header, modality


def read_series_header(path: Path) -> VolumeHeader:
    """Read and judge the header of the series that a file belongs to; raises as `read_series` does."""
    return read_series(_find_series_of(path))[0]


def read_series_array(header: VolumeHeader) -> np.ndarray:
    """Read the values of a series, slice by slice.

    Returns
    -------
    ndarray of shape (x, y, z, 1), in Fortran order

    Raises
    ------
    VolumeError
        If a slice is damaged, or other than the first one.
    """
    files, library = _find_series_of(header.path), load_library(header.path)
    n_x, n_y, n_z = header.stored_shape
    values = np.empty((n_z, n_y, n_x), dtype=header.dtype)
    places = [slice(i, i + 1) for i in range(n_z)] if len(files) > 1 else [slice(None)]
    if len(places) != len(files):
        raise VolumeError(
            f"{header.path.name} begins a series of {len(files)} files, {n_z} were there", _AGAIN
        )
    for path, place in zip(files, places, strict=True):
        try:
            plane = library.GetArrayFromImage(_open(path).Execute())
        except (RuntimeError, ValueError):
            raise _damaged(path) from None
        if plane.shape != values[place].shape or plane.dtype != values.dtype:
            raise VolumeError(f"{path.name} is no slice like the first of its series", _AGAIN)
        values[place] = plane
    return values.T[..., np.newaxis]


def _find_series_of(path: Path) -> tuple[Path, ...]:
    """Find the files of a series by one of them."""
    found = _find_series(path.parent, path.parent.stat().st_mtime_ns)
    return next((files for files in found if path in files), (path,))


@lru_cache(maxsize=8)
def _find_series(folder: Path, changed: int) -> tuple[tuple[Path, ...], ...]:
    """Look through a folder once for all of its series, until files come or go."""
    return find_series(folder)


def _step(files: tuple[Path, ...], start: np.ndarray) -> np.ndarray:
    """Measure the way from one slice to the next."""
    last = len(files) - 1
    step = (make_affine(_open(files[last]))[:3, 3] - start) / last
    middle = make_affine(_open(files[last // 2]))[:3, 3] - start
    length = math.hypot(*step)
    if length > 0 and math.hypot(*(middle - step * (last // 2))) > UNEVEN * length:
        raise VolumeError(
            f"{files[0].name} begins a series whose slices are not evenly apart",
            "export it again; slices may be missing",
        )
    return np.asarray(step)


def _open(path: Path) -> Any:
    reader = load_library(path).ImageFileReader()
    try:
        reader.SetImageIO(_KIND)
        reader.SetFileName(str(path))
        reader.ReadImageInformation()
    except (RuntimeError, ValueError):
        raise _damaged(path) from None
    return reader


def _damaged(path: Path) -> VolumeError:
    return VolumeError(f"{path.name} is cut off, damaged or no image", _AGAIN)
