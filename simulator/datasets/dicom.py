"""DICOM series, found and judged by SimpleITK (optional): of each only its first, middle and last file are read.

A series is one volume in many files. Which files belong together, and in which order, the library tells.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from .header import VolumeHeader, judge_affine, judge_shape
from .itk import judge_dtype, load_library, make_affine
from .problems import VolumeError

__all__ = ["find_series", "is_dicom", "read_series"]

ENDINGS = (".dcm", ".dicom", ".ima")

UNEVEN = 0.5
"""Where the middle slice lies further from the middle, in slices, some are missing."""

_MARK, _MARK_OFFSET = b"DICM", 128
_MODALITY, _KIND = "0008|0060", "GDCMImageIO"


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
    modality = reader.GetMetaData(_MODALITY).strip() if reader.HasMetaDataKey(_MODALITY) else ""
    return header, modality


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
        raise VolumeError(
            f"{path.name} is cut off, damaged or no image", "export the series again, or go on without it"
        ) from None
    return reader
