"""What the images of a folder promise: each header is read and judged once, several at a time, no voxel is read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...datasets.dicom import find_series, read_series
from ...datasets.header import VolumeHeader
from ...datasets.itk import import_library
from ...datasets.problems import VolumeError
from ...datasets.reading import read_header
from .files import FolderFiles

__all__ = ["FolderHeaders", "read_folder_headers"]

Found = tuple[Path, VolumeHeader | VolumeError, str]
"""A file, what it promises or why it cannot be read, and its modality where DICOM says it."""


@dataclass(frozen=True, kw_only=True)
class FolderHeaders:
    """What could be read, and what not.

    Parameters
    ----------
    headers : dict of Path to VolumeHeader
        In order of path; of a DICOM series, the path is its first file.
    modalities : dict of Path to str
        Of files of DICOM, as that calls them: CT, MR, SEG.
    errors : dict of Path to VolumeError
    """

    headers: dict[Path, VolumeHeader]
    modalities: dict[Path, str]
    errors: dict[Path, VolumeError]


def read_folder_headers(
    files: FolderFiles, *, n_workers: int, on_progress: Callable[[int, int], None]
) -> FolderHeaders:
    """Read the header of every image and DICOM series.

    Parameters
    ----------
    files : FolderFiles
    n_workers : int
        Threads.
    on_progress : function of (done, total)
        Called in the caller's thread after each file, or folder of DICOM.

    Returns
    -------
    FolderHeaders
    """
    import_library()  # once, before several threads want it
    jobs = [partial(_read_file, path) for path in files.images]
    jobs += [partial(_read_series_of, folder) for folder in files.dicom]
    found: list[Found] = []
    with ThreadPoolExecutor(n_workers) as pool:
        for done, some in enumerate(pool.map(_call, jobs), start=1):
            found += some
            on_progress(done, len(jobs))
    found.sort(key=lambda one: one[0])
    return FolderHeaders(
        headers={path: one for path, one, _ in found if isinstance(one, VolumeHeader)},
        modalities={path: modality for path, _, modality in found if modality},
        errors={path: one for path, one, _ in found if isinstance(one, VolumeError)},
    )


def _call(job: Callable[[], list[Found]]) -> list[Found]:
    return job()


def _read_file(path: Path) -> list[Found]:
    try:
        return [(path, read_header(path), "")]
    except VolumeError as error:
        return [(path, error, "")]


def _read_series_of(folder: Path) -> list[Found]:
    try:
        return [_read_one_series(files) for files in find_series(folder)]
    except VolumeError as error:
        return [(folder, error, "")]


def _read_one_series(files: tuple[Path, ...]) -> Found:
    try:
        return files[0], *read_series(files)
    except VolumeError as error:
        return files[0], error, ""
